package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/pg"
)

// maxCaughtUp bounds how many missed slots of one duty are made up for: three years of months.
const maxCaughtUp = 36

// Schedule is a periodic duty. Slots are points in time; each is run once over all worker processes,
// and those missed while nothing was running are caught up at the next start.
type Schedule struct {
	Name string
	Next func(after time.Time) time.Time // the first slot after a moment
	All  bool                            // run every missed slot; false: only the latest
	Do   func(ctx context.Context, slot time.Time) error
}

// slotArgs is the job of one slot.
type slotArgs struct {
	Name string    `json:"name"`
	Slot time.Time `json:"slot"`
}

// Kind names the job in the queue.
func (slotArgs) Kind() string { return "kernel.slot" }

// Every registers a periodic duty.
func (r *Registry) Every(s Schedule) { r.schedules = append(r.schedules, s) }

func (r *Registry) runSlot(ctx context.Context, a slotArgs) error {
	for _, s := range r.schedules {
		if s.Name == a.Name {
			return s.Do(ctx, a.Slot)
		}
	}
	return fmt.Errorf("no duty is called %s", a.Name)
}

// tick enqueues every slot that has come. The row lock makes each slot the business of one process. A duty that cannot
// be scheduled does not keep back those behind it.
func (r *Registry) tick(ctx context.Context, db *pgxpool.Pool, now time.Time) (all error) {
	for _, s := range r.schedules {
		err := pg.Tx(ctx, db, func(tx pgx.Tx) error { return s.enqueueDue(ctx, tx, now) })
		if err != nil {
			all = errors.Join(all, fmt.Errorf("schedule %s: %w", s.Name, err))
		}
	}
	return all
}

func (s Schedule) enqueueDue(ctx context.Context, tx pgx.Tx, now time.Time) error {
	// A duty that was never run starts with its latest slot before now, found by walking from a year back.
	if _, err := tx.Exec(ctx, `INSERT INTO job_schedule (name, last_slot) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`,
		s.Name, s.before(now)); err != nil {
		return err
	}
	var last time.Time
	err := tx.QueryRow(ctx, `SELECT last_slot FROM job_schedule WHERE name = $1 FOR UPDATE SKIP LOCKED`, s.Name).Scan(&last)
	if pg.NoRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	due := s.due(last, now)
	for _, slot := range due {
		if err := Enqueue(ctx, tx, slotArgs{Name: s.Name, Slot: slot}); err != nil {
			return err
		}
		last = slot
	}
	_, err = tx.Exec(ctx, `UPDATE job_schedule SET last_slot = $2 WHERE name = $1 AND last_slot < $2`, s.Name, last)
	return err
}

// due lists the slots in (last, now], only the latest unless all are wanted.
func (s Schedule) due(last, now time.Time) []time.Time {
	var slots []time.Time
	for slot := s.Next(last); !slot.After(now); slot = s.Next(slot) {
		slots = append(slots, slot)
		if len(slots) > maxCaughtUp {
			slots = slots[1:]
		}
	}
	if !s.All && len(slots) > 1 {
		slots = slots[len(slots)-1:]
	}
	return slots
}

// before returns a moment just before the slot that precedes now, so that a new duty runs once at first start.
func (s Schedule) before(now time.Time) time.Time {
	for _, back := range []time.Duration{time.Minute, time.Hour, 24 * time.Hour, 32 * 24 * time.Hour} {
		start := now.Add(-back)
		if slots := s.due(start, now); len(slots) > 0 {
			return slots[len(slots)-1].Add(-time.Second)
		}
	}
	return now
}

// Daily returns the slots of every day at hour:minute in loc.
func Daily(loc *time.Location, hour, minute int) func(time.Time) time.Time {
	return func(after time.Time) time.Time {
		t := after.In(loc)
		slot := time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, loc)
		if !slot.After(after) {
			slot = slot.AddDate(0, 0, 1)
		}
		return slot
	}
}

// Monthly returns the first moment of every month in loc.
func Monthly(loc *time.Location) func(time.Time) time.Time {
	return func(after time.Time) time.Time {
		t := after.In(loc)
		return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, loc)
	}
}

// Interval returns slots a fixed time apart.
func Interval(d time.Duration) func(time.Time) time.Time {
	return func(after time.Time) time.Time { return after.Truncate(d).Add(d) }
}
