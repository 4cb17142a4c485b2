package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/pg"
)

func readLoadInstitutions(ctx context.Context, q pg.Querier, who actor.Actor, codes []string, by Scheme) (map[string]loadInstitution, error) {
	rows, err := q.Query(ctx, `
		SELECT wanted.code, i.id, i.kind, coalesce(p.id, 0), coalesce(p.kind, ''),
		       coalesce(p.path <@ ANY($2::text[]::ltree[]) OR p.id = ANY($3::bigint[]), false)
		FROM unnest($4::text[]) AS wanted(code)
		JOIN institution_public i ON i.county_id = $1 AND (i.code = wanted.code AND $5 <> 2 OR i.external_code = wanted.code AND $5 <> 1)
		LEFT JOIN institution_public p ON p.county_id = $1 AND p.id = i.parent_id
		WHERE i.path <@ ANY($2::text[]::ltree[]) OR i.id = ANY($3::bigint[])
		ORDER BY (i.code = wanted.code) LIMIT 100000`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, codes, int(by))
	if err != nil {
		return nil, fmt.Errorf("find institutions: %w", err)
	}
	found := map[string]loadInstitution{} // our own codes come last and win over other systems'
	var code string
	var i loadInstitution
	_, err = pgx.ForEachRow(rows, []any{&code, &i.id, &i.kind, &i.parent, &i.parentKind, &i.parentInScope}, func() error {
		found[code] = i
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find institutions: %w", err)
	}
	return found, nil
}

// assignment names an institution chosen for a form.
type assignment struct {
	form        int32
	institution int64
}

func readAssignments(ctx context.Context, q pg.Querier, county int32) (map[assignment]bool, error) {
	rows, err := q.Query(ctx, `SELECT form_id, institution_id FROM form_assignment WHERE county_id = $1 LIMIT 100000`, county)
	if err != nil {
		return nil, fmt.Errorf("read form assignments: %w", err)
	}
	found := map[assignment]bool{}
	var a assignment
	_, err = pgx.ForEachRow(rows, []any{&a.form, &a.institution}, func() error {
		found[a] = true
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read form assignments: %w", err)
	}
	return found, nil
}

// heldKey names what a proxy report holds of an institution below.
type heldKey struct {
	form        int32
	month       period.Month
	institution int64
}

// holder is the unit whose report has an institution's figures of a month.
type holder struct {
	reporter int64
	inScope  bool
}

// readHolders finds, for institutions that moved, the reports that have their figures from before.
func readHolders(ctx context.Context, q pg.Querier, who actor.Actor, institutions []int64) (map[heldKey]holder, error) {
	rows, err := q.Query(ctx, `
		SELECT s.form_id, s.period, s.subject_id, p.id, p.path <@ ANY($2::text[]::ltree[]) OR p.id = ANY($3::bigint[])
		FROM report_subject s
		JOIN report r ON r.county_id = s.county_id AND r.id = s.report_id
		JOIN institution_public i ON i.county_id = s.county_id AND i.id = s.subject_id AND i.parent_id <> r.institution_id
		JOIN institution_public p ON p.county_id = s.county_id AND p.id = r.institution_id
		WHERE s.county_id = $1 AND s.subject_id = ANY($4) LIMIT 100000`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, institutions)
	if err != nil {
		return nil, fmt.Errorf("find reports of moved institutions: %w", err)
	}
	found := map[heldKey]holder{}
	var k heldKey
	var h holder
	_, err = pgx.ForEachRow(rows, []any{&k.form, &k.month, &k.institution, &h.reporter, &h.inScope}, func() error {
		found[k] = h
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find reports of moved institutions: %w", err)
	}
	return found, nil
}

// manyRows is where a load is worth new statistics.
const manyRows = 1000

// freshPlans has foreign keys planned anew before a big load. A session that began with empty tables otherwise goes on
// checking each row's parent by reading its whole table: a county's first 130 000 figures took 70 s instead of 15.
func freshPlans(ctx context.Context, q pg.Querier, rows int) error {
	if rows < manyRows {
		return nil
	}
	if _, err := q.Exec(ctx, `ANALYZE institution, element, report`); err != nil {
		return fmt.Errorf("refresh statistics: %w", err)
	}
	return nil
}

// lockLoadReports locks the reports in one order, so that two loads never wait for each other.
func lockLoadReports(ctx context.Context, q pg.Querier, county int32, keys map[reportKey]bool) (map[reportKey]loadReport, error) {
	var forms []int32
	var institutions []int64
	var months []string
	for k := range keys {
		forms, institutions, months = append(forms, k.form), append(institutions, k.institution), append(months, k.month.String()+"-01")
	}
	rows, err := q.Query(ctx, `
		SELECT r.form_id, r.institution_id, r.period, r.id, r.state
		FROM unnest($2::int[], $3::bigint[], $4::text[]::date[]) AS k(form_id, institution_id, period)
		JOIN report r ON r.county_id = $1 AND r.form_id = k.form_id AND r.institution_id = k.institution_id AND r.period = k.period
		ORDER BY r.id FOR NO KEY UPDATE OF r`, county, forms, institutions, months)
	if err != nil {
		return nil, fmt.Errorf("lock reports: %w", err)
	}
	found := map[reportKey]loadReport{}
	var k reportKey
	var r loadReport
	var m period.Month
	_, err = pgx.ForEachRow(rows, []any{&k.form, &k.institution, &m, &r.id, &r.state}, func() error {
		k.month = m
		found[k] = r
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("lock reports: %w", err)
	}
	return found, nil
}

// stage puts the rows where SQL can work on them as a set.
func (l *load) stage(ctx context.Context) error {
	_, err := l.tx.Exec(ctx, `
		CREATE TEMP TABLE load_value (
			row int NOT NULL, report_id bigint, subject_id bigint NOT NULL, element_id int NOT NULL, period date NOT NULL,
			state text NOT NULL, value_text text, value numeric(24, 6), comment text NOT NULL, old_version int,
			old_state text, old_value numeric(24, 6), old_comment text, outcome text NOT NULL DEFAULT 'imported') ON COMMIT DROP`)
	if err != nil {
		return fmt.Errorf("stage rows: %w", err)
	}
	_, err = l.tx.CopyFrom(ctx, pgx.Identifier{"load_value"},
		[]string{"row", "report_id", "subject_id", "element_id", "period", "state", "value_text", "comment"},
		pgx.CopyFromSlice(len(l.rows), func(i int) ([]any, error) {
			r := &l.rows[i]
			var report *int64
			if r.form != nil {
				report = &r.report
			}
			return []any{int32(i), report, r.institution.id, r.element.ID, r.month.Date(), storedState(r.cell), storedValue(r.cell), r.source.Comment}, nil
		}))
	if err != nil {
		return fmt.Errorf("stage rows: %w", err)
	}
	// The planner has no idea of a fresh temporary table; without its size it may choose a nested loop over facts.
	_, err = l.tx.Exec(ctx, `UPDATE load_value SET value = value_text::numeric WHERE value_text IS NOT NULL`)
	if err == nil {
		_, err = l.tx.Exec(ctx, `ANALYZE load_value`)
	}
	if err != nil {
		return fmt.Errorf("stage rows: %w", err)
	}
	return nil
}

// compare finds out what each row would change, and refuses changes of reports that are locked.
func (l *load) compare(ctx context.Context) error {
	b := &pgx.Batch{}
	b.Queue(`UPDATE load_value v SET old_version = c.version, old_state = c.state, old_value = c.value, old_comment = c.comment,
			outcome = CASE WHEN (c.state, c.value, c.comment) IS DISTINCT FROM (v.state, v.value, v.comment) THEN 'updated'
			               WHEN $2 AND (f.state, f.value, f.comment, f.report_id) IS DISTINCT FROM (v.state, v.value, v.comment, v.report_id)
			               THEN 'updated' ELSE 'unchanged' END
		FROM cell c LEFT JOIN LATERAL (SELECT fa.state, fa.value, fa.comment, fa.report_id FROM fact fa JOIN report r
		       ON r.county_id = $1 AND r.id = c.report_id AND fa.period = r.period AND r.state = 'accepted'
		     WHERE fa.county_id = $1 AND fa.element_id = c.element_id AND fa.institution_id = c.subject_id) f ON true
		WHERE c.county_id = $1 AND c.report_id = v.report_id AND c.subject_id = v.subject_id AND c.element_id = v.element_id`,
		l.who.CountyID, l.options.Accepted)
	b.Queue(`UPDATE load_value v SET old_state = f.state, old_value = f.value, old_comment = f.comment,
			outcome = CASE WHEN (f.state, f.value, f.comment) IS DISTINCT FROM (v.state, v.value, v.comment) THEN 'updated' ELSE 'unchanged' END
		FROM fact f WHERE v.report_id IS NULL AND f.county_id = $1 AND f.period = v.period AND f.element_id = v.element_id
		  AND f.institution_id = v.subject_id`, l.who.CountyID)
	b.Queue(`UPDATE load_value SET outcome = 'skipped' WHERE outcome IN ('imported', 'updated')
		  AND ($1 = 1 AND coalesce(old_state, 'empty') <> 'empty' OR $1 = 2 AND coalesce(old_state, 'empty') = 'empty')`, int(l.options.Only))
	if err := l.tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("compare rows: %w", err)
	}
	return l.refuseLocked(ctx)
}

func (l *load) refuseLocked(ctx context.Context) error {
	locked := map[int64]State{}
	ids := []int64{}
	for _, r := range l.reports {
		if !l.writable(r.state) {
			locked[r.id] = r.state
			ids = append(ids, r.id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := l.tx.Query(ctx, `
		UPDATE load_value SET outcome = 'refused' WHERE report_id = ANY($1) AND outcome IN ('imported', 'updated') RETURNING row, report_id`, ids)
	if err != nil {
		return fmt.Errorf("find locked reports: %w", err)
	}
	var n int
	var report int64
	_, err = pgx.ForEachRow(rows, []any{&n, &report}, func() error {
		source := l.rows[n].source
		l.refuse(source, "period", source.Period, "这份月报%s,不能再改", locked[report].Title())
		return nil
	})
	if err != nil {
		return fmt.Errorf("find locked reports: %w", err)
	}
	return nil
}

func (l *load) countOutcomes(ctx context.Context) error {
	err := l.tx.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE outcome = 'imported'), count(*) FILTER (WHERE outcome = 'updated'),
		       count(*) FILTER (WHERE outcome = 'unchanged'), count(*) FILTER (WHERE outcome = 'skipped'),
		       count(*) FILTER (WHERE outcome = 'updated' AND state = 'empty' AND old_state <> 'empty'),
		       count(*) FILTER (WHERE outcome IN ('imported', 'updated') AND report_id IS NULL) FROM load_value`).
		Scan(&l.result.Imported, &l.result.Updated, &l.result.Unchanged, &l.result.Skipped, &l.result.Deleted, &l.result.Loose)
	if err != nil {
		return fmt.Errorf("count rows: %w", err)
	}
	return nil
}
