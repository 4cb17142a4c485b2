package notice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

const (
	lookAhead = 45 * 24 * time.Hour  // the longest reminder's working days with the longest holidays between
	lookBack  = 120 * 24 * time.Hour // what is overdue for longer is no longer a matter of a message
)

// Remind is the daily duty: in every county each clerk hears once a day, in one message, of the reports of their unit
// for which it is time. Running it again the same day says nothing twice, and one county's trouble does not keep the
// others from their reminders.
func (s *Service) Remind(ctx context.Context, at time.Time) error {
	counties, err := org.Counties(ctx, s.db)
	if err != nil {
		return err
	}
	var failed []error
	for _, c := range counties {
		if err := s.remindCounty(ctx, c.ID, at); err != nil {
			failed = append(failed, fmt.Errorf("remind county %s: %w", c.Code, err))
		}
	}
	return errors.Join(failed...)
}

func (s *Service) remindCounty(ctx context.Context, county int32, at time.Time) error {
	calendar, err := s.reporting.Calendar(ctx, county)
	if err != nil {
		return err
	}
	root, err := org.Root(ctx, s.db, county)
	if err != nil {
		return err
	}
	stuck, err := s.stuck(ctx, county, root.Path)
	if err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		setting, err := readSetting(ctx, tx, county)
		if err != nil {
			return err
		}
		who := actor.System(county, root.Path, reporting.ActionView)
		owed, err := s.reporting.Awaited(ctx, tx, who, at.Add(-lookBack), at.Add(lookAhead))
		if err != nil {
			return err
		}
		day := rounds{setting: setting, calendar: calendar, at: at}
		for start := 0; start < len(owed); {
			end := start + 1
			for end < len(owed) && owed[end].InstitutionID == owed[start].InstitutionID {
				end++
			}
			if err := s.remindUnit(ctx, tx, county, day, owed[start:end]); err != nil {
				return err
			}
			start = end
		}
		return s.remindStuck(ctx, tx, county, day, stuck)
	})
}

// remindUnit says in one message everything that a unit is reminded of today.
func (s *Service) remindUnit(ctx context.Context, tx pgx.Tx, county int32, day rounds, owed []reporting.Report) error {
	var lines []string
	var due []reporting.Report
	for _, r := range owed {
		if said := day.says(r); said != "" {
			due = append(due, r)
			lines = append(lines, fmt.Sprintf("%s(%s):%s,已填 %d/%d", r.FormTitle, r.Month.Chinese(), said, r.Filled, r.Fillable))
		}
	}
	if len(due) == 0 {
		return nil
	}
	to, err := clerksOf(ctx, tx, county, due[0].InstitutionID, s.rolesWith(reporting.ActionEnter), 0)
	if err != nil {
		return err
	}
	l := letter{kind: KindReminder, text: strings.Join(lines, "\n"), url: "/reporting", source: "remind:" + day.date(),
		title: fmt.Sprintf("催报:%s有 %d 份月报还没有上报", due[0].Institution, len(due))}
	if len(due) == 1 {
		l.title, l.url = "催报:"+due[0].Name()+" "+day.says(due[0]), reportURL(due[0].ID)
	}
	_, err = s.tell(ctx, tx, county, to, l)
	return err
}

// rounds decides what is said on one day.
type rounds struct {
	setting  Setting
	calendar period.Calendar
	at       time.Time
}

// says why a report is reminded of today, "" when it is not.
func (d rounds) says(r reporting.Report) string {
	due := r.DueAt.In(period.Shanghai)
	today := d.at.In(period.Shanghai)
	left := d.calendar.Until(today, due)
	switch worked := d.calendar.WorkingDay(today); {
	case due.Format(time.DateOnly) == today.Format(time.DateOnly):
		return "今天截止"
	case !worked:
		return ""
	case due.After(today) && slices.Contains(d.setting.RemindBefore, left):
		return fmt.Sprintf("还有 %d 个工作日,%s截止", left, due.Format("1月2日"))
	case due.After(today):
		return ""
	case r.InGrace(d.at):
		return "已过截止日期,宽限到" + r.GraceUntil.In(period.Shanghai).Format("1月2日")
	case d.overdueToday():
		return fmt.Sprintf("已逾期 %d 天", DaysLate(r, d.at))
	}
	return ""
}

func (d rounds) overdueToday() bool {
	switch d.setting.Overdue {
	case OverdueDaily:
		return true
	case OverdueWeekly:
		return d.firstOfWeek()
	}
	return false
}

// firstOfWeek reports whether today is the week's first working day, so that a holiday on Monday loses no round.
func (d rounds) firstOfWeek() bool {
	today := d.at.In(period.Shanghai)
	for back := 1; back <= (int(today.Weekday())+6)%7; back++ {
		if d.calendar.WorkingDay(today.AddDate(0, 0, -back)) {
			return false
		}
	}
	return true
}

// DaysLate counts the calendar days from the last day that counts as on time to the day the report came, or to at
// while it has not; 0 when it is not late.
func DaysLate(r reporting.Report, at time.Time) int {
	came := at
	if !r.ReceivedAt.IsZero() {
		came = r.ReceivedAt
	}
	if !r.Late(at) {
		return 0
	}
	day := func(t time.Time) time.Time {
		t = t.In(period.Shanghai)
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(day(came).Sub(day(r.OnTimeUntil())).Hours() / 24)
}
