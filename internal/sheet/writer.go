package sheet

import (
	"fmt"
	"io"
)

// Kind is what a column of an export holds.
type Kind int

// The kinds of column. Decimal shows Field.Decimals places. Percent takes
// percent points (64.97) and shows 64.97%. Date takes a time.Time, Month a period.Month.
const (
	Text Kind = iota
	Int
	Decimal
	Percent
	Date
	Month
)

// Field is one column of an export.
type Field struct {
	Title    string
	Unit     string // shown in brackets after the title
	Width    int    // in characters; 0 follows from the title and kind
	Kind     Kind
	Decimals int // places shown by Decimal and Percent
}

// heading is the title with its unit, as the reading side accepts it.
func (f Field) heading() string {
	if f.Unit == "" {
		return f.Title
	}
	return fmt.Sprintf("%s（%s）", f.Title, f.Unit)
}

// Meta describes an export. Title, Period, Unit and Note stand above the table
// of a workbook; a csv holds the headings and the rows only.
type Meta struct {
	Title   string
	Period  string
	Unit    string
	Note    string
	Mark    string // that the figures are made up, "" when they are not
	Columns []Field
}

// Writer takes the rows of an export one by one. A value may be nil (empty),
// string, bool, int, int64, decimal.Decimal, decimal.NullDecimal, number.Cell,
// time.Time, period.Month, period.Period, a fmt.Stringer, or a pointer to string,
// int64, decimal.Decimal or time.Time; binary floating point is refused. Close finishes the file; Abort gives it up and does nothing
// after Close, so that it can be deferred.
type Writer interface {
	Row(values ...any) error
	Close() error
	Abort() error
}

// New returns a writer of the format.
func New(format Format, w io.Writer, meta Meta) (Writer, error) {
	if format == CSV {
		return NewCSV(w, meta)
	}
	return NewWorkbook(w, meta)
}

// checkWidth refuses a row that does not fit the columns.
func (m Meta) checkWidth(values []any) error {
	if len(values) != len(m.Columns) {
		return fmt.Errorf("write row: %d values for %d columns", len(values), len(m.Columns))
	}
	return nil
}
