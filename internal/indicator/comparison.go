package indicator

import "yigai/internal/formula"

// A formula that holds this month against another time compares the same members in both: while half of a county has
// yet to report, a sum of this month against the whole of last year would look like a collapse. See
// docs/decisions/0010-comparable-members.md.

// current reports whether a figure is read from this month, or from January on up to it.
func (in input) current() bool {
	return in.ref.Window == formula.This || in.ref.Window == formula.YTD
}

// compares reports whether the figures of a formula come from this month and from another time.
func compares(inputs []input) bool {
	var now, then bool
	for _, in := range inputs {
		if in.constant == nil {
			now, then = now || in.current(), then || !in.current()
		}
	}
	return now && then
}

// apart marks the members that a sum over another time leaves out, because they have nothing of this month to hold
// against it. Nil when there are none.
func (r *rollup) apart(p plan, in input) []bool {
	if !p.compares || in.current() {
		return nil
	}
	var apart []bool
	for at, f := range r.facts.column(in.key, len(r.tree.ids)) {
		if f.state != given || !in.counts(r.tree.kind[at]) || r.comparable(p, in, at) {
			continue
		}
		if apart == nil {
			apart = make([]bool, len(r.tree.ids))
		}
		apart[at] = true
	}
	return apart
}

// comparable reports whether a member has what the formula asks of it this month. One that closed before the month
// owes nothing and stays: others took over its work.
func (r *rollup) comparable(p plan, in input, at int) bool {
	if closed := r.tree.closed[at]; closed != nil && !closed.After(r.month.Date()) {
		return true
	}
	for _, n := range p.judged {
		now := p.inputs[n]
		switch r.facts.column(now.key, len(r.tree.ids))[at].state {
		case owed:
			if now.counts(r.tree.kind[at]) {
				return false
			}
		case nothing:
			if now.element.ID == in.element.ID {
				return false
			}
		}
	}
	return true
}
