package indicatorweb

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/web/ui"
)

type manageView struct {
	frame  ui.Frame
	filter ui.Filter
	text   ui.Field
	topic  ui.Choice
	state  ui.Choice
	table  ui.Table
}

// definitions lists every indicator of the county, in use or not.
func (h *handler) definitions(w http.ResponseWriter, r *http.Request) error {
	q, who := r.URL.Query(), page.Who(r)
	all, err := h.svc.Indicators(r.Context(), who, indicator.Filter{})
	if err != nil {
		return err
	}
	f := indicator.Filter{Topic: q.Get("topic"), Text: q.Get("q"), State: q.Get("state")}
	found, err := h.svc.Indicators(r.Context(), who, f)
	if err != nil {
		return err
	}
	texts, err := h.svc.Texts(r.Context(), who, found...)
	if err != nil {
		return err
	}
	v := manageView{frame: ui.Frame{Title: "指标管理", Subtitle: ui.Int(int64(len(found))) + " 个指标",
		Primary: &ui.Action{Label: "新建指标", URL: "/indicator-definitions/new", Icon: "plus-lg"}},
		filter: ui.Filter{Action: "/indicator-definitions", Reset: "/indicator-definitions", Active: f != (indicator.Filter{})},
		text:   ui.Field{Name: "q", Label: "名称或编码", Value: f.Text}, topic: topicChoice(indicator.Topics(all), f.Topic),
		state: ui.Choice{Field: ui.Field{Name: "state", Label: "状态", Value: f.State}, Empty: "全部",
			Options: []ui.Option{{Value: "enabled", Label: "启用"}, {Value: "disabled", Label: "停用"}}},
		table: manageTable(found, texts)}
	return page.Render(w, r, http.StatusOK, managePage(v))
}

func manageTable(found []indicator.Indicator, texts map[int32]map[int]string) ui.Table {
	t := ui.Table{ID: "definitions", Caption: "指标定义", Cards: true, Tall: true, Columns: []ui.Column{{Label: "名称", Wide: true}, {Label: "主题"},
		{Label: "公式", Wide: true, HidePhone: true}, {Label: "单位"}, {Label: "目标"}, {Label: "口径"}, {Label: "状态"}, {Label: "操作"}},
		Empty: ui.Empty{Title: "没有符合条件的指标", Hint: "换一个条件,或新建指标", Icon: "sliders"}}
	for _, i := range found {
		t.Rows = append(t.Rows, ui.Row{ID: "i-" + i.Slug, Cells: []ui.Cell{
			{Text: i.NameZH, URL: definitionURL(i.Slug) + "/edit", Title: i.Slug}, ui.Text(orDash(i.Topic)),
			{Text: texts[i.ID][i.Latest().Number], Title: i.Latest().Formula}, ui.Text(orDash(i.Unit)), ui.Text(latestTarget(i)),
			ui.Text(standing(i.Official)), ui.Node(ui.Badge(useOf(i))), ui.Node(ui.Button(switchOf(i)))}})
	}
	return t
}

func latestTarget(i indicator.Indicator) string {
	if len(i.Targets) == 0 {
		return ui.Dash
	}
	return i.Targets[0].String()
}

func useOf(i indicator.Indicator) ui.Status {
	if i.Enabled {
		return ui.Status{Word: "启用", Tone: ui.Good, Icon: "check-circle"}
	}
	return ui.Status{Word: "停用", Icon: "dash-circle"}
}

func switchOf(i indicator.Indicator) ui.Action {
	if i.Enabled {
		return ui.Action{Label: "停用", URL: definitionURL(i.Slug) + "/disablement", Post: true, Kind: ui.Quiet,
			Confirm: "停用“" + i.NameZH + "”后不再计算,已算出的数值也不再显示;随时可以重新启用。"}
	}
	return ui.Action{Label: "启用", URL: definitionURL(i.Slug) + "/enablement", Post: true, Kind: ui.Quiet}
}

func (h *handler) enable(w http.ResponseWriter, r *http.Request) error {
	return h.turn(w, r, true, "已启用,几秒后看板上会出现数值")
}

func (h *handler) disable(w http.ResponseWriter, r *http.Request) error {
	return h.turn(w, r, false, "已停用")
}

func (h *handler) turn(w http.ResponseWriter, r *http.Request, on bool, said string) error {
	i, err := h.svc.Enable(r.Context(), page.Who(r), chi.URLParam(r, "slug"), on)
	if err != nil {
		return err
	}
	return page.Redirect(w, r, "/indicator-definitions", strings.Join([]string{"“" + i.NameZH + "”", said}, ""))
}
