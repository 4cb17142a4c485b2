package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
)

// Responsibles tells under whose name each institution in scope handed in last; one that never did is not in the map.
func (s *Service) Responsibles(ctx context.Context, who actor.Actor) (map[int64]string, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `SELECT DISTINCT ON (r.institution_id) r.institution_id, r.responsible_person
		FROM report r JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id
		WHERE `+inScope+` AND r.responsible_person <> ''
		ORDER BY r.institution_id, r.period DESC, r.id DESC`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions)
	if err != nil {
		return nil, fmt.Errorf("read responsible persons: %w", err)
	}
	names := map[int64]string{}
	var id int64
	var name string
	if _, err := pgx.ForEachRow(rows, []any{&id, &name}, func() error { names[id] = name; return nil }); err != nil {
		return nil, fmt.Errorf("read responsible persons: %w", err)
	}
	return names, nil
}
