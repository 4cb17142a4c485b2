package reporting

import (
	"yigai/internal/number"
	"yigai/internal/preset"
)

// offers are last month's figures of stocks (beds, staff, population) for the cells that are still empty. An offer is
// nothing that was filled: somebody has to take it.
func (f *figures) offers() map[CellKey]number.Cell {
	out := map[CellKey]number.Cell{}
	if !f.report.State.Editable() {
		return out
	}
	for _, subject := range f.subjects {
		for _, row := range f.layout.Entered() {
			k := CellKey{subject.ID, row.Key}
			if last, ok := f.last[k]; ok && row.Element.Kind == preset.Stock && storedState(last) != stateEmpty && !f.filled(k) {
				out[k] = last
			}
		}
	}
	return out
}

// originate says where the figure of an edit comes from: carried only while it is last month's, from its source as soon
// as it says the same or nothing.
func (f *figures) originate(e Edit, c Cell) Cell {
	c.Origin = Typed
	source, known := f.sources[e.key()]
	last, had := f.last[e.key()]
	old := f.cells[e.key()]
	switch {
	case c.Equal(old.Cell): // only the comment changes
		c.Origin = old.Origin.orTyped()
	case known && source.Value.Reason == "" && (c.State == number.Empty || c.Equal(number.Of(source.Value.Decimal))):
		c.Cell, c.Origin = number.Of(source.Value.Decimal), FromSource
	case e.Carried && had && c.Equal(last) && f.layout.rows[e.Element].Element.Kind == preset.Stock:
		c.Origin = Carried
	}
	return c
}
