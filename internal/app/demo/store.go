package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pg"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

func finished(ctx context.Context, q pg.Querier, county int32) (done bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM audit_entry WHERE county_id = $1 AND action = $2)`, county, finishedAction).Scan(&done)
	if err != nil {
		return false, fmt.Errorf("look whether the demo is complete: %w", err)
	}
	return done, nil
}

func anyCell(ctx context.Context, q pg.Querier, county int32) (there bool, err error) {
	if err = q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM cell WHERE county_id = $1)`, county).Scan(&there); err != nil {
		return false, fmt.Errorf("look for figures: %w", err)
	}
	return there, nil
}

// analyze tells the planner of what was copied in: without it the first computations would take wrong turns.
func analyze(ctx context.Context, q pg.Querier) error {
	if _, err := q.Exec(ctx, `ANALYZE institution, report, cell, cell_change, fact`); err != nil {
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
	return copyRows(ctx, q, "cell", columns, len(cells), func(i int) []any {
		c := cells[i]
		version, at := 1, c.at
		if c.fixed {
			version, at = 2, c.fixedAt
		}
		return []any{county, c.report, c.subject, c.element, state(c.value), c.value, version, c.by.known(), c.by.name, at}
	})
}

// copyChanges writes the trail: every cell was typed once, the corrected ones twice.
func copyChanges(ctx context.Context, q pg.Querier, county int32, cells []cell) error {
	var rows [][]any
	add := func(c cell, oldState string, old, now any, newState string, at time.Time) {
		rows = append(rows, []any{county, c.report, c.subject, c.element, oldState, old, newState, now, "demo", c.by.known(), c.by.name, at})
	}
	for _, c := range cells {
		if !c.fixed {
			add(c, "empty", nil, c.value, state(c.value), c.at)
			continue
		}
		add(c, "empty", nil, c.before, state(c.before), c.at)
		add(c, state(c.before), c.before, c.value, state(c.value), c.fixedAt)
	}
	columns := []string{"county_id", "report_id", "subject_id", "element_id", "old_state", "old_value", "new_state", "new_value",
		"origin", "by_id", "by_name", "at"}
	return copyRows(ctx, q, "cell_change", columns, len(rows), func(i int) []any { return rows[i] })
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

// reportRow is a report as it stands at the end of its story.
type reportRow struct {
	ID          int64      `json:"id"`
	State       string     `json:"state"`
	Submission  int        `json:"submission"`
	Head        string     `json:"head"`
	Clerk       *int64     `json:"clerk"`
	ClerkName   string     `json:"clerk_name"`
	Submitted   *time.Time `json:"submitted"`
	Received    *time.Time `json:"received"`
	Reviewer    *int64     `json:"reviewer"`
	Reviewed    *time.Time `json:"reviewed"`
	ReviewName  string     `json:"review_name"`
	Reason      string     `json:"reason"`
	Version     int        `json:"version"`
	LastTouched time.Time  `json:"touched"`
}

func (s story) row() reportRow {
	r := reportRow{ID: s.id, State: string(s.state), Submission: len(s.submissions), Reason: s.reason, Version: 1 + 2*len(s.events),
		LastTouched: s.events[len(s.events)-1].at}
	if n := len(s.submissions); n > 0 {
		r.Head, r.Clerk, r.ClerkName, r.Submitted, r.Received = s.head, s.clerk.known(), s.clerk.name, &s.submissions[n-1], &s.submissions[0]
	}
	if !s.reviewed.IsZero() {
		r.Reviewer, r.ReviewName, r.Reviewed = s.reviewer.known(), s.reviewer.name, &s.reviewed
	}
	return r
}

func updateReports(ctx context.Context, q pg.Querier, county int32, stories []story) error {
	rows := make([]reportRow, len(stories))
	for i, s := range stories {
		rows[i] = s.row()
	}
	b, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode reports: %w", err)
	}
	_, err = q.Exec(ctx, `
		UPDATE report r
		SET state = s.state, submission = s.submission, responsible_person = s.head, submitted_by = s.clerk,
		    submitted_name = s.clerk_name, submitted_at = s.submitted, received_at = s.received, reviewed_by = s.reviewer,
		    reviewed_name = s.review_name, reviewed_at = s.reviewed, reason = s.reason, version = s.version, updated_at = s.touched,
		    filled = (SELECT count(*) FROM cell c WHERE c.county_id = r.county_id AND c.report_id = r.id)
		FROM jsonb_to_recordset($2::jsonb) AS s(id bigint, state text, submission int, head text, clerk bigint, clerk_name text,
		    submitted timestamptz, received timestamptz, reviewer bigint, review_name text, reviewed timestamptz, reason text,
		    version int, touched timestamptz)
		WHERE r.county_id = $1 AND r.id = s.id`, county, b)
	if err != nil {
		return fmt.Errorf("update reports: %w", err)
	}
	return nil
}

// snapshot is one submission or acceptance; Was holds a figure that was corrected after it.
type snapshot struct {
	Report     int64     `json:"report"`
	Submission int       `json:"submission"`
	Accepted   bool      `json:"accepted"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	Element    int32     `json:"element"`
	Was        *string   `json:"was"`
}

func takeSnapshots(ctx context.Context, q pg.Querier, county int32, stories []story, cells []cell) error {
	corrected := map[int64]cell{}
	for _, c := range cells {
		if c.fixed {
			corrected[c.report] = c
		}
	}
	var all []snapshot
	for _, s := range stories {
		all = append(all, s.snapshots(corrected[s.id])...)
	}
	b, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("encode snapshots: %w", err)
	}
	_, err = q.Exec(ctx, `
		INSERT INTO report_snapshot (county_id, report_id, submission, accepted, cells, by_name, at)
		SELECT $1, s.report, s.submission, s.accepted, jsonb_agg(jsonb_build_object('subject', c.subject_id, 'element', c.element_id,
		       'state', c.state, 'value', CASE WHEN c.element_id = s.element THEN s.was::numeric(24, 6) ELSE c.value END::text)
		       ORDER BY c.subject_id, c.element_id), s."by", s.at
		FROM jsonb_to_recordset($2::jsonb) AS s(report bigint, submission int, accepted boolean, "by" text, at timestamptz,
		     element int, was text)
		JOIN cell c ON c.county_id = $1 AND c.report_id = s.report
		GROUP BY s.report, s.submission, s.accepted, s."by", s.at`, county, b)
	if err != nil {
		return fmt.Errorf("take snapshots: %w", err)
	}
	return nil
}

func (s story) snapshots(fixed cell) []snapshot {
	var all []snapshot
	for i, at := range s.submissions {
		one := snapshot{Report: s.id, Submission: i + 1, By: s.clerk.name, At: at}
		if fixed.fixed && i == 0 {
			text := fixed.before.Int.String()
			one.Element, one.Was = fixed.element, &text
		}
		all = append(all, one)
	}
	if s.state == reporting.Accepted {
		all = append(all, snapshot{Report: s.id, Submission: len(s.submissions), Accepted: true, By: s.reviewer.name, At: s.reviewed})
	}
	return all
}

// writeFacts makes the figures of the accepted reports facts.
func writeFacts(ctx context.Context, q pg.Querier, county int32) error {
	_, err := q.Exec(ctx, `
		INSERT INTO fact (county_id, period, element_id, institution_id, state, value, comment, report_id, submission, by_name, at)
		SELECT r.county_id, r.period, c.element_id, c.subject_id, c.state, c.value, c.comment, r.id, r.submission, r.reviewed_name, r.reviewed_at
		FROM report r JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id
		WHERE r.county_id = $1 AND r.state = 'accepted'
		ORDER BY r.period, c.element_id, c.subject_id`, county)
	if err != nil {
		return fmt.Errorf("write facts: %w", err)
	}
	return nil
}

// writeFindings brings the counts of a report up to date; warnings are explained with the given sentence, if any.
func writeFindings(ctx context.Context, q pg.Querier, county int32, s story, findings []reporting.Finding, why string) error {
	var errors, warnings, unexplained int
	for _, f := range findings {
		switch {
		case f.Level == preset.Error:
			errors++
			continue
		case why == "":
			unexplained++
		}
		warnings++
		if err := writeExplanation(ctx, q, county, s, f, why); err != nil {
			return err
		}
	}
	_, err := q.Exec(ctx, `UPDATE report SET errors = $3, warnings = $4, unexplained = $5 WHERE county_id = $1 AND id = $2`,
		county, s.id, errors, warnings, unexplained)
	if err != nil {
		return fmt.Errorf("count findings of report %d: %w", s.id, err)
	}
	return nil
}

func writeExplanation(ctx context.Context, q pg.Querier, county int32, s story, f reporting.Finding, why string) error {
	if why == "" {
		return nil
	}
	_, err := q.Exec(ctx, `
		INSERT INTO explanation (county_id, report_id, rule_code, subject_id, figures, text, by_id, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		county, s.id, f.Key, f.SubjectID, f.Figures, why, s.clerk.known(), s.clerk.name, s.entered.Add(95*time.Minute))
	if err != nil {
		return fmt.Errorf("explain %s of report %d: %w", f.Key, s.id, err)
	}
	return nil
}
