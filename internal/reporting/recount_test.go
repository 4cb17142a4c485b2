package reporting_test

import (
	"encoding/json"
	"testing"

	"yigai/internal/reporting"
)

// touched does what the worker would with the newest request to count again.
func (w *world) touched(t *testing.T) {
	t.Helper()
	var args []byte
	err := w.db.QueryRow(t.Context(), `SELECT args FROM river_job WHERE kind = $1 ORDER BY id DESC LIMIT 1`, reporting.ChecksChanged{}.Kind()).Scan(&args)
	if err != nil {
		t.Fatal(err)
	}
	var e reporting.ChecksChanged
	if err := json.Unmarshal(args, &e); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.CountAgain(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// errors is the number that lists show of the world's report.
func (w *world) errors(t *testing.T) int {
	t.Helper()
	r, err := w.svc.Get(t.Context(), w.clerk, w.report.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r.Errors
}

func TestOpenReportsAreCountedAgainWhenChecksChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted(t)
	if n := w.errors(t); n != 0 {
		t.Fatalf("%d errors to begin with", n)
	}
	rule := w.rule(t)
	rule.Expression = "visits_total<=1"
	r, err := w.svc.PublishCheckRule(t.Context(), w.manager(), rule)
	if err != nil || r.Touched != 1 {
		t.Fatalf("the rule touches %d reports, %v", r.Touched, err)
	}
	if w.touched(t); w.errors(t) != 1 {
		t.Errorf("%d errors by the new rule", w.errors(t))
	}
	t.Run("a rule that ends", func(t *testing.T) {
		r.Enabled, r.Reason = false, "停用"
		if r, err = w.svc.PublishCheckRule(t.Context(), w.manager(), r); err != nil || r.Touched != 1 {
			t.Fatalf("touches %d, %v", r.Touched, err)
		}
		if w.touched(t); w.errors(t) != 0 {
			t.Errorf("%d errors by a rule that ended", w.errors(t))
		}
	})
	t.Run("a later month is not this one", func(t *testing.T) {
		later := w.rule(t)
		later.Code, later.From = "K02", later.From.Next()
		if r, err := w.svc.PublishCheckRule(t.Context(), w.manager(), later); err != nil || r.Touched != 0 {
			t.Errorf("touches %d, %v", r.Touched, err)
		}
	})
	t.Run("an accepted report stays", func(t *testing.T) {
		if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(0)); err != nil {
			t.Fatal(err)
		}
		n := reporting.DefaultOutliers()
		if touched, err := w.svc.SaveOutlierSetting(t.Context(), w.manager(), n); err != nil || touched != 0 {
			t.Errorf("touches %d, %v", touched, err)
		}
	})
}
