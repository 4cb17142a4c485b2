package reportingweb

import (
	"strconv"

	"github.com/a-h/templ"

	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/reporting"
)

// entry is the screen of one report: what is stored, and after a refused post what was typed instead.
type entry struct {
	view
	reporting.Sheet
	beside      []templ.Component
	account     int64 // whose unsaved figures the browser keeps
	typed       map[string]string
	typedUpon   map[string]int    // the version of the cell that a figure in typed was typed upon, by field
	problems    map[string]string // by field
	rest        []string          // problems of no field
	moved       string            // why nothing was done: the report is not what it was when it was looked at
	open        int               // section in sight
	sought      string            // the field of the cell that a number elsewhere led to
	responsible string
	remarks     map[reporting.CellKey][]reporting.Remark // about the last submission; the drawer shows the older ones too
	threads     map[reporting.CellKey]reporting.Thread   // everything said, over all submissions
	findings    map[reporting.CellKey][]reporting.Finding
	ofSubject   map[int64][]reporting.Finding
	marks       map[reporting.CellKey]mark
}

// mark is how a cell looks because of a finding.
type mark string

const (
	unmarked  mark = ""
	markBad   mark = "cell-bad"
	markWarn  mark = "cell-warn"
	markQuiet mark = "cell-quiet" // a warning that has been explained
)

func newEntry(v view, account int64, s reporting.Sheet) *entry {
	e := &entry{view: v, Sheet: s, account: account, problems: map[string]string{}, responsible: s.Report.ResponsiblePerson,
		remarks: map[reporting.CellKey][]reporting.Remark{}, findings: map[reporting.CellKey][]reporting.Finding{},
		ofSubject: map[int64][]reporting.Finding{}, threads: s.Threads()}
	for _, r := range s.Remarks {
		if r.Submission != s.Report.Submission {
			continue
		}
		k := reporting.CellKey{SubjectID: r.SubjectID, Element: r.Element}
		e.remarks[k] = append(e.remarks[k], r)
	}
	for _, f := range s.Findings {
		k := reporting.CellKey{SubjectID: f.SubjectID, Element: f.Element}
		e.findings[k] = append(e.findings[k], f)
		e.ofSubject[f.SubjectID] = append(e.ofSubject[f.SubjectID], f)
	}
	e.marks = marksOf(s.Findings)
	e.open = e.firstOpen()
	return e
}

func marksOf(findings []reporting.Finding) map[reporting.CellKey]mark {
	marks := map[reporting.CellKey]mark{}
	for _, f := range findings {
		m := markOf(f)
		for _, slug := range f.Marks {
			k := reporting.CellKey{SubjectID: f.SubjectID, Element: slug}
			if slug != f.Element && m == markQuiet {
				continue
			}
			if stronger(m, marks[k]) {
				marks[k] = m
			}
		}
	}
	return marks
}

func markOf(f reporting.Finding) mark {
	switch {
	case f.Blocks():
		return markBad
	case f.Unexplained():
		return markWarn
	}
	return markQuiet
}

var strength = map[mark]int{unmarked: 0, markQuiet: 1, markWarn: 2, markBad: 3}

func stronger(a, b mark) bool { return strength[a] > strength[b] }

// firstOpen is the first section with something left to do, else the first.
func (e *entry) firstOpen() int {
	for i, p := range e.Progress {
		if e.MayEdit && !p.Done() {
			return i
		}
	}
	return 0
}

// keepTyped puts figures back on the screen as they were typed.
func (e *entry) keepTyped(edits []reporting.Edit) {
	e.typed, e.typedUpon = map[string]string{}, map[string]int{}
	for _, edit := range edits {
		field := reporting.CellKey{SubjectID: edit.SubjectID, Element: edit.Element}.Field()
		e.typed[field], e.typedUpon[field] = edit.Typed, edit.Version
	}
}

// refuse puts what is wrong on the screen.
func (e *entry) refuse(problems []fault.Problem) {
	for _, p := range problems {
		if p.Field == "" {
			e.rest = append(e.rest, p.Message)
		} else if e.problems[p.Field] == "" {
			e.problems[p.Field] = p.Message
		}
	}
	e.showFirstProblem()
}

func (e *entry) showFirstProblem() {
	for i, s := range e.Layout.Sections {
		for _, row := range s.Rows {
			for _, subject := range e.Subjects {
				if row.Entered() && e.problems[e.key(subject, row).Field()] != "" {
					e.open = i
					return
				}
			}
		}
	}
}

func (e *entry) key(s reporting.Subject, row *reporting.Row) reporting.CellKey {
	return reporting.CellKey{SubjectID: s.ID, Element: row.Key}
}

// value is what stands in the input: as typed when it was refused, else what is stored.
func (e *entry) value(row *reporting.Row, k reporting.CellKey) string {
	if typed, ok := e.typed[k.Field()]; ok {
		return typed
	}
	return shown(e.Cells[k].Cell, row)
}

// unsaved is for the script: what is stored where something else was typed, and the version that it was typed upon.
func (e *entry) unsaved(row *reporting.Row, k reporting.CellKey) templ.Attributes {
	version, typed := e.typedUpon[k.Field()]
	if !typed {
		return nil
	}
	return templ.Attributes{"data-stored": shown(e.Cells[k].Cell, row), "data-upon": strconv.Itoa(version)}
}

func (e *entry) change(k reporting.CellKey) string { return change(e.Cells[k].Cell, e.Last[k]) }

// cellClass is what the box around an input looks like.
func (e *entry) cellClass(k reporting.CellKey) string {
	c := "entry-cell num"
	if m := e.marks[k]; m != unmarked {
		c += " " + string(m)
	}
	if e.problems[k.Field()] != "" {
		c += " cell-bad"
	}
	if e.Cells[k].State == number.NotApplicable {
		c += " cell-na"
	}
	return c + originClass(e.Cells[k].Origin) + e.soughtClass(k)
}

// seek opens the section of a cell and marks it; a cell that the report does not have marks nothing.
func (e *entry) seek(field string) {
	for i, s := range e.Layout.Sections {
		for _, row := range s.Rows {
			for _, subject := range e.Subjects {
				if e.key(subject, row).Field() == field {
					e.open, e.sought = i, field
					return
				}
			}
		}
	}
}

// firstToDo is the address of the first cell that hinders the handing in, "" when none does.
func (e *entry) firstToDo() string {
	for _, f := range e.Findings {
		if f.Blocks() || f.Unexplained() {
			return page.CellURL(e.Report.ID, reporting.CellKey{SubjectID: f.SubjectID, Element: f.Element}.Field())
		}
	}
	return ""
}

func (e *entry) soughtClass(k reporting.CellKey) string {
	if e.sought != "" && e.sought == k.Field() {
		return " cell-sought"
	}
	return ""
}

// storageKey names the browser's copy of unsaved figures.
func (e *entry) storageKey() string { return "yigai:entry:" + id(e.account) + ":" + id(e.Report.ID) }

// cellURL is the address of the details of a cell.
func cellURL(report int64, k reporting.CellKey) string {
	return at(report) + "/cells/" + id(k.SubjectID) + "/" + k.Element
}
