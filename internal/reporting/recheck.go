package reporting

import (
	"context"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/fault"
)

// recheck counts the findings of a report anew, as rules and usual ranges may have changed since it was handed in, and
// refuses when warnings are left that nobody explained: whoever passes many at once has not seen them. Passing the
// report by itself, where they are shown, is the way to accept it nevertheless.
func (s *Service) recheck(ctx context.Context, who actor.Actor, report int64) error {
	r, err := s.countNow(ctx, who, report, State.underReview)
	if err != nil {
		return err
	}
	if r.State.underReview() && r.Errors+r.Unexplained > 0 {
		return fault.Conflict("%s,上报后检查规则有变化;请打开这份月报看过,再单独通过或退回", r.standing())
	}
	return nil
}

// standing says what of a report's findings is open.
func (r Report) standing() string {
	switch {
	case r.Errors == 0:
		return fmt.Sprintf("有 %d 条提醒还没有说明", r.Unexplained)
	case r.Unexplained == 0:
		return fmt.Sprintf("有 %d 处错误", r.Errors)
	}
	return fmt.Sprintf("有 %d 处错误、%d 条提醒还没有说明", r.Errors, r.Unexplained)
}
