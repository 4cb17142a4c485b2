package indicator

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// loader reads the figures that the plans of one month need.
type loader struct {
	q      pg.Querier
	county int32
	month  period.Month
	tree   *tree
	facts  facts
}

// load reads each window with one statement, and who owes what in the month itself.
func load(ctx context.Context, q pg.Querier, county int32, m period.Month, t *tree, plans []plan) (facts, error) {
	l := loader{q: q, county: county, month: m, tree: t, facts: facts{}}
	needed := neededElements(plans)
	for _, w := range []formula.Window{formula.This, formula.Prev, formula.PrevYear} {
		if err := l.single(ctx, w, needed[w]); err != nil {
			return nil, err
		}
	}
	for _, w := range []formula.Window{formula.YTD, formula.PrevYearYTD} {
		if err := l.sums(ctx, w, needed[w]); err != nil {
			return nil, err
		}
	}
	if err := l.debts(ctx, needed); err != nil {
		return nil, err
	}
	l.facts.setControls(t, plans)
	return l.facts, nil
}

// neededElements lists the elements each window is read for.
func neededElements(plans []plan) map[formula.Window][]int32 {
	needed := map[formula.Window][]int32{}
	for _, p := range plans {
		for _, in := range p.inputs {
			if in.constant == nil && !slices.Contains(needed[in.key.window], in.key.element) {
				needed[in.key.window] = append(needed[in.key.window], in.key.element)
			}
		}
	}
	return needed
}

// lastOf is the month in which a window ends.
func lastOf(w formula.Window, m period.Month) period.Month {
	months := windowMonths(w, m)
	return months[len(months)-1]
}

func (l loader) single(ctx context.Context, w formula.Window, elements []int32) error {
	if len(elements) == 0 {
		return nil
	}
	rows, err := l.q.Query(ctx, `
		SELECT element_id, institution_id, state, value, 1, report_id IS NULL FROM reporting_fact
		WHERE county_id = $1 AND period = $2 AND element_id = ANY($3)`, l.county, lastOf(w, l.month), elements)
	if err != nil {
		return fmt.Errorf("read facts of %s: %w", lastOf(w, l.month), err)
	}
	return l.collect(rows, w)
}

// sums adds up the months of a year; the state is that of the last month, which has to be there. The months are listed:
// a range would read every element of all of them.
func (l loader) sums(ctx context.Context, w formula.Window, elements []int32) error {
	if len(elements) == 0 {
		return nil
	}
	months := windowMonths(w, l.month)
	rows, err := l.q.Query(ctx, `
		SELECT element_id, institution_id, max(state) FILTER (WHERE period = $3), sum(value), count(value),
		       bool_and(report_id IS NULL) FROM reporting_fact
		WHERE county_id = $1 AND period = ANY($2::text[]::date[]) AND element_id = ANY($4) GROUP BY 1, 2`,
		l.county, firstDays(months), lastOf(w, l.month), elements)
	if err != nil {
		return fmt.Errorf("read sums to %s: %w", lastOf(w, l.month), err)
	}
	return l.collect(rows, w)
}

func (l loader) collect(rows pgx.Rows, w formula.Window) error {
	var element int32
	var institution int64
	var said pgtype.Text
	var value pgtype.Numeric
	var months int
	var loaded bool
	_, err := pgx.ForEachRow(rows, []any{&element, &institution, &said, &value, &months, &loaded}, func() error {
		if at, ok := l.tree.place[institution]; ok && said.Valid {
			l.facts.column(columnKey{element, w}, len(l.tree.ids))[at] = newFigure(said.String, value, months, loaded)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read facts: %w", err)
	}
	return nil
}

func newFigure(said string, value pgtype.Numeric, months int, loaded bool) figure {
	switch said {
	case "value":
		return figure{state: given, value: toDecimal(value), months: months, loaded: loaded}
	case "na":
		return figure{state: notApplicable}
	default:
		return figure{state: owed}
	}
}

func toDecimal(n pgtype.Numeric) decimal.Decimal {
	if n.Int == nil {
		return decimal.Zero
	}
	return decimal.NewFromBigInt(n.Int, n.Exp)
}

// debts marks what reports ask for in the month and nobody has given yet. Loaded figures are their own due. That a
// figure is not there is found here and not by the database: without fresh statistics it would compare row by row.
func (l loader) debts(ctx context.Context, needed map[formula.Window][]int32) error {
	elements := append(slices.Clone(needed[formula.This]), needed[formula.YTD]...)
	if len(elements) == 0 {
		return nil
	}
	rows, err := l.q.Query(ctx, `SELECT element_id, institution_id FROM reporting_due
		WHERE county_id = $1 AND period = $2 AND element_id = ANY($3) AND report_id IS NOT NULL`, l.county, l.month, elements)
	if err != nil {
		return fmt.Errorf("read due figures of %s: %w", l.month, err)
	}
	var element int32
	var institution int64
	_, err = pgx.ForEachRow(rows, []any{&element, &institution}, func() error {
		if at, ok := l.tree.place[institution]; ok {
			l.owe(columnKey{element, formula.This}, at)
			l.owe(columnKey{element, formula.YTD}, at)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read due figures of %s: %w", l.month, err)
	}
	return nil
}

func (l loader) owe(key columnKey, at int) {
	c := l.facts.column(key, len(l.tree.ids))
	if c[at].state == nothing {
		c[at].state = owed
	}
}
