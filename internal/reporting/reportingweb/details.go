package reportingweb

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// details is one cell: what it says, its last twelve months, who changed what when, and what people said about it.
type details struct {
	report   reporting.Report
	key      reporting.CellKey
	subject  reporting.Subject
	row      *reporting.Row
	cell     reporting.Cell
	history  reporting.History
	thread   reporting.Thread
	beside   []templ.Component
	mayEdit  bool
	maySpeak bool
	typed    string // a remark that was refused
	problem  string
	noted    string // the comment as stored, or as typed when it was refused
	refused  string // why the comment was refused
	done     string // what was just stored: comment or remark
}

// showDetails answers with the drawer's content to the entry screen, with a page to everybody else.
func (h *handlers) showDetails(w http.ResponseWriter, r *http.Request) error {
	d, err := h.details(r)
	if err != nil {
		return err
	}
	return h.renderDetails(w, r, http.StatusOK, d)
}

func (h *handlers) renderDetails(w http.ResponseWriter, r *http.Request, status int, d *details) error {
	if byScript(r) {
		return page.Render(w, r, status, detailsBody(d))
	}
	return page.Render(w, r, status, detailsPage(d))
}

// byScript reports whether a piece of the page in view is asked for, not a page.
func byScript(r *http.Request) bool { return r.Header.Get("X-Requested-With") == "fetch" }

func (h *handlers) details(r *http.Request) (*details, error) {
	report, err := page.ID(r, "id")
	if err != nil {
		return nil, err
	}
	subject, err := page.ID(r, "subject")
	if err != nil {
		return nil, err
	}
	k := reporting.CellKey{SubjectID: subject, Element: chi.URLParam(r, "element")}
	who := page.Who(r)
	sheet, err := h.svc.Open(r.Context(), who, report)
	if err != nil {
		return nil, err
	}
	d, err := detailsOf(sheet, k)
	if err != nil {
		return nil, err
	}
	d.maySpeak = who.May(reporting.ActionReview) || who.May(reporting.ActionEnter)
	d.beside = h.besideCell(r.Context(), who, report, k)
	d.history, err = h.svc.CellHistory(r.Context(), who, report, k)
	return d, err
}

func detailsOf(s reporting.Sheet, k reporting.CellKey) (*details, error) {
	row, ok := s.Layout.Row(k.Element)
	at := slices.IndexFunc(s.Subjects, func(one reporting.Subject) bool { return one.ID == k.SubjectID })
	if !ok || at < 0 {
		return nil, fault.NotFound("这一格")
	}
	d := &details{report: s.Report, key: k, subject: s.Subjects[at], row: row, cell: s.Cells[k], mayEdit: s.MayEdit, noted: s.Cells[k].Comment}
	d.thread = s.Threads()[k]
	return d, nil
}

// comment keeps what the clerk notes beside a figure. The form says which comment it showed, so that nobody's words are
// written over unseen; another figure in the cell is no hindrance.
func (h *handlers) comment(w http.ResponseWriter, r *http.Request) error {
	d, f, err := h.spoken(r)
	if err != nil {
		return err
	}
	text := f.Value("comment")
	if shown := f.Value("shown"); !sameText(shown, d.cell.Comment) && !sameText(text, d.cell.Comment) {
		return h.refuseComment(w, r, d, text, http.StatusConflict, commentTaken(d.cell))
	}
	edit := reporting.Edit{SubjectID: d.key.SubjectID, Element: d.key.Element, Typed: d.cell.String(), Comment: &text, Version: d.cell.Version}
	done, err := h.svc.SaveCell(r.Context(), page.Who(r), d.report.ID, edit)
	switch {
	case err != nil:
		return err
	case done.Saved[0].Problem != "":
		return h.refuseComment(w, r, d, text, http.StatusUnprocessableEntity, done.Saved[0].Problem)
	case done.Saved[0].Conflict != nil:
		return h.refuseComment(w, r, d, text, http.StatusConflict, "这一格刚刚被其他人改过,请核对后再保存备注")
	}
	return h.afterSpeaking(w, r, d, doneComment, text, nil)
}

// refuseComment shows the cell as it is now, with the comment that was typed and why it was not stored.
func (h *handlers) refuseComment(w http.ResponseWriter, r *http.Request, d *details, typed string, status int, why string) error {
	d.noted, d.refused = typed, why
	return h.renderDetails(w, r, status, d)
}

// commentTaken says whose comment stands there now.
func commentTaken(c reporting.Cell) string {
	if c.Comment == "" {
		return "这一格的备注刚被 " + c.By + " 删去,请核对后再保存"
	}
	return c.By + " 刚把这一格的备注写成“" + c.Comment + "”,请核对后再保存"
}

// sameText compares what a browser sends back, which ends lines its own way.
func sameText(a, b string) bool {
	plain := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return plain(a) == plain(b)
}

// remark keeps what reviewer and clerk say to each other about a figure.
func (h *handlers) remark(w http.ResponseWriter, r *http.Request) error {
	d, f, err := h.spoken(r)
	if err != nil {
		return err
	}
	seen, err := seenIn(f, d.report.ID)
	if err != nil {
		return err
	}
	text := f.Value("text")
	err = h.svc.Remark(r.Context(), page.Who(r), d.report.ID, reporting.Remark{SubjectID: d.key.SubjectID, Element: d.key.Element, Text: text,
		Submission: seen.Submission})
	return h.afterSpeaking(w, r, d, doneRemark, text, err)
}

func (h *handlers) spoken(r *http.Request) (*details, *form.Form, error) {
	f, err := form.Parse(r)
	if err != nil {
		return nil, nil, err
	}
	d, err := h.details(r)
	return d, f, err
}

// afterSpeaking shows the cell again: as it is now, or with what was refused and why.
func (h *handlers) afterSpeaking(w http.ResponseWriter, r *http.Request, d *details, what, typed string, err error) error {
	if fault.IsInvalid(err) {
		d.typed, d.problem = typed, fault.Problems(err)[0].Message
		return h.renderDetails(w, r, http.StatusUnprocessableEntity, d)
	}
	if fault.IsConflict(err) {
		d.typed, d.problem = typed, fault.Bare(err).Error()
		return h.renderDetails(w, r, http.StatusConflict, d)
	}
	if err != nil {
		return err
	}
	if !byScript(r) {
		return page.Redirect(w, r, cellURL(d.report.ID, d.key), "已保存")
	}
	now, err := h.details(r)
	if err != nil {
		return err
	}
	now.done = what
	return h.renderDetails(w, r, http.StatusOK, now)
}

// What is told of as stored in the drawer, where no other page follows to say it.
const (
	doneComment = "comment"
	doneRemark  = "remark"
	doneThread  = "thread"
)

func (d *details) title() string { return d.row.No + " " + d.row.Name }

func (d *details) line() ui.Line {
	l := ui.Line{Title: "近12个月", Unit: d.row.Unit, Places: int32(d.row.Decimals), Numbers: true}
	for _, m := range d.history.Months {
		p := ui.MonthPoint(m.Month.Year(), int(m.Month.Month()), nil)
		if m.Cell.IsGiven() {
			v := m.Cell.Value
			p.Value = &v
		}
		l.Points = append(l.Points, p)
	}
	return l
}

func (d *details) changes() []ui.Event {
	list := make([]ui.Event, len(d.history.Changes))
	for i, c := range d.history.Changes {
		list[i] = ui.Event{When: ui.DateTime(c.At), Who: c.By, What: c.OriginTitle(), Note: c.Comment}
		if !c.Old.Equal(c.New) {
			list[i].Changes = []ui.Changed{{Before: shown(c.Old, d.row), After: shown(c.New, d.row)}}
		}
	}
	return list
}

func (d *details) terms() []ui.Term {
	e := d.history.Element
	value := shown(d.cell.Cell, d.row)
	if d.cell.State == number.Given {
		value += " " + d.row.Unit
	}
	list := []ui.Term{{Label: "本月", Value: value}}
	if d.cell.By != "" {
		list = append(list, ui.Term{Label: "填写", Value: d.cell.By + " " + ui.DateTime(d.cell.At)})
	}
	if words := originWords(d.cell.Origin); words != "" {
		list = append(list, ui.Term{Label: "来源", Value: words})
	}
	list = append(list, ui.Term{Label: "口径", Value: kindTitle(e.Kind)})
	if e.Definition != "" {
		list = append(list, ui.Term{Label: "说明", Value: e.Definition, Wide: true})
	}
	return list
}
