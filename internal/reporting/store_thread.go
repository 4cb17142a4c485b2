package reporting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// threadCounts are two columns of a report r for account $6: its threads that are not resolved, and the remarks unread.
const threadCounts = `
	(SELECT count(*) FROM (SELECT DISTINCT ON (m.subject_id, m.element_id) m.id FROM cell_remark m
	        WHERE m.county_id = r.county_id AND m.report_id = r.id ORDER BY m.subject_id, m.element_id, m.id DESC) t
	 WHERE NOT EXISTS (SELECT FROM remark_resolution x WHERE x.county_id = r.county_id AND x.remark_id = t.id)),
	(SELECT count(*) FROM cell_remark m WHERE m.county_id = r.county_id AND m.report_id = r.id AND m.by_id IS DISTINCT FROM $6
	  AND m.id > coalesce((SELECT d.remark_id FROM remark_read d WHERE d.county_id = r.county_id AND d.account_id = $6 AND d.report_id = r.id), 0))`

// readRemarks reads the newest thousand remarks of a report, the oldest first.
func readRemarks(ctx context.Context, q pg.Querier, who actor.Actor, report int64) ([]Remark, error) {
	rows, err := q.Query(ctx, `
		SELECT m.subject_id, e.slug, m.text, m.submission, m.by_name, m.at, m.id, coalesce(m.by_id, 0), coalesce(x.by_name, ''), x.at,
		       $3 <> 0 AND m.by_id IS DISTINCT FROM $3 AND m.id > coalesce(d.remark_id, 0)
		FROM cell_remark m JOIN element e ON e.county_id = m.county_id AND e.id = m.element_id
		LEFT JOIN remark_resolution x ON x.county_id = m.county_id AND x.remark_id = m.id
		LEFT JOIN remark_read d ON d.county_id = m.county_id AND d.account_id = $3 AND d.report_id = m.report_id
		WHERE m.county_id = $1 AND m.report_id = $2 ORDER BY m.id DESC LIMIT 1000`, who.CountyID, report, who.AccountID)
	if err != nil {
		return nil, fmt.Errorf("read remarks: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Remark, err error) {
		var resolved *time.Time
		err = row.Scan(&m.SubjectID, &m.Element, &m.Text, &m.Submission, &m.By, &m.At, &m.ID, &m.ByID, &m.ResolvedBy, &resolved, &m.Unread)
		m.ResolvedAt = orZero(resolved)
		return m, err
	})
	if err != nil {
		return nil, fmt.Errorf("read remarks: %w", err)
	}
	slices.Reverse(found)
	return found, nil
}

func lastRemark(ctx context.Context, q pg.Querier, who actor.Actor, report int64, k CellKey) (end threadEnd, err error) {
	err = q.QueryRow(ctx, `
		SELECT m.id, e.name_zh, EXISTS (SELECT FROM remark_resolution x WHERE x.county_id = m.county_id AND x.remark_id = m.id)
		FROM cell_remark m JOIN element e ON e.county_id = m.county_id AND e.id = m.element_id
		WHERE m.county_id = $1 AND m.report_id = $2 AND m.subject_id = $3 AND e.slug = $4 ORDER BY m.id DESC LIMIT 1`,
		who.CountyID, report, k.SubjectID, k.Element).Scan(&end.remark, &end.element, &end.resolved)
	if pg.NoRows(err) {
		return end, fault.NotFound("这一格的批注")
	}
	if err != nil {
		return end, fmt.Errorf("read newest remark: %w", err)
	}
	return end, nil
}

func writeResolution(ctx context.Context, q pg.Querier, who actor.Actor, remark int64, at time.Time) error {
	_, err := q.Exec(ctx, `INSERT INTO remark_resolution (county_id, remark_id, by_id, by_name, at) VALUES ($1, $2, NULLIF($3, 0), $4, $5)`,
		who.CountyID, remark, who.AccountID, who.Name, at)
	if err != nil {
		return fmt.Errorf("write resolution: %w", err)
	}
	return nil
}

func writeRead(ctx context.Context, q pg.Querier, who actor.Actor, report, upto int64) error {
	_, err := q.Exec(ctx, `
		INSERT INTO remark_read AS d (county_id, account_id, report_id, remark_id) VALUES ($1, $2, $3, $4)
		ON CONFLICT (county_id, account_id, report_id) DO UPDATE SET remark_id = greatest(d.remark_id, EXCLUDED.remark_id)`,
		who.CountyID, who.AccountID, report, upto)
	if err != nil {
		return fmt.Errorf("note read remarks: %w", err)
	}
	return nil
}
