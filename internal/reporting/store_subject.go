package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/fault"
	"yigai/internal/pg"
)

// readSubjects lists the institutions that a proxy report is about: those it holds, and those below the reporter that
// no other report of the form and month holds.
func readSubjects(ctx context.Context, q pg.Querier, county int32, report int64) ([]Subject, error) {
	rows, err := q.Query(ctx, `
		SELECT i.id, i.code, i.short_name FROM proxy_subject s
		JOIN institution_public i ON i.county_id = s.county_id AND i.id = s.subject_id
		WHERE s.county_id = $1 AND s.report_id = $2 ORDER BY i.code LIMIT 1000`, county, report)
	if err != nil {
		return nil, fmt.Errorf("read subjects of report %d: %w", report, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Subject])
	if err != nil {
		return nil, fmt.Errorf("read subjects of report %d: %w", report, err)
	}
	return found, nil
}

// followTree writes the counts of open proxy reports that are other than before. What is filled in them stays: a report
// holds the institutions that have figures in it.
func followTree(ctx context.Context, q pg.Querier, county int32) error {
	_, err := q.Exec(ctx, `
		UPDATE report r SET fillable = n.fillable
		FROM (SELECT r.id, count(s.subject_id) * (SELECT count(*) FROM form_item i WHERE i.county_id = r.county_id
		             AND i.form_id = r.form_id AND i.version = r.form_version) AS fillable
		      FROM report r
		      JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
		      LEFT JOIN proxy_subject s ON s.county_id = r.county_id AND s.report_id = r.id
		      WHERE r.county_id = $1 AND r.state IN ('not_started', 'draft', 'returned')
		      GROUP BY r.county_id, r.id) n
		WHERE r.county_id = $1 AND r.id = n.id AND r.fillable <> n.fillable AND r.state IN ('not_started', 'draft', 'returned')`, county)
	if err != nil {
		return fmt.Errorf("count what proxy reports can hold: %w", err)
	}
	return nil
}

// holdSubjects makes a proxy report the one that has the figures of these institutions for its form and month. It is a
// Conflict when another report has some of them.
func holdSubjects(ctx context.Context, q pg.Querier, county int32, r Report, subjects []int64) error {
	if len(subjects) == 0 {
		return nil
	}
	var elsewhere bool
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO report_subject (county_id, form_id, period, subject_id, report_id)
		SELECT $1, $2, $3, subject, $5 FROM unnest($4::bigint[]) AS u(subject) ORDER BY subject
		ON CONFLICT (county_id, form_id, period, subject_id) DO NOTHING`, county, r.FormID, r.Month, subjects, r.ID)
	b.Queue(`SELECT EXISTS (SELECT FROM report_subject WHERE county_id = $1 AND form_id = $2 AND period = $3
		AND subject_id = ANY($4) AND report_id <> $5)`, county, r.FormID, r.Month, subjects, r.ID).
		QueryRow(func(row pgx.Row) error { return row.Scan(&elsewhere) })
	if err := q.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("hold subjects of report %d: %w", r.ID, err)
	}
	if elsewhere {
		return fault.Conflict("有机构这个月的数据刚刚由别的单位代报,请刷新页面")
	}
	return nil
}

// begun lists the institutions of a proxy form with a figure that nobody touched before.
func (f *figures) begun(changes []change) []int64 {
	if !f.form.Proxy() {
		return nil
	}
	var ids []int64
	seen := map[int64]bool{}
	for _, c := range changes {
		if id := c.key.SubjectID; c.old.Version == 0 && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// holdAll keeps the list of institutions that a proxy report is handed in with.
func (f *figures) holdAll(ctx context.Context, q pg.Querier, county int32) error {
	if !f.form.Proxy() {
		return nil
	}
	return holdSubjects(ctx, q, county, f.report, f.subjectIDs())
}
