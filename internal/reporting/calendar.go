package reporting

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// CalendarDay is a day that the county works otherwise than announced.
type CalendarDay struct {
	Day    time.Time // midnight UTC
	Worked bool
	Reason string
	By     string
	At     time.Time
}

// Calendar is the county's calendar, for deadlines. The indicators' 实际工作日 stays the announced one, so that
// counties compare.
func (s *Service) Calendar(ctx context.Context, county int32) (period.Calendar, error) {
	return s.calendarOf(ctx, s.db, county)
}

func (s *Service) calendarOf(ctx context.Context, q pg.Querier, county int32) (period.Calendar, error) {
	days, err := readCalendarDays(ctx, q, county, time.Time{})
	if err != nil {
		return period.Calendar{}, err
	}
	own := map[string]bool{}
	for _, d := range days {
		own[d.Day.Format(time.DateOnly)] = d.Worked
	}
	return s.calendar.With(own), nil
}

// CalendarDays lists the county's own days from this year on, oldest first.
func (s *Service) CalendarDays(ctx context.Context, who actor.Actor) ([]CalendarDay, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	year := s.now().In(period.Shanghai).Year()
	return readCalendarDays(ctx, s.db, who.CountyID, time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
}

// SetCalendarDay says that the county rests or works on a day; deadlines that have not passed follow. It answers how
// many reports got another deadline.
func (s *Service) SetCalendarDay(ctx context.Context, who actor.Actor, day time.Time, worked bool, reason string) (moved int, err error) {
	if err := who.Require(ActionExtend); err != nil {
		return 0, err
	}
	if reason, err = requireText("reason", "原因", reason); err != nil {
		return 0, err
	}
	if err := s.checkDay(day); err != nil {
		return 0, err
	}
	if s.calendar.WorkingDay(inOffice(day)) == worked {
		return 0, fault.Field("worked", "%s按国家安排本来就是%s,不需要设置", day.Format("1月2日"), dayWord(worked))
	}
	return s.changeDay(ctx, who, day, reason, func(tx pgx.Tx) error {
		return writeCalendarDay(ctx, tx, who, CalendarDay{Day: day, Worked: worked, Reason: reason, At: s.now()})
	}, map[string]any{"worked": worked})
}

// ClearCalendarDay lets the announced calendar hold again on a day to come.
func (s *Service) ClearCalendarDay(ctx context.Context, who actor.Actor, day time.Time) (moved int, err error) {
	if err := who.Require(ActionExtend); err != nil {
		return 0, err
	}
	if err := s.checkDay(day); err != nil {
		return 0, err
	}
	return s.changeDay(ctx, who, day, "", func(tx pgx.Tx) error {
		return deleteCalendarDay(ctx, tx, who.CountyID, day)
	}, map[string]any{"worked": nil})
}

func (s *Service) changeDay(ctx context.Context, who actor.Actor, day time.Time, reason string, change func(pgx.Tx) error, after any) (moved int, err error) {
	text := day.Format(time.DateOnly)
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := requireWholeCounty(ctx, tx, who); err != nil {
			return err
		}
		if err := moveStamp(ctx, tx, who.CountyID); err != nil { // holds months off that open meanwhile
			return err
		}
		if err := change(tx); err != nil {
			return err
		}
		if moved, err = s.moveDeadlines(ctx, tx, who.CountyID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionExtend, Kind: "calendar_day", ID: text, Name: text,
			Reason: reason, After: after})
	})
	if err != nil {
		return 0, fmt.Errorf("change %s in the calendar: %w", text, err)
	}
	return moved, nil
}

// checkDay refuses days that no deadline can follow any more, and those far off.
func (s *Service) checkDay(day time.Time) error {
	now := s.now().In(period.Shanghai)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	switch {
	case day.Before(today):
		return fault.Field("day", "只能设置今天及以后的日期,过去的截止时间不再变动")
	case day.Year() > now.Year()+1:
		return fault.Field("day", "最远设置到明年年底")
	}
	return nil
}

// inOffice is noon of a date in the office's zone.
func inOffice(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, period.Shanghai)
}

func dayWord(worked bool) string {
	if worked {
		return "工作日"
	}
	return "休息日"
}
