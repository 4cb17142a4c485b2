package reporting_test

import (
	"context"
	"testing"

	"yigai/internal/fault"
	"yigai/internal/reporting"
)

// operations are what moves a report; each is asked in every state.
var operations = map[string]func(context.Context, *world) error{
	"save": func(ctx context.Context, w *world) error {
		version := 0
		if s, err := w.svc.Open(ctx, w.clerk, w.report.ID); err == nil {
			version = s.Cells[w.key("visits_home")].Version
		}
		_, err := w.svc.SaveCell(ctx, w.clerk, w.report.ID, reporting.Edit{SubjectID: w.hospital.ID, Element: "visits_home", Typed: "61", Version: version})
		return err
	},
	"submit": func(ctx context.Context, w *world) error { return w.svc.Submit(ctx, w.clerk, w.report.ID, "李院长") },
	"return": func(ctx context.Context, w *world) error {
		return w.svc.Return(ctx, w.director, w.seen(0), "请核对", nil)
	},
	"check":  func(ctx context.Context, w *world) error { return w.svc.FirstCheck(ctx, w.reviewer, w.seen(0)) },
	"accept": func(ctx context.Context, w *world) error { return w.svc.Accept(ctx, w.director, w.seen(0)) },
	"ask": func(ctx context.Context, w *world) error {
		return w.svc.AskCorrection(ctx, w.clerk, w.report.ID, "漏统计")
	},
	"reopen": func(ctx context.Context, w *world) error {
		return w.svc.Reopen(ctx, w.chief, w.report.ID, "数据有误")
	},
}

func TestTransitions(t *testing.T) {
	t.Parallel()
	reach := map[reporting.State]func(*testing.T, *world){
		reporting.NotStarted: func(*testing.T, *world) {},
		reporting.Draft:      func(t *testing.T, w *world) { w.enter(t, plausible) },
		reporting.Submitted:  func(t *testing.T, w *world) { w.submitted(t) },
		reporting.Checked: func(t *testing.T, w *world) {
			w.twoLevels(t, true)
			w.submitted(t)
			if err := operations["check"](t.Context(), w); err != nil {
				t.Fatal(err)
			}
		},
		reporting.Accepted: func(t *testing.T, w *world) { w.accepted(t) },
		reporting.Returned: func(t *testing.T, w *world) {
			w.submitted(t)
			if err := operations["return"](t.Context(), w); err != nil {
				t.Fatal(err)
			}
		},
	}
	allowed := map[reporting.State]map[string]reporting.State{
		reporting.NotStarted: {"save": reporting.Draft},
		reporting.Draft:      {"save": reporting.Draft, "submit": reporting.Submitted},
		reporting.Submitted:  {"return": reporting.Returned, "accept": reporting.Accepted},
		reporting.Returned:   {"save": reporting.Draft, "submit": reporting.Submitted},
		reporting.Checked:    {"return": reporting.Returned, "accept": reporting.Accepted},
		reporting.Accepted:   {"reopen": reporting.Returned, "ask": reporting.Accepted},
	}
	for _, from := range reporting.States {
		for name, operation := range operations {
			t.Run(string(from)+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				reach[from](t, w)
				err := operation(t.Context(), w)
				want, ok := allowed[from][name]
				if !ok {
					want = from
					if !fault.IsConflict(err) {
						t.Errorf("refused with %v, want a conflict", err)
					}
				} else if err != nil {
					t.Errorf("refused: %v", err)
				}
				r, err := w.svc.Get(t.Context(), w.reviewer, w.report.ID)
				if err != nil {
					t.Fatal(err)
				}
				if r.State != want {
					t.Errorf("the report is %s, want %s", r.State, want)
				}
			})
		}
	}
}
