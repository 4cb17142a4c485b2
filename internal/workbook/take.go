package workbook

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"yigai/internal/number"
	"yigai/internal/reporting"
)

// taker takes the figures from one worksheet, wherever its rows and columns were moved to.
type taker struct {
	*finder
	sheet    *stampedSheet
	columns  map[string]int // by head; nil before the heads
	elements map[string]int // index by slug
	subjects map[string][2]int
	taken    map[string]int // row by code
	fills    []filling
}

func newTaker(f *finder, s *stampedSheet) *taker {
	t := &taker{finder: f, sheet: s, elements: map[string]int{}, subjects: map[string][2]int{}, taken: map[string]int{}}
	for i, e := range s.Elements {
		t.elements[e.Slug] = i
	}
	for i := range s.Reports {
		r := &s.Reports[i]
		t.fills = append(t.fills, filling{sheet: s, report: r, fill: reporting.Fill{Report: r.ID}})
		for j, subject := range r.Subjects {
			t.subjects[subject.Code] = [2]int{i, j}
		}
	}
	return t
}

// take gives the reports that something was typed for.
func (t *taker) take() []filling {
	var list []filling
	for _, f := range t.fills {
		if len(f.fill.Edits) > 0 {
			list = append(list, f)
		}
	}
	return list
}

// row takes one row: the heads, a row of figures, or one that nothing is typed in.
func (t *taker) row(row int, cells []string) error {
	code := text(cells, 0)
	switch {
	case t.columns == nil:
		t.heads(cells)
	case code == headLetters || code == codeDerived || code == codeSum:
	case code == "":
		t.nameless(row, cells)
	case t.taken[code] > 0:
		t.problem("工作表“%s”第 %d 行的编码“%s”和第 %d 行重复", t.sheet.Name, row, cut(code, 40), t.taken[code])
	case t.sheet.Paper:
		t.taken[code] = row
		t.element(row, code, cells)
	default:
		t.taken[code] = row
		t.institution(row, code, cells)
	}
	return nil
}

func text(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return strings.Trim(cells[i], " \t\r\n\u00a0\u3000\ufeff")
}

// heads recognises the row that says what stands in which column.
func (t *taker) heads(cells []string) {
	if text(cells, 0) != headCode {
		return
	}
	found := map[string]int{}
	for i := range cells {
		head := text(cells, i)
		if _, twice := found[head]; head != "" && twice {
			t.problem("工作表“%s”的列“%s”出现了两次,请只保留一列", t.sheet.Name, cut(head, 40))
		}
		found[head] = i
	}
	if t.sheet.Paper {
		if _, ok := found[headNow]; ok {
			t.columns = found
		}
		return
	}
	missing := []string{}
	for _, e := range t.sheet.Elements {
		if _, ok := found[e.Slug]; !ok {
			missing = append(missing, e.Slug+"("+e.Name+")")
		}
	}
	if len(missing) == len(t.sheet.Elements) {
		return // the heads that people read; the codes stand below
	}
	t.columns = found
	for _, m := range missing {
		t.problem("工作表“%s”里少了列 %s", t.sheet.Name, m)
	}
}

// nameless refuses figures in a row that does not say whose they are.
func (t *taker) nameless(row int, cells []string) {
	for head, i := range t.columns {
		_, element := t.elements[head]
		if (element || t.sheet.Paper && head == headNow) && text(cells, i) != "" {
			t.problem("工作表“%s”第 %d 行有数但没有编码,不知道是哪一%s的", t.sheet.Name, row, map[bool]string{true: "项", false: "家"}[t.sheet.Paper])
			return
		}
	}
}

// element takes a row of a form on paper's pattern.
func (t *taker) element(row int, code string, cells []string) {
	typed := text(cells, t.columns[headNow])
	if code == headPerson {
		t.fills[0].fill.Responsible = typed
		return
	}
	i, known := t.elements[code]
	if !known {
		t.problem("工作表“%s”第 %d 行的编码“%s”不在这张表里", t.sheet.Name, row, cut(code, 40))
		return
	}
	t.cell(0, 0, i, row, t.columns[headNow], typed)
}

// institution takes a row with the figures of one institution.
func (t *taker) institution(row int, code string, cells []string) {
	at, known := t.subjects[code]
	if !known {
		t.problem("工作表“%s”第 %d 行的机构编码“%s”不在这份工作簿里", t.sheet.Name, row, cut(code, 40))
		return
	}
	if column, ok := t.columns[headPerson]; ok && t.fills[at[0]].fill.Responsible == "" {
		t.fills[at[0]].fill.Responsible = text(cells, column)
	}
	for i, e := range t.sheet.Elements {
		if column, ok := t.columns[e.Slug]; ok {
			t.cell(at[0], at[1], i, row, column, text(cells, column))
		}
	}
}

// cell takes a figure if it says something else than when it was downloaded; an emptied one too.
func (t *taker) cell(report, subject, element, row, column int, typed string) {
	r := t.sheet.Reports[report]
	was, e := r.Subjects[subject].Cells[element], t.sheet.Elements[element]
	if same(typed, was.Figure, e.Rule) {
		return
	}
	f := &t.fills[report]
	f.fill.Edits = append(f.fill.Edits, reporting.Edit{SubjectID: r.Subjects[subject].ID, Element: e.Slug, Typed: cut(typed, 200), Version: was.Version})
	f.places = append(f.places, fmt.Sprintf("工作表“%s”第 %d 行 %s 列", t.sheet.Name, row, letters(column+1)))
}

// same reports whether both texts say the same; Excel writes 430000.50 as 430000.5.
func same(a, b string, rule number.Rule) bool {
	if a == b {
		return true
	}
	x, errX := number.Parse(a, rule)
	y, errY := number.Parse(b, rule)
	return errX == nil && errY == nil && x.Equal(y)
}

func letters(column int) string {
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		return fmt.Sprint(column)
	}
	return name
}
