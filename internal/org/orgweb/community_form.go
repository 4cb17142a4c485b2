package orgweb

import (
	"net/http"
	"strconv"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/web/ui"
)

type communityFormView struct {
	frame   ui.Frame
	form    ui.Form
	version string
	name    ui.Field
	lead    ui.Choice
	from    ui.Field
}

func (h *handler) blankCommunity(w http.ResponseWriter, r *http.Request) error {
	return h.communityForm(w, r, http.StatusOK, 0, form.Of(nil))
}

func (h *handler) createCommunity(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	c, err := h.svc.CreateCommunity(r.Context(), page.Who(r), typedCommunity(f))
	if f.Take(err) {
		return h.communityForm(w, r, http.StatusUnprocessableEntity, 0, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, communityURL(c.ID), "已新建医共体“"+c.Name+"”")
}

func (h *handler) editCommunity(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	c, err := h.svc.Community(r.Context(), page.Who(r), id)
	if err != nil {
		return err
	}
	return h.communityForm(w, r, http.StatusOK, id, form.Of(map[string]string{"name": c.Name, "lead": c.LeadCode, "version": strconv.Itoa(c.Version)}))
}

func (h *handler) saveCommunity(w http.ResponseWriter, r *http.Request) error {
	id, f, err := communityForm(r)
	if err != nil {
		return err
	}
	err = h.svc.EditCommunity(r.Context(), page.Who(r), id, version(f), typedCommunity(f))
	if fault.IsConflict(err) {
		f.Add("", "%s", fault.Bare(err).Error())
		return h.communityForm(w, r, http.StatusConflict, id, f)
	}
	if f.Take(err) {
		return h.communityForm(w, r, http.StatusUnprocessableEntity, id, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, communityURL(id), "已保存")
}

// typedCommunity leaves a missing or wrong day to the operation, which refuses it with everything else.
func typedCommunity(f *form.Form) org.CommunityDraft {
	d := org.CommunityDraft{Name: f.Value("name"), Lead: f.Value("lead")}
	if on := f.Date("joined_on", "日期"); on != nil {
		d.JoinedOn = *on
	}
	return d
}

func (h *handler) communityForm(w http.ResponseWriter, r *http.Request, status int, id int64, f *form.Form) error {
	v := communityFormView{frame: ui.Frame{Title: "新建医共体", Narrow: true}, version: f.Value("version"),
		form: ui.Form{ID: "community", Action: "/communities", Cancel: "/communities", Problems: page.FieldProblems(f)},
		name: ui.Field{Name: "name", Label: "医共体名称", Required: true, MaxLength: 60, Value: f.Value("name"), Problem: f.Problem("name")},
		from: ui.Field{Name: "joined_on", Label: "成立日期", Required: true, Value: f.Value("joined_on"), Problem: f.Problem("joined_on")}}
	if id != 0 {
		v.frame.Title, v.form.Action, v.form.Cancel = "修改医共体", communityURL(id), communityURL(id)
		v.from.Label, v.from.Hint = "变更日期", "更换牵头医院时,新的牵头医院从这一天起成为成员"
	}
	hospitals, err := h.svc.All(r.Context(), page.Who(r), org.Filter{Kinds: org.KindsOf(org.GroupHospital), State: org.StateOpen})
	if err != nil {
		return err
	}
	v.lead = ui.Choice{Field: ui.Field{Name: "lead", Label: "牵头医院", Required: true, Value: f.Value("lead"), Problem: f.Problem("lead")}, Empty: "请选择"}
	for _, i := range hospitals {
		v.lead.Options = append(v.lead.Options, ui.Option{Value: i.Code, Label: i.Name})
	}
	if v.from.Value == "" && f.Err() == nil {
		v.from.Value = ui.Date(h.now())
	}
	return page.Render(w, r, status, communityFormPage(v))
}
