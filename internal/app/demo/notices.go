package demo

import (
	"context"
	"slices"
	"time"

	"yigai/internal/notice"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// notices shows deadlines at work: a local holiday, a unit with more time, the circular about the month under review,
// and today's reminders.
func (l *load) notices(ctx context.Context) error {
	if err := l.festival(ctx); err != nil {
		return err
	}
	svc := notice.New(l.DB, l.Now, l.reporting, l.Permissions(), notice.Outside{})
	if err := l.extension(ctx); err != nil { // first, so that the circular does not name who has more time
		return err
	}
	if err := l.circular(ctx, svc); err != nil {
		return err
	}
	return svc.Remind(ctx, l.Now())
}

// festival is the first working day of the week two months on.
func (l *load) festival(ctx context.Context) error {
	there, err := l.reporting.CalendarDays(ctx, l.who)
	if err != nil || len(there) > 0 {
		return err
	}
	day := l.Calendar.NextWorkingDay(l.Now().AddDate(0, 2, 0))
	_, err = l.reporting.SetCalendarDay(ctx, l.who, time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC), false, "那达慕大会放假")
	return err
}

func (l *load) circular(ctx context.Context, svc *notice.Service) error {
	there, _, err := svc.Circulars(ctx, l.who, 0)
	if err != nil || len(there) > 0 {
		return err
	}
	id, err := svc.Draft(ctx, l.who, l.world.open.Period())
	if err != nil {
		return err
	}
	c, err := svc.Circular(ctx, l.who, id)
	if err != nil {
		return err
	}
	return svc.Issue(ctx, l.who, id, c.Version)
}

// extension gives the last unit that has not reported five working days more.
func (l *load) extension(ctx context.Context) error {
	there, err := l.reporting.Extensions(ctx, l.who, l.world.open, 0)
	if err != nil || len(there) > 0 {
		return err
	}
	found, err := l.reporting.List(ctx, l.who, reporting.Filter{Month: l.world.open, States: []reporting.State{reporting.NotStarted, reporting.Draft}})
	if err != nil {
		return err
	}
	awaited := slices.DeleteFunc(found.Reports, func(r reporting.Report) bool { return !r.ReceivedAt.IsZero() })
	if len(awaited) < 2 {
		return nil
	}
	until := l.Calendar.After(l.Now(), 5).In(period.Shanghai)
	return l.reporting.Extend(ctx, l.who, []int64{awaited[len(awaited)-1].ID},
		time.Date(until.Year(), until.Month(), until.Day(), 0, 0, 0, 0, time.UTC), "统计人员产假,接手人员正在熟悉报表")
}
