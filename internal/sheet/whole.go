package sheet

import (
	"errors"
	"io"
)

// Sheets names the worksheets in their order, the hidden ones too; a csv has one without a name.
func (b *Book) Sheets() []string {
	names := make([]string, len(b.tables))
	for i, t := range b.tables {
		names[i] = t.name
	}
	return names
}

// Each hands over the rows with content of one worksheet as they stand, from the top, for callers that find their own
// way; row counts as the spreadsheet does. An error of the caller ends it and comes back as it is. There is nothing
// in a worksheet that is not there.
func (b *Book) Each(name string, use func(row int, cells []string) error) error {
	for _, t := range b.tables {
		if t.name != name {
			continue
		}
		src, err := t.open()
		if err != nil {
			return err
		}
		return errors.Join(b.each(&Rows{Sheet: name, source: src, limits: b.limits}, use), src.close())
	}
	return nil
}

func (b *Book) each(rows *Rows, use func(row int, cells []string) error) error {
	for n := 0; ; n++ {
		number, cells, err := rows.read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n == b.limits.Rows {
			return refuse("超过 %d 行,请拆分后再上传", b.limits.Rows)
		}
		if err := use(number, cells); err != nil {
			return err
		}
	}
}
