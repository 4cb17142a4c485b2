package workbook

import (
	"github.com/xuri/excelize/v2"

	"yigai/internal/number"
)

// leaf is one worksheet being written, row by row.
type leaf struct {
	*book
	name   string
	stream *excelize.StreamWriter
	row    int
}

// leaf begins a worksheet; the first rows with the heads, and the first columns, stay in sight and on every printed page.
func (b *book) leaf(name string, widths []float64, headRows, columns int, landscape bool) (*leaf, error) {
	if _, err := b.file.NewSheet(name); err != nil {
		return nil, err
	}
	fit := true
	if err := b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	l := &leaf{book: b, name: name, stream: stream}
	for i, w := range widths {
		if err := stream.SetColWidth(i+1, i+1, w); err != nil {
			return nil, err
		}
	}
	err = stream.SetPanes(&excelize.Panes{Freeze: true, XSplit: columns, YSplit: headRows, TopLeftCell: address(columns+1, headRows+1), ActivePane: "bottomRight"})
	if err != nil {
		return nil, err
	}
	return l, l.printing(landscape)
}

func (l *leaf) printing(landscape bool) error {
	size, orientation, wide, high := 9, "portrait", 1, 0 // A4
	if landscape {
		orientation = "landscape"
	}
	return l.file.SetPageLayout(l.name, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high})
}

// address is A1 for column 1 and row 1. Both are always in bounds.
func address(column, row int) string {
	at, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		panic(err)
	}
	return at
}

// cell is a value with its look and, perhaps, the formula that it comes from.
type cell struct {
	look
	value   any
	formula string
}

// put writes the next row.
func (l *leaf) put(height float64, cells ...cell) error {
	l.row++
	values := make([]any, len(cells))
	for i, c := range cells {
		style, err := l.style(c.look)
		if err != nil {
			return err
		}
		if c.value == nil {
			c.value = ""
		}
		values[i] = excelize.Cell{StyleID: style, Value: c.value, Formula: c.formula}
	}
	var options []excelize.RowOpts
	if height > 0 {
		options = append(options, excelize.RowOpts{Height: height})
	}
	return l.stream.SetRow(address(1, l.row), values, options...)
}

// across writes one text over a whole row.
func (l *leaf) across(height float64, how look, text string, columns int) error {
	return l.over(height, how, text, 1, columns)
}

// over writes one text over the cells of the next row from a column on; the ones before stay empty.
func (l *leaf) over(height float64, how look, text string, from, columns int) error {
	cells := make([]cell, columns)
	for i := range cells {
		cells[i] = cell{look: how}
	}
	cells[from-1].value = text
	if err := l.put(height, cells...); err != nil {
		return err
	}
	return l.merge(from, l.row, columns, l.row)
}

func (l *leaf) merge(column, row, toColumn, toRow int) error {
	if column == toColumn && row == toRow {
		return nil
	}
	return l.stream.MergeCell(address(column, row), address(toColumn, toRow))
}

// offer lets 不适用 be chosen in a range; any number may be typed all the same.
func (l *leaf) offer(column, row, toColumn, toRow int) error {
	v := excelize.NewDataValidation(true)
	v.SetSqref(address(column, row) + ":" + address(toColumn, toRow))
	if err := v.SetDropList([]string{number.NotApplicableText}); err != nil {
		return err
	}
	v.ShowErrorMessage = false
	v.SetInput("填数", "没有发生填 0;没有报来留空;没有这项业务选“不适用”")
	return l.file.AddDataValidation(l.name, v)
}

// close locks what is not to be typed in and ends the worksheet. There is no password: it keeps hands off by mistake.
func (l *leaf) close() error {
	err := l.file.ProtectSheet(l.name, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true,
		FormatCells: true, FormatColumns: true, FormatRows: true})
	if err != nil {
		return err
	}
	return l.stream.Flush()
}
