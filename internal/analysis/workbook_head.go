package analysis

import "github.com/xuri/excelize/v2"

// heads writes one or two lines; merged heads stand over their columns.
func (w *workbook) heads() error {
	head, err := w.style("head", &excelize.Style{Font: &excelize.Font{Bold: true}, Border: thin,
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF1"}},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	if err != nil {
		return err
	}
	if len(w.table.Groups) > 0 {
		if err := w.groups(head); err != nil {
			return err
		}
	}
	var cells []any
	for _, h := range w.table.Heads {
		cells = append(cells, excelize.Cell{StyleID: head, Value: h})
	}
	for _, c := range w.table.Columns {
		cells = append(cells, excelize.Cell{StyleID: head, Value: withUnit(c.Label, c.Unit)})
	}
	return w.write(cells)
}

func (w *workbook) groups(style int) error {
	cells := make([]any, len(w.table.Heads))
	for n := range cells {
		cells[n] = excelize.Cell{StyleID: style}
	}
	at := len(cells) + 1
	for _, g := range w.table.Groups {
		for n := range g.Span {
			cell := excelize.Cell{StyleID: style}
			if n == 0 {
				cell.Value = g.Label
			}
			cells = append(cells, cell)
		}
		if err := w.merge(at, at+g.Span-1); err != nil {
			return err
		}
		at += g.Span
	}
	return w.write(cells)
}

func (w *workbook) merge(from, to int) error {
	if from == to {
		return nil
	}
	first, err := excelize.CoordinatesToCellName(from, w.row+1)
	if err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(to, w.row+1)
	if err != nil {
		return err
	}
	return w.stream.MergeCell(first, last)
}
