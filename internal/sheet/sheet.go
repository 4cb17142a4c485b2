// Package sheet reads the workbooks and csv files people upload and writes the
// ones they download.
//
// Reading: Open decides by content, never by name, what a file is, refuses what
// is not a plain xlsx or csv with one Chinese sentence, and Rows streams the rows
// under the headings the caller declares. Everything is bounded. Writing:
// NewWorkbook and NewCSV stream rows; the same rows give the same bytes, so a
// file can be checked against its hash. Numbers are decimals on both ways; empty,
// zero and not applicable stay three things.
//
// The package owns no table, asks no permission and knows no room.
package sheet

import (
	"fmt"
)

// Limits bound what one upload may cost.
type Limits struct {
	Bytes    int64 // size of the file
	Unzipped int64 // size of all that an xlsx unpacks to
	Rows     int   // rows with content
	Columns  int
}

// DefaultLimits suit an upload through the browser.
var DefaultLimits = Limits{Bytes: 50 << 20, Unzipped: 200 << 20, Rows: 1_000_000, Columns: 500}

// Format is a kind of file.
type Format string

// The formats that are read and written.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// Error is a file that cannot be accepted; its text is one Chinese sentence for
// the user. Any other error from this package is internal.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func refuse(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// Finding is something wrong, or worth knowing, at one place of a file.
type Finding struct {
	Row     int // as the spreadsheet counts, 0 for the whole file
	Column  string
	Value   string
	Message string
}

// String says where and what, as shown to the user and on stderr.
func (f Finding) String() string {
	switch {
	case f.Row == 0:
		return f.Message
	case f.Column == "":
		return fmt.Sprintf("第 %d 行:%s", f.Row, f.Message)
	}
	return fmt.Sprintf("第 %d 行“%s”:%s", f.Row, f.Column, f.Message)
}
