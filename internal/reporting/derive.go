package reporting

import (
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
)

// Derived is a read-only figure; a Value with a Reason has none. Round it to the row's decimals at display.
type Derived struct {
	Value     formula.Value
	Last      formula.Value
	LastYear  formula.Value
	Reporting int // derived from the institutions below: how many have a figure
	Expected  int // and how many should
}

// Total sums an element over the subjects of a proxy form.
type Total struct {
	Value    decimal.Decimal
	Filled   int // subjects with a value or "not applicable"
	Of       int
	Last     formula.Value
	LastYear formula.Value
}

// derived computes every read-only row for every subject, keyed by the row's key.
func (f *figures) derived() map[CellKey]Derived {
	out := map[CellKey]Derived{}
	for _, subject := range f.subjects {
		for _, row := range f.layout.derived {
			out[CellKey{subject.ID, row.Key}] = f.derive(row, subject.ID)
		}
	}
	return out
}

func (f *figures) derive(row *Row, subject int64) Derived {
	env := func(base formula.Window) formula.Env {
		if row.Children {
			return f.children(base)
		}
		return f.env(subject, base)
	}
	d := Derived{Value: row.expr.Eval(env(formula.This)), Last: row.expr.Eval(env(formula.Prev)), LastYear: row.expr.Eval(env(formula.PrevYear))}
	if row.Children {
		d.Reporting, d.Expected = f.belowOf, f.belowOf
		for _, ref := range row.expr.Refs() {
			d.Reporting = min(d.Reporting, f.below[belowKey{formula.This, ref.Slug}].n)
		}
	}
	return d
}

// totals sums every element over the subjects.
func (f *figures) totals() map[string]Total {
	out := map[string]Total{}
	for slug := range f.layout.rows {
		t := Total{Of: len(f.subjects)}
		var last, lastYear sum
		for _, s := range f.subjects {
			k := CellKey{s.ID, slug}
			t.Value = t.Value.Add(f.cells[k].Value)
			if f.filled(k) {
				t.Filled++
			}
			last = last.plus(figure(f.last[k]))
			lastYear = lastYear.plus(figure(f.lastYear[k]))
		}
		t.Last, t.LastYear = last.value(), lastYear.value()
		out[slug] = t
	}
	return out
}

func (s sum) plus(v formula.Value) sum {
	if v.Reason != "" {
		return s
	}
	return sum{s.total.Add(v.Decimal), s.n + 1}
}
