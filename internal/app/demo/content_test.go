package demo

import (
	"testing"
	"time"

	"yigai/internal/reporting"
)

func (d *loaded) hasItsSize(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want int
	}{
		"reporting institutions": {`SELECT count(DISTINCT r.institution_id) FROM report r JOIN form f USING (county_id)
			WHERE r.county_id = $1 AND f.id = r.form_id AND f.slug IN ('township_monthly', 'hospital_monthly')`, 23},
		"clinics":         {`SELECT count(*) FROM institution WHERE county_id = $1 AND kind = 'village_clinic'`, 262},
		"proxy reporters": {`SELECT count(DISTINCT institution_id) FROM report r JOIN form f USING (county_id) WHERE r.county_id = $1 AND f.id = r.form_id AND f.slug = 'clinic_monthly'`, 16},
		"months accepted": {`SELECT count(*) FROM (SELECT period FROM report WHERE county_id = $1
			GROUP BY period HAVING bool_and(state = 'accepted')) m`, 24},
		"months":                 {`SELECT count(DISTINCT period) FROM report WHERE county_id = $1`, 25},
		"clinics with data":      {`SELECT count(DISTINCT subject_id) FROM cell c JOIN institution i ON i.id = c.subject_id WHERE c.county_id = $1 AND i.kind = 'village_clinic'`, 262},
		"licences that are kept": {`SELECT count(*) FROM register_entry WHERE county_id = $1 AND type = 'licence' AND withdrawn = ''`, 19},
		"members":                {`SELECT count(*) FROM community_member WHERE county_id = $1`, 24},
		"demo entries":           {`SELECT count(*) FROM audit_entry WHERE county_id = $1 AND action = 'demo.load'`, 1},
		"cells without a trail": {`SELECT count(*) FROM cell c WHERE county_id = $1 AND NOT EXISTS (SELECT FROM cell_change h WHERE h.county_id = c.county_id
			AND h.report_id = c.report_id AND h.subject_id = c.subject_id AND h.element_id = c.element_id AND h.new_value IS NOT DISTINCT FROM c.value)`, 0},
		"accepted cells that are no fact": {`SELECT count(*) FROM cell c JOIN report r ON r.county_id = c.county_id AND r.id = c.report_id WHERE c.county_id = $1
			AND r.state = 'accepted' AND NOT EXISTS (SELECT FROM fact f WHERE f.county_id = c.county_id AND f.period = r.period
			AND f.element_id = c.element_id AND f.institution_id = c.subject_id AND f.value IS NOT DISTINCT FROM c.value)`, 0},
	} {
		if got := d.number(t, c.sql); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// countsAreTrue opens every township and hospital report and every grid of one month: what the checks find is what the
// row says, and accepted reports have no error and no warning without explanation.
func (d *loaded) countsAreTrue(t *testing.T) {
	svc := reporting.New(d.db, d.house.Now, d.house.Calendar)
	for cursor := ""; ; {
		page, err := svc.List(t.Context(), d.who, reporting.Filter{Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Reports {
			if r.FormSlug != formClinic || r.Month.Month() == time.June {
				d.countIsTrue(t, svc, r)
			}
		}
		if cursor = page.Next; cursor == "" {
			return
		}
	}
}

func (d *loaded) countIsTrue(t *testing.T, svc *reporting.Service, r reporting.Report) {
	t.Helper()
	sheet, err := svc.Open(t.Context(), d.who, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	var errors, warnings, unexplained, filled int
	for _, f := range sheet.Findings {
		switch {
		case f.Blocks():
			errors++
		case f.Unexplained():
			warnings, unexplained = warnings+1, unexplained+1
		default:
			warnings++
		}
	}
	for k := range sheet.Sources {
		if c := sheet.Cells[k]; c.Origin == reporting.FromSource && c.Version == 0 {
			filled-- // it follows its source and is stored with the submission
		}
	}
	for _, p := range sheet.Progress {
		filled += p.Filled
		if r.State == reporting.Accepted && p.Missing > 0 {
			t.Errorf("%s is accepted with %d figures missing in %s", r.Name(), p.Missing, p.Title)
		}
	}
	if errors != r.Errors || warnings != r.Warnings || unexplained != r.Unexplained || filled != r.Filled {
		t.Errorf("%s has %d errors, %d warnings, %d unexplained, %d filled; its row says %d, %d, %d, %d: %v", r.Name(), errors, warnings,
			unexplained, filled, r.Errors, r.Warnings, r.Unexplained, r.Filled, sheet.Findings)
	}
	if (r.State == reporting.Accepted || r.State == reporting.Submitted) && errors+unexplained > 0 {
		t.Errorf("%s is %s with %d errors and %d open warnings", r.Name(), r.State, errors, unexplained)
	}
}

func (d *loaded) hasTroubles(t *testing.T) {
	const july = `r.county_id = $1 AND r.period = '2026-07-01'`
	for name, c := range map[string]struct {
		sql  string
		want int
	}{
		"submitted":                   {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'submitted'`, 4},
		"returned with a reason":      {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'returned' AND reason <> ''`, 2},
		"drafts":                      {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'draft' AND filled BETWEEN 1 AND fillable - 1`, 3},
		"not started":                 {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'not_started'`, 3},
		"received late":               {`SELECT count(*) FROM report r WHERE ` + july + ` AND received_at > due_at`, 4},
		"remarks":                     {`SELECT count(*) FROM cell_remark m JOIN report r ON r.county_id = m.county_id AND r.id = m.report_id WHERE ` + july, 4},
		"drafts with an error":        {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'draft' AND errors > 0`, 1},
		"drafts that have to explain": {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'draft' AND unexplained > 0`, 1},
		"submitted with explanations": {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'submitted' AND warnings > 0 AND unexplained = 0`, 1},
		"corrections done":            {`SELECT count(*) FROM correction WHERE county_id = $1 AND to_submission IS NOT NULL`, 1},
		"corrections asked for":       {`SELECT count(*) FROM correction WHERE county_id = $1 AND decision = ''`, 1},
		"signatures":                  {`SELECT count(*) FROM report_signature WHERE county_id = $1`, 1},
		"figures to be looked into":   {`SELECT count(*) FROM follow_up WHERE county_id = $1 AND done_at IS NULL`, 1},
		"re-validations":              {`SELECT count(*) FROM validation_run WHERE county_id = $1`, 1},
		"explained in the history":    {`SELECT count(*) FROM report r WHERE r.county_id = $1 AND state = 'accepted' AND warnings > 0`, 4},
		"sent back in the history":    {`SELECT count(*) FROM report r WHERE r.county_id = $1 AND state = 'accepted' AND submission = 2`, 25},
	} {
		if got := d.number(t, c.sql); got < c.want || name != "explained in the history" && got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func (d *loaded) historyIsInOrder(t *testing.T) {
	for name, sql := range map[string]string{
		"events out of order": `SELECT count(*) FROM (SELECT at < lag(at) OVER w OR from_state <> lag(to_state, 1, 'not_started') OVER w AS wrong
			FROM report_event WHERE county_id = $1 WINDOW w AS (PARTITION BY report_id ORDER BY id)) e WHERE wrong`,
		"reports that are not where their events end": `SELECT count(*) FROM report r WHERE county_id = $1 AND state <> 'not_started' AND state <> (
			SELECT to_state FROM report_event e WHERE e.county_id = r.county_id AND e.report_id = r.id ORDER BY id DESC LIMIT 1)`,
		"figures typed after the submission": `SELECT count(*) FROM cell c JOIN report r ON r.county_id = c.county_id AND r.id = c.report_id
			WHERE c.county_id = $1 AND c.at > r.submitted_at`,
		"reviewers who submitted": `SELECT count(*) FROM report WHERE county_id = $1 AND submitted_by = reviewed_by`,
		"submissions without snapshot": `SELECT count(*) FROM report r, generate_series(1, r.submission) n WHERE county_id = $1 AND NOT EXISTS (
			SELECT FROM report_snapshot s WHERE s.county_id = r.county_id AND s.report_id = r.id AND s.submission = n AND NOT s.accepted)`,
		"acceptances without snapshot": `SELECT count(*) FROM report r WHERE county_id = $1 AND state = 'accepted' AND NOT EXISTS (
			SELECT FROM report_snapshot s WHERE s.county_id = r.county_id AND s.report_id = r.id AND s.accepted)`,
	} {
		if got := d.number(t, sql); got != 0 {
			t.Errorf("%s: %d", name, got)
		}
	}
	if got := d.number(t, `SELECT count(*) FROM report_event WHERE county_id = $1 AND at > $2`, twentieth); got != 0 {
		t.Errorf("%d events lie in the future", got)
	}
}
