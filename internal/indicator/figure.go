package indicator

import (
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/preset"
)

// state is what is known of one institution's own figure.
type state uint8

const (
	nothing       state = iota // neither due nor there
	owed                       // due and not reported, or reported empty
	given                      // a number, zero included
	notApplicable              // declared so
)

// figure is one institution's own figure of an element in a window.
type figure struct {
	state  state
	value  decimal.Decimal
	months int  // of a sum over months: how many were reported
	loaded bool // in no report

	controls bool            // it is a printed total: nothing to add,
	control  decimal.Decimal // but something to check the sum of the members against
}

// columnKey names the figures of one element in one window.
type columnKey struct {
	element int32
	window  formula.Window
}

// column holds the figures of one element in one window by place in the tree.
type column []figure

// facts are the columns that the formulas of a month need.
type facts map[columnKey]column

func (f facts) column(key columnKey, places int) column {
	c, ok := f[key]
	if !ok {
		c = make(column, places)
		f[key] = c
	}
	return c
}

// total is an element's figure over an institution and everything below it.
type total struct {
	value                      decimal.Decimal
	given, owed, notApplicable int
	members                    int // institutions of the formula's group
	months                     int // fewest months that a given figure was summed over
}

// outcome is the figure a formula sees, or why there is none.
func (t total) outcome() formula.Value {
	switch {
	case t.given > 0:
		return formula.Number(t.value)
	case t.owed == 0 && (t.notApplicable > 0 || t.members == 0):
		return formula.Absent(formula.NotApplicable)
	default:
		return formula.Absent(formula.Missing)
	}
}

// join adds a child's total to its parent's.
func (t *total) join(child total, aggregation string) {
	t.members += child.members
	if aggregation == preset.AggregateNone {
		return
	}
	if child.given > 0 {
		t.take(child, aggregation)
	}
	t.given, t.owed, t.notApplicable = t.given+child.given, t.owed+child.owed, t.notApplicable+child.notApplicable
}

func (t *total) take(child total, aggregation string) {
	switch {
	case t.given == 0:
		t.value, t.months = child.value, child.months
	case aggregation == preset.AggregateMax:
		t.value, t.months = decimal.Max(t.value, child.value), min(t.months, child.months)
	default:
		t.value, t.months = t.value.Add(child.value), min(t.months, child.months)
	}
}

// own is the total of an institution that is alone.
func (f figure) own() total {
	t := total{members: 1}
	switch f.state {
	case given:
		t.given, t.value, t.months = 1, f.value, f.months
	case owed:
		t.owed = 1
	case notApplicable:
		t.notApplicable = 1
	}
	return t
}

// with is the column as if the marked institutions had nothing but the state to say; nil marks none.
func (c column) with(marked []bool, s state) column {
	if marked == nil {
		return c
	}
	changed := slices.Clone(c)
	for at := range changed {
		if marked[at] {
			changed[at] = figure{state: s}
		}
	}
	return changed
}

// totals rolls a column up the tree. Only the given kinds count; nil: all.
func (t *tree) totals(c column, kinds map[string]bool, aggregation string) []total {
	out := make([]total, len(t.ids))
	for i := len(t.ids) - 1; i >= 0; i-- {
		if kinds == nil || kinds[t.kind[i]] {
			own := c[i].own()
			own.join(out[i], aggregation)
			out[i] = own
		}
		if p := t.parent[i]; p >= 0 {
			out[p].join(out[i], aggregation)
		}
	}
	return out
}
