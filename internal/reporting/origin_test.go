package reporting_test

import (
	"testing"
	"time"

	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// origin names who entered, submitted and accepted a fact, as its provenance tells.
func (w *world) origin(t *testing.T, slug string) string {
	t.Helper()
	var said string
	err := w.db.QueryRow(t.Context(), `
		SELECT concat_ws(' ', entered_name, submitted_name, reviewed_name)
		FROM indicator_fact_origin o JOIN element e ON e.county_id = o.county_id AND e.id = o.element_id
		WHERE o.institution_id = $1 AND e.slug = $2 AND submitted_at <= reviewed_at AND entered_at <= submitted_at`,
		w.hospital.ID, slug).Scan(&said)
	if err != nil {
		t.Fatalf("origin of %s: %v", slug, err)
	}
	return said
}

// A fact names the people of its own submission, also while its report is corrected and after the correction.
func TestOriginOfACorrectedReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	now := orgtest.Now()
	w.svc = reporting.New(w.db, func() time.Time { now = now.Add(time.Second); return now }, period.China())
	w.accepted(t)
	first := "王芳 王芳 张强"
	w.requireOrigin(t, first, "visits_total", "nurses")
	if err := w.svc.Reopen(t.Context(), w.chief, w.report.ID, "漏报"); err != nil {
		t.Fatal(err)
	}
	w.clerk.Name, w.clerk.AccountID = "赵同事", 99
	w.enter(t, map[string]string{"visits_total": "5450"})
	w.requireOrigin(t, first, "visits_total", "nurses")
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	w.requireOrigin(t, first, "visits_total", "nurses")
	w.reviewer.Name = "周审核"
	if err := w.svc.Accept(t.Context(), w.reviewer, reporting.Seen{Report: w.report.ID}); err != nil {
		t.Fatal(err)
	}
	w.requireOrigin(t, "赵同事 赵同事 周审核", "visits_total")
	w.requireOrigin(t, first, "nurses")
}

func (w *world) requireOrigin(t *testing.T, want string, slugs ...string) {
	t.Helper()
	for _, slug := range slugs {
		if got := w.origin(t, slug); got != want {
			t.Errorf("%s comes from %q, want %q", slug, got, want)
		}
	}
}
