package clinicweb

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/clinic"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/web/ui"
)

const projectsPath = "/clinics/projects"

func projectFilter(q query) clinic.ProjectFilter {
	year, err := strconv.Atoi(q.Get("year"))
	if err != nil {
		year = 0
	}
	return clinic.ProjectFilter{Year: year, State: q.Get("state"), Kind: q.Get("kind")}
}

func (h *handler) projects(w http.ResponseWriter, r *http.Request) error {
	who, q := page.Who(r), query{r.URL.Query()}
	found, err := h.svc.Projects(r.Context(), who, projectFilter(q))
	if err != nil {
		return err
	}
	years := h.yearChoice(0)
	years.Value, years.Empty = q.Get("year"), "全部年度"
	v := pageView{frame: projectFrame(who, q), tabs: tabs(who, projectsPath), filter: ui.Filter{Action: projectsPath, Reset: projectsPath, Active: q.Get("year")+q.Get("state")+q.Get("kind") != ""},
		choices: []ui.Choice{years, {Field: ui.Field{Name: "kind", Label: "类型", Value: q.Get("kind")}, Empty: "全部", Options: options(clinic.ProjectKinds)},
			{Field: ui.Field{Name: "state", Label: "进度", Value: q.Get("state")}, Empty: "全部", Options: options(clinic.ProjectStates)}},
		table: projectTable(found, who.May(clinic.ActionManage))}
	return page.Render(w, r, http.StatusOK, tablePage(v))
}

func projectFrame(who actor.Actor, q query) ui.Frame {
	f := ui.Frame{Title: "村卫生室"}
	if who.May(audit.ActionExport) {
		menu := ui.ExportMenu(q.with("/clinics/projects/export", "format", "xlsx"), q.with("/clinics/projects/export", "format", "csv")).Posted()
		f.Menu = &menu
	}
	if who.May(clinic.ActionManage) {
		f.Primary = &ui.Action{Label: "新增项目", URL: "/clinics/projects/new", Icon: "plus-lg"}
	}
	return f
}

func projectTable(list []clinic.Project, manage bool) ui.Table {
	t := ui.Table{ID: "projects", Caption: "建设台账", Cards: true, Columns: []ui.Column{{Label: "项目", Wide: true}, {Label: "年度"}, {Label: "类型"}, {Label: "进度"}, {Label: "负责单位"},
		{Label: "开工—完工"}, {Label: "面积", Unit: "平方米", Numeric: true}, {Label: "总投资", Unit: "元", Numeric: true}, {Label: "专项债", Unit: "元", Numeric: true}, {Label: "已支出", Unit: "元", Numeric: true}},
		Empty: ui.Empty{Title: "还没有建设项目", Icon: "building"}}
	var budget, bond, spent decimal.Decimal
	for _, p := range list {
		row := ui.Row{Cells: []ui.Cell{ui.Text(p.Name), ui.Text(strconv.Itoa(p.Year)), ui.Text(clinic.OptionTitle(clinic.ProjectKinds, p.Kind)), ui.Node(ui.Badge(projectStatus(p.State))),
			ui.Text(p.Institution), ui.Text(span(p.StartedOn, p.FinishedOn)), amount(p.Area, 1), amount(p.Budget, 2), amount(p.Bond, 2), amount(p.Spent, 2)}}
		if manage {
			row.URL = projectURL(p.ID)
		}
		t.Rows = append(t.Rows, row)
		budget, bond, spent = budget.Add(p.Budget.Decimal), bond.Add(p.Bond.Decimal), spent.Add(p.Spent.Decimal)
	}
	if len(list) > 0 {
		t.Foot = []ui.Row{{Cells: []ui.Cell{ui.Text("合计(填了金额的)"), {}, {}, {}, {}, {}, {}, ui.Figure(&budget, 2), ui.Figure(&bond, 2), ui.Figure(&spent, 2)}}}
	}
	return t
}

func projectStatus(state string) ui.Status {
	s := ui.Status{Word: clinic.OptionTitle(clinic.ProjectStates, state)}
	switch state {
	case clinic.ProjectDone:
		s.Tone, s.Icon = ui.Good, "check-circle"
	case "started":
		s.Tone, s.Icon = ui.Accent, "hourglass-split"
	}
	return s
}

// span is when work began and ended, as far as it has.
func span(begun, done *time.Time) string {
	if begun == nil && done == nil {
		return ui.Dash
	}
	return dayText(begun) + "—" + dayText(done)
}

func dayText(day *time.Time) string {
	if day == nil {
		return ""
	}
	return day.Format(time.DateOnly)
}

func amount(d decimal.NullDecimal, places int32) ui.Cell {
	if !d.Valid {
		return ui.Figure(nil, places)
	}
	return ui.Figure(&d.Decimal, places)
}

func projectURL(id int64) string { return projectsPath + "/" + strconv.FormatInt(id, 10) }

func (h *handler) exportProjects(w http.ResponseWriter, r *http.Request) error {
	format, err := formatOf(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := h.svc.ExportProjects(r.Context(), page.Who(r), projectFilter(query{r.URL.Query()}), format, &out); err != nil {
		return err
	}
	return page.SendFile(w, "村卫生室建设台账."+string(format), "", out.Bytes())
}

func (h *handler) newProject(w http.ResponseWriter, r *http.Request) error {
	year := strconv.Itoa(h.now().In(period.Shanghai).Year())
	return h.projectForm(w, r, http.StatusOK, clinic.Project{}, form.Of(map[string]string{"year": year, "kind": "new", "state": "planned"}))
}

func (h *handler) askedProject(r *http.Request) (clinic.Project, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return clinic.Project{}, err
	}
	return h.svc.Project(r.Context(), page.Who(r), id)
}

func (h *handler) project(w http.ResponseWriter, r *http.Request) error {
	p, err := h.askedProject(r)
	if err != nil {
		return err
	}
	f := form.Of(map[string]string{"version": strconv.Itoa(p.Version), "institution": strconv.FormatInt(p.InstitutionID, 10), "name": p.Name, "kind": p.Kind, "state": p.State,
		"year": strconv.Itoa(p.Year), "certificate": p.Certificate, "note": p.Note})
	for name, day := range map[string]*time.Time{"started_on": p.StartedOn, "finished_on": p.FinishedOn} {
		if day != nil {
			f.Values.Set(name, day.Format(time.DateOnly))
		}
	}
	for name, d := range map[string]decimal.NullDecimal{"area": p.Area, "budget": p.Budget, "bond": p.Bond, "spent": p.Spent} {
		if d.Valid {
			f.Values.Set(name, d.Decimal.String())
		}
	}
	return h.projectForm(w, r, http.StatusOK, p, f)
}

func (h *handler) addProject(w http.ResponseWriter, r *http.Request) error {
	return h.keepProject(w, r, clinic.Project{})
}

func (h *handler) saveProject(w http.ResponseWriter, r *http.Request) error {
	p, err := h.askedProject(r)
	if err != nil {
		return err
	}
	return h.keepProject(w, r, p)
}

func (h *handler) keepProject(w http.ResponseWriter, r *http.Request, was clinic.Project) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	p := typedProject(f)
	p.ID = was.ID
	if f.Err() == nil {
		_, err = h.svc.KeepProject(r.Context(), page.Who(r), p)
	}
	if fault.IsConflict(err) {
		f.Add("", "%s", fault.Bare(err).Error())
		f.Values.Set("version", strconv.Itoa(was.Version))
		return h.projectForm(w, r, http.StatusConflict, was, f)
	}
	if f.Take(err) || f.Err() != nil {
		return h.projectForm(w, r, http.StatusUnprocessableEntity, was, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, projectsPath, "已保存“"+p.Name+"”")
}

func typedProject(f *form.Form) clinic.Project {
	p := clinic.Project{Name: f.Text("name", "项目名称", 60), Kind: f.Value("kind"), State: f.Value("state"), Year: f.Int("year", "年度", 2000, 2100),
		StartedOn: f.Date("started_on", "开工日期"), FinishedOn: f.Date("finished_on", "完工日期"), Certificate: f.Text("certificate", "产权证", 60), Note: f.Text("note", "备注", 500)}
	p.InstitutionID, _ = strconv.ParseInt(f.Value("institution"), 10, 64) // no number is no institution
	if version, err := strconv.Atoi(f.Value("version")); err == nil {
		p.Version = version
	}
	money := number.Rule{Unit: "元", Decimals: 2}
	p.Area = optional(f, "area", "面积", number.Rule{Unit: "平方米", Decimals: 1})
	p.Budget, p.Bond, p.Spent = optional(f, "budget", "总投资", money), optional(f, "bond", "专项债", money), optional(f, "spent", "已支出", money)
	return p
}

// optional is a number that may be left empty.
func optional(f *form.Form, name, label string, rule number.Rule) decimal.NullDecimal {
	if f.Value(name) == "" {
		return decimal.NullDecimal{}
	}
	d := f.Decimal(name, label, rule)
	if largest := decimal.New(1, 7); name == "area" && d.GreaterThanOrEqual(largest) || d.GreaterThanOrEqual(decimal.New(1, 12)) {
		f.Add(name, "%s太大,请核对", label)
	}
	return decimal.NewNullDecimal(d)
}

func (h *handler) projectForm(w http.ResponseWriter, r *http.Request, status int, p clinic.Project, f *form.Form) error {
	by, err := h.units(r, f)
	if err != nil {
		return err
	}
	by.Label = "负责单位"
	choice := func(name, label string, list []clinic.Option) field {
		c := ui.Choice{Field: typedField(f, name, label), Options: options(list)}
		return field{choice: &c}
	}
	one := func(name, label, unit string) *ui.Field {
		x := typedField(f, name, label)
		x.Unit = unit
		return &x
	}
	title, at := "新增建设项目", projectsPath
	if p.ID != 0 {
		title, at = p.Name, projectURL(p.ID)
	}
	name := one("name", "项目名称", "")
	name.Required = true
	v := formView{frame: ui.Frame{Title: title, Crumbs: []ui.Link{{Label: "村卫生室", URL: path}, {Label: "建设台账", URL: projectsPath}, {Label: title}}, Narrow: true},
		form:   ui.Form{ID: "project", Action: at, Cancel: projectsPath, Columns: 2, Problems: page.FieldProblems(f)},
		hidden: map[string]string{"version": f.Value("version")},
		fields: []field{{text: name}, {choice: &by}, choice("kind", "类型", clinic.ProjectKinds), choice("state", "进度", clinic.ProjectStates), {number: one("year", "年度", "年")},
			{number: one("area", "面积", "平方米")}, {date: one("started_on", "开工日期", "")}, {date: one("finished_on", "完工日期", "")}, {number: one("budget", "总投资", "元")},
			{number: one("bond", "其中专项债", "元")}, {number: one("spent", "已支出", "元")}, {text: one("certificate", "产权证号", "")}, {area: one("note", "备注", "")}}}
	return page.Render(w, r, status, fieldsPage(v))
}
