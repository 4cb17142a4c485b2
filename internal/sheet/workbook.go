package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

const sheetName = "Sheet1"

// fixedTime stands for every time inside the file, so that the same rows give
// the same bytes; it is the earliest that a zip archive can hold.
var fixedTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// workbook writes an xlsx: styles, headings and everything around the rows by the library, the rows themselves as XML
// straight into the archive. See docs/decisions/0015-rows-as-xml.md.
type workbook struct {
	meta  Meta
	file  *excelize.File
	shell *excelize.StreamWriter // what stands around the rows
	cells []cellForm             // by column
	parts *archive               // nil after Close and Abort
	row   int
	line  []byte // the row at hand
	err   error
}

// NewWorkbook starts an xlsx with one worksheet: title, period and unit, note,
// frozen headings, then the rows. Nothing reaches w before Close.
func NewWorkbook(w io.Writer, meta Meta) (Writer, error) {
	b := &workbook{meta: meta, file: excelize.NewFile()}
	err := b.start(w)
	err = errors.Join(err, b.file.Close())
	b.file, b.shell = nil, nil
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start workbook: %w", err), b.Abort())
	}
	return b, nil
}

func (b *workbook) start(w io.Writer) error {
	if err := b.describe(); err != nil {
		return err
	}
	shell, err := b.file.NewStreamWriter(sheetName)
	if err != nil {
		return err
	}
	b.shell = shell
	if err := errors.Join(b.layout(), b.head(), b.shell.Flush()); err != nil {
		return err
	}
	around := shellParts{}
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return &around })
	if err := b.file.Write(io.Discard); err != nil {
		return err
	}
	b.parts, err = newArchive(w, around)
	return err
}

// describe sets the document properties.
func (b *workbook) describe() error {
	stamp := fixedTime.Format(time.RFC3339)
	return b.file.SetDocProps(&excelize.DocProperties{
		Title: clean(b.meta.Title), Creator: "医改", Created: stamp, Modified: stamp,
	})
}

// layout sets what the stream wants before its first row.
func (b *workbook) layout() error {
	for i, field := range b.meta.Columns {
		style, err := b.file.NewStyle(styleOf(field))
		if err != nil {
			return err
		}
		cell, err := newCellForm(i+1, style)
		if err != nil {
			return err
		}
		b.cells = append(b.cells, cell)
		// The whole column, so that what is typed below the rows keeps its digits too.
		if err := b.shell.SetColStyle(i+1, i+1, style); err != nil {
			return err
		}
		if err := b.shell.SetColWidth(i+1, i+1, widthOf(field)); err != nil {
			return err
		}
	}
	top := len(b.banner()) + 1
	return b.shell.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: top, TopLeftCell: fmt.Sprintf("A%d", top+1), ActivePane: "bottomLeft",
	})
}

// line is one row above the headings.
type line struct {
	text  string
	style *excelize.Style
}

// banner lists what stands above the headings.
func (b *workbook) banner() []line {
	var lines []line
	if b.meta.Title != "" {
		lines = append(lines, line{b.meta.Title, titleStyle})
	}
	var about []string
	if b.meta.Period != "" {
		about = append(about, "报告期："+b.meta.Period)
	}
	if b.meta.Unit != "" {
		about = append(about, "单位："+b.meta.Unit)
	}
	if len(about) > 0 {
		lines = append(lines, line{strings.Join(about, "　　"), aboutStyle})
	}
	if b.meta.Mark != "" {
		lines = append(lines, line{b.meta.Mark, aboutStyle})
	}
	if b.meta.Note != "" {
		lines = append(lines, line{b.meta.Note, aboutStyle})
	}
	return lines
}

// head writes the banner and the headings.
func (b *workbook) head() error {
	for _, l := range b.banner() {
		if err := b.bannerRow(l); err != nil {
			return err
		}
	}
	style, err := b.file.NewStyle(headStyle)
	if err != nil {
		return err
	}
	cells := make([]any, len(b.meta.Columns))
	for i, field := range b.meta.Columns {
		cells[i] = excelize.Cell{StyleID: style, Value: field.heading()}
	}
	return b.write(cells)
}

func (b *workbook) bannerRow(l line) error {
	style, err := b.file.NewStyle(l.style)
	if err != nil {
		return err
	}
	if err := b.write([]any{excelize.Cell{StyleID: style, Value: fit(l.text)}}); err != nil {
		return err
	}
	if len(b.meta.Columns) < 2 {
		return nil
	}
	last, err := excelize.CoordinatesToCellName(len(b.meta.Columns), b.row)
	if err != nil {
		return err
	}
	return b.shell.MergeCell(fmt.Sprintf("A%d", b.row), last)
}

// write adds a row above the data.
func (b *workbook) write(cells []any) error {
	b.row++
	return b.shell.SetRow(fmt.Sprintf("A%d", b.row), cells)
}

// Row writes one row; after an error the file can only be given up.
func (b *workbook) Row(values ...any) error {
	if b.err == nil {
		b.err = b.dataRow(values)
	}
	return b.err
}

func (b *workbook) dataRow(values []any) error {
	if err := b.meta.checkWidth(values); err != nil {
		return err
	}
	if b.row++; b.row > excelize.TotalRows {
		return refuse("超过一张工作表的 %d 行，请缩小范围或导出 csv", excelize.TotalRows)
	}
	b.line = appendRowStart(b.line[:0], b.row)
	for i, v := range values {
		out, err := valueOf(v, b.meta.Columns[i].Kind)
		if err != nil {
			return err
		}
		b.line = b.cells[i].append(b.line, b.row, out, b.meta.Columns[i].Kind)
	}
	b.line = append(b.line, "</row>"...)
	return b.parts.write(b.line)
}

// plain is a value as text.
func (v value) plain() string {
	if v.isNumber {
		return v.number.String()
	}
	return v.text
}

// serial is the day number of a spreadsheet: 1 is the first of January 1900, and
// the day 60 that never was is counted.
func serial(t time.Time) int {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}

// Close finishes the archive and hands it over.
func (b *workbook) Close() error {
	if b.parts == nil {
		return b.err
	}
	if b.err != nil {
		return errors.Join(b.err, b.Abort())
	}
	err := b.parts.finish()
	if err != nil {
		err = fmt.Errorf("finish workbook: %w", err)
	}
	return errors.Join(err, b.Abort())
}

// Abort removes the temporary file.
func (b *workbook) Abort() error {
	if b.parts == nil {
		return nil
	}
	parts := b.parts
	b.parts = nil
	if b.err == nil {
		b.err = errors.New("write row: the workbook is closed")
	}
	return parts.close()
}
