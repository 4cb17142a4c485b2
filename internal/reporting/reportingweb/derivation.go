package reportingweb

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/formula"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// derivations lists which cells take their figure from a source.
func (h *handlers) derivations(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	found, err := h.svc.Derivations(r.Context(), who)
	if err != nil {
		return err
	}
	c, err := h.svc.Catalogue(r.Context(), who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, derivationsPage(derivationsView{found, c, who.May(reporting.ActionConfigure), period.MonthOf(h.now())}))
}

type derivationsView struct {
	found []reporting.Derivation
	c     *reporting.Catalogue
	may   bool
	month period.Month
}

func (v derivationsView) frame() ui.Frame {
	f := ui.Frame{Title: "报表与数据项", Subtitle: "哪些格由机构名录、代报表等来源自动取数"}
	if v.may {
		f.Primary = &ui.Action{Label: "新增自动取数", URL: "/derivations/new", Icon: "plus-lg"}
	}
	return f
}

func (v derivationsView) table() ui.Table {
	t := ui.Table{ID: "derivations", Caption: "自动取数", Cards: true, Columns: []ui.Column{{Label: "数据项", Wide: true}, {Label: "来源"}, {Label: "取数算式", Wide: true},
		{Label: "开始月份"}, {Label: "版本"}, {Label: "状态"}, {Label: "修改人", HidePhone: true}}}
	t.Empty = ui.Empty{Title: "还没有自动取数", Hint: "设了以后,这些格显示来源里的数,填报人改动要说明原因。", Icon: "arrow-repeat"}
	for _, d := range v.found {
		t.Rows = append(t.Rows, ui.Row{URL: "/derivations/" + d.Element.Slug, Cells: []ui.Cell{ui.Text(d.Element.NameZH), ui.Text(d.Title),
			{Text: derivationWords(v.c, d.Expression), Title: d.Expression}, ui.Text(sinceWords(d.From)), ui.Text("第 " + strconv.Itoa(d.Version) + " 版"),
			ui.Node(ui.Badge(derivationStatus(d, v.month))), ui.Text(makerOf(d))}})
	}
	return t
}

// derivationWords reads an expression with the names of the elements in it.
func derivationWords(c *reporting.Catalogue, expression string) string {
	expr, err := formula.Parse(expression)
	if err != nil {
		return expression
	}
	return expr.Text(func(slug string) string {
		if e, ok := c.Element(slug); ok {
			return e.NameZH
		}
		return slug
	})
}

// sinceWords is the month from which a version holds; what came with the presets always did.
func sinceWords(m period.Month) string {
	if m.Year() <= 1900 {
		return "一直"
	}
	return m.String()
}

func makerOf(d reporting.Derivation) string {
	if d.By == "" {
		return "随产品"
	}
	return d.By
}

func derivationStatus(d reporting.Derivation, now period.Month) ui.Status {
	switch {
	case !d.Enabled:
		return ui.Status{Word: "停用", Icon: "circle"}
	case d.From.After(now):
		return ui.Status{Word: "还没开始", Tone: ui.Info, Icon: "hourglass-split"}
	}
	return ui.Status{Word: "取数", Tone: ui.Good, Icon: "check-circle-fill"}
}

// derivationView is one element's derivation: its form for who may change it, and its versions.
type derivationView struct {
	*form.Form
	slug     string // empty for a new one
	versions []reporting.Derivation
	sources  []reporting.FigureSource
	c        *reporting.Catalogue
	may      bool
}

func (h *handlers) newDerivation(w http.ResponseWriter, r *http.Request) error {
	f := form.Of(map[string]string{"version": "0", "enabled": "1", "from": period.MonthOf(h.now()).String()})
	return h.showDerivation(w, r, http.StatusOK, derivationView{Form: f})
}

func (h *handlers) derivation(w http.ResponseWriter, r *http.Request) error {
	slug := chi.URLParam(r, "slug")
	versions, err := h.svc.DerivationVersions(r.Context(), page.Who(r), slug)
	if err != nil {
		return err
	}
	d := versions[0]
	from := period.MonthOf(h.now())
	if from.Before(d.From) {
		from = d.From
	}
	f := form.Of(map[string]string{"element": slug, "version": strconv.Itoa(d.Version), "source": d.Source, "expression": d.Expression, "note": d.Note, "from": from.String()})
	if d.Enabled {
		f.Values.Set("enabled", "1")
	}
	return h.showDerivation(w, r, http.StatusOK, derivationView{Form: f, slug: slug, versions: versions})
}

func (h *handlers) showDerivation(w http.ResponseWriter, r *http.Request, status int, v derivationView) (err error) {
	who := page.Who(r)
	v.may = who.May(reporting.ActionConfigure)
	if v.c, err = h.svc.Catalogue(r.Context(), who); err != nil {
		return err
	}
	if v.sources, err = h.svc.FigureSources(r.Context(), who); err != nil {
		return err
	}
	return page.Render(w, r, status, derivationPage(v))
}

func (h *handlers) saveDerivation(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	d := reporting.Derivation{Element: reporting.Element{Slug: strings.TrimSpace(f.Value("element"))}, Source: f.Value("source"), Expression: f.Value("expression"),
		Note: f.Value("note"), Reason: f.Value("reason"), Enabled: f.Bool("enabled"), Version: f.Int("version", "页面内容", 0, math.MaxInt32), From: f.Month("from", "开始月份")}
	if f.Err() == nil {
		made, err := h.svc.SaveDerivation(r.Context(), page.Who(r), d)
		if err == nil {
			return page.Redirect(w, r, "/derivations", "已保存:"+made.Element.NameZH+","+made.From.Chinese()+"起"+touchedWords(made.Touched))
		}
		if !f.Take(err) {
			return err
		}
	}
	v := derivationView{Form: f}
	if d.Version > 0 {
		v.slug = d.Element.Slug
		if v.versions, err = h.svc.DerivationVersions(r.Context(), page.Who(r), v.slug); err != nil && !fault.IsNotFound(err) {
			return err
		}
	}
	return h.showDerivation(w, r, http.StatusUnprocessableEntity, v)
}

// touchedWords says how many open reports are looked at again because of a change.
func touchedWords(reports int) string {
	if reports == 0 {
		return ""
	}
	return ";正在重新核对 " + strconv.Itoa(reports) + " 份未审核报表"
}

func (v derivationView) title() string {
	if e, ok := v.c.Element(v.slug); ok {
		return "自动取数:" + e.NameZH
	}
	return "新增自动取数"
}

func (v derivationView) field(name, label, hint string) ui.Field {
	return ui.Field{Name: name, Label: label, Hint: hint, Value: v.Value(name), Problem: v.Problem(name)}
}

func (v derivationView) elementField() ui.Field {
	f := v.field("element", "数据项编码", "自动取数的格,如 village_clinics;在“数据项”里查")
	f.Required, f.ReadOnly = true, v.slug != ""
	return f
}

func (v derivationView) source() ui.Choice {
	c := ui.Choice{Field: v.field("source", "来源", ""), Empty: "请选择"}
	for _, s := range v.sources {
		c.Options = append(c.Options, ui.Option{Value: s.Name, Label: s.Title})
	}
	return c
}

// figureTable lists what the sources know, by the code that an expression uses.
func (v derivationView) figureTable() ui.Table {
	t := ui.Table{ID: "source-figures", Caption: "来源里的数", Tall: true, Columns: []ui.Column{{Label: "编码"}, {Label: "来源和名称", Wide: true}}}
	for _, s := range v.sources {
		for _, figure := range s.Figures {
			t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(figure), ui.Text(sourceFigureWords(v.c, s, figure))}})
		}
	}
	return t
}

// sourceFigureWords is the source, with the element that its figure is called after, when it is called after one.
func sourceFigureWords(c *reporting.Catalogue, s reporting.FigureSource, figure string) string {
	if e, ok := c.Element(figure); ok {
		return s.Title + ":" + e.NameZH
	}
	return s.Title
}

func (v derivationView) history() []ui.Event {
	var out []ui.Event
	for _, d := range v.versions {
		e := ui.Event{When: ui.DateTime(d.At), Who: d.By, What: "第 " + strconv.Itoa(d.Version) + " 版," + sinceWords(d.From) + "起" + map[bool]string{true: "取数", false: "停用"}[d.Enabled],
			Note: d.Reason, Changes: []ui.Changed{{Label: "来源", After: d.Title}, {Label: "算式", After: d.Expression}, {Label: "说明", After: d.Note}}}
		if d.By == "" {
			e.Who, e.When, e.Note = "随产品", "", "预置"
		}
		out = append(out, e)
	}
	return out
}
