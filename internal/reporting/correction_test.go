package reporting_test

import (
	"testing"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

func TestCorrectionIsAskedForDecidedAndKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	if err := w.svc.AskCorrection(ctx, w.clerk, w.report.ID, "漏统计"); !fault.IsConflict(err) {
		t.Errorf("before the acceptance: %v", err)
	}
	w.accepted(t)
	if err := w.svc.AskCorrection(ctx, w.clerk, w.report.ID, " "); !fault.IsInvalid(err) {
		t.Errorf("without a reason: %v", err)
	}
	if err := w.svc.AskCorrection(ctx, w.clerk, w.report.ID, "漏统计夜间门诊"); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.AskCorrection(ctx, w.clerk, w.report.ID, "再来一次"); !fault.IsConflict(err) {
		t.Errorf("asked twice: %v", err)
	}
	if err := w.svc.Reopen(ctx, w.chief, w.report.ID, "数据有误"); !fault.IsConflict(err) {
		t.Errorf("reopened past the request: %v", err)
	}
	w.awaitsLeave(t, 1)
	c := w.correction(t)
	if !c.Open() || len(c.Changes) != 0 || c.Title() != "待批准" || c.AskedBy != "王芳" || w.open(t, w.clerk).Report.State != reporting.Accepted {
		t.Errorf("asked: %+v", c)
	}
	if err := w.svc.ApproveCorrection(ctx, w.reviewer, c.ID); !fault.IsForbidden(err) {
		t.Errorf("approved without the permission: %v", err)
	}
	if err := w.svc.ApproveCorrection(ctx, w.chief, c.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.RefuseCorrection(ctx, w.chief, c.ID, "不同意"); !fault.IsConflict(err) {
		t.Errorf("decided twice: %v", err)
	}
	w.awaitsLeave(t, 0)
	w.enter(t, map[string]string{"visits_total": "5500"})
	if c = w.correction(t); !c.Open() || len(c.Changes) != 1 || c.Changes[0].Old.String() != "5400" || c.Changes[0].New.String() != "5500" {
		t.Errorf("under way: %+v", c)
	}
	if got := w.fact(t, w.hospital.ID, "visits_total", july); got != "5400" {
		t.Errorf("the fact changed before the acceptance: %s", got)
	}
	if err := w.svc.Submit(ctx, w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Accept(ctx, w.reviewer, w.seen(0)); err != nil {
		t.Fatal(err)
	}
	c = w.correction(t)
	if c.Open() || c.Title() != "已更正" || c.From != 1 || c.To != 2 || c.AcceptedBy != "张强" || c.Reason != "漏统计夜间门诊" {
		t.Errorf("done: %+v", c)
	}
	if len(c.Changes) != 1 || c.Changes[0].Element.Slug != "visits_total" || c.Changes[0].Old.String() != "5400" || c.Changes[0].New.String() != "5500" {
		t.Errorf("changed: %+v", c.Changes)
	}
}

func TestCorrectionMayBeRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.accepted(t)
	ctx := t.Context()
	if err := w.svc.AskCorrection(ctx, w.clerk, w.report.ID, "想改"); err != nil {
		t.Fatal(err)
	}
	c := w.correction(t)
	if err := w.svc.RefuseCorrection(ctx, w.chief, c.ID, ""); !fault.IsInvalid(err) {
		t.Errorf("without a reason: %v", err)
	}
	if err := w.svc.RefuseCorrection(ctx, w.chief, c.ID, "年报已经定稿"); err != nil {
		t.Fatal(err)
	}
	if c = w.correction(t); c.Title() != "未批准" || c.Answer != "年报已经定稿" {
		t.Errorf("refused: %+v", c)
	}
	if r := w.open(t, w.clerk).Report; r.State != reporting.Accepted {
		t.Errorf("the report is %s", r.State)
	}
	if err := w.svc.AskCorrection(ctx, w.clerk, w.report.ID, "补充了依据"); err != nil {
		t.Errorf("asked again: %v", err)
	}
}

func TestHistoryLoadedOverAcceptedFiguresIsACorrection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	load := func(value string) {
		reportingtest.Accepted(t, w.db, reportingtest.System(t, w.db, w.county.ID), w.hospital.Code, july, map[string]string{"visits_total": value})
	}
	load("5000")
	if found := w.corrections(t); len(found) != 0 {
		t.Errorf("the first load is a correction: %+v", found)
	}
	load("5100")
	c := w.correction(t)
	if c.Title() != "已更正" || len(c.Changes) != 1 || c.Changes[0].Old.String() != "5000" || c.Changes[0].New.String() != "5100" {
		t.Errorf("loaded over: %+v", c)
	}
}

// awaitsLeave checks how many requests the chief has to decide, and that they are nobody else's to-do.
func (w *world) awaitsLeave(t *testing.T, want int) {
	t.Helper()
	chief, err := w.svc.Todos(t.Context(), w.chief)
	if err != nil || chief.Deciding != want || chief.Count() != chief.Review+want {
		t.Errorf("the chief has %+v to do, not %d to decide: %v", chief, want, err)
	}
	for _, who := range []actor.Actor{w.reviewer, w.clerk} {
		if other, err := w.svc.Todos(t.Context(), who); err != nil || other.Deciding != 0 {
			t.Errorf("%s has %+v to do: %v", who.Name, other, err)
		}
	}
}

func (w *world) corrections(t *testing.T) []reporting.Correction {
	t.Helper()
	found, err := w.svc.Corrections(t.Context(), w.clerk, reportingtest.Month(t, july), 0)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// correction is the newest of July.
func (w *world) correction(t *testing.T) reporting.Correction {
	t.Helper()
	found := w.corrections(t)
	if len(found) == 0 {
		t.Fatal("there is no correction")
	}
	return found[0]
}
