package policyweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/policy"
	"yigai/web/ui"
)

type standardsView struct {
	document, subject, state, text string
	order                          policy.Order
	rules                          []policy.Rule
	total                          int
}

func (h *handler) standards(w http.ResponseWriter, r *http.Request) error {
	book, err := h.svc.Book(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	on, q := policy.LastDay(h.today()), r.URL.Query()
	v := standardsView{document: q.Get("document"), subject: q.Get("subject"), state: q.Get("state"), text: strings.TrimSpace(q.Get("q")), order: book.OrderOn(on)}
	if !q.Has("document") && len(v.order.Presets) > 0 {
		v.document = "chosen"
	}
	for _, s := range policy.Known().Standards {
		rule, _ := book.Holds(s.Code, on, policy.Subject{})
		v.total++
		if v.shows(s, rule) {
			v.rules = append(v.rules, rule)
		}
	}
	return page.Render(w, r, http.StatusOK, standardsPage(v))
}

func (v standardsView) shows(s policy.Standard, r policy.Rule) bool {
	switch {
	case v.document == "chosen" && !r.Selected, v.document != "" && v.document != "chosen" && s.Preset != v.document:
		return false
	case v.subject != "" && s.Subject != v.subject:
		return false
	case v.state == "open" && !r.Open(), v.state == "overridden" && r.State != policy.Overridden, v.state == "coming" && r.Phase != policy.Coming,
		v.state == "ended" && r.Phase != policy.Ended:
		return false
	}
	return v.text == "" || strings.Contains(s.Name+s.Code+s.Clause+s.Note+s.Subject, v.text)
}

func (v standardsView) filtered() bool {
	return v.document != "chosen" || v.subject+v.state+v.text != ""
}

func (v standardsView) documents() ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "document", Label: "文件", Value: v.document}, Empty: "全部文件", Options: []ui.Option{{Value: "chosen", Label: "本县选用的"}}}
	for _, d := range policy.Known().Documents {
		c.Options = append(c.Options, ui.Option{Value: d.Preset, Label: d.Short(), Group: "各份文件"})
	}
	return c
}

func (v standardsView) subjects() ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "subject", Label: "对象", Value: v.subject}, Empty: "全部"}
	var seen []string
	for _, s := range policy.Known().Standards {
		if !slices.Contains(seen, s.Subject) {
			seen = append(seen, s.Subject)
			c.Options = append(c.Options, ui.Option{Value: s.Subject, Label: s.Subject})
		}
	}
	return c
}

func (v standardsView) states() ui.Choice {
	return ui.Choice{Field: ui.Field{Name: "state", Label: "状态", Value: v.state}, Empty: "全部", Options: []ui.Option{{Value: "open", Label: "由县填写"},
		{Value: "overridden", Label: "本县设定"}, {Value: "coming", Label: "还没到期"}, {Value: "ended", Label: "已结束"}}}
}

func (v standardsView) table() ui.Table { return standardTable(v.rules, true) }

// standardTable lists rules: what the document prints, what holds.
func standardTable(rules []policy.Rule, documents bool) ui.Table {
	t := ui.Table{ID: "standards", Caption: "政策标准", Cards: true, Tall: true, Columns: []ui.Column{{Label: "标准", Wide: true}, {Label: "对象"}, {Label: "文件的数"}, {Label: "现在执行"}, {Label: "状态"}, {Label: "条款"}},
		Empty: ui.Empty{Title: "没有符合条件的标准", Icon: "list-check"}}
	if documents {
		t.Columns = append(t.Columns, ui.Column{Label: "文件"})
	}
	for _, r := range rules {
		s, _ := policy.Known().Standard(r.Code)
		cells := []ui.Cell{{Text: s.Name, Title: s.Note}, ui.Text(s.Subject), ui.Text(s.Words()), ui.Text(r.Text()), ui.Node(ui.Badge(stateBadge(r))), ui.Text(s.Clause)}
		if documents {
			d := documentOf(s.Preset)
			cells = append(cells, ui.Cell{Text: d.Short(), Title: d.Label()})
		}
		t.Rows = append(t.Rows, ui.Row{URL: standardURL(r.Code), Cells: cells})
	}
	return t
}

func standardURL(code string) string { return "/standards/" + code }

type standardView struct {
	s         policy.Standard
	rule      policy.Rule
	month     period.Month
	overrides []policy.Override
	form      *form.Form
	may       bool
}

func (h *handler) standard(w http.ResponseWriter, r *http.Request) error {
	s, ok := policy.Known().Standard(chi.URLParam(r, "standard"))
	if !ok {
		return fault.NotFound("这条标准")
	}
	f := form.Of(map[string]string{"operator": s.Operator, "from": h.today().Next().String()})
	if s.Value.Valid {
		f.Values.Set("value", s.Value.Decimal.String())
	}
	if s.Max.Valid {
		f.Values.Set("max", s.Max.Decimal.String())
	}
	return h.show(w, r, http.StatusOK, s, f)
}

func (h *handler) show(w http.ResponseWriter, r *http.Request, status int, s policy.Standard, f *form.Form) error {
	book, err := h.svc.Book(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	v := standardView{s: s, month: h.today(), overrides: book.Overrides(s), form: f, may: page.Who(r).May(policy.ActionManage)}
	v.rule, _ = book.Holds(s.Code, policy.LastDay(v.month), policy.Subject{})
	return page.Render(w, r, status, standardPage(v))
}

func (v standardView) frame() ui.Frame {
	badge := stateBadge(v.rule)
	return ui.Frame{Title: v.s.Name, Status: &badge, Subtitle: v.s.Subject, Crumbs: []ui.Link{{Label: "政策标准", URL: "/standards"}, {Label: v.s.Name}}}
}

func (v standardView) terms() []ui.Term {
	d := documentOf(v.s.Preset)
	terms := []ui.Term{{Label: v.month.Chinese() + "执行", Value: v.rule.Text()}, {Label: "文件的数", Value: v.s.Words()}, {Label: "文件", Value: d.Label(), URL: "/policies/" + d.Preset},
		{Label: "条款", Value: v.s.Clause}, {Label: "原文", Value: v.s.Source}, {Label: "执行期", Value: span(v.s)}, {Label: "编码", Value: v.s.Code}}
	if v.s.Note+v.s.StageNote != "" {
		terms = append(terms, ui.Term{Label: "备注", Value: strings.TrimLeft(v.s.Note+";"+v.s.StageNote, ";"), Wide: true})
	}
	return terms
}

func span(s policy.Standard) string {
	from, to := "原文没有写", ""
	if !s.From.IsZero() {
		from = "从 " + s.From.Format(time.DateOnly)
	}
	if !s.To.IsZero() {
		to = " 到 " + s.To.Format(time.DateOnly)
	}
	return from + to
}

func (v standardView) chain() ui.Table {
	t := ui.Table{ID: "chain", Caption: "为什么是这个数", Cards: true, Columns: []ui.Column{{Label: "来源", Wide: true}, {Label: "从何时"}, {Label: "说明", Wide: true}, {Label: "现在"}}}
	for _, s := range v.rule.Chain {
		row := ui.Row{Strong: s.Holds, Cells: []ui.Cell{ui.Text(s.Text), ui.Text(dash(s.Since)), ui.Text(dash(s.Note)), ui.Text("")}}
		if s.Holds {
			row.Cells[3] = ui.Node(ui.Badge(ui.Status{Word: "执行", Tone: ui.Good, Icon: "check-circle-fill"}))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (v standardView) history() ui.Table {
	t := ui.Table{ID: "overrides", Caption: "本县设定", Cards: true, Columns: []ui.Column{{Label: "数值"}, {Label: "对谁"}, {Label: "从"}, {Label: "到"}, {Label: "理由", Wide: true}, {Label: "谁、何时"}, {Label: ""}},
		Empty: ui.Empty{Title: "本县没有设定过这个数", Hint: "没有设定时按文件执行。", Icon: "pencil"}}
	for _, o := range v.overrides {
		base, _ := policy.Known().Standard(o.Code)
		row := ui.Row{Cells: []ui.Cell{ui.Text(policy.Say(o.Operator, o.Value, o.Max, base.Unit)), ui.Text(whom(o)), ui.Text(o.From.String()), ui.Text(until(o)),
			{Text: o.Reason, Title: o.EndedReason}, ui.Text(o.By + " " + ui.Date(o.At)), ui.Text("")}}
		if v.may && o.To.IsZero() {
			row.Cells[6] = ui.Node(endForm(v.s.Code, o, v.month.Next().String()))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func whom(o policy.Override) string {
	switch {
	case o.InstitutionID != 0:
		return o.Institution
	case o.Kind != "":
		return org.KindTitle(o.Kind)
	}
	return "全县"
}

func until(o policy.Override) string {
	switch {
	case o.To.IsZero():
		return "现在有效"
	case o.Never():
		return "没有执行过"
	}
	return o.To.Prev().String()
}

func kindOptions() []ui.Option {
	var out []ui.Option
	for _, k := range org.Kinds[1:] {
		out = append(out, ui.Option{Value: k.Name, Label: k.Title})
	}
	return out
}

func operatorOptions() []ui.Option {
	var out []ui.Option
	for _, op := range policy.Operators {
		out = append(out, ui.Option{Value: op, Label: policy.OperatorTitle(op)})
	}
	return out
}

func (v standardView) field(name, label, hint string) ui.Field {
	return ui.Field{Name: name, Label: label, Hint: hint, Value: v.form.Value(name), Problem: v.form.Problem(name), MaxLength: 300}
}

func optional(f *form.Form, name, label string) decimal.NullDecimal {
	typed := strings.TrimSpace(f.Value(name))
	if typed == "" {
		return decimal.NullDecimal{}
	}
	d, err := decimal.NewFromString(typed)
	if err != nil || len(typed) > 20 || d.Exponent() > 0 {
		f.Add(name, "%s应是数字,如 90 或 1.2", label)
	}
	return decimal.NullDecimal{Decimal: d, Valid: true}
}

func (h *handler) set(w http.ResponseWriter, r *http.Request) error {
	s, ok := policy.Known().Standard(chi.URLParam(r, "standard"))
	if !ok {
		return fault.NotFound("这条标准")
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	o := policy.Override{Code: s.Code, Operator: f.Value("operator"), Value: optional(f, "value", "数值"), Max: optional(f, "max", "上限"), Kind: f.Value("kind"),
		From: f.Month("from", "从哪月起"), Reason: f.Value("reason")}
	if o.Operator != "between" {
		o.Max = decimal.NullDecimal{}
	}
	if id := f.Value("institution"); id != "" {
		if o.InstitutionID, err = strconv.ParseInt(id, 10, 64); err != nil {
			f.Add("institution", "没有找到这个机构")
		}
	}
	if f.Err() == nil {
		_, err := h.svc.Set(r.Context(), page.Who(r), o)
		if err == nil {
			return page.Redirect(w, r, standardURL(s.Code), "已设定,从"+o.From.Chinese()+"起执行;以前的月份不变")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.show(w, r, http.StatusUnprocessableEntity, s, f)
}

func (h *handler) end(w http.ResponseWriter, r *http.Request) error {
	s, ok := policy.Known().Standard(chi.URLParam(r, "standard"))
	if !ok {
		return fault.NotFound("这条标准")
	}
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	if m := f.Month("to", "从哪月起不再执行"); f.Err() == nil {
		err := h.svc.End(r.Context(), page.Who(r), id, m, f.Value("ending"))
		if err == nil {
			return page.Redirect(w, r, standardURL(s.Code), "已结束;从"+m.Chinese()+"起按文件执行")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.show(w, r, http.StatusUnprocessableEntity, s, f)
}
