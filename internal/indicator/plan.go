package indicator

import (
	"fmt"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// plan is an indicator's formula of a month, ready to be computed.
type plan struct {
	indicator Indicator
	version   int
	fraction  formula.Fraction
	inputs    []input
	at        map[formula.Ref]int
	judged    []int // the inputs that decide who has to report: this month's, or all where the formula has none
	compares  bool  // holds this month against another time
}

// input is one figure a formula needs.
type input struct {
	ref        formula.Ref
	element    reporting.Element
	key        columnKey
	group      string
	kinds      map[string]bool
	constant   *formula.Value // of the calendar
	overMonths bool           // a sum over the months of a year
}

// newPlan prepares the version in force; ok is false where there is none yet.
func (s *Service) newPlan(i Indicator, m period.Month, known map[string]reporting.Element) (p plan, ok bool, err error) {
	version, ok := i.InForce(m)
	if !ok {
		return plan{}, false, nil
	}
	expr, err := version.parse()
	if err != nil {
		return plan{}, false, fmt.Errorf("indicator %s: %w", i.Slug, err)
	}
	p = plan{indicator: i, version: version.Number, fraction: expr.Fraction(), at: map[formula.Ref]int{}}
	for n, ref := range expr.Refs() {
		p.at[ref] = n
		p.inputs = append(p.inputs, s.newInput(ref, m, known[ref.Slug]))
	}
	p.judged, p.compares = p.judge(), compares(p.inputs)
	return p, true, nil
}

func (s *Service) newInput(ref formula.Ref, m period.Month, e reporting.Element) input {
	in := input{ref: ref, element: e, group: ref.Group, kinds: kindSet(ref.Group), key: columnKey{e.ID, ref.Window}}
	if e.Kind == preset.Calendar {
		v := calendarFigure(e.Slug, ref.Window, m, s.calendar)
		in.constant = &v
		return in
	}
	in.overMonths = e.Kind == preset.Flow && (ref.Window == formula.YTD || ref.Window == formula.PrevYearYTD)
	if !in.overMonths {
		in.key.window = monthOf(ref.Window)
	}
	return in
}

// monthOf is the single month that a stock or a figure reported as year to date is read from.
func monthOf(w formula.Window) formula.Window {
	switch w {
	case formula.YTD:
		return formula.This
	case formula.PrevYearYTD:
		return formula.PrevYear
	}
	return w
}

func (p plan) judge() []int {
	var now, all []int
	for n, in := range p.inputs {
		if in.constant != nil {
			continue
		}
		all = append(all, n)
		if in.current() {
			now = append(now, n)
		}
	}
	if len(now) > 0 {
		return now
	}
	return all
}

// reads reports whether the formula looks at an earlier month from m.
func reads(expr *formula.Expr, m, earlier period.Month) bool {
	for _, ref := range expr.Refs() {
		if looksAt(ref.Window, m, earlier) {
			return true
		}
	}
	return false
}

func looksAt(w formula.Window, m, other period.Month) bool {
	switch w {
	case formula.This:
		return m == other
	case formula.Prev:
		return m.Prev() == other
	case formula.PrevYear:
		return m.SameLastYear() == other
	case formula.YTD:
		return m.Year() == other.Year() && !other.After(m)
	default:
		last := m.SameLastYear()
		return last.Year() == other.Year() && !other.After(last)
	}
}
