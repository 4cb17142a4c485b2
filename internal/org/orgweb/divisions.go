package orgweb

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"yigai/internal/audit"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/web/ui"
)

type divisionsView struct {
	frame  ui.Frame
	filter ui.Filter
	text   ui.Field
	note   string
	table  ui.Table
}

func (h *handler) divisions(w http.ResponseWriter, r *http.Request) error {
	who, text := page.Who(r), r.URL.Query().Get("q")
	find := func() ([]org.Division, error) { return h.svc.Townships(r.Context(), who) }
	if text != "" {
		find = func() ([]org.Division, error) { return h.svc.FindDivisions(r.Context(), who, text) }
	}
	found, err := find()
	if err != nil {
		return err
	}
	v := divisionsView{frame: ui.Frame{Title: "行政区划"}, table: divisionTable(found), note: divisionNote(found, text),
		filter: ui.Filter{Action: "/divisions", Reset: "/divisions", Active: text != ""},
		text:   ui.Field{Name: "q", Label: "名称或代码", Value: text}}
	if who.May(audit.ActionExport) {
		v.frame.Menu = exportMenu("/divisions/export?format=xlsx", "/divisions/export?format=csv")
	}
	if who.May(org.ActionImport) {
		v.frame.Actions = []ui.Action{{Label: "导入", URL: "/institutions/import?kind=divisions", Icon: "upload"}}
	}
	return page.Render(w, r, http.StatusOK, divisionsPage(v))
}

func divisionNote(found []org.Division, text string) string {
	if text != "" {
		return "找到 " + strconv.Itoa(len(found)) + " 个乡镇、村"
	}
	villages, institutions := 0, 0
	for _, d := range found {
		villages, institutions = villages+d.Villages, institutions+d.Institutions
	}
	return "乡镇 " + strconv.Itoa(len(found)) + " 个,村 " + strconv.Itoa(villages) + " 个,乡镇内开办中的机构 " + strconv.Itoa(institutions) + " 家"
}

func divisionTable(found []org.Division) ui.Table {
	t := ui.Table{ID: "divisions", Caption: "行政区划", Columns: []ui.Column{{Label: "代码"}, {Label: "名称", Wide: true}, {Label: "级别"},
		{Label: "村", Unit: "个", Numeric: true}, {Label: "机构", Unit: "家", Numeric: true}, {Label: "常住人口", Unit: "人", Numeric: true}},
		Empty: ui.Empty{Title: "没有行政区划", Hint: "请导入本县的乡镇、村名录,或换一个词查找", Icon: "geo-alt"}}
	for _, d := range found {
		url := "/divisions/" + d.Code
		villages := ui.Text(strconv.Itoa(d.Villages))
		if d.Level == org.LevelVillage {
			villages = ui.Text(ui.Dash)
		}
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{ui.Text(d.Code), ui.LinkTo(d.Name, url), ui.Text(org.LevelTitle(d.Level)),
			villages, ui.Text(strconv.Itoa(d.Institutions)), people(d.Population)}})
	}
	return t
}

func people(n *int) ui.Cell {
	if n == nil {
		return ui.Cell{Text: ui.Dash, Title: "未登记"}
	}
	return ui.Text(ui.Int(int64(*n)))
}

type divisionView struct {
	frame        ui.Frame
	terms        []ui.Term
	villages     ui.Table
	institutions ui.Table
	township     bool
}

func (h *handler) division(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	d, err := h.svc.Division(r.Context(), who, chi.URLParam(r, "code"))
	if err != nil {
		return err
	}
	if d.Level == org.LevelCounty {
		return page.Redirect(w, r, "/divisions", "")
	}
	v := divisionView{township: d.Level == org.LevelTownship, frame: ui.Frame{Title: d.Name, Crumbs: []ui.Link{{Label: "行政区划", URL: "/divisions"}}},
		terms: []ui.Term{{Label: "代码", Value: d.Code}, {Label: "级别", Value: org.LevelTitle(d.Level)}, {Label: "常住人口", Value: people(d.Population).Text}}}
	if !v.township {
		v.frame.Crumbs = append(v.frame.Crumbs, ui.Link{Label: d.Parent, URL: "/divisions/" + d.Parent})
	}
	v.frame.Crumbs = append(v.frame.Crumbs, ui.Link{Label: d.Name})
	villages, err := h.svc.Villages(r.Context(), who, d.Code)
	if err != nil {
		return err
	}
	v.villages = divisionTable(villages)
	found, err := h.svc.All(r.Context(), who, org.Filter{Division: d.Code, Limit: 500})
	if err != nil {
		return err
	}
	v.institutions = childTable(found)
	v.institutions.Caption, v.institutions.Empty.Title = "这里的机构", "这里没有您可以查看的机构"
	return page.Render(w, r, http.StatusOK, divisionPage(v))
}
