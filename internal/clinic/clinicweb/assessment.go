package clinicweb

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/clinic"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/web/ui"
)

const assessmentsPath = "/clinics/assessments"

// yearOf is the year in view, this one when none is asked for.
func (h *handler) yearOf(r *http.Request) int {
	if year, err := strconv.Atoi(r.URL.Query().Get("year")); err == nil && year >= 2000 && year <= 2100 {
		return year
	}
	return h.now().In(period.Shanghai).Year()
}

// yearChoice offers this year and the five before.
func (h *handler) yearChoice(year int) ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "year", Label: "年度", Value: strconv.Itoa(year)}}
	this := h.now().In(period.Shanghai).Year()
	for y := this; y > this-6; y-- {
		c.Options = append(c.Options, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	return c
}

func (h *handler) assessments(w http.ResponseWriter, r *http.Request) error {
	who, q, year := page.Who(r), query{r.URL.Query()}, h.yearOf(r)
	found, err := h.svc.Assessments(r.Context(), who, year, q.Get("township"))
	if err != nil {
		return err
	}
	areas, err := h.svc.Townships(r.Context(), who)
	if err != nil {
		return err
	}
	v := pageView{frame: ui.Frame{Title: "村卫生室"}, tabs: tabs(who, assessmentsPath), filter: ui.Filter{Action: assessmentsPath},
		choices: []ui.Choice{h.yearChoice(year), townshipChoice(areas, q.Get("township"))}, stats: assessmentStats(found), table: assessmentTable(found)}
	return page.Render(w, r, http.StatusOK, tablePage(v))
}

func assessmentStats(list []clinic.Assessment) []ui.Stat {
	done, passed := 0, 0
	for _, a := range list {
		if a.Version > 0 {
			done++
		}
		if a.Passed {
			passed++
		}
	}
	stat := func(label string, n int) ui.Stat {
		return ui.Stat{Label: label, Value: ui.Int(int64(n)), Unit: "家"}
	}
	share := ui.Stat{Label: "达标率", Value: ui.Dash, Note: "达到基本标准 ÷ 已评价"}
	if done > 0 {
		const hundred = 100
		share.Value, share.Unit = ui.Num(decimal.NewFromInt(int64(passed)*hundred).Div(decimal.NewFromInt(int64(done))), 1), "%"
	}
	return []ui.Stat{stat("卫生室", len(list)), stat("已评价", done), stat("达到基本标准", passed), share}
}

func assessmentTable(list []clinic.Assessment) ui.Table {
	t := ui.Table{ID: "assessments", Caption: "能力评价", Cards: true, Tall: true, Columns: []ui.Column{{Label: "编码"}, {Label: "名称", Wide: true}, {Label: "乡镇"}, {Label: "得分", Numeric: true}, {Label: "等级"},
		{Label: "评价日期"}, {Label: "评价人", Wide: true}}, Empty: ui.Empty{Title: "没有村卫生室", Icon: "house"}}
	for _, a := range list {
		at := assessmentURL(a.Clinic.ID, a.Year)
		row := ui.Row{URL: at, Cells: []ui.Cell{ui.Text(a.Clinic.Code), ui.LinkTo(a.Clinic.Name, at), ui.Text(dash(a.Clinic.TownshipName))}}
		if a.Version == 0 {
			row.Cells = append(row.Cells, ui.Text(ui.Dash), ui.Node(ui.Badge(ui.Status{Word: "未评价", Icon: "circle"})), ui.Text(ui.Dash), ui.Text(ui.Dash))
		} else {
			row.Cells = append(row.Cells, ui.Text(a.Total.String()), ui.Node(ui.Badge(levelStatus(a))), ui.Text(a.AssessedOn.Format(time.DateOnly)), ui.Text(dash(a.Assessors)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func levelStatus(a clinic.Assessment) ui.Status {
	if a.Passed {
		return ui.Status{Word: clinic.LevelTitle(a.Level), Tone: ui.Good, Icon: "check-circle-fill"}
	}
	return ui.Status{Word: clinic.LevelTitle(a.Level), Tone: ui.Bad, Icon: "x-circle-fill"}
}

func assessmentURL(id int64, year int) string {
	return fmt.Sprintf("%s/assessment?year=%d", clinicURL(id), year)
}

func (h *handler) assessment(w http.ResponseWriter, r *http.Request) error {
	a, err := h.askedAssessment(r)
	if err != nil {
		return err
	}
	f := form.Of(map[string]string{"version": strconv.Itoa(a.Version), "assessed_on": h.today(), "assessors": a.Assessors, "note": a.Note})
	if a.Version > 0 {
		f.Values.Set("assessed_on", a.AssessedOn.Format(time.DateOnly))
	}
	for code, p := range a.Points {
		f.Values.Set("points."+code, p.String())
	}
	return h.assessmentForm(w, r, http.StatusOK, a, f)
}

func (h *handler) askedAssessment(r *http.Request) (clinic.Assessment, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return clinic.Assessment{}, err
	}
	return h.svc.AssessmentOf(r.Context(), page.Who(r), id, h.yearOf(r))
}

func (h *handler) assess(w http.ResponseWriter, r *http.Request) error {
	a, err := h.askedAssessment(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	d := clinic.AssessmentDraft{Points: map[string]decimal.Decimal{}, Assessors: f.Text("assessors", "评价人", 100), Note: f.Text("note", "备注", 500)}
	for _, item := range clinic.Items {
		d.Points[item.Code] = f.Decimal("points."+item.Code, item.Title, number.Rule{Unit: "分", Decimals: 1})
	}
	if day := f.Date("assessed_on", "评价日期"); day != nil {
		d.AssessedOn = *day
	}
	version, err := strconv.Atoi(f.Value("version"))
	if err != nil {
		version = -1
	}
	if f.Err() == nil {
		err = h.svc.Assess(r.Context(), page.Who(r), a.Clinic.ID, a.Year, version, d)
	}
	if fault.IsConflict(err) {
		f.Add("", "%s", fault.Bare(err).Error())
		f.Values.Set("version", strconv.Itoa(a.Version))
		return h.assessmentForm(w, r, http.StatusConflict, a, f)
	}
	if f.Take(err) || f.Err() != nil {
		return h.assessmentForm(w, r, http.StatusUnprocessableEntity, a, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, fmt.Sprintf("%s?year=%d", assessmentsPath, a.Year), "已保存“"+a.Clinic.Name+"”的评价")
}

type assessmentView struct {
	frame    ui.Frame
	form     ui.Form
	version  string
	sections []section
	day      ui.Field
	people   ui.Field
	note     ui.Field
	result   *ui.Notice
	readOnly bool
	table    ui.Table
}

type section struct {
	title  string
	fields []ui.Field
}

func (h *handler) assessmentForm(w http.ResponseWriter, r *http.Request, status int, a clinic.Assessment, f *form.Form) error {
	at := assessmentURL(a.Clinic.ID, a.Year)
	v := assessmentView{version: f.Value("version"), form: ui.Form{ID: "assessment", Action: at, Cancel: assessmentsPath, Problems: page.FieldProblems(f), Note: "总分和等级由系统算"},
		frame: ui.Frame{Title: fmt.Sprintf("%d 年能力评价:%s", a.Year, a.Clinic.Name), Subtitle: a.Clinic.TownshipName, Narrow: true,
			Crumbs: []ui.Link{{Label: "村卫生室", URL: path}, {Label: "能力评价", URL: assessmentsPath}, {Label: a.Clinic.Name, URL: clinicURL(a.Clinic.ID)}}},
		day: typedField(f, "assessed_on", "评价日期"), people: typedField(f, "assessors", "评价人"), note: typedField(f, "note", "备注"),
		readOnly: !page.Who(r).May(clinic.ActionManage)}
	if a.Version > 0 {
		v.result = &ui.Notice{Title: fmt.Sprintf("得分 %s / %s,%s", a.Total, a.Most, clinic.LevelTitle(a.Level)), Text: "评价日期 " + a.AssessedOn.Format(time.DateOnly)}
	}
	v.table = ui.Table{Caption: "评分项", Columns: []ui.Column{{Label: "部分"}, {Label: "评分项", Wide: true}, {Label: "满分", Numeric: true}, {Label: "得分", Numeric: true}}}
	for _, item := range clinic.Items {
		v.add(item, f)
	}
	return page.Render(w, r, status, assessmentPage(v))
}

func (v *assessmentView) add(item clinic.Item, f *form.Form) {
	if len(v.sections) == 0 || v.sections[len(v.sections)-1].title != item.Section {
		v.sections = append(v.sections, section{title: item.Section})
	}
	one := typedField(f, "points."+item.Code, item.Title)
	one.Unit, one.Required = "/ "+item.Most.String()+" 分", true
	last := &v.sections[len(v.sections)-1]
	last.fields = append(last.fields, one)
	v.table.Rows = append(v.table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(item.Section), ui.Text(item.Title), ui.Text(item.Most.String()), ui.Text(dash(one.Value))}})
}
