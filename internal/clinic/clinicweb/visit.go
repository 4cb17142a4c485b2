package clinicweb

import (
	"net/http"
	"strconv"
	"time"

	"yigai/internal/clinic"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/web/ui"
)

const visitsPath = "/clinics/visits"

var visitStates = []clinic.Option{{Value: clinic.VisitPlanned, Title: "计划"}, {Value: clinic.VisitHeld, Title: "已开展"}, {Value: clinic.VisitDropped, Title: "取消"}}

// pageView is a list page: tabs, a filter of a few choices, one table.
type pageView struct {
	frame   ui.Frame
	tabs    []ui.Tab
	filter  ui.Filter
	choices []ui.Choice
	stats   []ui.Stat
	table   ui.Table
	note    string
}

// formView is a form page of fields in order.
type formView struct {
	frame  ui.Frame
	form   ui.Form
	hidden map[string]string
	fields []field
}

// field is one input of a form page: the one that is set.
type field struct {
	text, number, date, area *ui.Field
	choice                   *ui.Choice
}

func options(list []clinic.Option) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, o := range list {
		out[i] = ui.Option{Value: o.Value, Label: o.Title}
	}
	return out
}

func (h *handler) visits(w http.ResponseWriter, r *http.Request) error {
	who, q := page.Who(r), query{r.URL.Query()}
	found, err := h.svc.Visits(r.Context(), who, q.Get("state"))
	if err != nil {
		return err
	}
	manage := who.May(clinic.ActionManage)
	v := pageView{frame: ui.Frame{Title: "村卫生室"}, tabs: tabs(who, visitsPath), filter: ui.Filter{Action: visitsPath, Reset: visitsPath, Active: q.Get("state") != ""},
		choices: []ui.Choice{{Field: ui.Field{Name: "state", Label: "状态", Value: q.Get("state")}, Empty: "全部", Options: options(visitStates)}},
		table:   visitTable(found, manage, h.today())}
	if manage {
		v.frame.Primary = &ui.Action{Label: "安排巡诊", URL: "/clinics/visits/new", Icon: "plus-lg"}
	}
	return page.Render(w, r, http.StatusOK, tablePage(v))
}

func visitTable(list []clinic.Visit, manage bool, today string) ui.Table {
	t := ui.Table{ID: "visits", Caption: "巡诊", Cards: true, Columns: []ui.Column{{Label: "计划日期"}, {Label: "村"}, {Label: "乡镇"}, {Label: "派出单位"}, {Label: "状态"}, {Label: "开展日期"},
		{Label: "人次", Numeric: true}, {Label: "医务人员"}, {Label: "备注", Wide: true}}, Empty: ui.Empty{Title: "还没有巡诊安排", Hint: "没有卫生室的村可以安排卫生院定期巡诊", Icon: "calendar3"}}
	for _, v := range list {
		state, held, patients := ui.Status{Word: clinic.OptionTitle(visitStates, v.State)}, "", ""
		planned := v.PlannedOn.Format(time.DateOnly)
		switch {
		case v.State == clinic.VisitHeld:
			state.Tone, state.Icon = ui.Good, "check-circle"
		case v.State == clinic.VisitPlanned && planned < today:
			state = ui.Status{Word: "过期未登记", Tone: ui.Warn, Icon: "exclamation-triangle"}
		}
		if v.HeldOn != nil {
			held = v.HeldOn.Format(time.DateOnly)
		}
		if v.Patients != nil {
			patients = strconv.Itoa(*v.Patients)
		}
		row := ui.Row{Cells: []ui.Cell{ui.Text(planned), ui.Text(v.VillageName), ui.Text(v.Township), ui.Text(v.Institution), ui.Node(ui.Badge(state)),
			ui.Text(dash(held)), figure(patients), ui.Text(dash(v.Doctors)), ui.Text(dash(v.Note))}}
		if manage {
			row.URL = visitURL(v.ID)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func visitURL(id int64) string { return visitsPath + "/" + strconv.FormatInt(id, 10) }

func (h *handler) newVisit(w http.ResponseWriter, r *http.Request) error {
	return h.visitForm(w, r, http.StatusOK, form.Of(map[string]string{"planned_on": h.today(), "village": r.URL.Query().Get("village")}))
}

func (h *handler) planVisit(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	d := clinic.VisitDraft{Village: f.Value("village"), Note: f.Text("note", "备注", 200)}
	d.InstitutionID, _ = strconv.ParseInt(f.Value("institution"), 10, 64) // no number is no institution
	if day := f.Date("planned_on", "计划日期"); day != nil {
		d.PlannedOn = *day
	} else if f.Problem("planned_on") == "" {
		f.Add("planned_on", "请填写计划日期")
	}
	if f.Err() == nil {
		_, err = h.svc.PlanVisit(r.Context(), page.Who(r), d)
	}
	if f.Take(err) || f.Err() != nil {
		return h.visitForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, visitsPath, "已安排巡诊")
}

func (h *handler) visitForm(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	who := page.Who(r)
	list, err := h.svc.Coverage(r.Context(), who, clinic.CoverFilter{})
	if err != nil {
		return err
	}
	to := ui.Choice{Field: typedField(f, "village", "去哪个村"), Empty: "请选择"}
	for _, one := range list.Villages {
		group := "其他村"
		switch one.State {
		case clinic.Uncovered, clinic.Undecided:
			group = "没有卫生室的村"
		case clinic.Shared:
			group = "共用卫生室的村"
		}
		to.Options = append(to.Options, ui.Option{Value: one.Village.Code, Label: one.Village.TownshipName + " " + one.Village.Name, Group: group})
	}
	groupFirst(to.Options, "没有卫生室的村", "共用卫生室的村")
	by, err := h.units(r, f)
	if err != nil {
		return err
	}
	day, note := typedField(f, "planned_on", "计划日期"), typedField(f, "note", "备注")
	day.Required, to.Required = true, true
	v := formView{frame: ui.Frame{Title: "安排巡诊", Crumbs: []ui.Link{{Label: "村卫生室", URL: path}, {Label: "巡诊", URL: visitsPath}, {Label: "安排"}}, Narrow: true},
		form:   ui.Form{ID: "visit", Action: visitsPath, Cancel: visitsPath, Problems: page.FieldProblems(f)},
		fields: []field{{choice: &to}, {choice: &by}, {date: &day}, {area: &note}}}
	return page.Render(w, r, status, fieldsPage(v))
}

// units offers the hospitals and centres in scope.
func (h *handler) units(r *http.Request, f *form.Form) (ui.Choice, error) {
	c := ui.Choice{Field: typedField(f, "institution", "单位"), Empty: "请选择"}
	c.Required = true
	found, err := h.svc.Units(r.Context(), page.Who(r))
	for _, i := range found {
		c.Options = append(c.Options, ui.Option{Value: strconv.FormatInt(i.ID, 10), Label: i.Name, Group: org.KindTitle(i.Kind)})
	}
	return c, err
}

func typedField(f *form.Form, name, label string) ui.Field {
	return ui.Field{Name: name, Label: label, Value: f.Value(name), Problem: f.Problem(name)}
}

func (h *handler) visit(w http.ResponseWriter, r *http.Request) error {
	v, err := h.askedVisit(r)
	if err != nil {
		return err
	}
	f := form.Of(map[string]string{"version": strconv.Itoa(v.Version), "state": v.State, "doctors": v.Doctors, "note": v.Note})
	if v.State == clinic.VisitPlanned {
		f.Values.Set("state", clinic.VisitHeld)
		f.Values.Set("held_on", min(v.PlannedOn.Format(time.DateOnly), h.today()))
	}
	if v.HeldOn != nil {
		f.Values.Set("held_on", v.HeldOn.Format(time.DateOnly))
	}
	if v.Patients != nil {
		f.Values.Set("patients", strconv.Itoa(*v.Patients))
	}
	return h.logForm(w, r, http.StatusOK, v, f)
}

func (h *handler) askedVisit(r *http.Request) (clinic.Visit, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return clinic.Visit{}, err
	}
	return h.svc.Visit(r.Context(), page.Who(r), id)
}

func (h *handler) logVisit(w http.ResponseWriter, r *http.Request) error {
	v, err := h.askedVisit(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	l := clinic.VisitLog{State: f.Value("state"), HeldOn: f.Date("held_on", "开展日期"), Doctors: f.Text("doctors", "医务人员", 100), Note: f.Text("note", "备注", 200)}
	if f.Value("patients") != "" {
		n := f.Int("patients", "人次", 0, 10_000)
		l.Patients = &n
	}
	if l.State == clinic.VisitDropped {
		l.HeldOn, l.Patients = nil, nil // the form comes with the planned day filled in
	}
	version, err := strconv.Atoi(f.Value("version"))
	if err != nil {
		version = -1
	}
	if f.Err() == nil {
		err = h.svc.LogVisit(r.Context(), page.Who(r), v.ID, version, l)
	}
	if fault.IsConflict(err) {
		f.Add("", "%s", fault.Bare(err).Error())
		f.Values.Set("version", strconv.Itoa(v.Version))
		return h.logForm(w, r, http.StatusConflict, v, f)
	}
	if f.Take(err) || f.Err() != nil {
		return h.logForm(w, r, http.StatusUnprocessableEntity, v, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, visitsPath, "已登记到“"+v.VillageName+"”的巡诊")
}

func (h *handler) logForm(w http.ResponseWriter, r *http.Request, status int, v clinic.Visit, f *form.Form) error {
	state := ui.Choice{Field: typedField(f, "state", "结果"), Options: options(visitStates[1:])}
	day, patients, doctors, note := typedField(f, "held_on", "开展日期"), typedField(f, "patients", "看病人次"), typedField(f, "doctors", "医务人员"), typedField(f, "note", "备注")
	patients.Unit, note.Hint = "人次", "取消的请写明原因"
	view := formView{frame: ui.Frame{Title: "巡诊:" + v.VillageName, Subtitle: v.Institution + ",计划 " + v.PlannedOn.Format(time.DateOnly),
		Crumbs: []ui.Link{{Label: "村卫生室", URL: path}, {Label: "巡诊", URL: visitsPath}, {Label: v.VillageName}}, Narrow: true},
		form:   ui.Form{ID: "visit", Action: visitURL(v.ID), Cancel: visitsPath, Problems: page.FieldProblems(f)},
		hidden: map[string]string{"version": f.Value("version")},
		fields: []field{{choice: &state}, {date: &day}, {number: &patients}, {text: &doctors}, {area: &note}}}
	return page.Render(w, r, status, fieldsPage(view))
}
