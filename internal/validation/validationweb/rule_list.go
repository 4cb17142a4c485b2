package validationweb

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"yigai/internal/page"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/validation"
	"yigai/web/ui"
)

type rulesView struct {
	found  []reporting.CheckRule
	c      *reporting.Catalogue
	q      string
	level  string
	form   string
	state  string
	manage bool
}

func (h *handler) rules(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	all, err := h.rep.CheckRules(r.Context(), who)
	if err != nil {
		return err
	}
	c, err := h.rep.Catalogue(r.Context(), who)
	if err != nil {
		return err
	}
	asked := r.URL.Query()
	v := rulesView{c: c, q: strings.TrimSpace(asked.Get("q")), level: asked.Get("level"), form: asked.Get("form"), state: asked.Get("state"),
		manage: who.May(reporting.ActionManageRules)}
	for _, one := range all {
		if v.wants(one) {
			v.found = append(v.found, one)
		}
	}
	return page.Render(w, r, http.StatusOK, rulesPage(v))
}

func (v rulesView) wants(r reporting.CheckRule) bool {
	text := strings.ToLower(r.Code + " " + r.Expression + " " + r.Message + " " + v.names(r))
	return strings.Contains(text, strings.ToLower(v.q)) && (v.level == "" || v.level == string(r.Level)) &&
		(v.state == "" || (v.state == "on") == r.Enabled) && (v.form == "" || len(r.Forms) == 0 || slices.Contains(r.Forms, v.form))
}

// names are the Chinese names of a rule's figures, so that they are found by search.
func (v rulesView) names(r reporting.CheckRule) string {
	var out []string
	for _, slug := range append(append([]string{}, r.Marks...), r.Each...) {
		if e, ok := v.c.Element(slug); ok {
			out = append(out, e.NameZH)
		}
	}
	return strings.Join(out, " ")
}

func (v rulesView) filtered() bool {
	return v.q != "" || v.level != "" || v.form != "" || v.state != ""
}

func (v rulesView) frame() ui.Frame {
	f := ui.Frame{Title: "校验规则", Subtitle: strconv.Itoa(len(v.found)) + " 条"}
	if v.manage {
		f.Actions = []ui.Action{{Label: "异常值与增减幅度", URL: "/check-settings", Icon: "sliders"}}
		f.Primary = &ui.Action{Label: "新规则", URL: "/check-rules/new", Icon: "plus-lg"}
	}
	return f
}

func (v rulesView) forms() []ui.Option {
	var out []ui.Option
	for _, f := range v.c.Forms {
		out = append(out, ui.Option{Value: f.Slug, Label: f.Title})
	}
	return out
}

var levels = []ui.Option{{Value: string(preset.Error), Label: "错误", Hint: "改正后才能上报"}, {Value: string(preset.Warning), Label: "提醒", Hint: "写明原因可以上报"}}

func (v rulesView) table() ui.Table {
	t := ui.Table{ID: "rules", Caption: "校验规则", Cards: true, Columns: []ui.Column{{Label: "编号"}, {Label: "级别"}, {Label: "不符合时的提示", Wide: true},
		{Label: "报表", HidePhone: true}, {Label: "开始月份"}, {Label: "版本"}, {Label: "依据"}, {Label: "状态"}}}
	t.Empty = ui.Empty{Title: "没有这样的规则", Hint: "换个条件再找。", Icon: "shield-check"}
	for _, r := range v.found {
		t.Rows = append(t.Rows, ui.Row{URL: ruleURL(r.Code), Cells: []ui.Cell{ui.Text(r.Code), ui.Node(ui.Badge(levelStatus(r.Level))),
			ui.Text(plainMessage(r.Message)), ui.Text(formTitles(v.c, r.Forms)), ui.Text(r.From.String()), ui.Text("第 " + strconv.Itoa(r.Version) + " 版"),
			ui.Text(sourceWords(r.Source)), ui.Node(ui.Badge(enabledStatus(r.Enabled)))}})
	}
	return t
}

func ruleURL(code string) string { return "/check-rules/" + code }

func levelStatus(l preset.Level) ui.Status {
	if l == preset.Error {
		return ui.Status{Word: validation.LevelTitle(l), Tone: ui.Bad, Icon: "x-circle-fill"}
	}
	return ui.Status{Word: validation.LevelTitle(l), Tone: ui.Warn, Icon: "exclamation-triangle-fill"}
}

func enabledStatus(on bool) ui.Status {
	if on {
		return ui.Status{Word: "执行", Tone: ui.Good, Icon: "check-circle-fill"}
	}
	return ui.Status{Word: "停用", Icon: "circle"}
}

// sourceWords tells where a rule comes from; D is how the presets mark what the product assumes.
func sourceWords(source string) string {
	switch source {
	case "":
		return ui.Dash
	case "D":
		return "默认,非官方"
	}
	return source
}

func formTitles(c *reporting.Catalogue, slugs []string) string {
	if len(slugs) == 0 {
		return "用到的都查"
	}
	var out []string
	for _, slug := range slugs {
		if f, ok := c.Form(slug); ok {
			out = append(out, f.Title)
		}
	}
	return strings.Join(out, "、")
}

var placeholder = regexp.MustCompile(`\([^(){}]*\{[^{}]*\}[^(){}]*\)|\{[^{}]*\}`)

// plainMessage is the sentence without the figures that it will show.
func plainMessage(message string) string {
	return placeholder.ReplaceAllStringFunc(message, func(found string) string {
		if found == "{$}" {
			return "各数据项"
		}
		return ""
	})
}

type ruleView struct {
	rule     reporting.CheckRule
	versions []reporting.CheckRule
	c        *reporting.Catalogue
	manage   bool
}

func (h *handler) rule(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	versions, err := h.rep.CheckRuleVersions(r.Context(), who, chi.URLParam(r, "rule"))
	if err != nil {
		return err
	}
	c, err := h.rep.Catalogue(r.Context(), who)
	if err != nil {
		return err
	}
	v := ruleView{rule: versions[0], versions: versions, c: c, manage: who.May(reporting.ActionManageRules)}
	return page.Render(w, r, http.StatusOK, rulePage(v))
}

func (v ruleView) frame() ui.Frame {
	status := enabledStatus(v.rule.Enabled)
	f := ui.Frame{Title: "规则 " + v.rule.Code, Status: &status, Crumbs: []ui.Link{{Label: "校验规则", URL: "/check-rules"}, {Label: v.rule.Code}}}
	if v.manage {
		f.Primary = &ui.Action{Label: "改成新版本", URL: ruleURL(v.rule.Code) + "/edit", Icon: "pencil"}
	}
	return f
}

func (v ruleView) terms() []ui.Term {
	r := v.rule
	return []ui.Term{{Label: "级别", Node: ui.Badge(levelStatus(r.Level))}, {Label: "开始月份", Value: r.From.Chinese()}, {Label: "版本", Value: strconv.Itoa(r.Version)},
		{Label: "依据", Value: sourceWords(r.Source)}, {Label: "条件(应当成立)", Value: v.inWords(), Wide: true}, {Label: "表达式", Value: r.Expression, Wide: true},
		{Label: "逐一代入", Value: v.elementNames(r.Each), Wide: true}, {Label: "标出的格", Value: v.elementNames(r.Marks), Wide: true},
		{Label: "报表", Value: formTitles(v.c, r.Forms), Wide: true}, {Label: "提示", Value: r.Message, Wide: true}}
}

func (v ruleView) inWords() string {
	text, err := reading(v.c, v.rule.Expression)
	if err != nil {
		return v.rule.Expression
	}
	return text
}

func (v ruleView) elementNames(slugs []string) string {
	var out []string
	for _, slug := range slugs {
		switch e, ok := v.c.Element(slug); {
		case ok:
			out = append(out, e.NameZH)
		case slug == "*":
			out = append(out, "所有填报的数据项")
		case slug == "$":
			out = append(out, "代入的数据项")
		}
	}
	return strings.Join(out, "、")
}

func (v ruleView) history() []ui.Event {
	var out []ui.Event
	for _, r := range v.versions {
		e := ui.Event{When: ui.DateTime(r.At), Who: r.By, What: "第 " + strconv.Itoa(r.Version) + " 版," + r.From.Chinese() + "起" + map[bool]string{true: "执行", false: "停用"}[r.Enabled],
			Note: r.Reason, Changes: []ui.Changed{{Label: "表达式", After: r.Expression}, {Label: "提示", After: r.Message}}}
		if r.By == "" {
			e.Who, e.When, e.Note = "随产品", "", "预置规则"
		}
		out = append(out, e)
	}
	return out
}
