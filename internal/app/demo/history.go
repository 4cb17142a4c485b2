package demo

import (
	"context"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

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
	if err := l.reckonRanges(ctx); err != nil {
		return err
	}
	return l.explain(ctx, stories)
}

// reckonRanges says what is usual in the months that are worked on, so that outliers are among the findings that are
// counted.
func (l *load) reckonRanges(ctx context.Context) error {
	for _, m := range l.months() {
		if m.Before(l.world.open) {
			continue
		}
		if err := l.reporting.RefreshRanges(ctx, l.county.ID, m, nil); err != nil {
			return err
		}
	}
	return nil
}

// fill writes all figures. Checking the references of each row is what takes the time, so the large tables are written
// side by side, each in a transaction of its own.
func (l *load) fill(ctx context.Context, stories []story) error {
	c, err := l.reporting.Catalogue(ctx, l.who)
	if err != nil {
		return err
	}
	b := newBook(l.world, l.ids, c)
	var cells []cell
	for i := range stories {
		cells = append(cells, b.cells(&stories[i])...)
	}
	group, inGroup := errgroup.WithContext(ctx)
	group.Go(func() error { // the trail refers to its cells, so it comes after them
		err := l.once(inGroup, "cell", func(tx pgx.Tx) error { return copyCells(inGroup, tx, l.county.ID, cells) })
		if err != nil {
			return err
		}
		return l.once(inGroup, "cell_change", func(tx pgx.Tx) error { return l.writeTrail(inGroup, tx, b, stories, cells) })
	})
	group.Go(func() error {
		return l.once(inGroup, "fact", func(tx pgx.Tx) error { return copyFacts(inGroup, tx, l.county.ID, cells) })
	})
	if err := group.Wait(); err != nil {
		return err
	}
	if err := analyze(ctx, l.DB, "institution", "report", "report_subject", "cell", "cell_change", "fact"); err != nil {
		return err
	}
	err = l.once(ctx, "report_snapshot", func(tx pgx.Tx) error {
		if err := updateReports(ctx, tx, l.county.ID, stories); err != nil {
			return err
		}
		return takeSnapshots(ctx, tx, l.county.ID, stories, cells)
	})
	if err != nil {
		return err
	}
	return analyze(ctx, l.DB, "report", "report_event", "report_snapshot", "cell_remark")
}

// once writes unless a load that was broken off has done so.
func (l *load) once(ctx context.Context, table string, write func(pgx.Tx) error) error {
	return pg.Tx(ctx, l.DB, func(tx pgx.Tx) error {
		done, err := anyRow(ctx, tx, l.county.ID, table)
		if err != nil || done {
			return err
		}
		return write(tx)
	})
}

func (l *load) writeTrail(ctx context.Context, tx pgx.Tx, b *book, stories []story, cells []cell) error {
	if err := copyChanges(ctx, tx, l.county.ID, cells); err != nil {
		return err
	}
	if err := copyEvents(ctx, tx, l.county.ID, stories); err != nil {
		return err
	}
	return copyRemarks(ctx, tx, l.county.ID, b, stories)
}

// openMonths opens every month of the history and those after it that are open today.
func (l *load) openMonths(ctx context.Context) error {
	for _, m := range l.months() {
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

// explain counts the findings where there may be some, and lets the clerks explain the warnings of what they handed in
// and of those troubles that have an explanation.
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
		if err := pg.Tx(ctx, l.DB, func(tx pgx.Tx) error { return writeFindings(ctx, tx, l.county.ID, s, sheet.Findings, s.why(t)) }); err != nil {
			return err
		}
	}
	return nil
}
