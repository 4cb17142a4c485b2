package validationweb

import (
	"net/http"
	"strconv"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/validation"
	"yigai/web/ui"
)

type runsView struct {
	runs  []validation.Run
	rules []reporting.CheckRule
	form  *form.Form
	may   bool
}

func (h *handler) runs(w http.ResponseWriter, r *http.Request) error {
	last := period.MonthOf(h.now()).Prev()
	return h.listRuns(w, r, http.StatusOK, form.Of(map[string]string{"first": last.Add(-5).String(), "last": last.String(), "by": "current"}))
}

func (h *handler) listRuns(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	who := page.Who(r)
	found, err := h.svc.Runs(r.Context(), who)
	if err != nil {
		return err
	}
	v := runsView{runs: found, form: f, may: who.May(validation.ActionRun)}
	if v.may {
		if v.rules, err = h.rep.CheckRules(r.Context(), who); err != nil {
			return err
		}
	}
	return page.Render(w, r, status, runsPage(v))
}

func (h *handler) start(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	d := validation.RunDraft{First: f.Month("first", "开始月份"), Last: f.Month("last", "结束月份"), Rules: f.Values["rules"], Current: f.Value("by") != "then"}
	if f.Err() == nil {
		n, err := h.svc.Start(r.Context(), page.Who(r), d)
		if err == nil {
			return page.Redirect(w, r, runURL(n), "已开始复核,可以离开这一页")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.listRuns(w, r, http.StatusUnprocessableEntity, f)
}

func runURL(n int64) string { return "/validation/" + id(n) }

func (v runsView) table() ui.Table {
	t := ui.Table{ID: "runs", Caption: "批量复核", Cards: true, Columns: []ui.Column{{Label: "月份"}, {Label: "规则"}, {Label: "月报", Numeric: true}, {Label: "发现", Numeric: true},
		{Label: "错误", Numeric: true}, {Label: "已说明", Numeric: true}, {Label: "发起"}, {Label: "状态"}}}
	t.Empty = ui.Empty{Title: "还没有复核过", Hint: "规则改了以后,用它再看一遍过去的月份。", Icon: "arrow-counterclockwise"}
	for _, r := range v.runs {
		t.Rows = append(t.Rows, ui.Row{URL: runURL(r.ID), Cells: []ui.Cell{ui.Text(months(r)), ui.Text(ruleWords(r)), ui.Text(strconv.Itoa(r.Checked)), ui.Text(strconv.Itoa(r.Found)),
			ui.Text(strconv.Itoa(r.Errors)), ui.Text(strconv.Itoa(r.Explained)), ui.Text(r.By + " " + ui.DateTime(r.CreatedAt)), ui.Node(ui.Badge(runStatus(r)))}})
	}
	return t
}

func months(r validation.Run) string {
	if r.First == r.Last {
		return r.First.String()
	}
	return r.First.String() + " 至 " + r.Last.String()
}

func ruleWords(r validation.Run) string {
	said := "全部"
	if n := len(r.Rules); n > 0 {
		said = strconv.Itoa(n) + " 条"
	}
	if r.Current {
		return said + ",现行版本"
	}
	return said + ",当月版本"
}

func runStatus(r validation.Run) ui.Status {
	switch r.State {
	case validation.Waiting:
		return ui.Status{Word: "等待", Tone: ui.Info, Icon: "hourglass-split"}
	case validation.Running:
		return ui.Status{Word: "进行中", Tone: ui.Info, Icon: "arrow-counterclockwise"}
	case validation.Done:
		return ui.Status{Word: "完成", Tone: ui.Good, Icon: "check-circle-fill"}
	case validation.Failed:
		return ui.Status{Word: "没有做完", Tone: ui.Bad, Icon: "x-circle-fill"}
	}
	return ui.Status{Word: "已取消", Icon: "circle"}
}

func (v runsView) ruleOptions() ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "rules", Label: "规则", Hint: "不选就是全部,包括异常值、单位和增减幅度", Problem: v.form.Problem("rules")}, Values: v.form.Values["rules"]}
	for _, r := range v.rules {
		if r.Enabled {
			c.Options = append(c.Options, ui.Option{Value: r.Code, Label: r.Code + " " + plainMessage(r.Message)})
		}
	}
	return c
}

type runView struct {
	run     validation.Run
	found   []validation.Result
	next    string
	filter  validation.ResultFilter
	may     bool
	exports bool
	follow  bool
}

func (h *handler) run(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	who, asked := page.Who(r), r.URL.Query()
	v := runView{filter: validation.ResultFilter{Rule: asked.Get("rule"), Level: preset.Level(asked.Get("level")), Explained: asked.Get("explained")}}
	if after, err := strconv.Atoi(asked.Get("after")); err == nil && after > 0 {
		v.filter.After = after
	}
	if v.run, err = h.svc.Run(r.Context(), who, n); err != nil {
		return err
	}
	var next int
	if v.found, next, err = h.svc.Results(r.Context(), who, n, v.filter); err != nil {
		return err
	}
	v.permit(who)
	if next > 0 {
		asked.Set("after", strconv.Itoa(next))
		v.next = runURL(n) + "?" + asked.Encode()
	}
	return page.Render(w, r, http.StatusOK, runPage(v))
}

func (v *runView) permit(who actor.Actor) {
	v.may, v.exports, v.follow = who.May(validation.ActionRun), who.May(audit.ActionExport), who.May(validation.ActionFollow)
}

// progress is the bar alone, asked for every second; at the end it leads to the whole page.
func (h *handler) progress(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	run, err := h.svc.Run(r.Context(), page.Who(r), n)
	if err != nil {
		return err
	}
	if !run.Going() {
		w.Header().Set("HX-Refresh", "true")
	}
	return page.Render(w, r, http.StatusOK, ui.ProgressBar(runProgress(run)))
}

func runProgress(r validation.Run) ui.Progress {
	p := ui.Progress{ID: "run-progress", Label: "正在复核", Done: r.Checked, Total: r.Total, Note: "已看 " + strconv.Itoa(r.Checked) + " 份,发现 " + strconv.Itoa(r.Found) + " 处", Refresh: runURL(r.ID)}
	if r.Going() {
		p.Poll = runURL(r.ID) + "/progress"
	}
	return p
}

func (h *handler) cancel(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := h.svc.Cancel(r.Context(), page.Who(r), n); err != nil {
		return err
	}
	return page.Redirect(w, r, runURL(n), "已取消;取消前发现的保留着")
}

func (h *handler) export(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := h.svc.ExportResults(r.Context(), page.Who(r), n)
	if err != nil {
		return err
	}
	return page.SendFile(w, f.Name, "", f.Body)
}

func (v runView) frame() ui.Frame {
	status := runStatus(v.run)
	f := ui.Frame{Title: v.run.Title(), Status: &status, Subtitle: ruleWords(v.run) + ";" + v.run.By + " " + ui.DateTime(v.run.CreatedAt),
		Crumbs: []ui.Link{{Label: "批量复核", URL: "/validation"}, {Label: months(v.run)}}}
	if v.exports && !v.run.Going() {
		f.Actions = append(f.Actions, ui.Action{Label: "导出 Excel", URL: runURL(v.run.ID) + "/results.xlsx", Icon: "download"})
	}
	if v.may && v.run.Going() {
		f.Actions = append(f.Actions, ui.Action{Label: "取消", URL: runURL(v.run.ID) + "/cancellation", Post: true, Icon: "x-lg", Confirm: "取消这次复核?已发现的会保留。"})
	}
	return f
}

func (v runView) stats() []ui.Stat {
	r := v.run
	return []ui.Stat{{Label: "看过的月报", Value: strconv.Itoa(r.Checked), Unit: "份"}, {Label: "发现", Value: strconv.Itoa(r.Found), Unit: "处"},
		{Label: "错误", Value: strconv.Itoa(r.Errors), Unit: "处"}, {Label: "填报时已说明", Value: strconv.Itoa(r.Explained), Unit: "处"}}
}

func (v runView) filtered() bool {
	return v.filter.Rule != "" || v.filter.Level != "" || v.filter.Explained != ""
}

func (v runView) table() ui.Table {
	t := ui.Table{ID: "results", Caption: "发现的问题", Cards: true, Columns: []ui.Column{{Label: "月份"}, {Label: "单位", Wide: true}, {Label: "数据项", Wide: true}, {Label: "规则"}, {Label: "复核时", Numeric: true},
		{Label: "已审核", Numeric: true}, {Label: "问题", Wide: true}, {Label: "填报时的说明", Wide: true, HidePhone: true}}}
	t.Empty = ui.Empty{Title: "没有发现问题", Hint: "换个条件,或再选别的月份。", Icon: "check-circle"}
	if v.follow {
		t.Columns = append(t.Columns, ui.Column{Label: "跟进"})
	}
	for _, x := range v.found {
		t.Rows = append(t.Rows, v.row(x))
	}
	return t
}

func (v runView) row(x validation.Result) ui.Row {
	unit := x.Institution
	if x.Subject != x.Institution {
		unit += " · " + x.Subject
	}
	accepted := figure(x.Accepted, x.Decimals)
	if x.Differs() {
		accepted.Tone, accepted.Title = ui.Warn, "和复核时的数不同:审核后有更正"
	}
	row := ui.Row{URL: page.CellURL(x.Report, reporting.CellKey{SubjectID: x.SubjectID, Element: x.Slug}.Field()), Cells: []ui.Cell{ui.Text(x.Month.String()), {Text: unit, Title: x.Form}, ui.Text(x.Element), ui.Node(ui.Badge(ruleStatus(x))),
		figure(x.Value, x.Decimals), accepted, {Text: x.Message, Title: x.Figures}, ui.Text(orDash(x.Explanation))}}
	if v.follow {
		row.Cells = append(row.Cells, ui.LinkTo("跟进", followURL(x.Report, x.SubjectID, x.Slug, x.Rule)))
	}
	return row
}

func ruleStatus(x validation.Result) ui.Status {
	s := levelStatus(x.Level)
	s.Title, s.Word = s.Word, x.Rule
	if x.Version > 0 {
		s.Word += " 第" + strconv.Itoa(x.Version) + "版"
	}
	return s
}

func figure(d decimal.NullDecimal, places int32) ui.Cell {
	if !d.Valid {
		return ui.Text(ui.Dash)
	}
	return ui.Figure(&d.Decimal, places)
}

func orDash(s string) string {
	if s == "" {
		return ui.Dash
	}
	return s
}
