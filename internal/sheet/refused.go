package sheet

import (
	"errors"
	"io"
	"strings"
)

// Headings the product adds to refused rows; reading ignores them, so that the
// corrected file can be uploaded as it is.
const (
	ReasonTitle = "原因"
	RowTitle    = "原行号"
)

// RefusedRow is a row that was not accepted, with the reasons.
type RefusedRow struct {
	Row     Row
	Reasons []string
}

// Refused collects refused rows: a row with several findings becomes one.
func Refused(rows []Row, findings []Finding) []RefusedRow {
	reasons := map[int][]string{}
	for _, f := range findings {
		text := f.Message
		if f.Column != "" {
			text = f.Column + ":" + f.Message
		}
		reasons[f.Row] = append(reasons[f.Row], text)
	}
	var refused []RefusedRow
	for _, row := range rows {
		if why := reasons[row.Number]; len(why) > 0 {
			refused = append(refused, RefusedRow{Row: row, Reasons: why})
		}
	}
	return refused
}

// WriteRefused writes the original columns of the refused rows, as they were,
// with the original row number and the reasons behind.
func WriteRefused(format Format, w io.Writer, header []string, rows []RefusedRow) error {
	width := len(header)
	for _, r := range rows {
		width = max(width, len(r.Row.Cells))
	}
	out, err := New(format, w, Meta{Columns: refusedFields(header, width)})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := out.Row(r.values(width)...); err != nil {
			return errors.Join(err, out.Abort())
		}
	}
	return out.Close()
}

func refusedFields(header []string, width int) []Field {
	fields := make([]Field, width, width+2)
	for i, title := range header {
		fields[i].Title = title
	}
	return append(fields, Field{Title: RowTitle, Kind: Int}, Field{Title: ReasonTitle, Width: 50})
}

func (r RefusedRow) values(width int) []any {
	values := make([]any, width, width+2)
	for i, text := range r.Row.Cells {
		values[i] = text
	}
	return append(values, r.Row.Number, strings.Join(r.Reasons, ";"))
}
