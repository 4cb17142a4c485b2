package reporting_test

import (
	"testing"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

// twoLevels lets the monthly form be reviewed by two people, or by one.
func (w *world) twoLevels(t *testing.T, on bool) {
	t.Helper()
	rule := reporting.ReviewRule{Form: "township_monthly", TwoLevel: on, Days: 2}
	if err := w.svc.SetReviewRule(t.Context(), w.chief, rule); err != nil {
		t.Fatal(err)
	}
}

func TestTwoLevelsAreTwoPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.twoLevels(t, true)
	w.submitted(t)
	ctx := t.Context()
	if err := w.svc.Accept(ctx, w.director, w.seen(0)); !fault.IsConflict(err) {
		t.Errorf("accepted without a check: %v", err)
	}
	if err := w.svc.FirstCheck(ctx, w.reviewer, w.seen(7)); !fault.IsConflict(err) {
		t.Errorf("checked a submission that is not there: %v", err)
	}
	if to, err := w.svc.Pass(ctx, w.reviewer, w.seen(1)); err != nil || to != reporting.Checked {
		t.Fatalf("pass: %s %v", to, err)
	}
	if got := w.fact(t, w.hospital.ID, "visits_total", july); got != "" {
		t.Errorf("a checked report made a fact: %s", got)
	}
	if n := w.count(t, `SELECT count(*) FROM river_job WHERE kind = 'reporting.facts_changed'`); n != 0 {
		t.Errorf("indicators heard of a check %d times", n)
	}
	if err := w.svc.Accept(ctx, w.reviewer, w.seen(0)); !fault.IsForbidden(err) {
		t.Errorf("accepted without the permission: %v", err)
	}
	both := w.reviewer.Grant(reporting.ActionApprove)
	if err := w.svc.Accept(ctx, both, w.seen(0)); !fault.IsForbidden(err) {
		t.Errorf("accepted what they checked: %v", err)
	}
	clerk := w.clerk.Grant(reporting.ActionReview, reporting.ActionApprove)
	if err := w.svc.Accept(ctx, clerk, w.seen(0)); !fault.IsForbidden(err) {
		t.Errorf("accepted what they handed in: %v", err)
	}
	if err := w.svc.FirstCheck(ctx, w.director, w.seen(0)); !fault.IsConflict(err) {
		t.Errorf("checked twice: %v", err)
	}
	if err := w.svc.Accept(ctx, w.director, w.seen(0)); err != nil {
		t.Fatalf("accept: %v", err)
	}
	r := w.open(t, w.clerk).Report
	if r.State != reporting.Accepted || r.CheckedBy != "张强" || r.ReviewedBy != "陈局长" {
		t.Errorf("%s checked by %s, accepted by %s", r.State, r.CheckedBy, r.ReviewedBy)
	}
	if got := w.fact(t, w.hospital.ID, "visits_total", july); got != "5400" {
		t.Errorf("the fact is %q", got)
	}
}

func TestEachLevelSeesAndReturnsWhatWaitsForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.twoLevels(t, true)
	w.submitted(t)
	ctx := t.Context()
	inbox := func(who actor.Actor) int {
		t.Helper()
		found, err := w.svc.Inbox(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		todos, err := w.svc.Todos(ctx, who)
		if err != nil || todos.Review != len(found) {
			t.Errorf("%d in the inbox, %d counted: %v", len(found), todos.Review, err)
		}
		_, desk, err := w.svc.Desk(ctx, who, w.report.Month)
		if err != nil || len(desk) != len(found) {
			t.Errorf("%d in the inbox, %d on the desk: %v", len(found), len(desk), err)
		}
		return len(found)
	}
	if inbox(w.reviewer) != 1 {
		t.Error("the section does not see what was handed in")
	}
	if err := w.svc.FirstCheck(ctx, w.reviewer, w.seen(0)); err != nil {
		t.Fatal(err)
	}
	if inbox(w.reviewer) != 0 || inbox(w.director) != 1 {
		t.Error("what was checked waits for the wrong person")
	}
	colleague := orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionReview)
	if err := w.svc.Return(ctx, colleague, w.seen(0), "请核对", nil); !fault.IsForbidden(err) {
		t.Errorf("a colleague of the section returned it: %v", err)
	}
	if s := w.open(t, w.reviewer); s.MayReview || !s.MayReturn {
		t.Errorf("whoever checked it may review %v, take back %v", s.MayReview, s.MayReturn)
	}
	if err := w.svc.Return(ctx, w.director, w.seen(0), "请核对床位", nil); err != nil {
		t.Fatal(err)
	}
	r := w.open(t, w.clerk).Report
	if r.State != reporting.Returned || r.ReturnedFrom != reporting.Checked || r.Reopened {
		t.Errorf("%s from %s, reopened %v", r.State, r.ReturnedFrom, r.Reopened)
	}
	if err := w.svc.Submit(ctx, w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	if r := w.open(t, w.clerk).Report; r.State != reporting.Submitted || r.CheckedBy != "" || !r.CheckedAt.IsZero() {
		t.Errorf("handed in again it is %s, checked by %q", r.State, r.CheckedBy)
	}
}

func TestLevelsMayChangeWhileReportsAreUnderWay(t *testing.T) {
	t.Parallel()
	t.Run("a report that was handed in has to be checked from now on", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.submitted(t)
		w.twoLevels(t, true)
		if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(0)); !fault.IsConflict(err) {
			t.Errorf("accepted in one step: %v", err)
		}
	})
	t.Run("a checked report may be accepted by any reviewer where one is enough", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.twoLevels(t, true)
		w.submitted(t)
		if err := w.svc.FirstCheck(t.Context(), w.reviewer, w.seen(0)); err != nil {
			t.Fatal(err)
		}
		w.twoLevels(t, false)
		if found, err := w.svc.Inbox(t.Context(), w.reviewer); err != nil || len(found) != 1 {
			t.Errorf("%d reports wait for the reviewer: %v", len(found), err)
		}
		if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(0)); err != nil {
			t.Errorf("accept: %v", err)
		}
	})
}

func TestTheRuleOfReviewIsTheCountys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rule := reporting.ReviewRule{Form: "township_monthly", TwoLevel: true, Days: 5}
	if err := w.svc.SetReviewRule(t.Context(), w.reviewer, rule); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
	if err := w.svc.SetReviewRule(t.Context(), w.clerk.Grant(reporting.ActionConfigure), rule); !fault.IsForbidden(err) {
		t.Errorf("for a part of the county: %v", err)
	}
	rule.Days = 31
	if err := w.svc.SetReviewRule(t.Context(), w.chief, rule); !fault.IsInvalid(err) {
		t.Errorf("31 days: %v", err)
	}
	rule.Days, rule.Form = 5, "nothing"
	if err := w.svc.SetReviewRule(t.Context(), w.chief, rule); !fault.IsNotFound(err) {
		t.Errorf("a form that is not there: %v", err)
	}
	rule.Form = "township_monthly"
	for range 2 {
		if err := w.svc.SetReviewRule(t.Context(), w.chief, rule); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM audit_entry WHERE object_kind = 'form' AND after @> '{"two_level": true, "review_days": 5}'`); n != 1 {
		t.Errorf("%d entries in the trail, want 1", n)
	}
	w.submitted(t)
	rules, err := w.svc.ReviewRules(t.Context(), w.reviewer)
	if err != nil || len(rules) == 0 {
		t.Fatal(err)
	}
	for _, r := range rules {
		if r.Form == rule.Form && (!r.TwoLevel || r.Days != 5 || r.Waiting != 1) {
			t.Errorf("the rule is %+v", r)
		}
	}
	inbox, err := w.svc.Inbox(t.Context(), w.reviewer)
	if err != nil || len(inbox) != 1 || !inbox[0].ReviewDueAt.After(inbox[0].SubmittedAt.AddDate(0, 0, 4)) {
		t.Errorf("due for review: %+v %v", inbox, err)
	}
}
