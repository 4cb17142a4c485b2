package orgweb

import (
	"net/http"
	"strconv"
	"time"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/web/ui"
)

type closeView struct {
	frame   ui.Frame
	form    ui.Form
	version string
	on      ui.Field
	reason  ui.Field
}

func (h *handler) closing(w http.ResponseWriter, r *http.Request) error {
	i, err := h.asked(r)
	if err != nil {
		return err
	}
	return h.closeForm(w, r, http.StatusOK, i, form.Of(map[string]string{"version": strconv.Itoa(i.Version)}))
}

func (h *handler) closeForm(w http.ResponseWriter, r *http.Request, status int, i org.Institution, f *form.Form) error {
	v := closeView{frame: ui.Frame{Title: "关闭:" + i.Name, Crumbs: crumbs(i), Narrow: true}, version: f.Value("version"),
		form:   ui.Form{Action: institutionURL(i.ID) + "/closure", Submit: "关闭机构", Cancel: institutionURL(i.ID), Problems: page.FieldProblems(f)},
		on:     ui.Field{Name: "on", Label: "关闭日期", Required: true, Value: f.Value("on"), Problem: f.Problem("on"), Hint: "从这一天起不再开办"},
		reason: ui.Field{Name: "reason", Label: "关闭原因", Required: true, MaxLength: 500, Value: f.Value("reason"), Problem: f.Problem("reason")}}
	return page.Render(w, r, status, closePage(v))
}

func (h *handler) close(w http.ResponseWriter, r *http.Request) error {
	i, err := h.asked(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	on := f.Date("on", "关闭日期")
	if on == nil && f.Problem("on") == "" {
		f.Add("on", "请填写关闭日期")
	}
	if f.Err() != nil {
		f.Required("reason", "关闭原因", 500)
		return h.closeForm(w, r, http.StatusUnprocessableEntity, i, f)
	}
	_, err = h.svc.Close(r.Context(), page.Who(r), i.ID, version(f), *on, f.Value("reason"))
	if fault.IsConflict(err) { // what stands in the way is said on the form, where the reason was typed
		f.Add("", "%s", fault.Bare(err).Error())
		f.Values.Set("version", strconv.Itoa(i.Version))
		return h.closeForm(w, r, http.StatusUnprocessableEntity, i, f)
	}
	if f.Take(err) {
		return h.closeForm(w, r, http.StatusUnprocessableEntity, i, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, institutionURL(i.ID), "“"+i.Name+"”已从 "+on.Format(time.DateOnly)+" 起关闭")
}

func (h *handler) reopen(w http.ResponseWriter, r *http.Request) error {
	i, err := h.asked(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	if _, err := h.svc.Reopen(r.Context(), page.Who(r), i.ID, version(f), f.Value("reason")); err != nil {
		return err
	}
	return page.Redirect(w, r, institutionURL(i.ID), "“"+i.Name+"”已恢复")
}
