package indicatorweb

import (
	"maps"
	"slices"
	"time"

	"github.com/a-h/templ"

	"yigai/internal/form"
	"yigai/internal/indicator"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

type editView struct {
	frame      ui.Frame
	form       ui.Form
	slug, name ui.Field
	of         string
	formula    ui.Field
	from       ui.Field
	confirmed  *ui.Check // asked for when the past would change
	decimals   ui.Field
	unit       ui.Field
	topic      ui.Field
	direction  ui.Choice
	level      ui.Choice
	definition ui.Field
	source     ui.Field
	note       ui.Field
	month      ui.Field
	shown      indicator.Shown
	problem    string
	preview    *ui.Table
	previewed  string
	elements   ui.Table
	targets    *ui.Table
	revision   string       // the one that the form was opened with
	overtaken  bool         // it is no longer the one that stands
	meanwhile  []ui.Changed // what differs: as typed → as it is
	target     targetView
}

func newEditView(x editing, now time.Time) editView {
	field := func(name, label string) ui.Field {
		return ui.Field{Name: name, Label: label, Value: x.form.Value(name), Problem: x.form.Problem(name)}
	}
	v := editView{frame: ui.Frame{Title: "新建指标", Styles: styles, Crumbs: []ui.Link{{Label: "指标管理", URL: "/indicator-definitions"}, {Label: "新建指标"}}},
		form: ui.Form{ID: "definition", Action: "/indicator-definitions", Cancel: "/indicator-definitions", Columns: 2,
			Extra: []ui.Action{{Label: "试算", Form: "definition", URL: "/indicator-definitions/preview", Icon: "eye"}}},
		slug: field("slug", "编码"), name: field("name_zh", "名称"), formula: field("formula", "公式"), from: field("effective_from", "从哪个月起"),
		decimals: field("decimals", "小数位数"), unit: field("unit", "单位"), topic: field("topic", "主题"), definition: field("definition", "定义"),
		source: field("source", "依据"), note: field("note", "备注"), month: field("month", "试算月份"),
		direction: ui.Choice{Field: field("direction", "方向"), Options: directionOptions()},
		level:     ui.Choice{Field: field("level", "计算层级"), Options: levelOptions()}}
	v.revision, v.overtaken, v.meanwhile = x.form.Value("revision"), x.overtaken, x.meanwhile
	v.dress()
	confirmed := field("confirmed", "确认重新计算过去的月份")
	if confirmed.Problem != "" || confirmed.Value != "" {
		v.confirmed = &ui.Check{Name: confirmed.Name, Label: confirmed.Label, Problem: confirmed.Problem, Value: v.from.Value,
			Checked: confirmed.Value != "" && confirmed.Value == v.from.Value}
	}
	if x.of != nil {
		v.existing(*x.of, x.target, now)
	}
	if !x.month.IsZero() && x.form.Err() == nil {
		t := previewTable(x.preview)
		v.preview, v.previewed = &t, x.month.Chinese()
	}
	v.form.Problems = ui.ProblemsOf(v.slug, v.name, v.formula, v.from, confirmed, v.unit, v.decimals, v.direction.Field, v.level.Field, v.topic,
		v.source, v.definition, v.note, v.month)
	return v
}

// dress adds hints, bounds and the live check.
func (v *editView) dress() {
	v.slug.Required, v.slug.MaxLength, v.slug.Hint = true, 63, "小写字母、数字和下划线,保存后不能改"
	v.name.Required, v.name.MaxLength = true, 100
	v.formula.Required, v.formula.Rows = true, 3
	v.formula.Hint = "例:100*bed_days_occupied/bed_days_open。py(x) 去年同期,pp(x) 上期,ytd(x) 本年累计,x@grassroots 只合计基层机构;可用 min max abs if"
	v.formula.Attrs = templ.Attributes{"hx-post": "/indicator-definitions/check", "hx-trigger": "input changed delay:400ms",
		"hx-target": "#formula-check", "hx-swap": "outerHTML", "spellcheck": "false"}
	v.from.Required, v.from.Hint = true, "公式改了会成为新版本,从这个月起使用,旧版本保留;早于这个月的数值仍按旧版本"
	v.decimals.Short, v.unit.Short = true, true
	v.definition.Hint, v.source.Hint = "一句话说明算什么,看板上悬停可见", "文件和条款;没有核对原文的请写明"
}

func (v *editView) existing(i indicator.Indicator, typed *form.Form, now time.Time) {
	v.of, v.slug.ReadOnly, v.slug.Value = i.Slug, true, i.Slug
	v.frame.Title, v.form.Action, v.form.Cancel = "修改指标:"+i.NameZH, definitionURL(i.Slug), indicatorURL(i.Slug)
	v.frame.Crumbs[1].Label = i.NameZH
	status := useOf(i)
	v.frame.Status, v.frame.Actions = &status, []ui.Action{switchOf(i)}
	t := targetTable(i, true)
	v.targets = &t
	if typed == nil {
		typed = form.Of(map[string]string{"from": period.MonthOf(now).String()})
	}
	v.target = newTargetView(i, typed)
}

func directionOptions() []ui.Option {
	var out []ui.Option
	for _, d := range indicator.Directions {
		out = append(out, ui.Option{Value: string(d), Label: indicator.DirectionTitle(d)})
	}
	return out
}

func levelOptions() []ui.Option {
	var out []ui.Option
	for _, l := range indicator.Levels {
		out = append(out, ui.Option{Value: l, Label: indicator.LevelTitle(l)})
	}
	return out
}

func previewTable(values []indicator.Value) ui.Table {
	t := ui.Table{ID: "preview", Caption: "试算结果", Columns: []ui.Column{{Label: "机构", Wide: true}, {Label: "分子", Numeric: true},
		{Label: "分母", Numeric: true}, {Label: "数值", Numeric: true}, {Label: "说明"}},
		Empty: ui.Empty{Title: "这个月没有可以试算的数据", Hint: "换一个已审核的月份", Icon: "graph-up"}}
	for _, v := range values {
		value := ui.Dash
		if v.Value.Valid {
			value = ui.Num(v.Value.Decimal, v.Decimals)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(v.Institution),
			ui.Text(orDash(numberOr(v.Numerator.Valid, func() string { return plain(v.Numerator.Decimal) }))),
			ui.Text(orDash(numberOr(v.Denominator.Valid, func() string { return plain(v.Denominator.Decimal) }))),
			ui.Text(value), ui.Text(reason(v.Reason))}})
	}
	return t
}

// elementTable lists the data elements a formula may name.
func elementTable(known map[string]reporting.Element) ui.Table {
	t := ui.Table{ID: "elements", Caption: "可用的数据项", Tall: true, Columns: []ui.Column{{Label: "编码"}, {Label: "名称", Wide: true}}}
	for _, slug := range slices.Sorted(maps.Keys(known)) {
		e := known[slug]
		kind := elementKinds[string(e.Kind)]
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(slug), {Text: e.NameZH + "(" + orDash(e.Unit) + "," + kind + ")", Title: e.Definition}}})
	}
	return t
}

var elementKinds = map[string]string{"flow": "流量", "stock": "存量", "cumulative": "累计", "calendar": "日历"}

// kindOptions are the kinds of institution a target may be for.
func kindOptions() []ui.Option {
	var out []ui.Option
	for _, k := range org.Kinds {
		title := k.Title
		if k.Name == org.KindCounty {
			title = "全县"
		}
		out = append(out, ui.Option{Value: k.Name, Label: title})
	}
	return out
}
