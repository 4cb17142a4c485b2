package reporting_test

import (
	"fmt"
	"slices"
	"testing"

	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

// A report is tried, re-validated, compared with others and given ranges in each of its states, or not.
func TestNoStateIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, "2026-06", map[string]string{"visits_total": "5000"})
	for i := range 4 {
		peer := orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, fmt.Sprintf("第%d卫生院", i))
		reportingtest.Accepted(t, w.db, w.chief, peer.Code, july, map[string]string{"visits_total": fmt.Sprint(1000 + 10*i)})
	}
	waiting := orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "第五卫生院")
	reportingtest.OpenMonth(t, w.db, w.county.ID, july)
	w.enter(t, map[string]string{"visits_total": "1050"})
	month := reportingtest.Month(t, july)
	for _, state := range reporting.States {
		w.count(t, `WITH gone AS (DELETE FROM figure_range RETURNING 1), now AS (UPDATE report SET state = $1 WHERE id = $2)
			SELECT count(*) FROM gone`, state, w.report.ID)
		w.reckon(t)
		found, err := w.svc.ReportsToCheck(t.Context(), w.db, w.chief, month, month, 100)
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(found, func(r reporting.Report) bool { return r.ID == w.report.ID }); got == state.Editable() {
			t.Errorf("%s: validated again: %v", state, got)
		}
		trial, err := w.svc.TryCheckRule(t.Context(), w.manager(), w.rule(t), month, month)
		if err != nil || (trial.Reports == 5) != (state != reporting.NotStarted) {
			t.Errorf("%s: a rule is tried on %d reports, %v", state, trial.Reports, err)
		}
		if n := w.count(t, `SELECT count(*) FROM figure_range WHERE subject_id = $1`, w.hospital.ID); (n > 0) != (state != reporting.Accepted) {
			t.Errorf("%s: has %d ranges", state, n)
		}
		if n := w.count(t, `SELECT count(*) FROM figure_range WHERE peers AND subject_id = $1`, waiting.ID); (n > 0) == state.Editable() {
			t.Errorf("%s: others are compared with %d ranges", state, n)
		}
	}
}
