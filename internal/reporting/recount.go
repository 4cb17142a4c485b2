package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Lists and inboxes read what a report's row says of its findings. When what is checked changes, the open reports that
// it touches are counted again behind the scenes; accepted ones keep what they were accepted with.

// ChecksChanged asks for the open reports of some forms to be counted again, from a month on.
type ChecksChanged struct {
	County int32   `json:"county"`
	Forms  []int32 `json:"forms"`
	From   string  `json:"from"`  // 2026-07; empty: every month
	After  int64   `json:"after"` // the last report that is done
}

// Kind names the event.
func (ChecksChanged) Kind() string { return "reporting.checks_changed" }

// first is the first month that the change touches.
func (e ChecksChanged) first() (period.Month, error) {
	if e.From == "" {
		return period.Month{}, nil
	}
	return period.Parse(e.From)
}

// countTouched enqueues that the open reports of forms are counted again, and answers how many they are.
func countTouched(ctx context.Context, tx pgx.Tx, county int32, forms []int32, from period.Month) (int, error) {
	e := ChecksChanged{County: county, Forms: forms}
	if !from.IsZero() {
		e.From = from.String()
	}
	n, err := countOpen(ctx, tx, county, forms, from)
	if err != nil || n == 0 {
		return 0, err
	}
	return n, jobs.Enqueue(ctx, tx, e)
}

// recountBatch bounds how many reports one job counts; the rest is a job of its own.
const recountBatch = 100

// CountAgain counts one batch of the open reports that a change touches.
func (s *Service) CountAgain(ctx context.Context, e ChecksChanged) error {
	first, err := e.first()
	if err != nil {
		return fmt.Errorf("read first month of changed checks: %w", err)
	}
	ids, err := openOf(ctx, s.db, e.County, e.Forms, first, e.After, recountBatch)
	if err != nil || len(ids) == 0 {
		return err
	}
	root, err := org.Root(ctx, s.db, e.County)
	if err != nil {
		return fmt.Errorf("count reports again: %w", err)
	}
	who := actor.System(e.County, root.Path)
	for _, id := range ids {
		_, err := s.countNow(ctx, who, id, func(state State) bool { return state != Accepted })
		if err != nil && !fault.IsNotFound(err) { // not owed any more
			return err
		}
	}
	if len(ids) < recountBatch {
		return nil
	}
	e.After = ids[len(ids)-1]
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error { return jobs.Enqueue(ctx, tx, e) })
}

// countNow counts the findings of a report as they are now, if its state is one to be counted.
func (s *Service) countNow(ctx context.Context, who actor.Actor, report int64, counted func(State) bool) (r Report, err error) {
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if r, err = lockReport(ctx, tx, who, report); err != nil || !counted(r.State) {
			return err
		}
		f, err := s.loadFigures(ctx, tx, who.CountyID, r)
		if err != nil {
			return err
		}
		return s.recount(ctx, tx, who.CountyID, &r, f.count(f.findings()))
	})
	if err != nil {
		return r, fmt.Errorf("check report %d again: %w", report, err)
	}
	return r, nil
}

// asking are the forms that ask for an element, in any of their versions.
func (c *Catalogue) asking(slug string) []int32 {
	ids := []int32{}
	for _, f := range c.Forms {
		for _, l := range f.Layouts {
			if _, here := l.rows[slug]; here {
				ids = append(ids, f.ID)
				break
			}
		}
	}
	return ids
}

func (c *Catalogue) allForms() []int32 {
	ids := make([]int32, len(c.Forms))
	for i, f := range c.Forms {
		ids[i] = f.ID
	}
	return ids
}

// ruled are the forms that a rule works on as it is or as it was.
func ruled(ctx context.Context, q pg.Querier, county int32, r, before CheckRule) ([]int32, error) {
	c, err := loadForms(ctx, q, county)
	if err != nil {
		return nil, err
	}
	slugs, err := c.try(r)
	if err != nil {
		return nil, fmt.Errorf("find forms of rule %s: %w", r.Code, err)
	}
	if before.Version > 0 {
		if slugs, err = c.try(before); err != nil { // beside those of the first
			return nil, fmt.Errorf("find forms of rule %s: %w", r.Code, err)
		}
	}
	ids := []int32{}
	for _, slug := range slugs {
		if f, ok := c.Form(slug); ok {
			ids = append(ids, f.ID)
		}
	}
	return ids, nil
}
