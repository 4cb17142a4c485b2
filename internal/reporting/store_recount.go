package reporting

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/period"
	"yigai/internal/pg"
)

// openCounted are the reports that somebody began and that are not accepted.
const openCounted = `county_id = $1 AND form_id = ANY($2) AND period >= $3 AND state NOT IN ('not_started', 'accepted') AND checked`

func countOpen(ctx context.Context, q pg.Querier, county int32, forms []int32, from period.Month) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT count(*) FROM report WHERE `+openCounted, county, forms, since(from)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count open reports: %w", err)
	}
	return n, nil
}

func openOf(ctx context.Context, q pg.Querier, county int32, forms []int32, from period.Month, after int64, limit int) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT id FROM report WHERE `+openCounted+` AND id > $4 ORDER BY id LIMIT $5`, county, forms, since(from), after, limit)
	if err != nil {
		return nil, fmt.Errorf("list open reports: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("list open reports: %w", err)
	}
	return ids, nil
}

// since is the first day of a month; of the zero month it is before all.
func since(m period.Month) time.Time {
	if m.IsZero() {
		return time.Time{}
	}
	return m.Date()
}
