package notice

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// stuck are a county's reports that wait for somebody: returned ones for their clerk, submitted ones for a reviewer. Of
// each the longest waiting come first; what is beyond their bound has its turn when these have moved.
type stuck struct {
	returned, submitted []reporting.Report
}

func (s *Service) stuck(ctx context.Context, county int32, path string) (found stuck, err error) {
	who := actor.System(county, path, reporting.ActionReview, reporting.ActionApprove)
	back, err := s.reporting.SentBack(ctx, who)
	if err != nil {
		return found, err
	}
	found.returned = back.Reports
	found.submitted, err = s.reporting.Inbox(ctx, who)
	return found, err
}

// remindStuck tells on working days whom the county waits for, each in one message.
func (s *Service) remindStuck(ctx context.Context, tx pgx.Tx, county int32, day rounds, all stuck) error {
	if !day.calendar.WorkingDay(day.at.In(period.Shanghai)) {
		return nil
	}
	err := s.remindPeople(ctx, tx, county, slices.DeleteFunc(all.returned, day.patient), s.clerksOfReport,
		letter{kind: KindReminder, title: "催报:%d 份退回的月报还没有改好重报", url: "/reporting", source: "returned:" + day.date()}, func(r reporting.Report) string {
			return fmt.Sprintf("%s:%s退回", r.Name(), r.ReturnedAt.In(period.Shanghai).Format("1月2日"))
		})
	if err != nil {
		return err
	}
	return s.remindPeople(ctx, tx, county, slices.DeleteFunc(all.submitted, day.reviewedInTime), s.reviewersOfReport,
		letter{kind: KindReminder, title: "催审:%d 份月报过了审核期限", url: "/review", source: "review:" + day.date()}, func(r reporting.Report) string {
			return fmt.Sprintf("%s:应在%s前审核", r.Name(), r.ReviewDueAt.In(period.Shanghai).Format("1月2日"))
		})
}

// remindPeople gathers what each person is reminded of and says it in one letter; its title takes the count.
func (s *Service) remindPeople(ctx context.Context, tx pgx.Tx, county int32, reports []reporting.Report,
	whose func(context.Context, pgx.Tx, int32, reporting.Report) ([]int64, error), l letter, say func(reporting.Report) string) error {
	lines := map[int64][]string{}
	for _, r := range reports {
		to, err := whose(ctx, tx, county, r)
		if err != nil {
			return err
		}
		for _, id := range to {
			lines[id] = append(lines[id], say(r))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(lines)) {
		one := l
		one.title, one.text = fmt.Sprintf(l.title, len(lines[id])), strings.Join(lines[id], "\n")
		if _, err := s.tell(ctx, tx, county, []int64{id}, one); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) clerksOfReport(ctx context.Context, tx pgx.Tx, county int32, r reporting.Report) ([]int64, error) {
	return clerksOf(ctx, tx, county, r.InstitutionID, s.rolesWith(reporting.ActionEnter), 0)
}

// reviewersOfReport are those whose turn it is: after the first of two levels whoever approves.
func (s *Service) reviewersOfReport(ctx context.Context, tx pgx.Tx, county int32, r reporting.Report) ([]int64, error) {
	action := reporting.ActionReview
	if r.State == reporting.Checked {
		action = reporting.ActionApprove
	}
	return reviewersOf(ctx, tx, county, r.InstitutionID, s.rolesWith(action), r.SubmittedByID)
}

// patient reports whether a returned report is given more time by the county's setting.
func (d rounds) patient(r reporting.Report) bool {
	return d.setting.Returned == 0 || d.calendar.Until(r.ReturnedAt.In(period.Shanghai), d.at.In(period.Shanghai)) <= d.setting.Returned
}

func (d rounds) reviewedInTime(r reporting.Report) bool {
	return r.ReviewDueAt.IsZero() || !d.at.After(r.ReviewDueAt)
}

func (d rounds) date() string { return d.at.In(period.Shanghai).Format(time.DateOnly) }
