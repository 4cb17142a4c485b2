package reportingweb

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/reporting"
)

// accept passes the report at the level it waits for, the only or last of which makes its figures count; the reviewer goes on with what waits.
func (h *handlers) accept(w http.ResponseWriter, r *http.Request) error {
	report, f, err := posted(r)
	if err != nil {
		return err
	}
	seen, err := seenIn(f, report)
	if err != nil {
		return err
	}
	unit, err := h.unit(r, report)
	if err != nil {
		return err
	}
	to, err := h.svc.Pass(r.Context(), page.Who(r), seen)
	if err != nil {
		return h.againRead(w, r, report, f, err)
	}
	if to == reporting.Checked {
		return page.Redirect(w, r, onward(f), unit+" 已初审通过,等待终审")
	}
	return page.Redirect(w, r, onward(f), unit+" 已通过,指标正在更新")
}

// unit names the institution of a report: the reviewer goes on to another one and reads there what was done.
func (h *handlers) unit(r *http.Request, report int64) (string, error) {
	one, err := h.svc.Get(r.Context(), page.Who(r), report)
	return one.Institution, err
}

// seenIn is the report with the submission that the page showed, if it says so.
func seenIn(f *form.Form, report int64) (reporting.Seen, error) {
	seen := reporting.Seen{Report: report}
	if f.Value("submission") != "" {
		seen.Submission = f.Int("submission", "上报次数", 1, math.MaxInt32)
	}
	return seen, f.Err()
}

// sendBack returns the report with a reason and the remarks written on its cells.
func (h *handlers) sendBack(w http.ResponseWriter, r *http.Request) error {
	report, f, err := posted(r)
	if err != nil {
		return err
	}
	seen, err := seenIn(f, report)
	if err != nil {
		return err
	}
	unit, err := h.unit(r, report)
	if err != nil {
		return err
	}
	if err := h.svc.Return(r.Context(), page.Who(r), seen, f.Value("reason"), remarks(f)); err != nil {
		return h.againRead(w, r, report, f, err)
	}
	return page.Redirect(w, r, onward(f), unit+" 已退回,填报人会在待办里看到原因")
}

// remarks are the remarks on cells of a form; empty ones say nothing.
func remarks(f *form.Form) []reporting.Remark {
	var list []reporting.Remark
	for name := range f.Values {
		text := strings.TrimSpace(f.Value(name))
		k, ok := cellOf(strings.TrimPrefix(name, "m."))
		if text != "" && ok && strings.HasPrefix(name, "m.") {
			list = append(list, reporting.Remark{SubjectID: k.SubjectID, Element: k.Element, Text: text})
		}
	}
	return list
}

// sendRemarks keeps the remarks written on the cells without returning the report.
func (h *handlers) sendRemarks(w http.ResponseWriter, r *http.Request) error {
	report, f, err := posted(r)
	if err != nil {
		return err
	}
	seen, err := seenIn(f, report)
	if err != nil {
		return err
	}
	list := remarks(f)
	if len(list) == 0 {
		return h.againRead(w, r, report, f, fault.Field("", "还没有在任何一行写意见"))
	}
	for _, m := range list {
		m.Submission = seen.Submission
		if err := h.svc.Remark(r.Context(), page.Who(r), report, m); err != nil {
			return h.againRead(w, r, report, f, err)
		}
	}
	return page.Redirect(w, r, at(report), "意见已发出")
}

// cellOf is the inverse of CellKey.Field.
func cellOf(field string) (reporting.CellKey, bool) {
	parts := strings.SplitN(field, ".", 3)
	if len(parts) != 3 || parts[0] != "c" {
		return reporting.CellKey{}, false
	}
	subject, err := strconv.ParseInt(parts[1], 10, 64)
	return reporting.CellKey{SubjectID: subject, Element: parts[2]}, err == nil
}

// againRead shows the report with the reason and remarks as typed and what is wrong with them; when it moved on
// meanwhile, as it stands now.
func (h *handlers) againRead(w http.ResponseWriter, r *http.Request, report int64, f *form.Form, err error) error {
	if !fault.IsInvalid(err) && !fault.IsConflict(err) {
		return err
	}
	e, oerr := h.open(r, report)
	if oerr != nil {
		return oerr
	}
	e.typed = map[string]string{}
	for name := range f.Values {
		e.typed[name] = f.Value(name)
	}
	status := http.StatusUnprocessableEntity
	e.refuse(fault.Problems(err))
	if fault.IsConflict(err) {
		status, e.moved = http.StatusConflict, fault.Bare(err).Error()
	}
	v, oerr := h.reading(r, e)
	if oerr != nil {
		return oerr
	}
	v.reason = f.Value("reason")
	return page.Render(w, r, status, readPage(v))
}

// reopen unlocks an accepted report for correction.
func (h *handlers) reopen(w http.ResponseWriter, r *http.Request) error {
	report, f, err := posted(r)
	if err != nil {
		return err
	}
	if err := h.svc.Reopen(r.Context(), page.Who(r), report, f.Value("reason")); err != nil {
		return h.againRead(w, r, report, f, err)
	}
	return page.Redirect(w, r, at(report), "已解锁,等待填报单位更正")
}

// openMonth opens a month's reports by hand.
func (h *handlers) openMonth(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	m := f.Month("period", "月份")
	if err := f.Err(); err != nil {
		return err
	}
	n, err := h.svc.OpenMonth(r.Context(), page.Who(r), m)
	if err != nil {
		return err
	}
	return page.Redirect(w, r, "/reporting?period="+m.String(), m.Chinese()+"新打开 "+strconv.Itoa(n)+" 份月报")
}
