package reporting

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// keepResponsible keeps the name that an upload brought for a report that is not handed in yet, so that it is offered
// when it is.
func keepResponsible(ctx context.Context, q pg.Querier, county int32, r *Report, name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxResponsible || name == r.ResponsiblePerson {
		return nil
	}
	if _, err := q.Exec(ctx, `UPDATE report SET responsible_person = $3 WHERE county_id = $1 AND id = $2`, county, r.ID, name); err != nil {
		return fmt.Errorf("keep responsible person of report %d: %w", r.ID, err)
	}
	r.ResponsiblePerson = name
	return nil
}

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
