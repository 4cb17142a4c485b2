package reporting

import (
	"context"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Seen is a report as its reviewer looked at it; Submission 0 stands for whichever is there.
type Seen struct {
	Report     int64
	Submission int
}

// stands refuses unless the report waits for review with the submission that was looked at; verb is what was to be done.
func (v Seen) stands(r Report, verb string) error {
	if !r.State.underReview() {
		return fault.Conflict("只有已上报的月报可以%s,这份月报现在是“%s”", verb, r.State.Title())
	}
	return v.unchanged(r, verb)
}

// unchanged refuses when the report was handed in again since it was looked at.
func (v Seen) unchanged(r Report, verb string) error {
	if v.Submission == 0 || v.Submission == r.Submission {
		return nil
	}
	return fault.Conflict("您看的是第 %d 次上报,%s 已在 %s 重新上报(第 %d 次),请看过新的数再%s", v.Submission, r.SubmittedBy,
		r.SubmittedAt.In(period.Shanghai).Format("2006-01-02 15:04"), r.Submission, verb)
}

// mayNotReview says why who may not accept the report, "" when they may: whoever submitted it, or entered a figure or
// gave an explanation that nobody has accepted yet, does not judge it. The program itself is nobody's colleague.
func (s *Service) mayNotReview(ctx context.Context, q pg.Querier, who actor.Actor, r Report) (string, error) {
	if who.AccountID == 0 {
		return "", nil
	}
	if r.State == Checked && r.TwoLevel && r.CheckedByID == who.AccountID {
		return "这份月报由您初审,应由他人终审", nil
	}
	if r.SubmittedByID == who.AccountID {
		return "这份月报由您上报,应由他人审核", nil
	}
	entered, err := enteredSinceAcceptance(ctx, q, who, r.ID)
	if err != nil || !entered {
		return "", err
	}
	return "这份月报里有您填写的数据或说明,应由他人审核", nil
}

// underReview reports whether a reviewer has to act.
func (s State) underReview() bool { return s == Submitted || s == Checked }

// AfterReview is the state that a report reaches when its reviewer passes it: checked where a second one follows.
func (r Report) AfterReview() State {
	if r.State == Submitted && r.TwoLevel {
		return Checked
	}
	return Accepted
}

// reviewedWith is the action that whoever reviews the report as it stands needs.
func (r Report) reviewedWith() string {
	if r.State == Checked && r.TwoLevel {
		return ActionApprove
	}
	return ActionReview
}

// waitsFor reports whether the report waits for somebody with the permissions of who.
func (r Report) waitsFor(who actor.Actor) bool {
	return r.State.underReview() && who.May(r.reviewedWith())
}

// mayReturn lets those return a report whom it waits for, and whoever checked it take that back.
func (r Report) mayReturn(who actor.Actor) error {
	if r.waitsFor(who) || r.State == Checked && who.AccountID != 0 && r.CheckedByID == who.AccountID {
		return nil
	}
	return fault.Forbidden("这份月报已由 %s 初审通过,请由终审人退回,或由初审人收回", r.CheckedBy)
}

// WaitsSince is since when the report waits for the level of review that it is at.
func (r Report) WaitsSince() time.Time {
	if r.State == Checked {
		return r.CheckedAt
	}
	return r.SubmittedAt
}

// dueForReview fills until when each report that is under review should be passed or returned.
func (s *Service) dueForReview(ctx context.Context, county int32, reports []Report) error {
	calendar, err := s.calendarOf(ctx, s.db, county)
	if err != nil {
		return err
	}
	for i := range reports {
		if r := &reports[i]; r.State.underReview() {
			r.ReviewDueAt = calendar.After(r.WaitsSince(), r.ReviewDays)
		}
	}
	return nil
}
