package reportingweb

import (
	"strconv"
	"strings"

	"yigai/internal/reporting"
)

// shownCell is a cell as a form showed it.
type shownCell struct {
	version int
	value   string
}

// base says what the form shows, so that a form sent without scripts touches only the cells that were typed in and
// cannot overwrite what somebody else typed meanwhile: "12:0~|3~5,400;13:…", a list per subject in the order of the rows.
func (e *entry) base() string {
	var b strings.Builder
	rows := e.Layout.Entered()
	for i, s := range e.Subjects {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(id(s.ID) + ":")
		for j, row := range rows {
			if j > 0 {
				b.WriteByte('|')
			}
			c := e.Cells[e.key(s, row)]
			b.WriteString(strconv.Itoa(c.Version) + "~" + shown(c.Cell, row))
		}
	}
	return b.String()
}

// readBase is the inverse of base; what cannot be read counts as never shown.
func readBase(text string, l *reporting.Layout) map[reporting.CellKey]shownCell {
	seen := map[reporting.CellKey]shownCell{}
	rows := l.Entered()
	for part := range strings.SplitSeq(text, ";") {
		subject, list, _ := strings.Cut(part, ":")
		n, err := strconv.ParseInt(subject, 10, 64)
		if err != nil {
			continue
		}
		for i, cell := range strings.Split(list, "|") {
			version, value, _ := strings.Cut(cell, "~")
			if v, err := strconv.Atoi(version); err == nil && i < len(rows) {
				seen[reporting.CellKey{SubjectID: n, Element: rows[i].Key}] = shownCell{v, value}
			}
		}
	}
	return seen
}
