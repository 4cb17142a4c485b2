package sheet

import (
	"errors"
	"io"
)

// List is an upload read whole: its rows with content, in the order of the file.
type List struct {
	Rows     []Row
	Header   []string
	Findings []Finding // columns that are not read
	has      map[string]bool
}

// Has reports whether the file has a column.
func (l List) Has(key string) bool { return l.has[key] }

// Read opens r, finds the headings and reads every row below them, within the limits. A file that cannot be accepted
// gives an *Error.
func Read(r io.Reader, columns []Column, limits Limits) (l List, err error) {
	book, err := Open(r, limits)
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.Rows(columns)
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		l.Rows = append(l.Rows, rows.Row())
	}
	l.Header, l.Findings, l.has = rows.Header(), rows.Findings(), map[string]bool{}
	for _, c := range columns {
		l.has[c.Key] = rows.Has(c.Key)
	}
	return l, rows.Err()
}
