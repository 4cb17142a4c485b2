package reporting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// openingDay is the day of a month on which its own reports open, so that figures known before the month ends (beds,
// staff, population) can be typed early; they fall due by the form's rule, by default the 5th of the next month.
const openingDay = 25

// OpenMonth makes the reports that institutions owe for a month: every enabled form × every open institution of its
// kinds (or chosen for it). What is there already stays. It answers how many were opened. An opened month cannot be
// taken back, so one further away than the next is refused.
func (s *Service) OpenMonth(ctx context.Context, who actor.Actor, m period.Month) (int, error) {
	if err := who.Require(ActionConfigure); err != nil {
		return 0, err
	}
	if last := period.MonthOf(s.now()).Next(); m.After(last) {
		return 0, fault.Field("period", "最多提前一个月打开,%s还早,最晚可以打开%s", m.Chinese(), last.Chinese())
	}
	if err := requireWholeCounty(ctx, s.db, who); err != nil {
		return 0, err
	}
	return s.openMonth(ctx, who, m, time.Time{})
}

// openMonth leaves out forms that fell due before a moment.
func (s *Service) openMonth(ctx context.Context, who actor.Actor, m period.Month, dueAfter time.Time) (opened int, err error) {
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		c, err := s.catalogue(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		calendar, err := s.calendarOf(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		if opened, err = insertReports(ctx, tx, who.CountyID, m, openable(c, m, calendar, dueAfter), nil); err != nil || opened == 0 {
			return err
		}
		if err := jobs.Enqueue(ctx, tx, MonthOpened{County: who.CountyID, Month: m.String()}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionConfigure, Kind: "month", ID: m.String(), Name: m.Chinese(),
			After: map[string]any{"opened": opened}})
	})
	if err != nil {
		return 0, fmt.Errorf("open %s of county %d: %w", m, who.CountyID, err)
	}
	return opened, nil
}

// opening is one form as it opens in a month.
type opening struct {
	form    *Form
	version int
	due     time.Time
	grace   *time.Time // nil without
}

// openingOf is a form as it opens in a month by the county's calendar.
func openingOf(f *Form, m period.Month, c period.Calendar) opening {
	due := f.DueAt(m, c)
	return opening{form: f, version: f.LayoutIn(m).Version, due: due, grace: f.graceAfter(due, c)}
}

func openable(c *Catalogue, m period.Month, calendar period.Calendar, dueAfter time.Time) []opening {
	var out []opening
	for _, f := range c.Forms {
		if !f.Enabled || f.LayoutIn(m) == nil {
			continue
		}
		if o := openingOf(f, m, calendar); o.due.After(dueAfter) {
			out = append(out, o)
		}
	}
	return out
}

// OpenDue is the daily duty: in every county it opens this month's reports from the opening day on, and those of last
// month that an institution opened late would lack. Months that fell due before the county existed stay closed.
func (s *Service) OpenDue(ctx context.Context, at time.Time) error {
	counties, err := readCounties(ctx, s.db)
	if err != nil {
		return err
	}
	var failed []error // one county's trouble must not keep the others from opening
	for _, county := range counties {
		who := actor.System(county.id, county.path, ActionConfigure)
		for _, m := range MonthsOpenAt(at) {
			if _, err := s.openMonth(ctx, who, m, county.since); err != nil {
				failed = append(failed, err)
			}
		}
	}
	return errors.Join(failed...)
}

// MonthsOpenAt lists the months whose reports are open at a moment and not long past.
func MonthsOpenAt(at time.Time) []period.Month {
	m := period.MonthOf(at)
	if at.In(period.Shanghai).Day() < openingDay {
		return []period.Month{m.Prev()}
	}
	return []period.Month{m.Prev(), m}
}

// FollowTree counts anew how many figures the county's open proxy reports can hold: clinics that were added, moved or
// closed are asked for elsewhere than before. Reports that were handed in keep the clinics they were handed in with.
func (s *Service) FollowTree(ctx context.Context, county int32) error {
	return followTree(ctx, s.db, county)
}

// Jobs registers the duties of this room.
func (s *Service) Jobs(r *jobs.Registry) {
	r.Every(jobs.Schedule{
		Name: "reporting.open",
		Next: jobs.Daily(period.Shanghai, 0, 10),
		All:  true,
		Do:   s.OpenDue,
	})
	r.Every(jobs.Schedule{Name: "reporting.leave", Next: jobs.Daily(period.Shanghai, 3, 20), Do: s.Leave})
	jobs.On(r, 2*time.Minute, func(ctx context.Context, e org.TreeChanged) error { return s.FollowTree(ctx, e.County) })
	jobs.On(r, 2*time.Minute, s.CountAgain)
	s.watchRanges(r)
}
