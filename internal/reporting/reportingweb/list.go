package reportingweb

import (
	"net/http"
	"net/url"

	"yigai/internal/actor"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// index lists reports: a clerk's own of all months, newest first; for everybody else one month with filters.
func (h *handlers) index(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	v, err := h.readList(r, who)
	if err != nil {
		return err
	}
	found, err := h.svc.List(r.Context(), who, v.filter)
	if err != nil {
		return err
	}
	v.reports, v.next = found.Reports, nextPage(r, found.Next)
	c, err := h.svc.Catalogue(r.Context(), who)
	if err != nil {
		return err
	}
	v.forms = formOptions(c.Forms)
	return page.Render(w, r, http.StatusOK, listPage(v))
}

// list is what the page of reports shows.
type list struct {
	view
	month    period.Month // zero: all months
	period   *ui.Period
	filter   reporting.Filter
	form     string
	state    string
	reports  []reporting.Report
	forms    []ui.Option
	next     string
	mayOpen  bool
	everyone bool // reports of many institutions
}

func (h *handlers) readList(r *http.Request, who actor.Actor) (list, error) {
	q := r.URL.Query()
	v := list{view: h.view(), form: q.Get("form"), state: q.Get("state"), mayOpen: who.May(reporting.ActionConfigure),
		everyone: !who.May(reporting.ActionEnter) || who.May(reporting.ActionReview)}
	otherwise := period.Month{}
	if v.everyone {
		otherwise = h.monthInHand()
	}
	var err error
	if v.month, err = page.Month(r, otherwise); err != nil {
		return v, err
	}
	v.filter = reporting.Filter{Month: v.month, Form: v.form, Cursor: q.Get("cursor"), Limit: 100}
	if v.state == lateOnly {
		v.filter.LateAt = v.now
	} else if v.state != "" {
		v.filter.States = []reporting.State{reporting.State(v.state)}
	}
	if !v.month.IsZero() {
		v.period = page.Switch(r, v.month)
	}
	return v, nil
}

// lateOnly is the choice that shows reports past their deadline, whatever their state.
const lateOnly = "late"

func stateOptions() []ui.Option {
	var options []ui.Option
	for _, s := range reporting.States {
		options = append(options, ui.Option{Value: string(s), Label: s.Title()})
	}
	return append(options, ui.Option{Value: lateOnly, Label: "迟报、漏报"})
}

func formOptions(forms []*reporting.Form) []ui.Option {
	options := make([]ui.Option, len(forms))
	for i, f := range forms {
		options[i] = ui.Option{Value: f.Slug, Label: f.Title}
	}
	return options
}

func nextPage(r *http.Request, cursor string) string {
	if cursor == "" {
		return ""
	}
	return r.URL.Path + "?" + with(r.URL.Query(), "cursor", cursor).Encode()
}

func with(q url.Values, name, value string) url.Values {
	q.Set(name, value)
	return q
}

// resetTo is the list without form and state, in the month in view.
func (v list) resetTo() string {
	if v.month.IsZero() {
		return "/reporting"
	}
	return "/reporting?period=" + v.month.String()
}

func (v list) keep() map[string]string {
	if v.month.IsZero() {
		return nil
	}
	return map[string]string{"period": v.month.String()}
}
