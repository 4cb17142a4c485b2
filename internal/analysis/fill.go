package analysis

import (
	"cmp"
	"slices"
	"strings"
)

// entry is a position on an axis: positions of a place, an item and a span, -1 where the axis does not hold the dimension.
type entry struct{ place, item, span int }

var nowhere = entry{-1, -1, -1}

// product lists the entries of an axis, the last dimension fastest.
func (b *build) product(dimensions []string) []entry {
	out := []entry{nowhere}
	for _, d := range dimensions {
		var next []entry
		for _, e := range out {
			for n := range b.size(d) {
				next = append(next, e.with(d, n))
			}
		}
		out = next
	}
	return out
}

func (b *build) size(dimension string) int {
	switch dimension {
	case DimUnit:
		return len(b.places)
	case DimItem:
		return len(b.items)
	default:
		return len(b.spans)
	}
}

func (e entry) with(dimension string, n int) entry {
	switch dimension {
	case DimUnit:
		e.place = n
	case DimItem:
		e.item = n
	default:
		e.span = n
	}
	return e
}

// and joins the positions of two axes.
func (e entry) and(o entry) entry {
	return entry{max(e.place, o.place), max(e.item, o.item), max(e.span, o.span)}
}

func (b *build) label(e entry, dimension string) string {
	switch dimension {
	case DimUnit:
		return b.places[e.place].label
	case DimItem:
		return b.items[e.item].Title
	default:
		return b.spans[e.span].label
	}
}

// fill computes every cell and puts the rows in order.
func (b *build) fill() {
	rows, columns := b.query.on(Rows), b.product(b.query.on(Columns))
	for _, d := range rows {
		b.table.Heads = append(b.table.Heads, TitleOf(Dimensions, d))
	}
	if b.unitsInRows() {
		b.table.Heads = append(b.table.Heads, "计量单位")
	}
	b.columns(columns)
	for _, e := range b.product(rows) {
		b.table.Rows = append(b.table.Rows, b.row(e, rows, columns))
	}
	b.arrange()
}

// unitsInRows reports whether the unit of a figure follows from its row.
func (b *build) unitsInRows() bool { return slices.Contains(b.query.on(Rows), DimItem) }

func (b *build) columns(entries []entry) {
	for _, e := range entries {
		for _, m := range b.query.Measures {
			b.table.Columns = append(b.table.Columns, b.column(e.and(b.fixed), m))
		}
	}
	if b.table.Columns[0].Group == "" {
		return
	}
	for _, c := range b.table.Columns {
		if last := len(b.table.Groups) - 1; last >= 0 && b.table.Groups[last].Label == c.Group {
			b.table.Groups[last].Span++
		} else {
			b.table.Groups = append(b.table.Groups, Group{c.Group, 1})
		}
	}
}

// column heads a column: the last thing to say stands below, what stands before it above as a merged head.
func (b *build) column(e entry, measure string) Column {
	var said []string
	for _, d := range b.query.on(Columns) {
		said = append(said, b.label(e, d))
	}
	if len(b.query.Measures) > 1 || len(said) == 0 {
		said = append(said, TitleOf(Measures, measure))
	}
	last := len(said) - 1
	c := Column{Group: strings.Join(said[:last], " · "), Label: said[last], Measure: measure}
	if e.item >= 0 {
		c.Item = b.items[e.item]
	}
	c.Unit, c.Places = c.unit()
	return c
}

// unit is what the figures of a column are counted in, and their decimals.
func (c Column) unit() (string, int32) {
	switch {
	case c.Measure == Rank:
		return "", 0
	case c.Measure == Share:
		return "%", changePlaces
	case c.Measure == YearOn || c.Measure == PeriodOn:
		if c.Item != nil && c.Item.percent() {
			return "百分点", changePlaces
		}
		return "%", changePlaces
	case c.Item == nil:
		return "", changePlaces
	default:
		return c.Item.Unit, c.Item.places
	}
}

func (b *build) row(e entry, dimensions []string, columns []entry) Row {
	var r Row
	for _, d := range dimensions {
		r.Heads = append(r.Heads, b.label(e, d))
	}
	if b.unitsInRows() {
		r.Heads = append(r.Heads, b.items[e.item].Unit)
	}
	if e.place >= 0 {
		p := b.places[e.place]
		r.block, r.rank, r.Subtotal, r.Total = p.block, p.level, p.level == subtotal, p.level == total
	}
	for _, c := range columns {
		at := e.and(c).and(b.fixed)
		for _, m := range b.query.Measures {
			r.Cells = append(r.Cells, b.cell(at, m))
		}
	}
	return r
}

func (b *build) cell(at entry, measure string) Cell {
	p, i, s := b.places[at.place], b.items[at.item], b.spans[at.span]
	c := b.calc.measure(at.place, p, i, s, measure)
	if c.State == Number || c.State == Missing {
		b.trace(&c, p, i, s)
	}
	return c
}

func (c *calc) measure(at int, p place, i *Item, s span, measure string) Cell {
	switch measure {
	case YearOn:
		return c.change(p, i, s.months, 12, "去年同期")
	case PeriodOn:
		return c.change(p, i, s.months, s.length, "上期")
	case Share:
		return c.share(p, i, s)
	case Rank:
		return c.rank(at, p, i, s)
	case Cumulated:
		return c.value(p, i, s.last().YearToDate())
	default:
		return c.value(p, i, s.months)
	}
}

// arrange hides, sorts and cuts the single rows; subtotals stay below what they add up.
func (b *build) arrange() {
	t := &b.table
	if b.query.Hide {
		t.Rows = slices.DeleteFunc(t.Rows, func(r Row) bool {
			return r.rank == single && !slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.State == Number })
		})
	}
	if by := max(b.query.Sort, -b.query.Sort) - 1; b.query.Sort != 0 && by < len(t.Columns) {
		slices.SortStableFunc(t.Rows, func(x, y Row) int {
			if before := cmp.Or(cmp.Compare(x.rank/total, y.rank/total), cmp.Compare(x.block, y.block), cmp.Compare(x.rank, y.rank)); before != 0 || x.rank != single {
				return before
			}
			return compare(x.Cells[by], y.Cells[by], b.query.Sort < 0)
		})
	}
	b.cut()
}

// compare orders two cells, those without a number last.
func compare(x, y Cell, down bool) int {
	switch {
	case x.State != Number && y.State != Number:
		return 0
	case x.State != Number:
		return 1
	case y.State != Number:
		return -1
	case down:
		return y.Value.Cmp(x.Value)
	default:
		return x.Value.Cmp(y.Value)
	}
}

// cut keeps the first rows of every block.
func (b *build) cut() {
	if b.query.Top == 0 {
		return
	}
	kept := map[int]int{}
	before := len(b.table.Rows)
	b.table.Rows = slices.DeleteFunc(b.table.Rows, func(r Row) bool {
		if r.rank != single {
			return false
		}
		kept[r.block]++
		return kept[r.block] > b.query.Top
	})
	b.table.Cut = before - len(b.table.Rows)
}
