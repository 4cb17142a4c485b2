package report

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/number"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// column is one column of an export: how it is headed and what SQL answers it. Values travel as text, so that a
// figure is read exactly as it is stored; say turns a stored word into the reader's.
type column struct {
	sheet.Field
	sql string
	say func(string) string
}

// table is an export before it runs.
type table struct {
	title   string
	note    string
	columns []column
	from    string
	order   string
	where   []string
	args    []any
}

// newTable starts a table in who's scope; its FROM names the institution_public that counts as i.
// The first arguments are always county, subtrees and single institutions.
func newTable(who actor.Actor, title string) *table {
	return &table{title: title, args: who.ScopeArgs()}
}

const inScope = actor.InScope

// and narrows the table; $n in the condition stands for the value.
func (t *table) and(condition string, value any) {
	if text, ok := value.(string); ok {
		value = pg.Storable(text)
	}
	t.where = append(t.where, strings.ReplaceAll(condition, "$n", t.arg(value)))
}

// arg adds an argument and returns its place.
func (t *table) arg(value any) string {
	t.args = append(t.args, value)
	return fmt.Sprintf("$%d", len(t.args))
}

// sql is the whole query, one row more than allowed, so that too many are noticed.
func (t *table) sql(most int64) string {
	selected := make([]string, len(t.columns))
	for n, c := range t.columns {
		selected[n] = "(" + c.sql + ")::text"
	}
	return fmt.Sprintf("SELECT %s %s WHERE %s ORDER BY %s LIMIT %d",
		strings.Join(selected, ", "), t.from, strings.Join(t.where, " AND "), t.order, most+1)
}

func (t *table) meta(r Request) sheet.Meta {
	m := sheet.Meta{Title: t.title, Period: r.Months(), Note: t.note}
	for _, c := range t.columns {
		m.Columns = append(m.Columns, c.Field)
	}
	return m
}

// rowReader reads one row after another into the same memory. What a column repeats from the row above, as sorted
// rows mostly do, is neither read nor made again.
type rowReader struct {
	columns []column
	stored  [][]byte // nil for NULL
	values  []any
}

func newRowReader(columns []column) *rowReader {
	return &rowReader{columns: columns, stored: make([][]byte, len(columns)), values: make([]any, len(columns))}
}

// read reads the row at hand. Every column is text, which travels as it is.
func (r *rowReader) read(rows pgx.Rows) ([]any, error) {
	for n, raw := range rows.RawValues() {
		if (raw == nil) == (r.stored[n] == nil) && bytes.Equal(raw, r.stored[n]) {
			continue
		}
		value, err := r.columns[n].value(raw)
		if err != nil {
			return nil, fmt.Errorf("read column %s: %w", r.columns[n].Title, err)
		}
		r.values[n] = value
		r.stored[n] = bytes.Clone(raw)
	}
	return r.values, nil
}

// value is a stored text as the sheet wants it. Empty, zero and not applicable stay three things.
func (c column) value(raw []byte) (any, error) {
	if raw == nil {
		return nil, nil
	}
	text := string(raw)
	switch {
	case c.say != nil:
		return c.say(text), nil
	case text == number.NotApplicableText:
		return text, nil
	case c.Kind == sheet.Decimal || c.Kind == sheet.Int:
		return decimal.NewFromString(text)
	case c.Kind == sheet.Date:
		return time.Parse(time.DateOnly, text)
	}
	return text, nil
}

// moment is SQL for a point in time on the office's clock.
func moment(expression string) string {
	return "to_char(" + expression + " AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS')"
}

// month is SQL for a stored month.
func month(expression string) string { return "to_char(" + expression + ", 'YYYY-MM')" }

// figure is SQL for a stored cell: its digits without trailing zeros, 不适用, or NULL for empty.
func figure(state, value string) string {
	return "CASE " + state + " WHEN 'na' THEN '" + number.NotApplicableText + "' WHEN 'value' THEN trim_scale(" + value + ")::text END"
}
