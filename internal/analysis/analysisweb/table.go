package analysisweb

import (
	"context"
	"net/http"
	"strconv"

	"yigai/internal/actor"
	"yigai/internal/analysis"
	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/web/ui"
)

var (
	styles  = []string{"analysis.css"}
	scripts = []string{"analysis.js"}
)

// sheetView is the builder with its table.
type sheetView struct {
	frame    ui.Frame
	builder  builder
	result   result
	problems []ui.FieldProblem
}

// table shows the builder and the table; a script that asks gets the table alone.
func (h *handler) table(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	q, err := analysis.Parse(r.URL.Query())
	problems := fault.Problems(err)
	t, o, err := h.answer(r.Context(), who, q, err == nil)
	if problems = append(problems, fault.Problems(err)...); err != nil && !fault.IsInvalid(err) {
		return err
	}
	views, err := h.svc.Views(r.Context(), who)
	if err != nil {
		return err
	}
	from := viewOf(views, r.URL.Query().Get("view"))
	v := sheetView{frame: tableFrame(from), problems: problemsOf(problems)}
	v.result = newResult(who, t, o, views, from, v.problems)
	w.Header().Set("Vary", "HX-Request")
	if part(r) {
		w.Header().Set("HX-Push-Url", tableURL(q, r.URL.Query().Get("view")))
		return page.Render(w, r, http.StatusOK, resultBox(v.result)) // htmx shows nothing of a refusal
	}
	v.builder = newBuilder(r.URL.Query(), q, o, problems)
	return page.Render(w, r, statusOf(problems), tablePage(v))
}

// answer opens the table, or says what can be asked where the question was not understood: another table than the one
// that was meant would mislead.
func (h *handler) answer(ctx context.Context, who actor.Actor, q analysis.Query, understood bool) (analysis.Table, analysis.Options, error) {
	if understood {
		return h.svc.Open(ctx, who, q)
	}
	o, err := h.svc.Options(ctx, who)
	return analysis.Table{Query: q}, o, err
}

// part reports whether a script wants the table alone. Going back in history asks for the whole page.
func part(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-History-Restore-Request") != "true"
}

func statusOf(problems []fault.Problem) int {
	if len(problems) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func viewOf(views []analysis.View, id string) *analysis.View {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil
	}
	for i := range views {
		if views[i].ID == n {
			return &views[i]
		}
	}
	return nil
}

func tableFrame(from *analysis.View) ui.Frame {
	f := ui.Frame{Title: "自定义表", Styles: styles, Scripts: scripts, Subtitle: "自己选单位、项目、时间拼一张表;只显示您数据范围内的数,网址可以发给同事"}
	if from != nil {
		f.Title, f.Crumbs = from.Name, []ui.Link{{Label: "自定义表", URL: "/analysis"}, {Label: "已存的表", URL: "/analysis/views"}}
	}
	f.Actions = []ui.Action{{Label: "已存的表", URL: "/analysis/views", Icon: "journal-text"}}
	return f
}

var fieldLabels = map[string]string{"kind": "机构类型", "group": "机构分组", "level": "层级", "township": "乡镇", "under": "上级", "unit": "单位",
	"by": "合并方式", "sub": "小计", "item": "项目", "m": "显示", "when": "时间", "from": "起始月份", "to": "截止月份", "grain": "按", "at_unit": "单位放在",
	"at_item": "项目放在", "at_period": "时间放在", "sort": "排序", "top": "只列前", "name": "名称", "shared": "共享", "format": "格式"}

func problemsOf(problems []fault.Problem) []ui.FieldProblem {
	out := make([]ui.FieldProblem, len(problems))
	for n, p := range problems {
		out[n] = ui.FieldProblem{Field: p.Field, Label: fieldLabels[p.Field], Message: p.Message}
	}
	return out
}

// result is the table with what can be done with it.
type result struct {
	title    string
	note     string
	about    []analysis.Line
	notes    []string
	problems []ui.FieldProblem
	tabs     []ui.Tab
	pager    ui.Paging
	table    ui.Table
	menus    []ui.Menu
	actions  []ui.Action
	chosen   bool // there are items to show
	refused  bool
	views    []ui.Link
}

func newResult(who actor.Actor, t analysis.Table, o analysis.Options, views []analysis.View, from *analysis.View, problems []ui.FieldProblem) result {
	r := result{title: t.Title(), problems: problems, notes: t.Notes, chosen: len(t.Items) > 0}
	for _, v := range views {
		r.views = append(r.views, ui.Link{Label: v.Name, URL: viewURL(v.ID)})
	}
	if r.refused = len(problems) > 0; r.refused || !r.chosen {
		return r
	}
	r.note = t.Period() + " · " + strconv.Itoa(t.Units) + " 家"
	r.about = t.Describe(o)
	r.tabs, r.pager = pages(t, idOf(from))
	r.table = dataTable(t, idOf(from))
	if cut := leftOut(t); cut != "" {
		r.notes = append(r.notes, cut)
	}
	r.actions = keepActions(who, t.Query, from)
	if who.May(analysis.ActionExport) && len(t.Rows) > 0 {
		r.menus = append(r.menus, ui.ExportMenu(withQuery("/analysis/table.xlsx", t.Query, ""), withQuery("/analysis/table.csv", t.Query, "")).Posted())
	}
	return r
}

func idOf(v *analysis.View) string {
	if v == nil {
		return ""
	}
	return strconv.FormatInt(v.ID, 10)
}

// keepActions save the table as it stands: as a new view, or into the one it came from.
func keepActions(who actor.Actor, q analysis.Query, from *analysis.View) []ui.Action {
	if !who.May(analysis.ActionKeep) {
		return nil
	}
	var out []ui.Action
	if from != nil && from.MayChange(who) {
		out = append(out, ui.Action{Label: "更新“" + from.Name + "”", URL: withQuery(viewURL(from.ID)+"/edit", q, ""), Icon: "save"})
	}
	return append(out, ui.Action{Label: "另存为…", URL: withQuery("/analysis/views/new", q, ""), Icon: "plus-lg"})
}

// mostTabs is how many pages stand side by side; more are leafed through.
const mostTabs = 16

// pages are the values of the page axis.
func pages(t analysis.Table, view string) (tabs []ui.Tab, pager ui.Paging) {
	at := func(key string) string {
		q := t.Query
		q.Page = key
		return tableURL(q, view)
	}
	for n, p := range t.Pages {
		tabs = append(tabs, ui.Tab{Label: p.Title, URL: at(p.Name), Active: p.Name == t.Page})
		if p.Name != t.Page {
			continue
		}
		pager.Note = "第 " + strconv.Itoa(n+1) + "/" + strconv.Itoa(len(t.Pages)) + " 页:" + p.Title
		if n > 0 {
			pager.Prev = at(t.Pages[n-1].Name)
		}
		if n+1 < len(t.Pages) {
			pager.Next = at(t.Pages[n+1].Name)
		}
	}
	if len(tabs) > mostTabs {
		return nil, pager
	}
	return tabs, ui.Paging{}
}
