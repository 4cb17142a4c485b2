package reportingweb

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"yigai/internal/reporting"
	"yigai/web/ui"
)

// summary lists every problem above the form, linked to its cell.
func (e *entry) summary() []ui.FieldProblem {
	var list []ui.FieldProblem
	for _, message := range e.rest {
		list = append(list, ui.FieldProblem{Message: message})
	}
	for _, subject := range e.Subjects {
		for _, row := range e.Layout.Entered() {
			field := e.key(subject, row).Field()
			if m := e.problems[field]; m != "" {
				list = append(list, ui.FieldProblem{Field: field, Label: e.label(subject, row, m), Message: m})
			}
		}
	}
	return append(list, e.otherProblems()...)
}

// maxSummary is how many problems stand above the form; the marks on the tabs and cells lead to the others.
const maxSummary = 10

func brief(list []ui.FieldProblem) []ui.FieldProblem {
	if len(list) <= maxSummary {
		return list
	}
	rest := len(list) - maxSummary
	return append(list[:maxSummary:maxSummary], ui.FieldProblem{Message: "另有 " + strconv.Itoa(rest) + " 处,见各页标红、标黄的格"})
}

// otherProblems are about a field that is no cell: an explanation, a remark, a reason, the responsible person.
func (e *entry) otherProblems() []ui.FieldProblem {
	var list []ui.FieldProblem
	for _, field := range slices.Sorted(maps.Keys(e.problems)) {
		if _, isCell := cellOf(field); !isCell {
			list = append(list, ui.FieldProblem{Field: field, Message: e.problems[field]})
		}
	}
	return list
}

// label says where a problem is, as far as its message does not say so itself.
func (e *entry) label(s reporting.Subject, row *reporting.Row, message string) string {
	switch {
	case e.Form.Proxy() && strings.Contains(message, s.Name):
		return ""
	case e.Form.Proxy():
		return s.Name + " " + row.Name
	case strings.Contains(message, row.Name):
		return row.No
	}
	return row.No + " " + row.Name
}

// problem is what is wrong with a cell as it is said beside it, where the clinic's name stands in the row already.
func (e *entry) problem(k reporting.CellKey) string {
	message := e.problems[k.Field()]
	if !e.Form.Proxy() {
		return message
	}
	for _, s := range e.Subjects {
		if s.ID == k.SubjectID {
			message = strings.TrimPrefix(message, s.Name+":")
			message = strings.Replace(message, "“"+s.Name+" ", "“", 1)
		}
	}
	return message
}
