package reportingweb

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/reporting"
)

// report shows one report: the entry screen while it can be edited, else the reading view.
func (h *handlers) report(w http.ResponseWriter, r *http.Request) error {
	e, err := h.asked(r)
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("section")); err == nil && n >= 0 && n < len(e.Layout.Sections) {
		e.open = n
	}
	cell := r.URL.Query().Get("cell")
	if cell == "todo" {
		if to := e.firstToDo(); to != "" {
			return page.Redirect(w, r, to, "")
		}
	}
	e.seek(cell)
	if err := h.noteRead(r, e); err != nil {
		return err
	}
	return h.show(w, r, http.StatusOK, e)
}

// asked opens the report that the address names.
func (h *handlers) asked(r *http.Request) (*entry, error) {
	report, err := page.ID(r, "id")
	if err != nil {
		return nil, err
	}
	return h.open(r, report)
}

// posted is the report that the address names, and the form that was sent about it.
func posted(r *http.Request) (report int64, f *form.Form, err error) {
	if report, err = page.ID(r, "id"); err != nil {
		return 0, nil, err
	}
	f, err = form.Parse(r)
	return report, f, err
}

func (h *handlers) open(r *http.Request, report int64) (*entry, error) {
	who := page.Who(r)
	sheet, err := h.svc.Open(r.Context(), who, report)
	if err != nil {
		return nil, err
	}
	e := newEntry(h.view(), who.AccountID, sheet)
	e.beside, err = h.besideReport(r.Context(), who, report)
	return e, err
}

func (h *handlers) show(w http.ResponseWriter, r *http.Request, status int, e *entry) error {
	if e.MayEdit {
		return page.Render(w, r, status, entryPage(e))
	}
	return h.read(w, r, status, e)
}

// saveReport stores the whole form of a browser without scripts: all figures or none, with what is wrong beside them.
func (h *handlers) saveReport(w http.ResponseWriter, r *http.Request) error {
	report, f, err := posted(r)
	if err != nil {
		return err
	}
	e, err := h.open(r, report)
	if err != nil {
		return err
	}
	if err := h.keepForm(r, e, f); err != nil {
		return h.again(w, r, report, f, err)
	}
	return page.Redirect(w, r, at(report)+"?section="+section(f), "已保存")
}

// submitReport stores what stands on the screen and hands the report in.
func (h *handlers) submitReport(w http.ResponseWriter, r *http.Request) error {
	report, f, err := posted(r)
	if err != nil {
		return err
	}
	e, err := h.open(r, report)
	if err != nil {
		return err
	}
	err = h.keepForm(r, e, f)
	if err == nil {
		err = h.svc.Submit(r.Context(), page.Who(r), report, f.Value("responsible"))
	}
	if err != nil {
		return h.again(w, r, report, f, err)
	}
	return page.Redirect(w, r, at(report), "已上报:"+e.Report.Name())
}

// keepForm stores the figures and explanations of a posted form.
func (h *handlers) keepForm(r *http.Request, e *entry, f *form.Form) error {
	if account, err := strconv.ParseInt(f.Value("account"), 10, 64); err == nil {
		if err := reporting.RequireSame(page.Who(r), account); err != nil {
			return err
		}
	}
	if typed := edits(e, f); len(typed) > 0 {
		if _, err := h.svc.SaveSheet(r.Context(), page.Who(r), e.Report.ID, typed); err != nil {
			return err
		}
	}
	return h.keepExplanations(r, e.Report.ID, f)
}

// edits are the cells of the form that say something else than what was shown. A form that does not say what it showed
// counts as having shown empty cells: it cannot overwrite a figure.
func edits(e *entry, f *form.Form) []reporting.Edit {
	seen := readBase(f.Value("base"), e.Layout)
	var list []reporting.Edit
	for _, s := range e.Subjects {
		for _, row := range e.Layout.Entered() {
			k := e.key(s, row)
			typed, sent := f.Values[k.Field()]
			if sent && strings.TrimSpace(typed[0]) != seen[k].value {
				list = append(list, reporting.Edit{SubjectID: k.SubjectID, Element: k.Element, Typed: typed[0], Version: seen[k].version})
			}
		}
	}
	return list
}

// again shows the form with what was typed and what is wrong with it; other faults answer for themselves.
func (h *handlers) again(w http.ResponseWriter, r *http.Request, report int64, f *form.Form, err error) error {
	if !fault.IsInvalid(err) && !fault.IsConflict(err) {
		return err
	}
	e, oerr := h.open(r, report)
	if oerr != nil {
		return oerr
	}
	if fault.IsConflict(err) {
		return h.late(w, r, e, f, err)
	}
	e.keepTyped(edits(e, f))
	for _, x := range explanations(f) {
		e.typed[reporting.WarningField(x.Key, x.SubjectID)] = x.Text
	}
	e.responsible = f.Value("responsible")
	e.refuse(fault.Problems(err))
	return h.show(w, r, http.StatusUnprocessableEntity, e)
}

// late shows whoever hands in after a colleague the report as it is now, and what of theirs is not in it.
func (h *handlers) late(w http.ResponseWriter, r *http.Request, e *entry, f *form.Form, err error) error {
	if e.MayEdit {
		return err
	}
	e.moved = fault.Bare(err).Error()
	if n := len(edits(e, f)); n > 0 {
		e.moved += fmt.Sprintf("。您改过还没有保存的 %d 个数不在里面", n)
	}
	return h.show(w, r, http.StatusConflict, e)
}

func section(f *form.Form) string {
	if n, err := strconv.Atoi(f.Value("section")); err == nil {
		return strconv.Itoa(n)
	}
	return "0"
}

// sibling leads to the same form of the same institution in another month.
func (h *handlers) sibling(w http.ResponseWriter, r *http.Request) error {
	report, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	who := page.Who(r)
	from, err := h.svc.Get(r.Context(), who, report)
	if err != nil {
		return err
	}
	month, err := page.Month(r, from.Month)
	if err != nil {
		return err
	}
	other, err := h.svc.Find(r.Context(), who, from.FormSlug, from.InstitutionID, month)
	if fault.IsNotFound(err) {
		return page.Redirect(w, r, at(report), month.Chinese()+"没有这张月报")
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, at(other.ID), "")
}
