package clinicweb

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/clinic"
	"yigai/internal/page"
	"yigai/web/ui"
)

const coveragePath = "/clinics/coverage"

type coverageView struct {
	frame  ui.Frame
	tabs   []ui.Tab
	states []ui.Tab
	filter ui.Filter
	area   ui.Choice
	rule   string
	table  ui.Table
}

func coverFilter(q query) clinic.CoverFilter {
	return clinic.CoverFilter{Township: q.Get("township"), State: clinic.State(q.Get("state"))}
}

func (h *handler) coverage(w http.ResponseWriter, r *http.Request) error {
	who, q := page.Who(r), query{r.URL.Query()}
	c, err := h.svc.Coverage(r.Context(), who, coverFilter(q))
	if err != nil {
		return err
	}
	v := coverageView{frame: coverageFrame(who, q), tabs: tabs(who, coveragePath), states: coverTabs(q, c), rule: clinic.RuleText(c.Limits),
		filter: ui.Filter{Action: coveragePath, Reset: coveragePath, Active: q.Get("township") != "", Keep: map[string]string{"state": q.Get("state")}},
		area:   ui.Choice{Field: ui.Field{Name: "township", Label: "乡镇", Value: q.Get("township")}, Empty: "全部乡镇"},
		table:  coverTable(who, c)}
	for _, a := range c.Areas {
		v.area.Options = append(v.area.Options, ui.Option{Value: a.Code, Label: a.Name})
	}
	return page.Render(w, r, http.StatusOK, coveragePage(v))
}

func coverageFrame(who actor.Actor, q query) ui.Frame {
	f := ui.Frame{Title: "村卫生室"}
	if who.May(audit.ActionExport) {
		menu := ui.ExportMenu(q.with("/clinics/coverage/export", "format", "xlsx"), q.with("/clinics/coverage/export", "format", "csv")).Posted()
		f.Menu = &menu
	}
	if who.May(clinic.ActionManage) {
		f.Actions = []ui.Action{{Label: "新增自然村", URL: "/clinics/villages/new", Icon: "plus-lg"}, {Label: "导入村情", URL: "/clinics/import?kind=villages", Icon: "upload"}}
	}
	return f
}

// coverTabs lead to the villages of each state, with their counts.
func coverTabs(q query, c clinic.Cover) []ui.Tab {
	all := 0
	for _, n := range c.Counts {
		all += n
	}
	out := []ui.Tab{{Label: fmt.Sprintf("全部 %d", all), URL: q.with(coveragePath, "state", ""), Active: q.Get("state") == ""}}
	for _, s := range clinic.States {
		out = append(out, ui.Tab{Label: fmt.Sprintf("%s %d", s.Title(), c.Counts[s]), URL: q.with(coveragePath, "state", string(s)), Active: q.Get("state") == string(s),
			Problem: s == clinic.Uncovered && c.Counts[s] > 0})
	}
	return out
}

func coverTable(who actor.Actor, c clinic.Cover) ui.Table {
	t := ui.Table{ID: "coverage", Caption: "各村覆盖情况", Cards: true, Tall: true, Columns: []ui.Column{{Label: "村"}, {Label: "乡镇"}, {Label: "人口", Unit: "人", Numeric: true},
		{Label: "结论"}, {Label: "卫生室"}, {Label: "原因", Wide: true}, {Label: "缺的资料"}}, Empty: ui.Empty{Title: "没有符合条件的村", Hint: "换一个条件;行政区划要先导入", Icon: "geo-alt"}}
	for _, one := range c.Villages {
		t.Rows = append(t.Rows, coverRow(who, one))
	}
	return t
}

func coverRow(who actor.Actor, one clinic.Coverage) ui.Row {
	v, population := one.Village, ""
	if v.Population != nil {
		population = strconv.Itoa(*v.Population)
	}
	why := one.Why
	if v.FixedPlace != "" {
		why += ";固定服务场所:" + v.FixedPlace
	}
	name := ui.Cell{Text: v.Name, Title: v.Code}
	if who.May(clinic.ActionManage) {
		name.URL = villageURL(v.Code)
	}
	return ui.Row{URL: name.URL, Cells: []ui.Cell{name, ui.Text(v.TownshipName), figure(population), ui.Node(ui.Badge(coverStatus(one.State))),
		ui.Text(dash(one.ClinicNames())), ui.Text(why), ui.Text(dash(one.MissingWords()))}}
}

func coverStatus(s clinic.State) ui.Status {
	st := ui.Status{Word: s.Title()}
	switch s {
	case clinic.Uncovered:
		st.Tone, st.Icon = ui.Bad, "x-circle-fill"
	case clinic.Undecided:
		st.Tone, st.Icon = ui.Warn, "question-circle"
	case clinic.Covered:
		st.Tone, st.Icon = ui.Good, "check-circle-fill"
	case clinic.Shared:
		st.Tone, st.Icon = ui.Good, "people"
	default:
		st.Icon = "dash-circle"
	}
	return st
}

func (h *handler) exportCoverage(w http.ResponseWriter, r *http.Request) error {
	format, err := formatOf(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := h.svc.ExportCoverage(r.Context(), page.Who(r), coverFilter(query{r.URL.Query()}), format, &out); err != nil {
		return err
	}
	return page.SendFile(w, "村卫生室覆盖."+string(format), "", out.Bytes())
}
