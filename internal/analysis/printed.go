package analysis

import (
	"slices"

	"yigai/internal/indicator"
)

// row is what a member brings into a place, month by month, nil for nothing. The printed total of its own parts is marked:
// it would count everybody twice.
func (c *calc) row(p place, u Unit, i *Item) []figure {
	own := c.cube.elements[spot{i.element.ID, u.ID}]
	out := own
	for at, f := range own {
		if f.state != given || !indicator.PrintsTotal(u.Kind, f.report == 0, func() bool { return c.givenBelow(p, u, i, at) }) {
			continue
		}
		if &out[0] == &own[0] {
			out = slices.Clone(own)
		}
		out[at] = figure{state: printed}
	}
	return out
}

// givenBelow reports whether another member of the place, below the institution, has a number in the month.
func (c *calc) givenBelow(p place, u Unit, i *Item, month int) bool {
	return slices.ContainsFunc(p.members, func(n int) bool {
		row := c.cube.elements[spot{i.element.ID, c.all[n].ID}]
		return row != nil && row[month].state == given && c.all[n].below(u.Path)
	})
}
