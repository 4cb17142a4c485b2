package indicator

import (
	"yigai/internal/formula"
	"yigai/internal/preset"
)

// census says, for one formula, who has to report, who did, and who owes something, over each institution's subtree.
type census struct {
	active              []bool // some figure is due or there
	expected, reporting []int
	missing             [][]int64
}

// census counts once for every institution, then adds up the tree.
func (r *rollup) census(p plan, left []bool) census {
	n := len(r.tree.ids)
	c := census{active: make([]bool, n), expected: make([]int, n), reporting: make([]int, n), missing: make([][]int64, n)}
	for at := range r.tree.ids {
		if d := r.duties(p, at); d.due {
			c.note(r.tree, at, d, left != nil && left[at])
		}
	}
	return c
}

// duty is what an institution has to do for a formula.
type duty struct {
	due     bool // a figure is due or given
	missing bool // one is still owed
	adds    bool // one of them counts in the sums of those above
}

func (r *rollup) duties(p plan, at int) (d duty) {
	for _, n := range p.judged {
		in := p.inputs[n]
		if !in.counts(r.tree.kind[at]) {
			continue
		}
		f := r.facts.column(in.key, len(r.tree.ids))[at]
		d.due = d.due || f.state != nothing
		d.missing = d.missing || f.state == owed
		d.adds = d.adds || f.state != nothing && in.element.Aggregation != preset.AggregateNone
	}
	return d
}

func (c *census) note(t *tree, at int, d duty, left bool) {
	for _, up := range t.path(at) {
		c.active[up] = true
		switch {
		case left:
		case d.missing:
			c.expected[up]++
			c.missing[up] = append(c.missing[up], t.ids[at])
		default:
			c.expected[up]++
			c.reporting[up]++
		}
		if !d.adds {
			return
		}
	}
}

// oneSided marks the members that owe a figure on one side of a quotient and none on the other: the posted doctors of a
// township are missing, the county's population is not. Such a quotient is too small, or too great, until they report;
// one that lacks a member on both sides is that of the others. What is held against another time is made even already.
func (r *rollup) oneSided(p plan) []bool {
	sided := make([]bool, len(r.tree.ids))
	if p.fraction.Den == nil || p.compares {
		return sided
	}
	above, below := p.fraction.Num.Refs(), p.fraction.Den.Refs()
	for at := range sided {
		sided[at] = r.owes(p, above, at) != r.owes(p, below, at)
	}
	return sided
}

func (r *rollup) owes(p plan, refs []formula.Ref, at int) bool {
	for _, ref := range refs {
		in := p.inputs[p.at[ref]]
		if in.constant == nil && in.counts(r.tree.kind[at]) && r.facts.column(in.key, len(r.tree.ids))[at].state == owed {
			return true
		}
	}
	return false
}
