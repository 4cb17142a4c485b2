package reporting_test

import (
	"testing"
	"time"

	"yigai/internal/fault"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

// Two clerks on one form see each other, and each other's figures.
func TestTwoClerksSeeEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := w.clerk, w.clerk
	one.AccountID, two.AccountID, two.Name = 901, 902, "李娜"
	look := func(who reporting.Live, err error) reporting.Live {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return who
	}
	start := orgtest.Now().Add(time.Minute)
	if first := look(w.svc.Live(t.Context(), one, w.report.ID, start)); len(first.Others) != 0 || len(first.Changed) != 0 || first.Lock != nil {
		t.Errorf("alone: %+v", first)
	}
	if second := look(w.svc.Live(t.Context(), two, w.report.ID, start)); len(second.Others) != 1 || second.Others[0] != "王芳" {
		t.Errorf("the second sees %v", second.Others)
	}
	w.save(t, "deaths", "1", 0)
	now := look(w.svc.Live(t.Context(), two, w.report.ID, orgtest.Now()))
	if len(now.Changed) != 1 || now.Cells[now.Changed[0]].String() != "1" || now.Cells[now.Changed[0]].By != "王芳" || now.Outcome.Report.Filled != 1 {
		t.Errorf("told of %v, %d filled", now.Changed, now.Outcome.Report.Filled)
	}
	if err := w.svc.Leave(t.Context(), orgtest.Now().Add(2*time.Hour)); err != nil || w.count(t, "SELECT count(*) FROM report_presence") != 0 {
		t.Errorf("they are still there (%v)", err)
	}
	if _, err := w.svc.Live(t.Context(), w.reviewer, w.report.ID, start); !fault.IsForbidden(err) {
		t.Errorf("who may not enter: %v", err)
	}
	stranger, root := orgtest.County(t, w.db)
	if _, err := w.svc.Live(t.Context(), orgtest.Actor(stranger, root, reporting.ActionView, reporting.ActionEnter), w.report.ID, start); !fault.IsNotFound(err) {
		t.Errorf("from outside: %v", err)
	}
	w.submitted(t)
	if gone := look(w.svc.Live(t.Context(), one, w.report.ID, start)); gone.Lock == nil {
		t.Error("a report that was handed in is not locked")
	}
}
