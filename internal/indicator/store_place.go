package indicator

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// placesOf lists the institutions of some kinds in scope that were open at some time in the month, by code; without
// kinds all. It reads what a column needs and not the whole institution: a board asks for it at every click.
func placesOf(ctx context.Context, q pg.Querier, who actor.Actor, kinds []string, m period.Month) ([]Place, error) {
	rows, err := q.Query(ctx, `
		SELECT i.id, i.code, i.name, i.short_name, i.kind FROM institution_public i
		WHERE i.county_id = $1 AND `+inScope+` AND (cardinality($4::text[]) = 0 OR i.kind = ANY($4::text[]))
		  AND (i.opened_on IS NULL OR i.opened_on < $5) AND (i.closed_on IS NULL OR i.closed_on > $6)
		ORDER BY i.code, i.id LIMIT 20000`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, append([]string{}, kinds...), m.Next(), m)
	if err != nil {
		return nil, fmt.Errorf("list institutions of %s: %w", m, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Place, err error) {
		return p, row.Scan(&p.ID, &p.Code, &p.Name, &p.Short, &p.Kind)
	})
	if err != nil {
		return nil, fmt.Errorf("list institutions of %s: %w", m, err)
	}
	return found, nil
}
