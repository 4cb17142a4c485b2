package complianceweb

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/compliance"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/policy"
	"yigai/web/ui"
)

type institutionView struct {
	compliance.Page
	at     org.Institution
	period *ui.Period
	export *ui.Menu
	below  bool
}

func (h *handler) institution(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	m, err := page.Month(r, period.Month{})
	if err != nil {
		return err
	}
	v := institutionView{below: r.URL.Query().Get("below") != ""}
	if v.at, err = h.svc.Institution(r.Context(), page.Who(r), id); err != nil {
		return err
	}
	f := compliance.ItemFilter{Month: m, Institution: id, Limit: 5000}
	if v.below {
		f.Institution, f.Below = 0, id
	}
	if v.Page, err = h.svc.Items(r.Context(), page.Who(r), f); err != nil {
		return err
	}
	v.period = page.Switch(r, v.Month)
	q := r.URL.Query()
	q.Set("below", strconv.FormatInt(id, 10))
	r.URL.RawQuery = q.Encode()
	v.export = exports(r, v.Month)
	return page.Render(w, r, http.StatusOK, institutionPage(v))
}

func (v institutionView) frame() ui.Frame {
	here := "/compliance/institutions/" + strconv.FormatInt(v.at.ID, 10)
	f := ui.Frame{Title: v.at.Name, Subtitle: "达标清单", Period: v.period, Menu: v.export, Crumbs: []ui.Link{{Label: "达标看板", URL: at(path, v.Month)}, {Label: v.at.ShortName}}}
	switch {
	case v.below:
		f.Actions = []ui.Action{{Label: "只看本单位", Icon: "building", URL: at(here, v.Month)}}
	case v.at.Kind != org.KindVillageClinic:
		f.Actions = []ui.Action{{Label: "连同下属", Icon: "diagram-3", URL: at(here, v.Month) + "&below=1"}}
	}
	return f
}

func (v institutionView) total() (c compliance.Counts) {
	for _, x := range v.Items {
		switch x.Result {
		case compliance.Met:
			c.Met++
		case compliance.NotMet:
			c.NotMet++
		default:
			c.NotKnown++
		}
	}
	return c
}

func (v institutionView) table() ui.Table {
	t := ui.Table{ID: "checklist", Caption: "达标清单", Cards: true, Tall: true, Columns: []ui.Column{{Label: "标准", Wide: true}, {Label: "执行"}, {Label: "现状"}, {Label: "差距"}, {Label: "结果"}, {Label: "从何时"}, {Label: "说明", Wide: true}},
		Empty: ui.Empty{Title: "没有对这个机构的标准", Hint: "选用的文件里没有,或者这个月还没有判断。", Icon: "list-check"}}
	if v.below {
		t.Columns = append([]ui.Column{{Label: "机构"}}, t.Columns...)
	}
	for _, x := range v.Items {
		cells := []ui.Cell{{Text: x.Standard.Name, Title: hover(x.Standard), URL: at("/compliance/standards/"+x.Code, v.Month)}, ui.Text(x.Held.Text()), heldValue(x.Held), ui.Text(gapText(x.Held)),
			ui.Node(ui.Badge(resultBadge(x.Result, x.Held.Note))), ui.Text(x.Since.String()), ui.Text(x.Held.Note)}
		if v.below {
			cells = append([]ui.Cell{ui.Text(x.Institution)}, cells...)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	return t
}

type standardView struct {
	compliance.Page
	s            policy.Standard
	measure      compliance.Measure
	declarations []compliance.Declaration
	choices      []org.Institution
	form         *form.Form
	period       *ui.Period
	may          bool
}

func (h *handler) standard(w http.ResponseWriter, r *http.Request) error {
	f := form.Of(map[string]string{"from": period.MonthOf(h.now()).String(), "evidence_on": h.now().In(period.Shanghai).Format(time.DateOnly), "institution": r.URL.Query().Get("institution")})
	return h.showStandard(w, r, http.StatusOK, f)
}

func (h *handler) showStandard(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	s, ok := policy.Known().Standard(chi.URLParam(r, "standard"))
	if !ok {
		return fault.NotFound("这条标准")
	}
	m, err := page.Month(r, period.Month{})
	if err != nil {
		return err
	}
	who := page.Who(r)
	v := standardView{s: s, measure: compliance.Measures()[s.Code], form: f, may: who.May(compliance.ActionDeclare)}
	if v.Page, err = h.svc.Items(r.Context(), who, compliance.ItemFilter{Month: m, Code: s.Code, Limit: 2000}); err != nil {
		return err
	}
	if v.declarations, err = h.svc.Declarations(r.Context(), who, s.Code); err != nil {
		return err
	}
	if v.may {
		if v.choices, err = h.svc.DeclareFor(r.Context(), who, s.Code); err != nil {
			return err
		}
	}
	v.period = page.Switch(r, v.Month)
	return page.Render(w, r, status, compliancePage(v))
}

func (v standardView) frame() ui.Frame {
	return ui.Frame{Title: v.s.Name, Subtitle: v.s.Subject, Period: v.period, Crumbs: []ui.Link{{Label: "达标看板", URL: at(path, v.Month)}, {Label: v.s.Name}},
		Actions: []ui.Action{{Label: "为什么是这个数", Icon: "question-circle", URL: "/standards/" + v.s.Code}}}
}

func (v standardView) terms() []ui.Term {
	d := documentOf(v.s.Preset)
	terms := []ui.Term{{Label: "文件的数", Value: v.s.Words()}, {Label: "文件", Value: d.Label(), URL: "/policies/" + d.Preset}, {Label: "条款", Value: v.s.Clause}, {Label: "怎样测量", Value: v.how(), Wide: true}}
	if v.s.Note != "" {
		terms = append(terms, ui.Term{Label: "备注", Value: v.s.Note, Wide: true})
	}
	return terms
}

// how says in words how the standard is measured.
func (v standardView) how() string {
	m := v.measure
	var ways []string
	if m.Register != "" {
		ways = append(ways, "登记:"+m.Register)
	}
	if m.Indicator != "" {
		ways = append(ways, "指标 "+m.Indicator+" 的公式")
	}
	if m.Formula != "" {
		ways = append(ways, "公式:"+m.Formula)
	}
	ways = append(ways, "申报")
	text := strings.Join(ways, ";没有时用")
	if m.Share {
		text += "。指标是达到标准的占比,全部达到才算达标"
	}
	if m.Note != "" {
		text += "。" + m.Note
	}
	return text
}

func (v standardView) table() ui.Table {
	t := ui.Table{ID: "subjects", Caption: "对象", Cards: true, Tall: true, Columns: []ui.Column{{Label: "对象"}, {Label: "执行"}, {Label: "现状"}, {Label: "差距"}, {Label: "结果"}, {Label: "从何时"}, {Label: "说明", Wide: true}},
		Empty: ui.Empty{Title: "这个月没有判断这条标准", Hint: "本县没有选用它的文件,或者这个月还没有计算。", Icon: "list-check"}}
	for _, x := range v.Items {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{subject(x), ui.Text(x.Held.Text()), heldValue(x.Held), ui.Text(gapText(x.Held)),
			ui.Node(ui.Badge(resultBadge(x.Result, x.Held.Note))), ui.Text(x.Since.String()), ui.Text(x.Held.Note)}})
	}
	return t
}

func (v standardView) declared() ui.Table {
	t := ui.Table{ID: "declarations", Caption: "申报", Cards: true, Columns: []ui.Column{{Label: "对象"}, {Label: "从"}, {Label: "申报"}, {Label: "依据", Wide: true}, {Label: "依据日期"}, {Label: "谁、何时"}},
		Empty: ui.Empty{Title: "没有申报过", Icon: "pencil"}}
	for _, d := range v.declarations {
		base, _ := policy.Known().Standard(d.Code)
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(d.Institution), ui.Text(d.From.String()), ui.Text(d.Says(base.Unit)), ui.Text(d.Note), ui.Text(d.EvidenceOn.Format(time.DateOnly)),
			ui.Text(d.By + " " + ui.Date(d.At))}})
	}
	return t
}

func (v standardView) field(name, label, hint string) ui.Field {
	return ui.Field{Name: name, Label: label, Hint: hint, Value: v.form.Value(name), Problem: v.form.Problem(name), MaxLength: 500}
}

func (v standardView) whom() ui.Choice {
	c := ui.Choice{Field: v.field("institution", "对谁", "申报对它下属的机构同样有效")}
	for _, i := range v.choices {
		label := i.Name
		if i.Kind == org.KindCounty {
			label = "全县"
		}
		c.Options = append(c.Options, ui.Option{Value: strconv.FormatInt(i.ID, 10), Label: label, Group: org.KindTitle(i.Kind)})
	}
	return c
}

func (h *handler) declare(w http.ResponseWriter, r *http.Request) error {
	code := chi.URLParam(r, "standard")
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	d := typed(f, code)
	if f.Err() == nil {
		err := h.svc.Declare(r.Context(), page.Who(r), d)
		if err == nil {
			return page.Redirect(w, r, "/compliance/standards/"+code, "已申报,达标情况正在重新判断")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showStandard(w, r, http.StatusUnprocessableEntity, f)
}

func typed(f *form.Form, code string) compliance.Declaration {
	d := compliance.Declaration{Code: code, From: f.Month("from", "从哪月起"), Note: f.Value("note")}
	if on := f.Date("evidence_on", "依据的日期"); on != nil {
		d.EvidenceOn = *on
	}
	var err error
	if d.InstitutionID, err = strconv.ParseInt(f.Value("institution"), 10, 64); err != nil {
		f.Add("institution", "请选择对谁申报")
	}
	if text := strings.TrimSpace(f.Value("value")); text != "" {
		n, err := decimal.NewFromString(text)
		if err != nil || len(text) > 20 || n.Exponent() > 0 {
			f.Add("value", "数值应是数字,如 90 或 1.2")
		}
		d.Value = decimal.NullDecimal{Decimal: n, Valid: true}
	}
	if met := f.Value("met"); met != "" {
		yes := met == "yes"
		d.Met = &yes
	}
	return d
}
