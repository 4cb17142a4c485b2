package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pg"
	"yigai/internal/reporting"
)

func finished(ctx context.Context, q pg.Querier, county int32) (done bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM audit_entry WHERE county_id = $1 AND action = $2)`, county, finishedAction).Scan(&done)
	if err != nil {
		return false, fmt.Errorf("look whether the demo is complete: %w", err)
	}
	return done, nil
}

// anyRow reports whether a table holds anything of the county.
func anyRow(ctx context.Context, q pg.Querier, county int32, table string) (there bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM `+pgx.Identifier{table}.Sanitize()+` WHERE county_id = $1)`, county).Scan(&there)
	if err != nil {
		return false, fmt.Errorf("look into %s: %w", table, err)
	}
	return there, nil
}

// analyze tells the planner of what was copied in: without it the first computations would take wrong turns.
func analyze(ctx context.Context, q pg.Querier, tables ...string) error {
	if _, err := q.Exec(ctx, "ANALYZE "+strings.Join(tables, ", ")); err != nil {
		return fmt.Errorf("analyze copied tables: %w", err)
	}
	return nil
}

func readReports(ctx context.Context, q pg.Querier, county int32) ([]report, error) {
	rows, err := q.Query(ctx, `
		SELECT r.id, f.slug, i.code, r.institution_id, r.period, r.due_at
		FROM report r
		JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id
		WHERE r.county_id = $1 ORDER BY r.period, f.position, i.code LIMIT 20000`, county)
	if err != nil {
		return nil, fmt.Errorf("list opened reports: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r report, err error) {
		return r, row.Scan(&r.id, &r.form, &r.code, &r.institution, &r.month, &r.due)
	})
	if err != nil {
		return nil, fmt.Errorf("list opened reports: %w", err)
	}
	return found, nil
}

// known is an account's id, NULL for a person without one.
func (p person) known() *int64 {
	if p.id == 0 {
		return nil
	}
	return &p.id
}

func copyRows(ctx context.Context, q pg.Querier, table string, columns []string, n int, row func(i int) []any) error {
	_, err := q.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil }))
	if err != nil {
		return fmt.Errorf("copy %s: %w", table, err)
	}
	return nil
}

func copyCells(ctx context.Context, q pg.Querier, county int32, cells []cell) error {
	columns := []string{"county_id", "report_id", "subject_id", "element_id", "state", "value", "version", "by_id", "by_name", "at"}
	err := copyRows(ctx, q, "cell", columns, len(cells), func(i int) []any {
		c := cells[i]
		version, at := 1, c.at
		if c.fixed {
			version, at = 2, c.fixedAt
		}
		return []any{county, c.id, c.subject, c.element, spelt(c.value), c.value, version, c.clerk.known(), c.clerk.name, at}
	})
	if err != nil {
		return err
	}
	return holdSubjects(ctx, q, county)
}

// holdSubjects notes which proxy report has whose figures, as typing them does.
func holdSubjects(ctx context.Context, q pg.Querier, county int32) error {
	_, err := q.Exec(ctx, `
		INSERT INTO report_subject (county_id, form_id, period, subject_id, report_id)
		SELECT DISTINCT r.county_id, r.form_id, r.period, c.subject_id, r.id
		FROM report r JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
		JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id WHERE r.county_id = $1`, county)
	if err != nil {
		return fmt.Errorf("hold subjects: %w", err)
	}
	return nil
}

// copyChanges writes the trail: every cell was typed once, the corrected ones twice.
func copyChanges(ctx context.Context, q pg.Querier, county int32, cells []cell) error {
	var rows [][]any
	add := func(c cell, oldState string, old, now any, newState string, at time.Time) {
		rows = append(rows, []any{county, c.id, c.subject, c.element, oldState, old, newState, now, "demo", c.clerk.known(), c.clerk.name, at})
	}
	for _, c := range cells {
		if !c.fixed {
			add(c, "empty", nil, c.value, spelt(c.value), c.at)
			continue
		}
		add(c, "empty", nil, c.before, spelt(c.before), c.at)
		add(c, spelt(c.before), c.before, c.value, spelt(c.value), c.fixedAt)
	}
	columns := []string{"county_id", "report_id", "subject_id", "element_id", "old_state", "old_value", "new_state", "new_value",
		"origin", "by_id", "by_name", "at"}
	return copyRows(ctx, q, "cell_change", columns, len(rows), func(i int) []any { return rows[i] })
}

// copyFacts makes the figures of the accepted reports facts.
func copyFacts(ctx context.Context, q pg.Querier, county int32, cells []cell) error {
	cells = slices.DeleteFunc(slices.Clone(cells), func(c cell) bool { return c.state != reporting.Accepted })
	columns := []string{"county_id", "period", "element_id", "institution_id", "state", "value", "report_id", "submission", "by_name", "at"}
	return copyRows(ctx, q, "fact", columns, len(cells), func(i int) []any {
		c := cells[i]
		return []any{county, c.month.Date(), c.element, c.subject, spelt(c.value), c.value, c.id, len(c.submissions), c.reviewer.name, c.reviewed}
	})
}

func copyEvents(ctx context.Context, q pg.Querier, county int32, stories []story) error {
	var rows [][]any
	for _, s := range stories {
		for _, e := range s.events {
			rows = append(rows, []any{county, s.id, string(e.from), string(e.to), e.reason, e.by.known(), e.by.name, e.at})
		}
	}
	columns := []string{"county_id", "report_id", "from_state", "to_state", "reason", "by_id", "by_name", "at"}
	return copyRows(ctx, q, "report_event", columns, len(rows), func(i int) []any { return rows[i] })
}

func copyRemarks(ctx context.Context, q pg.Querier, county int32, b *book, stories []story) error {
	var rows [][]any
	for _, s := range stories {
		for _, r := range s.remarks {
			rows = append(rows, []any{county, s.id, s.institution, b.elements[r.element], len(s.submissions), r.text,
				s.reviewer.known(), s.reviewer.name, s.reviewed})
		}
	}
	columns := []string{"county_id", "report_id", "subject_id", "element_id", "submission", "text", "by_id", "by_name", "at"}
	return copyRows(ctx, q, "cell_remark", columns, len(rows), func(i int) []any { return rows[i] })
}
