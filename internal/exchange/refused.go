package exchange

import (
	"cmp"
	"slices"

	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// Tabular reports whether the file is a table, whose rows can be handed back as they stood.
func (f File) Tabular() bool { return f.Format == Table || f.Format == DHIS2CSV }

// AsTable gives the figures as rows to be handed back: those of a table as they stood, others under the product's
// headings, so that they can be corrected and sent again.
func (f File) AsTable() sheet.List {
	if f.Tabular() {
		return f.Table
	}
	list := sheet.List{Header: []string{"institution", "element", "period", "value", "comment"}}
	for _, r := range f.Rows {
		list.Rows = append(list.Rows, sheet.Row{Number: r.Row, Cells: []string{r.Institution, r.Element, r.Period, text(r.Value), r.Comment}})
	}
	for _, r := range f.Refused {
		list.Rows = append(list.Rows, sheet.Row{Number: r.Row, Cells: refusedCells(r)})
	}
	slices.SortStableFunc(list.Rows, func(a, b sheet.Row) int { return cmp.Compare(a.Number, b.Number) })
	return list
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// refusedCells is what is known of a figure that could not even be read.
func refusedCells(r reporting.Refused) []string {
	cells := make([]string, 5)
	if i := slices.Index([]string{"institution", "element", "period", "value", "comment"}, r.Field); i >= 0 {
		cells[i] = r.Value
	}
	return cells
}
