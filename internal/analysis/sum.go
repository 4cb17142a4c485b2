package analysis

import (
	"github.com/shopspring/decimal"

	"yigai/internal/period"
	"yigai/internal/preset"
)

// calc computes the cells of one table.
type calc struct {
	cube   *cube
	all    []Unit
	whole  place   // everything the query asks for, for shares
	peers  []place // for ranks
	ranks  map[ranked]map[int]int
	wholes map[ranked]Cell
}

// value is an item at a place over months: the sum of an element, Σ ÷ Σ of an indicator.
func (c *calc) value(p place, i *Item, months []period.Month) Cell {
	if i.IsIndicator() {
		return c.quotient(p, i, months)
	}
	return c.sum(p, i, months)
}

// lastOnly keeps the last month where the others say nothing more about the span.
func lastOnly(months []period.Month) []period.Month { return months[len(months)-1:] }

const notAdditive = "这个数据项不能跨单位或跨月相加,请看单个单位、单个月"

// sum adds an element up over the members of a place and the months.
func (c *calc) sum(p place, i *Item, months []period.Month) Cell {
	if i.single() {
		months = lastOnly(months)
	}
	if i.element.Aggregation == preset.AggregateNone && len(p.members)*len(months) > 1 {
		return none(notAdditive)
	}
	var t tally
	for _, n := range p.members {
		t.add(c, p, n, i, months)
	}
	cell := Cell{State: t.state(), Value: t.sum, Places: i.places}
	if t.printed {
		cell.Note = "上级单位录入的合计数只作核对,没有加进来;"
	}
	switch {
	case len(p.members) > 1:
		return cell.counted(t.complete, t.due, "家")
	case len(months) > 1:
		return cell.counted(t.months, t.monthsWanted, "个月")
	default:
		return cell
	}
}

// add takes in one institution. An institution that declares the figure not applicable leaves the count; a month in which
// it was open and said nothing is one that it owes, once it is asked at all.
func (t *tally) add(c *calc, p place, member int, i *Item, months []period.Month) {
	u := c.all[member]
	row := c.row(p, u, i)
	if row == nil {
		return
	}
	var numbers, open, na, wanted int
	for _, m := range months {
		f := row[c.cube.at[m]]
		switch f.state {
		case printed:
			t.printed = true
			continue
		case given:
			t.take(f.value, i.element.Aggregation)
			numbers++
		case owed:
			open++
		case notApplicable:
			na++
		}
		if f.state != nothing || u.openDuring(m, m) {
			wanted++
		}
	}
	t.owed, t.na = t.owed+open, t.na+na
	if numbers+open == 0 {
		return
	}
	t.due++
	t.months, t.monthsWanted = numbers+na, wanted
	if numbers+na == wanted {
		t.complete++
	}
}

func (t *tally) take(value decimal.Decimal, aggregation string) {
	switch {
	case t.given == 0:
		t.sum = value
	case aggregation == preset.AggregateMax:
		t.sum = decimal.Max(t.sum, value)
	default:
		t.sum = t.sum.Add(value)
	}
	t.given++
}
