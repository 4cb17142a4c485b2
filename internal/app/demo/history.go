package demo

import (
	"context"

	"github.com/jackc/pgx/v5"

	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// history opens the months and fills their reports. A load that was broken off has either all figures or none.
func (l *load) history(ctx context.Context) error {
	if err := l.openMonths(ctx); err != nil {
		return err
	}
	stories, err := l.stories(ctx)
	if err != nil {
		return err
	}
	if err := l.fill(ctx, stories); err != nil {
		return err
	}
	return l.explain(ctx, stories)
}

func (l *load) fill(ctx context.Context, stories []story) error {
	done, err := anyCell(ctx, l.DB, l.county.ID)
	if err != nil || done {
		return err
	}
	c, err := l.reporting.Catalogue(ctx, l.who)
	if err != nil {
		return err
	}
	b := newBook(l.world, l.ids, c)
	if err := pg.Tx(ctx, l.DB, func(tx pgx.Tx) error { return l.write(ctx, tx, b, stories) }); err != nil {
		return err
	}
	return analyze(ctx, l.DB)
}

// openMonths opens every month of the history, and the one after the open month while its deadline is ahead.
func (l *load) openMonths(ctx context.Context) error {
	months := l.months()
	for m := l.world.open.Next(); m.Before(period.MonthOf(l.Now())); m = m.Next() {
		months = append(months, m)
	}
	for _, m := range months {
		if _, err := l.reporting.OpenMonth(ctx, l.who, m); err != nil {
			return err
		}
	}
	return nil
}

func (l *load) stories(ctx context.Context) ([]story, error) {
	reports, err := readReports(ctx, l.DB, l.county.ID)
	if err != nil {
		return nil, err
	}
	t := teller{now: l.Now(), calendar: l.Calendar, staff: &l.staff, world: l.world}
	var all []story
	for _, r := range reports {
		if s := t.tell(r); s.state != reporting.NotStarted {
			all = append(all, s)
		}
	}
	return all, nil
}

func (l *load) write(ctx context.Context, tx pgx.Tx, b *book, stories []story) error {
	var cells []cell
	for _, s := range stories {
		cells = append(cells, b.cells(s)...)
	}
	for _, step := range []func() error{
		func() error { return copyCells(ctx, tx, l.county.ID, cells) },
		func() error { return copyChanges(ctx, tx, l.county.ID, cells) },
		func() error { return copyEvents(ctx, tx, l.county.ID, stories) },
		func() error { return copyRemarks(ctx, tx, l.county.ID, b, stories) },
		func() error { return updateReports(ctx, tx, l.county.ID, stories) },
		func() error { return takeSnapshots(ctx, tx, l.county.ID, stories, cells) },
		func() error { return writeFacts(ctx, tx, l.county.ID) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// explain counts the findings where there may be some, and lets the clerks explain the warnings of those troubles that
// have an explanation.
func (l *load) explain(ctx context.Context, stories []story) error {
	for _, s := range stories {
		t, troubled := troubleOf(s.code, l.world.open, s.month)
		if s.month.Before(l.world.open) && (!troubled || s.form == formClinic) {
			continue
		}
		sheet, err := l.reporting.Open(ctx, l.who, s.id)
		if err != nil {
			return err
		}
		if err := pg.Tx(ctx, l.DB, func(tx pgx.Tx) error { return writeFindings(ctx, tx, l.county.ID, s, sheet.Findings, t.why) }); err != nil {
			return err
		}
	}
	return nil
}
