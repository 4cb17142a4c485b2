package reporting

import (
	"context"

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
	if r.State != Submitted {
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
	if r.SubmittedByID == who.AccountID {
		return "这份月报由您上报,应由他人审核", nil
	}
	entered, err := enteredSinceAcceptance(ctx, q, who, r.ID)
	if err != nil || !entered {
		return "", err
	}
	return "这份月报里有您填写的数据或说明,应由他人审核", nil
}
