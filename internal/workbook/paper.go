package workbook

import (
	"strconv"

	"yigai/internal/formula"
	"yigai/internal/reporting"
)

// Words by which reading finds its way.
const (
	headCode   = "编码"
	headNow    = "本月"
	headPerson = "责任人"
	// In the place of a code, of rows that nothing is typed in.
	headLetters = "栏次"
	codeDerived = "自动"
	codeSum     = "合计"
)

// Columns of a report on paper's pattern.
const (
	paperNow      = 5
	paperLast     = 6
	paperLastYear = 7
	paperColumns  = 7
	paperHeads    = 7
)

var paperWidths = []float64{20, 7, 40, 9, 17, 17, 17}

// paperLeaf is a report being written as its paper form: a row for each element, last month and last year beside.
type paperLeaf struct {
	*leaf
	opened  reporting.Sheet
	subject reporting.Subject
	rows    map[string]int // where an element stands
}

func (b *book) paper(s stampedSheet, opened reporting.Sheet) error {
	l, err := b.leaf(s.Name, paperWidths, paperHeads, 3, false)
	if err != nil {
		return err
	}
	p := &paperLeaf{leaf: l, opened: opened, subject: opened.Subjects[0], rows: map[string]int{}}
	if err := p.heads(); err != nil {
		return err
	}
	first := l.row + 1
	p.place(first)
	for _, section := range opened.Layout.Sections {
		if err := p.section(section); err != nil {
			return err
		}
	}
	if err := p.offer(paperNow, first, paperNow, p.row); err != nil {
		return err
	}
	if err := p.foot(s.Reports[0].Person); err != nil {
		return err
	}
	return p.close()
}

func (p *paperLeaf) heads() error {
	r := p.opened.Report
	head := look{kind: lookHead}
	row := func(texts ...string) error {
		cells := make([]cell, len(texts))
		for i, text := range texts {
			cells[i] = cell{look: head, value: text}
		}
		return p.put(20, cells...)
	}
	steps := []func() error{
		func() error { return p.across(30, look{kind: lookTitle}, r.FormTitle, paperColumns) },
		func() error {
			return p.across(18, look{kind: lookAbout}, "填报单位:"+r.Institution+"("+r.InstitutionCode+")    报告期:"+r.Month.Chinese(), paperColumns)
		},
		func() error {
			return p.across(18, look{kind: lookAbout}, "第 "+strconv.Itoa(r.FormVersion)+" 版    状态:"+r.State.Title()+"    截止:"+r.DueAt.Format("2006-01-02"), paperColumns)
		},
		func() error {
			return p.across(32, look{kind: lookAbout}, "只填浅黄色的格。没有发生填 0,没有报来留空,没有这项业务填“不适用”。灰色的格由系统带出或自动计算,不用填。", paperColumns)
		},
		func() error { return row(headCode, "序号", "项目", "计量单位", headNow, "对照", "") },
		func() error { return row("", "", "", "", "", "上月", "去年同月") },
		func() error { return row(headLetters, "甲", "乙", "丙", "1", "2", "3") },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	for column := 1; column <= paperNow; column++ {
		if err := p.merge(column, paperHeads-2, column, paperHeads-1); err != nil {
			return err
		}
	}
	return p.merge(paperLast, paperHeads-2, paperLastYear, paperHeads-2)
}

// place finds out where every element will stand, so that formulas can point ahead.
func (p *paperLeaf) place(row int) {
	for _, section := range p.opened.Layout.Sections {
		row++
		for _, r := range section.Rows {
			p.rows[r.Key] = row
			row++
		}
	}
}

func (p *paperLeaf) section(s reporting.Section) error {
	title := s.Title
	if s.Note != "" {
		title += "(" + s.Note + ")"
	}
	if err := p.over(20, look{kind: lookSection}, title, 2, paperColumns); err != nil {
		return err
	}
	for _, row := range s.Rows {
		if err := p.element(row); err != nil {
			return err
		}
	}
	return nil
}

func (p *paperLeaf) element(row *reporting.Row) error {
	k := reporting.CellKey{SubjectID: p.subject.ID, Element: row.Key}
	label, old := look{kind: lookLabel, bold: row.Bold}, look{kind: lookFigure, decimals: row.Decimals}
	named := label
	named.indent = row.Indent
	cells := []cell{{look: look{kind: lookCode}}, {look: label, value: row.No}, {look: named, value: row.Name}, {look: label, value: row.Unit}}
	if row.Entered() {
		cells[0].value = row.Key
		cells = append(cells, cell{look: look{kind: p.input(), decimals: row.Decimals}, value: plainFigure(p.opened.Cells[k].Cell)},
			cell{look: old, value: plainFigure(p.opened.Last[k])}, cell{look: old, value: plainFigure(p.opened.LastYear[k])})
		return p.put(18, cells...)
	}
	cells[0].value = codeDerived
	d := p.opened.Derived[k]
	text, _ := row.Spreadsheet(p.address)
	return p.put(18, append(cells, cell{look{kind: lookDerived, decimals: row.Decimals, bold: row.Bold}, derivedFigure(d.Value, row.Decimals), text},
		cell{look: old, value: derivedFigure(d.Last, row.Decimals)}, cell{look: old, value: derivedFigure(d.LastYear, row.Decimals)})...)
}

// input locks the cells of a report that cannot be filled now.
func (p *paperLeaf) input() kind { return inputOf(p.opened.Report) }

func inputOf(r reporting.Report) kind {
	if r.State.Editable() {
		return lookInput
	}
	return lookFigure
}

// address is where a formula finds a figure on this worksheet.
func (p *paperLeaf) address(ref formula.Ref) (string, bool) {
	column, known := map[formula.Window]int{formula.This: paperNow, formula.Prev: paperLast, formula.PrevYear: paperLastYear}[ref.Window]
	row, here := p.rows[ref.Slug]
	if !known || !here {
		return "", false
	}
	return address(column, row), true
}

func (p *paperLeaf) foot(person string) error {
	label := look{kind: lookLabel}
	who := look{kind: lookWord}
	if !p.opened.Report.State.Editable() {
		who = label
	}
	err := p.put(22, cell{look: look{kind: lookCode}, value: headPerson}, cell{look: label}, cell{look: label, value: "单位负责人"}, cell{look: label},
		cell{look: who, value: person}, cell{look: label}, cell{look: label})
	if err != nil {
		return err
	}
	return p.over(26, look{kind: lookAbout}, "填表人:                        审核人:                        填表日期:        年    月    日", 2, paperColumns)
}
