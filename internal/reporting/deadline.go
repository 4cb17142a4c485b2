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

// maxGrace bounds the grace of a form, in working days; the table says the same.
const maxGrace = 15

// graceAfter is the end of the form's grace after a deadline, nil without grace.
func (f *Form) graceAfter(due time.Time, c period.Calendar) *time.Time {
	if f.GraceDays == 0 {
		return nil
	}
	end := c.After(due, f.GraceDays)
	return &end
}

// SetGrace says for how many working days after the deadline a form still counts as on time. Reports whose deadline
// has not passed follow.
func (s *Service) SetGrace(ctx context.Context, who actor.Actor, form string, days int) error {
	if err := who.Require(ActionExtend); err != nil {
		return err
	}
	if days < 0 || days > maxGrace {
		return fault.Field("grace", "宽限应为 0 到 %d 个工作日", maxGrace)
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := requireWholeCounty(ctx, tx, who); err != nil {
			return err
		}
		c, err := s.catalogue(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		f, ok := c.Form(form)
		if !ok {
			return fault.NotFound("这张报表")
		}
		if f.GraceDays == days {
			return nil
		}
		return s.setGrace(ctx, tx, who, f, days)
	})
	if err != nil {
		return fmt.Errorf("set grace of form %s: %w", form, err)
	}
	return nil
}

func (s *Service) setGrace(ctx context.Context, tx pgx.Tx, who actor.Actor, f *Form, days int) error {
	if err := moveStamp(ctx, tx, who.CountyID); err != nil {
		return err
	}
	if err := updateGrace(ctx, tx, who.CountyID, f.ID, days); err != nil {
		return err
	}
	moved, err := s.moveDeadlines(ctx, tx, who.CountyID)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Entry{Action: ActionExtend, Kind: "form", ID: fmt.Sprint(f.ID), Name: f.Title,
		Before: map[string]any{"grace_days": f.GraceDays}, After: map[string]any{"grace_days": days, "moved": moved}})
}

// moveDeadlines brings the deadlines of awaited reports in line with the calendar and the grace of their forms. One
// that has passed stays, and so does one that was put off for its unit. It answers how many moved.
func (s *Service) moveDeadlines(ctx context.Context, tx pgx.Tx, county int32) (int, error) {
	c, err := s.catalogue(ctx, tx, county)
	if err != nil {
		return 0, err
	}
	calendar, err := s.calendarOf(ctx, tx, county)
	if err != nil {
		return 0, err
	}
	awaited, err := readAwaited(ctx, tx, county, s.now())
	if err != nil {
		return 0, err
	}
	var moves []deadline
	for _, a := range awaited {
		f, ok := c.forms[a.form]
		if !ok {
			continue
		}
		due := f.DueAt(a.month, calendar)
		moves = append(moves, deadline{form: a.form, month: a.month, due: due, grace: f.graceAfter(due, calendar)})
	}
	return writeDeadlines(ctx, tx, county, s.now(), moves)
}
