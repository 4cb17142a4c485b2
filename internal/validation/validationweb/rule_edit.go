package validationweb

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"yigai/internal/form"
	"yigai/internal/formula"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

type editView struct {
	form  *form.Form
	c     *reporting.Catalogue
	trial *reporting.Trial
}

func (h *handler) newRule(w http.ResponseWriter, r *http.Request) error {
	now := period.MonthOf(h.now())
	f := form.Of(map[string]string{"level": string(preset.Warning), "from": now.Next().String(), "enabled": "1", "version": "0",
		"first": now.Add(-6).String(), "last": now.Prev().String()})
	return h.showRule(w, r, http.StatusOK, f, nil)
}

func (h *handler) editRule(w http.ResponseWriter, r *http.Request) error {
	versions, err := h.rep.CheckRuleVersions(r.Context(), page.Who(r), chi.URLParam(r, "rule"))
	if err != nil {
		return err
	}
	now := period.MonthOf(h.now())
	one := versions[0]
	f := form.Of(map[string]string{"code": one.Code, "version": strconv.Itoa(one.Version), "level": string(one.Level), "expression": one.Expression,
		"each": strings.Join(one.Each, " "), "marks": strings.Join(one.Marks, " "), "message": one.Message, "source": one.Source,
		"from": later(now.Next(), one.From).String(), "first": now.Add(-6).String(), "last": now.Prev().String()})
	f.Values["forms"] = one.Forms
	if one.Enabled {
		f.Values.Set("enabled", "1")
	}
	return h.showRule(w, r, http.StatusOK, f, nil)
}

func later(a, b period.Month) period.Month {
	if a.Before(b) {
		return b
	}
	return a
}

func (h *handler) showRule(w http.ResponseWriter, r *http.Request, status int, f *form.Form, t *reporting.Trial) error {
	c, err := h.rep.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, status, ruleEditPage(editView{form: f, c: c, trial: t}))
}

// typedRule reads the form; what is wrong with it the service says.
func typedRule(f *form.Form) reporting.CheckRule {
	version, err := strconv.Atoi(f.Value("version"))
	if err != nil {
		version = -1 // fits none
	}
	return reporting.CheckRule{Code: strings.TrimSpace(f.Value("code")), Version: version, Level: preset.Level(f.Value("level")), Expression: f.Value("expression"),
		Each: words(f.Value("each")), Marks: words(f.Value("marks")), Forms: f.Values["forms"], Message: f.Value("message"),
		Source: f.Value("source"), Enabled: f.Bool("enabled"), Reason: f.Value("reason")}
}

// words takes a list apart as people separate it.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n,,、;;|", r) })
}

func (h *handler) saveRule(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	one := typedRule(f)
	one.From = f.Month("from", "开始月份")
	if f.Err() == nil {
		made, err := h.rep.PublishCheckRule(r.Context(), page.Who(r), one)
		if err == nil {
			return page.Redirect(w, r, ruleURL(made.Code), "已保存为第 "+strconv.Itoa(made.Version)+" 版,"+made.From.Chinese()+"起执行"+countedAgain(made.Touched))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showRule(w, r, http.StatusUnprocessableEntity, f, nil)
}

func (h *handler) tryRule(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	first, last := f.Month("first", "试算开始月份"), f.Month("last", "试算结束月份")
	if f.Err() == nil {
		t, err := h.rep.TryCheckRule(r.Context(), page.Who(r), typedRule(f), first, last)
		if err == nil {
			return h.showRule(w, r, http.StatusOK, f, &t)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showRule(w, r, http.StatusUnprocessableEntity, f, nil)
}

// reading says how an expression is understood, in Chinese.
func reading(c *reporting.Catalogue, expression string) (string, error) {
	expr, err := formula.Parse(strings.ReplaceAll(expression, "$", "x"))
	if err != nil {
		return "", err
	}
	return expr.Text(func(slug string) string {
		e, ok := c.Element(slug)
		switch {
		case ok:
			return e.NameZH
		case slug == "x":
			return "代入的数据项"
		}
		return slug
	}), nil
}

// checkExpression tells, while somebody types, how an expression is understood or where it is wrong.
func (h *handler) checkExpression(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	c, err := h.rep.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	shown, problem := understood(c, f.Value("expression"))
	return page.Render(w, r, http.StatusOK, expressionCheck(shown, problem))
}

// understood is an expression in Chinese, or what is wrong with it.
func understood(c *reporting.Catalogue, expression string) (shown, problem string) {
	if strings.TrimSpace(expression) == "" {
		return "", ""
	}
	shown, err := reading(c, expression)
	var wrong *formula.SyntaxError
	if errors.As(err, &wrong) {
		return "", wrong.Error()
	}
	expr, err := formula.Parse(strings.ReplaceAll(expression, "$", "x"))
	if err != nil {
		return "", err.Error()
	}
	for _, ref := range expr.Refs() {
		if _, ok := c.Element(ref.Slug); !ok && ref.Slug != "x" {
			return "", "第 " + strconv.Itoa(expr.Pos(ref)) + " 个字符:没有编码为“" + ref.Slug + "”的数据项"
		}
	}
	if !expr.IsCondition() {
		return "", "规则应是一个条件,例如 a>=b"
	}
	return shown, ""
}

func (h *handler) elements(w http.ResponseWriter, r *http.Request) error {
	c, err := h.rep.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, elementList(elementTable(c, r.URL.Query().Get("q"))))
}

// mostElements bounds the list beside the form; the search finds the others.
const mostElements = 300

func elementTable(c *reporting.Catalogue, q string) ui.Table {
	t := ui.Table{ID: "elements", Caption: "数据项", Columns: []ui.Column{{Label: "编码"}, {Label: "名称", Wide: true}, {Label: "单位"}},
		Empty: ui.Empty{Title: "没有找到", Hint: "按名称或编码找。"}, Tall: true}
	q = strings.ToLower(strings.TrimSpace(q))
	for _, e := range c.Elements {
		if len(t.Rows) < mostElements && strings.Contains(strings.ToLower(e.Slug+" "+e.NameZH), q) {
			t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: e.Slug, Title: e.Definition}, ui.Text(e.NameZH), ui.Text(e.Unit)}})
		}
	}
	return t
}

func (v editView) frame() ui.Frame {
	title := "新规则"
	if v.stored() {
		title = "修改规则 " + v.form.Value("code")
	}
	return ui.Frame{Title: title, Subtitle: "先在过去的月份试算,再保存;保存成为新的一版", Crumbs: []ui.Link{{Label: "校验规则", URL: "/check-rules"}, {Label: title}}}
}

func (v editView) stored() bool { return v.form.Value("version") != "0" }

func (v editView) field(name, label, hint string) ui.Field {
	return ui.Field{Name: name, Label: label, Hint: hint, Value: v.form.Value(name), Problem: v.form.Problem(name)}
}

func (v editView) code() ui.Field {
	f := v.field("code", "编号", "如 K01;以后不能改")
	f.ReadOnly, f.Required, f.Short = v.stored(), true, true
	return f
}

func (v editView) message() ui.Field {
	f := v.field("message", "不符合时的提示", "给填报人看的一句话;{编码} 会换成数")
	f.Required = true
	return f
}

func (v editView) expression() ui.Field {
	f := v.field("expression", "条件(应当成立的)", "如 visits_total>=visits_outp_emerg;$ 依次换成“逐一代入的数据项”;pp(x) 是上月,py(x) 是去年同月;可用本单位其他报表的数据项,村卫生室代报的数据项是合计")
	f.Required = true
	f.Attrs = templ.Attributes{"hx-post": "/check-rules/check", "hx-trigger": "input changed delay:400ms", "hx-target": "#expression-check",
		"hx-swap": "outerHTML", "spellcheck": "false"}
	return f
}

func (v editView) understood() (shown, problem string) {
	if v.form.Problem("expression") != "" {
		return "", "" // said beside the field already
	}
	return understood(v.c, v.form.Value("expression"))
}

func (v editView) forms() ui.Choice {
	c := ui.Choice{Field: v.field("forms", "只用于", "不选就用于所有用得上的报表"), Values: v.form.Values["forms"]}
	for _, f := range v.c.Forms {
		c.Options = append(c.Options, ui.Option{Value: f.Slug, Label: f.Title})
	}
	return c
}

func (v editView) search() ui.Field {
	return ui.Field{Name: "q", ID: "element-search", Label: "按名称或编码找", Attrs: templ.Attributes{"hx-get": "/check-rules/elements",
		"hx-trigger": "input changed delay:300ms", "hx-target": "#element-list", "hx-swap": "outerHTML", "form": ""}}
}

func (v editView) trialTitle() string {
	t := v.trial
	return "试算 " + t.First.Chinese() + "至" + t.Last.Chinese() + ":" + strconv.Itoa(t.Reports) + " 份月报里 " + strconv.Itoa(t.Total) + " 处不符合,涉及 " + strconv.Itoa(t.Units) + " 个单位;" +
		strconv.Itoa(t.Held) + " 处符合" + v.unknown()
}

// unknown says how often the rule could not be computed, and why.
func (v editView) unknown() string {
	text := ""
	for _, why := range slices.Sorted(maps.Keys(v.trial.Unknown)) {
		text += ";" + strconv.Itoa(v.trial.Unknown[why]) + " 处算不出(" + why.Text() + ")"
	}
	return text
}

func (v editView) trialNote() string {
	note := "没有保存;用于:" + strings.Join(v.trial.Forms, "、")
	if v.trial.Total > len(v.trial.Found) {
		note += ";只列前 " + strconv.Itoa(len(v.trial.Found)) + " 处"
	}
	if v.trial.Truncated {
		note += ";月报太多,只看了较近的"
	}
	return note
}

// nothingFound says what it means that a trial found nothing.
func (v editView) nothingFound() ui.Empty {
	switch {
	case v.trial.Held == 0 && len(v.trial.Unknown) > 0:
		return ui.Empty{Title: "这条规则一处也算不出", Hint: "没有单位会被查出,也没有单位被证明符合;请检查条件和所用的数据项。", Icon: "exclamation-circle-fill"}
	case len(v.trial.Unknown) > 0:
		return ui.Empty{Title: "算得出的都符合", Hint: "没有单位会被这条规则查出;算不出的不检查。", Icon: "check-circle"}
	}
	return ui.Empty{Title: "这些月份都符合", Hint: "没有单位会被这条规则查出。", Icon: "check-circle"}
}

func (v editView) trialTable() ui.Table {
	t := ui.Table{ID: "trial", Caption: "试算结果", Cards: true, Columns: []ui.Column{{Label: "月份"}, {Label: "单位"}, {Label: "填报对象", HidePhone: true}, {Label: "所用数据", Wide: true},
		{Label: "提示", Wide: true}, {Label: "状态"}}}
	t.Empty = v.nothingFound()
	for _, x := range v.trial.Found {
		t.Rows = append(t.Rows, ui.Row{URL: page.CellURL(x.Report.ID, reporting.CellKey{SubjectID: x.Finding.SubjectID, Element: x.Finding.Element}.Field()), Cells: []ui.Cell{ui.Text(x.Report.Month.String()), ui.Text(x.Report.Institution),
			ui.Text(x.Finding.Subject), ui.Text(v.c.SayFigures(x.Finding.Figures)), ui.Text(x.Finding.Message), ui.Node(ui.Badge(ui.StatusFor(string(x.Report.State))))}})
	}
	return t
}
