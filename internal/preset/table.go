package preset

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

//go:embed data
var data embed.FS

// row is one line of a data file, read by column name. The first value that
// cannot be read is kept in problems, so that a reader can take all columns and
// ask once.
type row struct {
	file     string
	line     int
	cells    map[string]string
	problems []error
}

// readTable reads an embedded CSV file whose header is exactly columns and
// turns each line into a T.
func readTable[T any](file string, columns []string, build func(*row) T) ([]T, error) {
	rows, err := readRows(file, columns)
	if err != nil {
		return nil, err
	}
	out := make([]T, 0, len(rows))
	var problems []error
	for _, r := range rows {
		out = append(out, build(r))
		problems = append(problems, r.problems...)
	}
	return out, errors.Join(problems...)
}

func readRows(file string, columns []string) ([]*row, error) {
	f, err := data.Open("data/" + file)
	if err != nil {
		return nil, fmt.Errorf("open preset file: %w", err)
	}
	lines, err := csv.NewReader(f).ReadAll()
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read preset file %s: %w", file, err)
	}
	if len(lines) == 0 || !slices.Equal(lines[0], columns) {
		return nil, fmt.Errorf("preset file %s: the header must be %s", file, strings.Join(columns, ","))
	}
	rows := make([]*row, 0, len(lines)-1)
	for i, cells := range lines[1:] {
		rows = append(rows, newRow(file, i+2, columns, cells))
	}
	return rows, nil
}

func newRow(file string, line int, columns, cells []string) *row {
	r := &row{file: file, line: line, cells: make(map[string]string, len(columns))}
	for i, name := range columns {
		r.cells[name] = cells[i]
	}
	return r
}

func (r *row) text(column string) string { return r.cells[column] }

// list splits a cell at |; an empty cell is an empty list.
func (r *row) list(column string) []string {
	if r.cells[column] == "" {
		return nil
	}
	return strings.Split(r.cells[column], "|")
}

func (r *row) number(column string) int {
	n, err := strconv.Atoi(r.cells[column])
	r.note(column, err)
	return n
}

func (r *row) flag(column string) bool {
	switch r.cells[column] {
	case "1":
		return true
	case "0":
	default:
		r.note(column, errors.New("must be 0 or 1"))
	}
	return false
}

// decimal reads a number that may be left empty.
func (r *row) decimal(column string) decimal.NullDecimal {
	if r.cells[column] == "" {
		return decimal.NullDecimal{}
	}
	d, err := decimal.NewFromString(r.cells[column])
	r.note(column, err)
	return decimal.NewNullDecimal(d)
}

func (r *row) note(column string, err error) {
	if err != nil {
		r.problems = append(r.problems, fmt.Errorf("%s line %d, %s: %w", r.file, r.line, column, err))
	}
}
