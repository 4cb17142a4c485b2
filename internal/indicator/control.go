package indicator

import (
	"github.com/shopspring/decimal"

	"yigai/internal/org"
	"yigai/internal/preset"
)

// A figure that was loaded on the county or a bureau while its members have figures of their own is the printed total of
// a table. It is kept to check the sum of the members against and never added to it: the sum would count everybody twice.

// administers reports whether an institution only stands over others and has no work of its own to report.
func administers(kind string) bool { return kind == org.KindCounty || kind == org.KindBureau }

// PrintsTotal reports whether an institution's own figure is a printed total: it was loaded, not reported, on one that
// only stands over others, and a member below has a figure of the same month.
func PrintsTotal(kind string, loaded bool, below func() bool) bool {
	return loaded && administers(kind) && below()
}

// setControls takes printed totals out of the columns that add up.
func (f facts) setControls(t *tree, plans []plan) {
	done := map[columnKey]bool{}
	for _, p := range plans {
		for _, in := range p.inputs {
			if in.constant != nil || done[in.key] || in.element.Aggregation == preset.AggregateNone {
				continue
			}
			done[in.key] = true
			if c, ok := f[in.key]; ok {
				t.setControls(c)
			}
		}
	}
}

func (t *tree) setControls(c column) {
	below := make([]bool, len(c)) // some member below has a figure
	for at := len(c) - 1; at >= 0; at-- {
		own := c[at].state == given
		if own && PrintsTotal(t.kind[at], c[at].loaded, func() bool { return below[at] }) {
			c[at] = figure{control: c[at].value, controls: true}
			own = false
		}
		if up := t.parent[at]; up >= 0 && (own || below[at]) {
			below[up] = true
		}
	}
}

// controlSuffix marks the entry that holds a printed total to check a sum against.
const controlSuffix = "#control"

// recordControl writes down the printed total beside the sum of all kinds of members.
func (r *rollup) recordControl(figures map[string]*string, in input, at int) {
	if in.constant != nil || in.kinds != nil {
		return
	}
	if f := r.facts.column(in.key, len(r.tree.ids))[at]; f.controls {
		text := f.control.String()
		figures[in.ref.String()+controlSuffix] = &text
	}
}

// Difference is how far the sum of the members is from the printed total.
func (in Input) Difference() decimal.Decimal { return in.Control.Decimal.Sub(in.Value.Decimal) }

// Checks reports whether a fact is such a printed total, which the value does not contain.
func (e Explained) Checks(f Fact) bool {
	return e.Inputs[f.Input].Control.Valid && f.InstitutionID == e.Institution.ID && f.ReportID == 0
}
