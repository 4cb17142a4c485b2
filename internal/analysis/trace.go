package analysis

import (
	"yigai/internal/period"
)

// mostCodes is how many chosen institutions the address of a drill may name; every cell carries one.
const mostCodes = 20

// trace says where a figure comes from: the cell of a report, the value of an indicator, or the table of what was added up.
func (b *build) trace(c *Cell, p place, i *Item, s span) {
	lone := p.code != "" && len(s.months) == 1
	switch {
	case lone && i.IsIndicator():
		c.Origin = Origin{Indicator: true, Code: p.code, Slug: i.Slug, Month: s.last()}
	case lone && len(p.members) == 1:
		b.traceFigure(c, p, i, s.last())
	default:
		c.Origin = Origin{Drill: b.drill(p, i, s)}
	}
}

func (b *build) traceFigure(c *Cell, p place, i *Item, m period.Month) {
	id := b.options.Units[p.members[0]].ID
	f := b.calc.cube.figure(spot{i.element.ID, id}, m)
	if f.report == 0 {
		if c.State == Number && c.Note == "" {
			c.Note = "导入的数,没有对应的月报"
		}
		return
	}
	c.Origin = Origin{Report: f.report, InstitutionID: id, Slug: i.Slug, Month: m}
}

// drill is the table of the institutions and months that a sum was made of, nil where no short address names them.
func (b *build) drill(p place, i *Item, s span) *Query {
	q := Blank()
	q.Items, q.When, q.From, q.To = []string{i.Key}, WhenRange, s.months[0], s.last()
	q.Kinds, q.Group, q.Level, q.Township, q.Under = b.query.Kinds, b.query.Group, b.query.Level, b.query.Township, b.query.Under
	q.Deep, q.Codes = b.query.Deep, b.query.Codes
	switch {
	case p.code != "" && len(p.members) > 1 && !i.IsIndicator():
		q.Kinds, q.Group, q.Level, q.Township, q.Codes, q.Under, q.Deep = nil, "", 0, "", nil, p.code, false
	case p.code != "":
		q.Codes = []string{p.code}
	case p.level != total && !b.narrow(&q, p):
		return nil
	}
	if len(q.Codes) > mostCodes {
		return nil
	}
	return &q
}

// narrow leaves the institutions of one group; false where the group has no name of its own.
func (b *build) narrow(q *Query, p place) bool {
	by := b.query.By
	if p.level == subtotal {
		by = b.query.Subtotal
	}
	switch {
	case len(q.Codes) > 0:
		q.Codes = nil
		for _, n := range p.units {
			q.Codes = append(q.Codes, b.options.Units[n].Code)
		}
	case p.key == "-":
		return false
	case by == ByKind:
		q.Kinds = []string{p.key}
	case by == ByTownship:
		q.Township = p.key
	case by == ByParent:
		q.Under, q.Level = p.key, b.options.Units[p.units[0]].Level()
	}
	return true
}
