package account

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// placed is a place with the one above it, 0 for the county.
type placed struct {
	Place
	above int64
}

// listPlaces reads the open institutions in scope by code and puts each below the one it belongs to.
func listPlaces(ctx context.Context, q pg.Querier, who actor.Actor, county int32, now time.Time) ([]Place, error) {
	rows, err := q.Query(ctx, `
		SELECT i.id, i.name, i.kind, nlevel(i.path) - 1, coalesce(i.parent_id, 0) FROM institution_public i
		WHERE i.county_id = $1 AND (i.closed_on IS NULL OR i.closed_on > $5::date)
		  AND ($4 OR i.path <@ ANY($2::text[]::ltree[]) OR i.id = ANY($3::bigint[]))
		ORDER BY i.code COLLATE "C" LIMIT 5000`, county, who.Scope.Subtrees, who.Scope.Institutions, who.CountyID == 0, now)
	if err != nil {
		return nil, fmt.Errorf("list institutions for a grant: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p placed, err error) {
		return p, row.Scan(&p.ID, &p.Name, &p.Kind, &p.Depth, &p.above)
	})
	if err != nil {
		return nil, fmt.Errorf("list institutions for a grant: %w", err)
	}
	return inTree(found), nil
}

// inTree puts every place right behind the one above it, siblings as they come; where that one is out of sight, the
// place stands for itself.
func inTree(found []placed) []Place {
	below, seen := map[int64][]placed{}, map[int64]bool{}
	for _, p := range found {
		seen[p.ID] = true
	}
	for _, p := range found {
		if !seen[p.above] {
			p.above = 0
		}
		below[p.above] = append(below[p.above], p)
	}
	out := make([]Place, 0, len(found))
	var visit func(above int64)
	visit = func(above int64) {
		for _, p := range below[above] {
			out = append(out, p.Place)
			visit(p.ID)
		}
	}
	visit(0)
	return out
}
