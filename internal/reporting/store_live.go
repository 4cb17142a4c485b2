package reporting

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// readPresence notes that who is on a form and names the others; a program is nobody.
func readPresence(ctx context.Context, q pg.Querier, who actor.Actor, report int64, at time.Time) (names []string, err error) {
	b := &pgx.Batch{}
	if who.AccountID != 0 {
		b.Queue(`INSERT INTO report_presence (county_id, report_id, account_id, name, seen_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (county_id, report_id, account_id) DO UPDATE SET name = EXCLUDED.name, seen_at = EXCLUDED.seen_at`,
			who.CountyID, report, who.AccountID, who.Name, at)
	}
	b.Queue(`SELECT name FROM report_presence
		WHERE county_id = $1 AND report_id = $2 AND account_id <> $3 AND seen_at > $4 ORDER BY name, account_id LIMIT 20`,
		who.CountyID, report, who.AccountID, at.Add(-presentFor)).Query(func(rows pgx.Rows) (err error) {
		names, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err := q.SendBatch(ctx, b).Close(); err != nil {
		return nil, fmt.Errorf("note who has report %d open: %w", report, err)
	}
	return names, nil
}

func clearPresence(ctx context.Context, q pg.Querier, before time.Time) error {
	if _, err := q.Exec(ctx, `DELETE FROM report_presence WHERE seen_at < $1`, before); err != nil {
		return fmt.Errorf("forget who had forms open: %w", err)
	}
	return nil
}

// storedCell names a cell as the database does.
type storedCell struct {
	subject int64
	element int32
}

func readStoredSince(ctx context.Context, q pg.Querier, county int32, report int64, since time.Time) ([]storedCell, error) {
	rows, err := q.Query(ctx, `SELECT subject_id, element_id FROM cell
		WHERE county_id = $1 AND report_id = $2 AND at >= $3 ORDER BY subject_id, element_id LIMIT 20000`, county, report, since)
	if err != nil {
		return nil, fmt.Errorf("read what changed in report %d: %w", report, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c storedCell, err error) {
		return c, row.Scan(&c.subject, &c.element)
	})
	if err != nil {
		return nil, fmt.Errorf("read what changed in report %d: %w", report, err)
	}
	return found, nil
}
