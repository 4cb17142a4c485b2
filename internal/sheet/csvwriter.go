package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// csvFile writes a csv with a UTF-8 mark, by which Excel and WPS know the encoding.
type csvFile struct {
	meta   Meta
	out    *csv.Writer
	record []string
	err    error
}

// NewCSV starts a csv: one row of headings, then the rows, written through.
func NewCSV(w io.Writer, meta Meta) (Writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, fmt.Errorf("start csv: %w", err)
	}
	c := &csvFile{meta: meta, out: csv.NewWriter(w), record: make([]string, len(meta.Columns))}
	c.out.UseCRLF = true
	for i, field := range meta.Columns {
		c.record[i] = guard(field.heading())
	}
	if err := c.out.Write(c.record); err != nil {
		return nil, fmt.Errorf("start csv: %w", err)
	}
	return c, nil
}

// Row writes one row.
func (c *csvFile) Row(values ...any) error {
	if c.err != nil {
		return c.err
	}
	if err := c.meta.checkWidth(values); err != nil {
		c.err = err
		return err
	}
	for i, v := range values {
		out, err := valueOf(v, c.meta.Columns[i].Kind)
		if err != nil {
			c.err = err
			return err
		}
		c.record[i] = out.plain()
		if !out.isNumber {
			c.record[i] = guard(c.record[i])
		}
	}
	c.err = c.out.Write(c.record)
	return c.err
}

// Close writes what is still buffered.
func (c *csvFile) Close() error {
	c.out.Flush()
	if err := errors.Join(c.err, c.out.Error()); err != nil {
		return fmt.Errorf("finish csv: %w", err)
	}
	c.err = errors.New("write row: the csv is closed")
	return nil
}

// Abort leaves what was written; a csv holds nothing else.
func (c *csvFile) Abort() error { return nil }

// formulaStarts are the characters by which spreadsheets take text for a formula.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// negative is a number below zero: it starts like a formula and is none.
var negative = regexp.MustCompile(`^-[0-9]+(\.[0-9]+)?%?$`)

// guard makes text that a spreadsheet would run as a formula harmless by an
// apostrophe in front. Text that looks guarded already gets one more, so that
// unguard gives every text back.
func guard(text string) string {
	if guardable(text) && !negative.MatchString(text) {
		return "'" + text
	}
	return text
}

// unguard takes the apostrophe of guard away again.
func unguard(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && guardable(rest) {
		return rest
	}
	return text
}

// guardable text is a formula's start behind any number of apostrophes.
func guardable(text string) bool {
	text = strings.TrimLeft(text, "'")
	return text != "" && strings.ContainsRune(formulaStarts, firstRune(text))
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
