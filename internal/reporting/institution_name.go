package reporting

import (
	"context"
	"fmt"

	"yigai/internal/actor"
)

// FullName is the institution's name as on its licence, for print; reports carry the short one.
func (s *Service) FullName(ctx context.Context, who actor.Actor, r Report) (string, error) {
	if err := who.Require(ActionView); err != nil {
		return "", err
	}
	var name string
	err := s.db.QueryRow(ctx, `SELECT i.name FROM institution_public i
		WHERE i.county_id = $1 AND i.id = $4 AND (i.path <@ ANY($2::text[]::ltree[]) OR i.id = ANY($3::bigint[]))`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, r.InstitutionID).Scan(&name)
	if err != nil {
		return "", fmt.Errorf("read the full name of institution %d: %w", r.InstitutionID, err)
	}
	return name, nil
}
