package reportingweb

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// screen is everything on an open entry screen that changes with a figure, so that the browser need not compute or ask.
// Pieces are named by the id of the element they belong in; what is not named has nothing to say any more.
type screen struct {
	State    string            `json:"state"`
	Saved    string            `json:"saved"`    // 已保存 08-03 10:12
	Badge    string            `json:"badge"`    // HTML: the state beside the title
	Marks    map[string]string `json:"marks"`    // class of a cell by its field
	Says     map[string]string `json:"says"`     // first finding of a cell by its field
	Findings map[string]string `json:"findings"` // HTML
	Pieces   map[string]string `json:"pieces"`   // HTML: progress of the tabs, counts
	Text     map[string]string `json:"text"`     // derived rows and totals
}

func (h *handlers) screen(r *http.Request, done reporting.Outcome) (screen, error) {
	layout, err := h.layout(r, done.Report)
	if err != nil {
		return screen{}, err
	}
	s := screen{State: string(done.Report.State), Saved: savedWords(done.Report), Marks: map[string]string{}, Says: says(done.Findings),
		Findings: map[string]string{}, Pieces: map[string]string{}, Text: figuresText(layout, done)}
	for k, m := range marksOf(done.Findings) {
		s.Marks[k.Field()] = string(m)
	}
	for _, f := range done.Findings {
		html, err := rendered(r, findingNote(f, explainBox{editable: true, value: explanationText(f)}))
		if err != nil {
			return s, err
		}
		s.Findings[findingsID(layout, f)] += html
	}
	for i, p := range done.Progress {
		if s.Pieces["progress-"+strconv.Itoa(i)], err = rendered(r, tabProgress(p, len(incompleteIn(layout.Sections[i], done.Incomplete)) == 0)); err != nil {
			return s, err
		}
	}
	if s.Badge, err = rendered(r, ui.Badge(statusOf(done.Report))); err != nil {
		return s, err
	}
	if s.Pieces["submit-blocks"], err = rendered(r, submitBlocks(done.Findings, done.Progress)); err != nil {
		return s, err
	}
	s.Pieces["entry-counts"], err = rendered(r, entryCounts(done.Report, done.Progress, done.Incomplete))
	return s, err
}

// says is the first finding that carries its message on each cell.
func says(findings []reporting.Finding) map[string]string {
	first := map[string]string{}
	for _, f := range findings {
		field := reporting.CellKey{SubjectID: f.SubjectID, Element: f.Element}.Field()
		if first[field] == "" {
			first[field] = f.Message
		}
	}
	return first
}

// findingsID is where findings stand: beside their cell, or in the last column of a clinic's row.
func findingsID(l *reporting.Layout, f reporting.Finding) string {
	if l.Grid {
		return "n-" + id(f.SubjectID)
	}
	return "n-" + cellID(reporting.CellKey{SubjectID: f.SubjectID, Element: f.Element})
}

func figuresText(l *reporting.Layout, done reporting.Outcome) map[string]string {
	text := map[string]string{}
	rows := map[string]*reporting.Row{}
	for _, row := range l.DerivedRows() {
		rows[row.Key] = row
	}
	for k, d := range done.Derived {
		text["d-"+cellID(k)] = derivedText(d, rows[k.Element])
		text["dn-"+cellID(k)] = derivedNote(d, rows[k.Element])
	}
	for slug, total := range done.Totals {
		if row, ok := l.Row(slug); ok {
			text["t-"+slug] = totalText(total, row)
		}
	}
	return text
}

// layout finds the layout a report was opened with.
func (h *handlers) layout(r *http.Request, report reporting.Report) (*reporting.Layout, error) {
	c, err := h.svc.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return nil, err
	}
	f, ok := c.Form(report.FormSlug)
	if !ok {
		return nil, fault.NotFound("这张报表")
	}
	for _, l := range f.Layouts {
		if l.Version == report.FormVersion {
			return l, nil
		}
	}
	return nil, fmt.Errorf("form %s has no version %d", report.FormSlug, report.FormVersion)
}

func rendered(r *http.Request, c templ.Component) (string, error) {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return "", fmt.Errorf("render a piece of the screen: %w", err)
	}
	return b.String(), nil
}
