package sheet

import (
	"errors"
	"io"
	"strings"
)

// Rows streams the data rows of a book:
//
//	rows, err := book.Rows(columns)
//	…
//	defer rows.Close()
//	for rows.Next() { use(rows.Row()) }
//	return rows.Err()
type Rows struct {
	Sheet  string // name of the worksheet, "" in a csv
	header header
	source source
	limits Limits
	count  int
	row    Row
	err    error
}

// Row is one data row.
type Row struct {
	Number int      // as the spreadsheet counts, from 1
	Cells  []string // all cells, unknown columns included
	header *header
}

// Get returns the cell of a column without surrounding blanks, "" when the
// column or the cell is not there.
func (r Row) Get(key string) string {
	i, ok := r.header.index[key]
	if !ok || i >= len(r.Cells) {
		return ""
	}
	return strings.Trim(r.Cells[i], " \t\r\n\u00a0\u3000\ufeff")
}

// Finding returns a finding at this row and column.
func (r Row) Finding(key, message string) Finding {
	f := Finding{Row: r.Number, Column: key, Value: r.Get(key), Message: message}
	if i, ok := r.header.index[key]; ok {
		f.Column = strings.TrimSpace(r.header.titles[i])
	}
	return f
}

// Rows finds the headings in the first visible worksheet that has all the
// required ones within its first rows, and streams what stands below.
func (b *Book) Rows(columns []Column) (*Rows, error) {
	best := match(nil, columns)
	for _, t := range b.tables {
		if t.hidden {
			continue
		}
		rows, h, err := b.try(t, columns)
		if err != nil {
			return nil, err
		}
		if rows != nil {
			return rows, nil
		}
		if len(h.index) > len(best.index) {
			best = h
		}
	}
	return nil, best.problem()
}

// try returns the rows of a table, or else its best candidate for the headings.
func (b *Book) try(t table, columns []Column) (*Rows, header, error) {
	src, err := t.open()
	if err != nil {
		return nil, header{}, err
	}
	rows := &Rows{Sheet: t.name, source: src, limits: b.limits}
	found, err := rows.findHeader(columns)
	if err != nil || !found {
		return nil, rows.header, errors.Join(err, src.close())
	}
	return rows, rows.header, nil
}

// findHeader reads until the headings; it leaves the best candidate in header.
func (r *Rows) findHeader(columns []Column) (bool, error) {
	for range headerRows {
		_, cells, err := r.read()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		h := match(cells, columns)
		if len(h.index) > len(r.header.index) {
			r.header = h
		}
		if h.complete() {
			if h.twice != "" {
				return false, h.problem()
			}
			r.header = h
			return true, nil
		}
	}
	return false, nil
}

// read returns the next row with content.
func (r *Rows) read() (int, []string, error) {
	for {
		number, cells, err := r.source.next()
		if err != nil {
			return 0, nil, err
		}
		if len(cells) > r.limits.Columns {
			return 0, nil, refuse("第 %d 行超过 %d 列,请删去右边多余的列", number, r.limits.Columns)
		}
		if !blank(cells) {
			return number, cells, nil
		}
	}
}

func blank(cells []string) bool {
	for _, text := range cells {
		if strings.TrimSpace(text) != "" {
			return false
		}
	}
	return true
}

// Header returns the headings of the file as they stand.
func (r *Rows) Header() []string { return r.header.titles }

// Has reports whether the file has a column.
func (r *Rows) Has(key string) bool { return r.header.has(key) }

// Findings names the columns that are not read.
func (r *Rows) Findings() []Finding { return r.header.findings() }

// Next moves to the next row with content; false at the end or after an error.
func (r *Rows) Next() bool {
	if r.err != nil {
		return false
	}
	number, cells, err := r.read()
	if err != nil {
		r.err = err
		return false
	}
	if r.count++; r.count > r.limits.Rows {
		r.err = refuse("超过 %d 行,请拆分后再上传", r.limits.Rows)
		return false
	}
	r.row = Row{Number: number, Cells: cells, header: &r.header}
	return true
}

// Row returns the current row; it stays valid after Next.
func (r *Rows) Row() Row { return r.row }

// Err returns what stopped Next, nil at the end of the file.
func (r *Rows) Err() error {
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

// Close releases the worksheet.
func (r *Rows) Close() error { return r.source.close() }
