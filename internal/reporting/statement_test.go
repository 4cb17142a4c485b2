package reporting_test

import (
	"testing"

	"yigai/internal/fault"
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
	if err := w.svc.Sign(ctx, w.clerk, w.seen(1), "王芳"); !fault.IsInvalid(err) {
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
	if err != nil || first.Name != "李院长" || !first.Same || len(first.Code()) != 9 {
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
