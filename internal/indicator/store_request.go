package indicator

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/period"
	"yigai/internal/pg"
)

// request writes down what is to be computed.
func (s *Service) request(ctx context.Context, county int32, tasks []task) error {
	if len(tasks) == 0 {
		return nil
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		for _, t := range tasks {
			b.Queue("INSERT INTO indicator_request (county_id, period, institutions, indicators) VALUES ($1, $2, $3, $4)",
				county, t.month, t.institutions, t.indicators)
		}
		return tx.SendBatch(ctx, b).Close()
	})
	if err != nil {
		return fmt.Errorf("ask for a computation: %w", err)
	}
	return nil
}

// lock makes the transaction the one that computes the county.
func lock(ctx context.Context, q pg.Querier, county int32, p patience) (held bool, err error) {
	sql := "SELECT pg_try_advisory_xact_lock($1, $2)"
	if p == wait {
		sql = "SELECT pg_advisory_xact_lock($1, $2) IS NOT NULL"
	}
	if err := q.QueryRow(ctx, sql, lockFamily, county).Scan(&held); err != nil {
		return false, fmt.Errorf("wait for other computations: %w", err)
	}
	return held, nil
}

// takeRequests takes all requests of the most urgent month. Changed figures of single institutions go before whole
// months, which take longer, and later months before earlier ones.
func takeRequests(ctx context.Context, tx pgx.Tx, county int32, except []period.Month) (t task, found bool, err error) {
	rows, err := tx.Query(ctx, `
		WITH next AS (
			SELECT period, institutions IS NULL AS whole FROM indicator_request
			WHERE county_id = $1 AND period <> ALL($2::text[]::date[])
			ORDER BY 2, 1 DESC LIMIT 1)
		DELETE FROM indicator_request r USING next n
		WHERE r.county_id = $1 AND r.period = n.period AND (r.institutions IS NULL) = n.whole
		RETURNING r.period, r.institutions, r.indicators`, county, firstDays(except))
	if err != nil {
		return t, false, fmt.Errorf("take requests: %w", err)
	}
	var one task
	_, err = pgx.ForEachRow(rows, []any{&one.month, &one.institutions, &one.indicators}, func() error {
		if !found {
			t, found = one, true
		}
		t = t.merge(one)
		one = task{}
		return nil
	})
	if err != nil {
		return t, false, fmt.Errorf("take requests: %w", err)
	}
	return t, found, nil
}

// anyRequest reports whether a month waits to be computed.
func anyRequest(ctx context.Context, q pg.Querier, county int32, except []period.Month) (waiting bool, err error) {
	err = q.QueryRow(ctx, "SELECT EXISTS (SELECT FROM indicator_request WHERE county_id = $1 AND period <> ALL($2::text[]::date[]))",
		county, firstDays(except)).Scan(&waiting)
	if err != nil {
		return false, fmt.Errorf("look for requests: %w", err)
	}
	return waiting, nil
}

// firstDays are months as PostgreSQL's dates.
func firstDays(months []period.Month) []string {
	days := make([]string, len(months))
	for i, m := range months {
		days[i] = m.String() + "-01"
	}
	return days
}
