package analysis

import (
	"github.com/shopspring/decimal"

	"yigai/internal/period"
)

var hundred = decimal.NewFromInt(100)

// changePlaces is how exactly a change or share in percent is shown.
const changePlaces = 2

// change holds a place over months against the same so many months earlier, same members on both sides: a figure counts
// where the other side has one too, or where the institution had closed or had not opened yet.
func (c *calc) change(p place, i *Item, months []period.Month, by int, then string) Cell {
	now, past, members := c.sides(p, i, months, by)
	if now.State != Number || past.State != Number {
		return c.unchangeable(p, i, months, then)
	}
	cell := Cell{State: Number, Places: changePlaces, Signed: true, Base: decimal.NewNullDecimal(past.Value.Round(i.places))}
	switch {
	case i.percent():
		cell.Value, cell.Note = now.Value.Sub(past.Value), then+" "
	case past.Value.IsZero():
		return none(then + "为 0,不能计算变化")
	default:
		cell.Value, cell.Note = now.Value.Sub(past.Value).Mul(hundred).DivRound(past.Value.Abs(), ratioPlaces), then+" "
	}
	if whole := c.value(p, i, months); whole.Due > 1 && whole.Of == "家" && !i.IsIndicator() {
		cell = cell.counted(members, whole.Due, "家可比")
	}
	return cell
}

// unchangeable says why there is no change: nothing here, or nothing to hold it against.
func (c *calc) unchangeable(p place, i *Item, months []period.Month, then string) Cell {
	here := c.value(p, i, months)
	if here.State == Number {
		return none("没有可比的" + then + "数")
	}
	return here
}

// sides are the comparable values of both times, and over how many institutions.
func (c *calc) sides(p place, i *Item, months []period.Month, by int) (now, past Cell, members int) {
	if i.IsIndicator() {
		return c.quotients(p, i, months, by)
	}
	if i.single() {
		months = lastOnly(months)
	}
	if !i.adds() && len(p.members)*len(months) > 1 {
		return none(notAdditive), none(notAdditive), 0
	}
	var a, b tally
	for _, n := range p.members {
		if c.pair(&a, &b, p, c.all[n], i, months, by) {
			members++
		}
	}
	return Cell{State: a.state(), Value: a.sum}, Cell{State: b.state(), Value: b.sum}, members
}

// pair adds one institution to both sides and reports whether anything counted.
func (c *calc) pair(now, past *tally, p place, u Unit, i *Item, months []period.Month, by int) (counted bool) {
	row := c.row(p, u, i)
	if row == nil {
		return false
	}
	for _, m := range months {
		a, b := row[c.cube.at[m]], row[c.cube.at[m.Add(-by)]]
		if a.state == given && (b.state == given || u.openedAfter(m.Add(-by))) {
			now.take(a.value, i.element.Aggregation)
			counted = true
		}
		if b.state == given && (a.state == given || u.closedBefore(m)) {
			past.take(b.value, i.element.Aggregation)
		}
	}
	return counted
}

// quotients is sides for an indicator.
func (c *calc) quotients(p place, i *Item, months []period.Month, by int) (now, past Cell, members int) {
	if i.toDate(months[len(months)-1]) {
		months = lastOnly(months)
	}
	if len(p.tops) == 1 && len(months) == 1 {
		return stored(i, c.ratioOf(i, p.tops[0], months[0])), stored(i, c.ratioOf(i, p.tops[0], months[0].Add(-by))), 1
	}
	var a, b fractions
	for _, n := range p.tops {
		for _, m := range months {
			x, y, u := c.ratioOf(i, n, m), c.ratioOf(i, n, m.Add(-by)), c.all[n]
			if x.num.Valid && x.den.Valid && (y.num.Valid && y.den.Valid || u.openedAfter(m.Add(-by))) {
				a.take(i, x)
			}
			if y.num.Valid && y.den.Valid && (x.num.Valid && x.den.Valid || u.closedBefore(m)) {
				b.take(i, y)
			}
		}
	}
	return a.outcome(i.places), b.outcome(i.places), 0
}
