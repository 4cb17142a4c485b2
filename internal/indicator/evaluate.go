package indicator

import (
	"encoding/json"
	"slices"
	"strconv"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// result is one computed value.
type result struct {
	indicator           int32
	version             int
	institution         int64
	ratio               formula.Ratio
	reporting, expected int
	uneven              bool
	inputs              []byte
	missing             []int64
}

// rollup keeps the totals that several formulas share.
type rollup struct {
	tree   *tree
	facts  facts
	month  period.Month
	shared map[rolled][]total
}

type rolled struct {
	key   columnKey
	group string
}

func newRollup(t *tree, f facts, m period.Month) *rollup {
	return &rollup{tree: t, facts: f, month: m, shared: map[rolled][]total{}}
}

func (r *rollup) of(p plan, in input, left []bool) []total {
	c := r.facts.column(in.key, len(r.tree.ids))
	if apart := r.apart(p, in); left != nil || apart != nil {
		return r.tree.totals(c.with(apart, owed).with(left, notApplicable), in.kinds, in.element.Aggregation)
	}
	at := rolled{in.key, in.group}
	if t, ok := r.shared[at]; ok {
		return t
	}
	t := r.tree.totals(c, in.kinds, in.element.Aggregation)
	r.shared[at] = t
	return t
}

// evaluate computes a plan at the wanted places.
func (r *rollup) evaluate(p plan, wanted []bool) []result {
	left := r.left(p)
	totals := make([][]total, len(p.inputs))
	for n, in := range p.inputs {
		if in.constant == nil {
			totals[n] = r.of(p, in, left)
		}
	}
	who, sided := r.census(p, left), r.oneSided(p)
	var out []result
	for at := range r.tree.ids {
		if !wanted[at] || !who.active[at] || p.indicator.Level == preset.LevelCounty && at > 0 {
			continue
		}
		one := r.one(p, totals, who, at)
		one.uneven = slices.ContainsFunc(one.missing, func(id int64) bool { return sided[r.tree.place[id]] })
		out = append(out, one)
	}
	return out
}

// left marks the institutions that leave the sums: one of their figures is not applicable. Nil when there are none.
func (r *rollup) left(p plan) []bool {
	var left []bool
	for _, in := range p.inputs {
		if in.constant != nil {
			continue
		}
		for at, f := range r.facts.column(in.key, len(r.tree.ids)) {
			if f.state == notApplicable && in.counts(r.tree.kind[at]) {
				if left == nil {
					left = make([]bool, len(r.tree.ids))
				}
				left[at] = true
			}
		}
	}
	return left
}

func (in input) counts(kind string) bool { return in.kinds == nil || in.kinds[kind] }

// one computes the value at a place.
func (r *rollup) one(p plan, totals [][]total, who census, at int) result {
	ratio := p.fraction.Eval(func(ref formula.Ref) formula.Value {
		n := p.at[ref]
		if c := p.inputs[n].constant; c != nil {
			return *c
		}
		return totals[n][at].outcome()
	})
	return result{indicator: p.indicator.ID, version: p.version, institution: r.tree.ids[at], ratio: ratio,
		reporting: who.reporting[at], expected: who.expected[at], missing: who.missing[at], inputs: r.record(p, totals, at)}
}

// record writes down the figures a value was made of, as JSON keyed by reference.
func (r *rollup) record(p plan, totals [][]total, at int) []byte {
	figures := make(map[string]*string, len(p.inputs))
	for n, in := range p.inputs {
		name := in.ref.String()
		v := formula.Absent(formula.Missing)
		if in.constant != nil {
			v = *in.constant
		} else {
			v = totals[n][at].outcome()
		}
		figures[name] = nil
		r.recordControl(figures, in, at)
		if v.Reason == "" {
			text := v.Decimal.String()
			figures[name] = &text
			if in.overMonths {
				months := strconv.Itoa(totals[n][at].months)
				figures[name+monthsSuffix] = &months
			}
		}
	}
	b, err := json.Marshal(figures)
	if err != nil {
		panic(err) // strings always encode
	}
	return b
}

// monthsSuffix marks the entry that says over how many months a sum goes.
const monthsSuffix = "#months"
