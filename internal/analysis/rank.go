package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/preset"
)

// share is the part of everything the query asks for; of ratios there is none.
func (c *calc) share(p place, i *Item, s span) Cell {
	if !i.adds() {
		return none("比率和不能相加的数没有占比")
	}
	part := c.value(p, i, s.months)
	if part.State != Number {
		return part
	}
	whole := c.everything(i, s)
	if whole.Value.IsZero() {
		return none("合计为 0,没有占比")
	}
	share := Cell{State: Number, Places: changePlaces, Value: part.Value.Mul(hundred).DivRound(whole.Value, ratioPlaces), Note: "合计 ",
		Base: decimal.NewNullDecimal(whole.Value)}
	return share.counted(whole.Given, whole.Due, whole.Of)
}

// everything is an item over all institutions of the query, computed once.
func (c *calc) everything(i *Item, s span) Cell {
	key := ranked{i.Key, s.key, total}
	if _, ok := c.wholes[key]; !ok {
		c.wholes[key] = c.value(c.whole, i, s.months)
	}
	return c.wholes[key]
}

// ranked names one ranking: an item in a span among places of a level.
type ranked struct {
	item  string
	span  string
	level level
}

// rank is the place's position among its peers, equal values sharing one; sums of everything have none.
func (c *calc) rank(at int, p place, i *Item, s span) Cell {
	here := c.value(p, i, s.months)
	if p.level == total {
		return Cell{}
	}
	if here.State != Number {
		return here
	}
	key := ranked{i.Key, s.key, p.level}
	if c.ranks[key] == nil {
		c.ranks[key] = c.ranking(p.level, i, s)
	}
	of := len(c.ranks[key])
	return Cell{State: Number, Value: decimal.NewFromInt(int64(c.ranks[key][at])), Note: "共 ", Base: decimal.NewNullDecimal(decimal.NewFromInt(int64(of)))}
}

// ranking is the position of each peer that has a number, the best first.
func (c *calc) ranking(l level, i *Item, s span) map[int]int {
	type entry struct {
		at    int
		place place
		value decimal.Decimal
	}
	var list []entry
	for at, p := range c.peers {
		if p.level == l {
			if v := c.value(p, i, s.months); v.State == Number {
				list = append(list, entry{at, p, v.Value})
			}
		}
	}
	worse := func(a, b entry) int { return i.better(a.place, a.value, b.place, b.value, s) }
	slices.SortStableFunc(list, worse)
	out := make(map[int]int, len(list))
	for n, e := range list {
		out[e.at] = n + 1
		if n > 0 && worse(list[n-1], e) == 0 {
			out[e.at] = out[list[n-1].at]
		}
	}
	return out
}

// better orders two values, the better first: by the indicator's direction, for a range by how far its target is missed,
// and for everything without a direction the greater first.
func (i *Item) better(p place, a decimal.Decimal, q place, b decimal.Decimal, s span) int {
	switch {
	case i.indicator == nil:
	case i.indicator.Direction == preset.Down:
		return a.Cmp(b)
	case i.indicator.Direction == preset.Range:
		return cmp.Or(i.gap(p, a, s).Cmp(i.gap(q, b, s)), b.Cmp(a))
	}
	return b.Cmp(a)
}

// gap is how far a value misses the target of the place's kind; without a target it misses nothing.
func (i *Item) gap(p place, v decimal.Decimal, s span) decimal.Decimal {
	t, ok := i.indicator.Target(p.kind, s.last())
	if !ok || t.Met(v) {
		return decimal.Zero
	}
	return t.Gap(v)
}
