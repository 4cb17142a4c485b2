package indicatorweb

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/form"
	"yigai/internal/indicator"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/web/ui"
)

type targetView struct {
	form                         ui.Form
	kind, operator               ui.Choice
	value, max, from, to, source ui.Field
	official                     ui.Check
}

func newTargetView(i indicator.Indicator, f *form.Form) targetView {
	field := func(name, label string) ui.Field {
		return ui.Field{Name: name, ID: "t-" + name, Label: label, Value: f.Value(name), Problem: f.Problem(name)}
	}
	v := targetView{form: ui.Form{Action: definitionURL(i.Slug) + "/targets", Submit: "添加目标", Columns: 2},
		kind:     ui.Choice{Field: field("kind", "适用机构"), Options: kindOptions(), Empty: "全部机构"},
		operator: ui.Choice{Field: field("operator", "比较"), Options: operatorOptions()},
		value:    field("value", "目标值"), max: field("value_max", "上限(区间)"), from: field("from", "从哪个月起"), to: field("to", "到哪个月前"),
		source: field("source", "依据"), official: ui.Check{Name: "official", Label: "官方文件规定的目标", Checked: f.Bool("official")}}
	v.value.Required, v.value.Unit, v.from.Required = true, i.Unit, true
	v.to.Hint = "空着表示一直有效"
	v.form.Problems = ui.ProblemsOf(v.value, v.max, v.from, v.to, v.source)
	for n := range v.form.Problems {
		v.form.Problems[n].Field = ""
	}
	return v
}

func operatorOptions() []ui.Option {
	titles := map[string]string{">=": "不低于 ≥", "<=": "不高于 ≤", "between": "区间", ">": "高于 >", "<": "低于 <", "=": "等于 ="}
	var out []ui.Option
	for _, o := range indicator.Operators {
		out = append(out, ui.Option{Value: o, Label: titles[o]})
	}
	return out
}

func (h *handler) addTarget(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	slug := chi.URLParam(r, "slug")
	t := readTarget(f)
	if f.Err() == nil {
		_, err := h.svc.AddTarget(r.Context(), page.Who(r), slug, t)
		if err == nil {
			return page.Redirect(w, r, definitionURL(slug)+"/edit#targets-card", "已添加目标")
		}
		if !f.Take(err) {
			return err
		}
	}
	i, err := h.svc.Get(r.Context(), page.Who(r), slug)
	if err != nil {
		return err
	}
	return h.showEdit(w, r, http.StatusUnprocessableEntity, editing{form: form.Of(typed(indicator.DraftOf(i))), of: &i, target: f})
}

func readTarget(f *form.Form) indicator.Target {
	rule := number.Rule{Decimals: 6, Negative: true}
	t := indicator.Target{Kind: f.Value("kind"), Operator: f.Value("operator"), Source: f.Text("source", "依据", 300),
		Value: f.Decimal("value", "目标值", rule), From: f.Month("from", "从哪个月起"), Official: f.Bool("official")}
	if f.Value("value_max") != "" {
		t.Max = decimal.NewNullDecimal(f.Decimal("value_max", "上限", rule))
	}
	if f.Value("to") != "" {
		t.To = f.Month("to", "到哪个月前")
	}
	if t.Official && t.Source == "" {
		f.Add("source", "官方目标要写明文件和条款")
	}
	return t
}

func endCell(i indicator.Indicator, t indicator.Target) ui.Cell {
	if !t.To.IsZero() {
		return ui.Text(ui.Dash)
	}
	return ui.Node(ui.Button(ui.Action{Label: "结束", URL: definitionURL(i.Slug) + "/targets/" + strconv.Itoa(int(t.ID)) + "/end", Post: true,
		Kind: ui.Quiet, Confirm: "从本月起不再用这个目标。以前各月仍按它判断。"}))
}

// endTarget ends a target with the month before this one.
func (h *handler) endTarget(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	slug := chi.URLParam(r, "slug")
	if _, err := h.svc.EndTarget(r.Context(), page.Who(r), slug, int32(min(id, 1<<31-1)), period.MonthOf(h.now())); err != nil {
		return err
	}
	return page.Redirect(w, r, definitionURL(slug)+"/edit#targets-card", "目标已结束")
}
