package analysis

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
)

const (
	tableSheet = "自定义表"
	aboutSheet = "说明"
)

// fixedTime stands for every time inside the file, so that the same figures give the same bytes.
var fixedTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// workbook writes a table to one sheet and what it shows to another.
type workbook struct {
	table  Table
	title  string
	file   *excelize.File
	stream *excelize.StreamWriter
	styles map[string]int
	row    int
}

func writeWorkbook(t Table, o Options, title string, out *bytes.Buffer) (err error) {
	w := &workbook{table: t, title: title, file: excelize.NewFile(), styles: map[string]int{}}
	defer func() { err = errors.Join(err, w.file.Close()) }()
	stamp := fixedTime.Format(time.RFC3339)
	if err := w.file.SetDocProps(&excelize.DocProperties{Title: title, Creator: "医改", Created: stamp, Modified: stamp}); err != nil {
		return fmt.Errorf("describe workbook: %w", err)
	}
	if err := w.file.SetSheetName("Sheet1", tableSheet); err != nil {
		return fmt.Errorf("name sheet: %w", err)
	}
	if err := w.tableSheet(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	if err := w.about(t.Describe(o)); err != nil {
		return fmt.Errorf("write description: %w", err)
	}
	w.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return stableZip{zip.NewWriter(out)} })
	if err := w.file.Write(io.Discard); err != nil {
		return fmt.Errorf("finish workbook: %w", err)
	}
	return nil
}

// stableZip gives every part of the archive the same time.
type stableZip struct{ *zip.Writer }

// Create adds a part.
func (z stableZip) Create(name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: fixedTime})
}

// tableSheet writes title, period, heads and rows, with the heads and the first columns kept in sight.
func (w *workbook) tableSheet() (err error) {
	if w.stream, err = w.file.NewStreamWriter(tableSheet); err != nil {
		return err
	}
	for _, step := range []func() error{w.layout, w.banner, w.heads, w.rows, w.filter, w.stream.Flush} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

const bannerRows = 2

func (w *workbook) headRows() int {
	if len(w.table.Groups) > 0 {
		return bannerRows + 2
	}
	return bannerRows + 1
}

func (w *workbook) layout() error {
	t, fixed := w.table, len(w.table.Heads)
	if err := w.stream.SetColWidth(1, fixed, 22); err != nil {
		return err
	}
	if err := w.stream.SetColWidth(fixed+1, fixed+len(t.Columns), 14); err != nil {
		return err
	}
	corner, err := excelize.CoordinatesToCellName(fixed+1, w.headRows()+1)
	if err != nil {
		return err
	}
	return w.stream.SetPanes(&excelize.Panes{Freeze: true, XSplit: fixed, YSplit: w.headRows(), TopLeftCell: corner, ActivePane: "bottomRight"})
}

func (w *workbook) banner() error {
	about := "报告期:" + w.table.Period()
	if w.table.Page != "" {
		about += "  " + TitleOf(w.table.Pages, w.table.Page)
	}
	title, err := w.style("title", &excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	if err != nil {
		return err
	}
	if err := w.write([]any{excelize.Cell{StyleID: title, Value: w.title}}); err != nil {
		return err
	}
	return w.write([]any{about})
}

func withUnit(label, unit string) string {
	if unit == "" {
		return label
	}
	return label + "(" + unit + ")"
}

func (w *workbook) rows() error {
	for _, r := range w.table.Rows {
		strong := r.Subtotal || r.Total
		var cells []any
		text, err := w.figureStyle(-1, strong)
		if err != nil {
			return err
		}
		for _, h := range r.Heads {
			cells = append(cells, excelize.Cell{StyleID: text, Value: h})
		}
		for _, c := range r.Cells {
			cell, err := w.cell(c, strong)
			if err != nil {
				return err
			}
			cells = append(cells, cell)
		}
		if err := w.write(cells); err != nil {
			return err
		}
	}
	return nil
}

// cell is a number with its decimals, or words; a text is never a formula.
func (w *workbook) cell(c Cell, strong bool) (excelize.Cell, error) {
	style, err := w.figureStyle(int(c.Places), strong)
	if err != nil {
		return excelize.Cell{}, err
	}
	value := c.plain()
	if d, ok := value.(decimal.Decimal); ok {
		return excelize.Cell{StyleID: style, Value: stored15(d)}, nil
	}
	return excelize.Cell{StyleID: style, Value: value}, nil
}

func (w *workbook) write(cells []any) error {
	w.row++
	return w.stream.SetRow(fmt.Sprintf("A%d", w.row), cells)
}

// filter puts the arrows of a filter into the last line of the heads.
func (w *workbook) filter() error {
	last, err := excelize.CoordinatesToCellName(len(w.table.Heads)+len(w.table.Columns), w.row)
	if err != nil {
		return err
	}
	return w.file.AutoFilter(tableSheet, fmt.Sprintf("A%d:%s", w.headRows(), last), nil)
}

// about writes what the table shows, line by line.
func (w *workbook) about(lines []Line) error {
	if _, err := w.file.NewSheet(aboutSheet); err != nil {
		return err
	}
	if err := w.file.SetColWidth(aboutSheet, "A", "A", 12); err != nil {
		return err
	}
	if err := w.file.SetColWidth(aboutSheet, "B", "B", 100); err != nil {
		return err
	}
	for n, l := range lines {
		if err := w.file.SetSheetRow(aboutSheet, fmt.Sprintf("A%d", n+1), &[]any{l.Label, l.Text}); err != nil {
			return err
		}
	}
	return nil
}
