package reporting_test

import (
	"strings"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

func TestTheResponsiblePersonSignsWhatWasHandedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	if err := w.svc.Sign(ctx, w.clerk, w.seen(0), "李院长"); !fault.IsConflict(err) {
		t.Errorf("before it was handed in: %v", err)
	}
	w.submitted(t)
	if err := w.svc.Sign(ctx, w.reviewer, w.seen(1), "李院长"); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
	w.othersDoNotSign(t)
	if err := w.svc.Sign(ctx, w.clerk, w.seen(1), "王芳"); !fault.IsInvalid(err) || strings.Contains(err.Error(), "李院长") {
		t.Errorf("another name: %v", err)
	}
	if err := w.svc.Sign(ctx, w.clerk, w.seen(2), "李院长"); !fault.IsConflict(err) {
		t.Errorf("another submission: %v", err)
	}
	if s, err := w.svc.SignatureOf(ctx, w.reviewer, w.report.ID); err != nil || s.Name != "" {
		t.Errorf("unsigned: %+v %v", s, err)
	}
	if err := w.svc.Sign(ctx, w.clerk, w.seen(1), "李院长"); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Sign(ctx, w.clerk, w.seen(1), "李院长"); !fault.IsConflict(err) {
		t.Errorf("signed twice: %v", err)
	}
	first, err := w.svc.SignatureOf(ctx, w.reviewer, w.report.ID)
	if err != nil || first.Name != "李院长" || first.By != w.clerk.Name || first.Username != w.clerk.Username || !first.Same || len(first.Code()) != 9 {
		t.Errorf("signed: %+v %s %v", first, first.Code(), err)
	}
	if err := w.svc.Return(ctx, w.reviewer, w.seen(1), "请核对", nil); err != nil {
		t.Fatal(err)
	}
	w.enter(t, map[string]string{"visits_total": "5450"})
	if s, err := w.svc.SignatureOf(ctx, w.reviewer, w.report.ID); err != nil || s.Same || s.Code() != first.Code() {
		t.Errorf("after a change it is still the same: %+v %v", s, err)
	}
	if err := w.svc.Submit(ctx, w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	if s, err := w.svc.SignatureOf(ctx, w.reviewer, w.report.ID); err != nil || s.Name != "" {
		t.Errorf("the second submission is signed: %+v %v", s, err)
	}
}

// othersDoNotSign tries with the right name, as people who could hand in the report.
func (w *world) othersDoNotSign(t *testing.T) {
	t.Helper()
	bureau := orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionSubmit)
	for name, who := range map[string]actor.Actor{
		"who works above every institution": bureau,
		"who reviews":                       w.clerk.Grant(reporting.ActionReview), "who approves": w.clerk.Grant(reporting.ActionApprove)} {
		if err := w.svc.Sign(t.Context(), who, w.seen(1), "李院长"); !fault.IsForbidden(err) {
			t.Errorf("%s: %v", name, err)
		}
		if r, err := w.svc.Get(t.Context(), w.clerk, w.report.ID); err != nil {
			t.Fatal(err)
		} else if may, err := w.svc.MaySign(t.Context(), who, r); may || err != nil {
			t.Errorf("%s is offered to sign: %v", name, err)
		}
	}
}
