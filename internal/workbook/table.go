package workbook

import (
	"strconv"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/number"
	"yigai/internal/reporting"
)

// tableHeads are the rows above the first institution: title, about, sections, names, units, numbers of the columns,
// codes.
const tableHeads = 7

// tableLeaf is one form of many institutions being written: a row for each, a column for each element.
type tableLeaf struct {
	*leaf
	opened  []reporting.Sheet
	layout  *reporting.Layout
	people  map[int64]string // by report
	lead    []string         // heads of the first columns
	columns map[string]int   // where an element stands
	all     []*reporting.Row
	look    func(reporting.Sheet, reporting.CellKey) number.Cell
	derived func(reporting.Derived) formula.Value
	filling bool // figures of this month, to be typed in
}

// tables writes a form's worksheet, and the figures of last month and last year on two more of the same shape.
func (b *book) tables(s stampedSheet, opened []reporting.Sheet) error {
	people := map[int64]string{}
	for _, r := range s.Reports {
		people[r.ID] = r.Person
	}
	now := &tableLeaf{people: people, filling: true,
		look:    func(o reporting.Sheet, k reporting.CellKey) number.Cell { return o.Cells[k].Cell },
		derived: func(d reporting.Derived) formula.Value { return d.Value }}
	last := &tableLeaf{
		look:    func(o reporting.Sheet, k reporting.CellKey) number.Cell { return o.Last[k] },
		derived: func(d reporting.Derived) formula.Value { return d.Last }}
	year := &tableLeaf{
		look:    func(o reporting.Sheet, k reporting.CellKey) number.Cell { return o.LastYear[k] },
		derived: func(d reporting.Derived) formula.Value { return d.LastYear }}
	m := opened[0].Report.Month
	if err := now.write(b, s.Name, opened, m.Chinese()); err != nil {
		return err
	}
	if err := last.write(b, b.name("上月·"+s.Form), opened, m.Prev().Chinese()); err != nil {
		return err
	}
	return year.write(b, b.name("去年同月·"+s.Form), opened, m.SameLastYear().Chinese())
}

func (t *tableLeaf) write(b *book, name string, opened []reporting.Sheet, month string) (err error) {
	t.opened, t.layout = opened, opened[0].Layout
	t.arrange()
	widths := []float64{16, 26}
	for len(widths) < len(t.lead) {
		widths = append(widths, 18)
	}
	for range t.all {
		widths = append(widths, 13)
	}
	if t.leaf, err = b.leaf(name, append(widths, 12), tableHeads, 2, true); err != nil {
		return err
	}
	if err := t.heads(month); err != nil {
		return err
	}
	for _, one := range opened {
		for j, subject := range one.Subjects {
			if err := t.line(one, subject, j == 0); err != nil {
				return err
			}
		}
	}
	if t.filling && t.row > tableHeads {
		if err := t.offer(len(t.lead)+1, tableHeads+1, len(t.lead)+len(t.all), t.row); err != nil {
			return err
		}
		if err := t.sum(); err != nil {
			return err
		}
	}
	return t.close()
}

// arrange decides about the columns.
func (t *tableLeaf) arrange() {
	t.lead = []string{headCode, "机构"}
	if t.opened[0].Form.Proxy() {
		t.lead = append(t.lead, "填报单位")
	}
	if t.filling { // the state is this month's
		t.lead = append(t.lead, "状态")
	}
	t.columns = map[string]int{}
	for _, s := range t.layout.Sections {
		for _, row := range s.Rows {
			t.all = append(t.all, row)
			t.columns[row.Key] = len(t.lead) + len(t.all)
		}
	}
}

// width is the number of columns, the responsible person's included.
func (t *tableLeaf) width() int { return len(t.lead) + len(t.all) + 1 }

func (t *tableLeaf) heads(month string) error {
	form := t.opened[0].Report
	if err := t.across(30, look{kind: lookTitle}, form.FormTitle+" "+month, min(t.width(), 12)); err != nil {
		return err
	}
	note := "灰色的格只供查看。"
	if t.filling {
		note = "第 " + strconv.Itoa(form.FormVersion) + " 版。每行一家,只填浅黄色的格:没有发生填 0,没有报来留空,没有这项业务填“不适用”。请不要改动编码一行和编码一列。"
	}
	if err := t.across(18, look{kind: lookAbout}, note, min(t.width(), 12)); err != nil {
		return err
	}
	rows := [5][]string{t.lead, nil, nil, nil, make([]string, len(t.lead))}
	for i := 1; i < 4; i++ {
		rows[i] = make([]string, len(t.lead))
	}
	rows[4][0] = headCode
	n := 0
	for _, s := range t.layout.Sections {
		for i, row := range s.Rows {
			n++
			title, code := "", ""
			if i == 0 {
				title = s.Title
			}
			if row.Entered() {
				code = row.Key
			}
			for j, text := range []string{title, row.No + " " + row.Name, row.Unit, strconv.Itoa(n), code} {
				rows[j] = append(rows[j], text)
			}
		}
	}
	for j, text := range []string{headPerson, "", "", "", headPerson} {
		rows[j] = append(rows[j], text)
	}
	return t.headRows(rows)
}

var headHeights = [5]float64{20, 46, 18, 16, 14}

func (t *tableLeaf) headRows(rows [5][]string) error {
	first := t.row + 1
	for i, texts := range rows {
		how := look{kind: lookHead}
		if i == 4 {
			how = look{kind: lookCode}
		}
		cells := make([]cell, len(texts))
		for j, text := range texts {
			cells[j] = cell{look: how, value: text}
		}
		if err := t.put(headHeights[i], cells...); err != nil {
			return err
		}
	}
	for column := 1; column <= t.width(); column++ {
		if column <= len(t.lead) || column == t.width() {
			if err := t.merge(column, first, column, first+3); err != nil {
				return err
			}
		}
	}
	column := len(t.lead) + 1
	for _, s := range t.layout.Sections {
		if len(s.Rows) > 0 {
			if err := t.merge(column, first, column+len(s.Rows)-1, first); err != nil {
				return err
			}
		}
		column += len(s.Rows)
	}
	return nil
}

// line writes one institution; the responsible person stands on the first line of a report.
func (t *tableLeaf) line(one reporting.Sheet, subject reporting.Subject, first bool) error {
	label := look{kind: lookLabel}
	cells := []cell{{look: look{kind: lookCode}, value: subject.Code}, {look: label, value: subject.Name}}
	if one.Form.Proxy() {
		cells = append(cells, cell{look: label, value: one.Report.Institution})
	}
	if t.filling {
		cells = append(cells, cell{look: label, value: one.Report.State.Title()})
	}
	for _, row := range t.all {
		cells = append(cells, t.figure(one, subject, row))
	}
	person := cell{look: label}
	if first {
		person.value = t.people[one.Report.ID]
		if t.filling && one.Report.State.Editable() {
			person.kind = lookWord
		}
	}
	return t.put(18, append(cells, person)...)
}

func (t *tableLeaf) figure(one reporting.Sheet, subject reporting.Subject, row *reporting.Row) cell {
	k := reporting.CellKey{SubjectID: subject.ID, Element: row.Key}
	how := look{kind: lookFigure, decimals: row.Decimals}
	if row.Entered() {
		if t.filling {
			how.kind = inputOf(one.Report)
		}
		return cell{look: how, value: plainFigure(t.look(one, k))}
	}
	c := cell{look: how, value: derivedFigure(t.derived(one.Derived[k]), row.Decimals)}
	if t.filling {
		c.kind = lookDerived
		c.formula, _ = row.Spreadsheet(func(ref formula.Ref) (string, bool) {
			column, here := t.columns[ref.Slug]
			return address(max(column, 1), t.row+1), here && ref.Window == formula.This
		})
	}
	return c
}

// sum writes the totals under the columns that are typed in.
func (t *tableLeaf) sum() error {
	last := t.row
	cells := []cell{{look: look{kind: lookCode}, value: codeSum}}
	for len(cells) < len(t.lead) {
		cells = append(cells, cell{look: look{kind: lookSection}})
	}
	cells[1].value = "合计"
	for _, row := range t.all {
		c := cell{look: look{kind: lookDerived, decimals: row.Decimals, bold: true}}
		if row.Entered() {
			column := t.columns[row.Key]
			span := address(column, tableHeads+1) + ":" + address(column, last)
			c.formula, c.value = `IF(COUNT(`+span+`)=0,"",SUM(`+span+`))`, t.total(row)
		}
		cells = append(cells, c)
	}
	return t.put(20, append(cells, cell{look: look{kind: lookSection}})...)
}

func (t *tableLeaf) total(row *reporting.Row) any {
	sum, n := decimal.Zero, 0
	for _, one := range t.opened {
		for _, subject := range one.Subjects {
			if c := t.look(one, reporting.CellKey{SubjectID: subject.ID, Element: row.Key}); c.IsGiven() {
				sum, n = sum.Add(c.Value), n+1
			}
		}
	}
	if n == 0 {
		return ""
	}
	return excelNumber(sum)
}
