package analysisweb

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"yigai/internal/analysis"
	"yigai/internal/fault"
	"yigai/web/ui"
)

// builder is the form at the left: every part of a query has its field.
type builder struct {
	view     string // the kept view that is in hand
	page     string
	sort     string
	kinds    ui.Choice
	selects  map[string]ui.Choice
	checks   map[string]ui.Check
	months   [2]ui.Field
	top      ui.Field
	measures ui.Choice
	items    picker
	units    picker
}

// picker is a long list of checkboxes: the chosen ones first, the others folded under headings.
type picker struct {
	name    string
	label   string
	problem string
	hint    string
	chosen  []option
	groups  []optionGroup
}

type optionGroup struct {
	title   string
	options []option
}

type option struct{ value, label, unit string }

// newBuilder shows a query; months that could not be read stay as they were typed.
func newBuilder(typed url.Values, q analysis.Query, o analysis.Options, problems []fault.Problem) builder {
	problem := func(name string) string {
		for _, p := range problems {
			if p.Field == name {
				return p.Message
			}
		}
		return ""
	}
	pick := func(name, label, value, empty string, choices []analysis.Choice) ui.Choice {
		return ui.Choice{Field: ui.Field{Name: name, Label: label, Value: value, Problem: problem(name)}, Empty: empty, Options: optionsOf(choices)}
	}
	if problem("from")+problem("to") != "" {
		q.When = typed.Get("when")
	}
	b := builder{view: typed.Get("view"), page: q.Page, items: itemPicker(q, o), units: unitPicker(q, o)}
	b.items.problem, b.units.problem = problem("item"), problem("unit")
	if q.Sort != 0 {
		b.sort = strconv.Itoa(q.Sort)
	}
	b.kinds = pick("kind", "机构类型", "", "", o.Kinds)
	b.kinds.Values = q.Kinds
	b.measures = pick("m", "显示", "", "", analysis.Measures)
	b.measures.Values = q.Measures
	b.selects = map[string]ui.Choice{
		"group":     pick("group", "机构分组", q.Group, "不限", analysis.Groups),
		"township":  pick("township", "乡镇", q.Township, "不限", o.Townships),
		"under":     pick("under", "上级", q.Under, "不限", o.Parents),
		"level":     pick("level", "层级", number(q.Level), "不限", levels(o.Levels)),
		"by":        pick("by", "合并", q.By, "", analysis.Groupings),
		"sub":       pick("sub", "小计", q.Subtotal, "不要小计", analysis.Subtotals),
		"total":     pick("total", "合计", no(q.Total), "", []analysis.Choice{{Name: "", Title: "要合计"}, {Name: "0", Title: "不要合计"}}),
		"when":      pick("when", "时间", q.When, "", analysis.Whens),
		"grain":     pick("grain", "按", q.Grain, "", analysis.Grains),
		"at_unit":   pick("at_unit", "单位放在", q.Place[analysis.DimUnit], "", analysis.Axes),
		"at_item":   pick("at_item", "项目放在", q.Place[analysis.DimItem], "", analysis.Axes),
		"at_period": pick("at_period", "时间放在", q.Place[analysis.DimPeriod], "", analysis.Axes),
	}
	b.checks = map[string]ui.Check{
		"deep":  {Name: "deep", Label: "数据项含下级单位", Checked: q.Deep},
		"outer": {Name: "outer", Label: "时间在外、项目在内", Checked: q.Outer},
		"hide":  {Name: "hide", Label: "不列没有数的行", Checked: q.Hide},
	}
	b.months = [2]ui.Field{{Name: "from", Label: "从", Value: cmp.Or(typed.Get("from"), q.From.String()), Problem: problem("from")}, {Name: "to", Label: "到", Value: cmp.Or(typed.Get("to"), q.To.String()), Problem: problem("to")}}
	b.top = ui.Field{Name: "top", Label: "只列前", Value: number(q.Top), Unit: "行", Short: true, Problem: problem("top")}
	return b
}

func optionsOf(choices []analysis.Choice) []ui.Option {
	out := make([]ui.Option, len(choices))
	for n, c := range choices {
		out[n] = ui.Option{Value: c.Name, Label: c.Title}
	}
	return out
}

func levels(most int) []analysis.Choice {
	var out []analysis.Choice
	for n := 1; n <= most; n++ {
		out = append(out, analysis.Choice{Name: strconv.Itoa(n), Title: fmt.Sprintf("第 %d 层", n)})
	}
	return out
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func no(b bool) string {
	if b {
		return ""
	}
	return "0"
}

func itemPicker(q analysis.Query, o analysis.Options) picker {
	p := picker{name: "item", label: "项目", hint: "数据项和指标都可以选,最多 40 项"}
	for _, i := range o.Items {
		p.add(option{i.Key, i.Title, i.Unit}, i.Group, slices.Contains(q.Items, i.Key))
	}
	slices.SortFunc(p.chosen, func(a, b option) int {
		return cmp.Compare(slices.Index(q.Items, a.value), slices.Index(q.Items, b.value))
	})
	return p
}

// mostListed is how many institutions can be ticked one by one; beyond it they are chosen by kind, township or parent.
const mostListed = 1500

func unitPicker(q analysis.Query, o analysis.Options) picker {
	p := picker{name: "unit", label: "或逐个选定单位", hint: "选定后,上面的类型、乡镇等条件不起作用"}
	if len(o.Units) > mostListed {
		p.hint = "单位太多,请按类型、乡镇或上级选"
		return p
	}
	titles := map[string]string{}
	for _, k := range o.Kinds {
		titles[k.Name] = k.Title
	}
	for _, k := range o.Kinds {
		for _, u := range o.Units {
			if u.Kind == k.Name {
				p.add(option{u.Code, u.Short, ""}, titles[u.Kind], slices.Contains(q.Codes, u.Code))
			}
		}
	}
	return p
}

func (p *picker) add(o option, group string, chosen bool) {
	if chosen {
		p.chosen = append(p.chosen, o)
		return
	}
	n := slices.IndexFunc(p.groups, func(g optionGroup) bool { return g.title == group })
	if n < 0 {
		p.groups = append(p.groups, optionGroup{title: group})
		n = len(p.groups) - 1
	}
	p.groups[n].options = append(p.groups[n].options, o)
}
