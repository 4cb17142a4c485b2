package orgweb

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"yigai/internal/org"
	"yigai/web/ui"
)

// mostReplaced is how many updates are shown field by field before a file is loaded.
const mostReplaced = 50

// replacedTable shows what an import would change of what is there already.
func replacedTable(r org.Result) ui.Table {
	t := ui.Table{ID: "replaced", Caption: "将要更改的内容", Columns: []ui.Column{{Label: "行", Numeric: true}, {Label: "编码"}, {Label: "名称"},
		{Label: "更改", Wide: true}}}
	for _, one := range r.Replaced[:min(mostReplaced, len(r.Replaced))] {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(fmt.Sprint(one.Row)), ui.Text(one.Code), ui.Text(one.Name), ui.Text(replacedWords(one))}})
	}
	return t
}

// ReplacedLines says the same on a command line: in how many rows each field changes, and the first rows one by one.
func ReplacedLines(r org.Result, most int) []string {
	if len(r.Replaced) == 0 {
		return nil
	}
	lines := []string{"更改的内容:" + fieldNote(r)}
	for _, one := range r.Replaced[:min(most, len(r.Replaced))] {
		lines = append(lines, fmt.Sprintf("第 %d 行 %s %s:%s", one.Row, one.Code, one.Name, replacedWords(one)))
	}
	if more := len(r.Replaced) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("另有 %d 行更改", more))
	}
	return lines
}

func replacedWords(one org.Replacement) string {
	var said []string
	for _, field := range slices.Sorted(maps.Keys(one.Is)) {
		said = append(said, title(field)+":"+orNothing(spoken(field, one.Was[field]))+" → "+orNothing(spoken(field, one.Is[field])))
	}
	return strings.Join(said, ";")
}

func orNothing(text string) string {
	if text == "" {
		return "(空)"
	}
	return text
}

// replacedNote says in how many rows each field changes: 名称 286 行,地址 12 行.
func replacedNote(r org.Result) string {
	note := fieldNote(r)
	if len(r.Replaced) > mostReplaced {
		note += fmt.Sprintf(";只列出前 %d 行", mostReplaced)
	}
	return note
}

func fieldNote(r org.Result) string {
	fields := r.ReplacedFields()
	var said []string
	for _, field := range slices.SortedFunc(maps.Keys(fields), func(a, b string) int { return cmp.Or(fields[b]-fields[a], strings.Compare(a, b)) }) {
		said = append(said, fmt.Sprintf("%s %d 行", title(field), fields[field]))
	}
	return strings.Join(said, ",")
}
