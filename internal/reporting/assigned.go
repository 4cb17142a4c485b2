package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
)

// Candidate is an institution that a form handed to chosen ones may be asked of.
type Candidate struct {
	ID     int64
	Code   string
	Name   string
	Chosen bool
}

// Candidates lists the open institutions of the form's kinds in scope and which of them fill it.
func (s *Service) Candidates(ctx context.Context, who actor.Actor, f *Form) ([]Candidate, error) {
	if err := who.Require(ActionConfigure); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `
		SELECT i.id, i.code, i.name, a.form_id IS NOT NULL
		FROM institution_public i
		LEFT JOIN form_assignment a ON a.county_id = i.county_id AND a.form_id = $4 AND a.institution_id = i.id
		WHERE i.county_id = $1 AND (i.path <@ ANY($2::text[]::ltree[]) OR i.id = ANY($3::bigint[]))
		  AND i.kind = ANY($5) AND i.closed_on IS NULL
		ORDER BY i.code LIMIT 2000`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, f.ID, f.Kinds)
	if err != nil {
		return nil, fmt.Errorf("list candidates of form %s: %w", f.Slug, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Candidate])
	if err != nil {
		return nil, fmt.Errorf("list candidates of form %s: %w", f.Slug, err)
	}
	return found, nil
}
