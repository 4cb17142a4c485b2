package registerweb

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/register"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

type indexView struct {
	counts      map[string]register.Count
	institution int64
	choices     ui.Choice
}

// group is the registers under one heading.
type group struct {
	title string
	types []register.Type
}

func (h *handler) index(w http.ResponseWriter, r *http.Request) error {
	v := indexView{institution: number(r.URL.Query().Get("institution"))}
	var err error
	if v.counts, err = h.svc.Counts(r.Context(), page.Who(r), v.institution); err != nil {
		return err
	}
	if v.choices, err = h.institutions(r, register.Type{}, strconv.FormatInt(v.institution, 10)); err != nil {
		return err
	}
	v.choices.Empty = "全部机构"
	return page.Render(w, r, http.StatusOK, indexPage(v))
}

func (v indexView) groups() (groups []group) {
	for _, t := range register.Types() {
		if n := len(groups); n == 0 || groups[n-1].title != t.Group {
			groups = append(groups, group{title: t.Group})
		}
		last := &groups[len(groups)-1]
		last.types = append(last.types, t)
	}
	return groups
}

func (v indexView) table(g group) ui.Table {
	t := ui.Table{ID: "group-" + g.types[0].Slug, Caption: g.title + "台账", Columns: []ui.Column{{Label: "台账", Wide: true}, {Label: "现有", Unit: "条", Numeric: true},
		{Label: "将到期或已过期", Unit: "条", Numeric: true}, {Label: "依据", HidePhone: true}}}
	at := strconv.FormatInt(v.institution, 10)
	for _, one := range g.types {
		c := v.counts[one.Slug]
		expiring := ui.Text("–")
		if one.WarnDays > 0 {
			expiring = ui.Text(strconv.Itoa(c.Expiring))
		}
		if c.Expiring > 0 {
			expiring = ui.Cell{Text: strconv.Itoa(c.Expiring), Tone: ui.Warn, URL: typeURL(one.Slug, "institution", at, "state", register.StateExpiring)}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(one.Title, typeURL(one.Slug, "institution", at)), ui.Text(strconv.Itoa(c.Held)), expiring, ui.Text(cmp.Or(one.Clause, ui.Dash))}})
	}
	return t
}

type listView struct {
	kind    register.Type
	filter  register.Filter
	found   register.Page
	choices ui.Choice
	keep    bool
	export  bool
	today   time.Time
}

// kindOf is the register in the address.
func kindOf(r *http.Request) (register.Type, error) {
	t, ok := register.TypeOf(chi.URLParam(r, "type"))
	if !ok {
		return t, fault.NotFound("这本台账")
	}
	return t, nil
}

func filterOf(r *http.Request, t register.Type) register.Filter {
	q := r.URL.Query()
	return register.Filter{Type: t.Slug, Institution: number(q.Get("institution")), State: q.Get("state"), Text: q.Get("q"), Cursor: q.Get("cursor")}
}

func (h *handler) list(w http.ResponseWriter, r *http.Request) error {
	t, err := kindOf(r)
	if err != nil {
		return err
	}
	who := page.Who(r)
	v := listView{kind: t, filter: filterOf(r, t), keep: who.May(register.ActionKeep), export: who.May(audit.ActionExport), today: h.today()}
	if v.found, err = h.svc.List(r.Context(), who, v.filter); err != nil {
		return err
	}
	if v.choices, err = h.institutions(r, t, strconv.FormatInt(v.filter.Institution, 10)); err != nil {
		return err
	}
	v.choices.Empty = "全部机构"
	return page.Render(w, r, http.StatusOK, listPage(v))
}

func (h *handler) export(w http.ResponseWriter, r *http.Request) error {
	t, err := kindOf(r)
	if err != nil {
		return err
	}
	format := sheet.Format(r.FormValue("format"))
	if format != sheet.CSV {
		format = sheet.XLSX
	}
	name, body, err := h.svc.Export(r.Context(), page.Who(r), filterOf(r, t), format)
	if err != nil {
		return err
	}
	return page.SendFile(w, name, "", body)
}

// institutions offers the institutions in scope that keep the register.
func (h *handler) institutions(r *http.Request, t register.Type, chosen string) (ui.Choice, error) {
	c := ui.Choice{Field: ui.Field{Name: "institution", Label: "机构", Value: chosen}}
	all, err := h.org.All(r.Context(), page.Who(r), org.Filter{State: org.StateOpen, Limit: org.MaxRows})
	if err != nil {
		return c, err
	}
	for _, i := range all {
		if i.Kind != org.KindCounty && i.Kind != org.KindVillageClinic && t.For(i.Kind) {
			c.Options = append(c.Options, ui.Option{Value: strconv.FormatInt(i.ID, 10), Label: i.Name})
		}
	}
	return c, nil
}

func (v listView) address(path string, more ...string) string {
	f := v.filter
	return typeURL(v.kind.Slug+path, append([]string{"institution", strconv.FormatInt(f.Institution, 10), "state", f.State, "q", f.Text}, more...)...)
}

func (v listView) frame() ui.Frame {
	f := ui.Frame{Title: v.kind.Title, Subtitle: v.kind.Hint, Crumbs: []ui.Link{{Label: "机构台账", URL: "/registers"}, {Label: v.kind.Title}}}
	if v.export {
		menu := ui.ExportMenu(v.address("/export", "format", "xlsx"), v.address("/export", "format", "csv")).Posted()
		f.Menu = &menu
	}
	if v.keep {
		f.Primary = &ui.Action{Label: "登记", URL: typeURL(v.kind.Slug+"/new", "institution", strconv.FormatInt(v.filter.Institution, 10)), Icon: "plus-lg"}
	}
	return f
}

func (v listView) stateChoice() ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "state", Label: "状态", Value: v.filter.State}, Empty: "现在有效",
		Options: []ui.Option{{Value: register.StateEnded, Label: "已结束"}, {Value: register.StateWithdrawn, Label: "已撤销"}, {Value: register.StateAll, Label: "全部"}}}
	if v.kind.WarnDays > 0 {
		c.Options = append([]ui.Option{{Value: register.StateExpiring, Label: "将到期或已过期"}}, c.Options...)
	}
	return c
}

func (v listView) table() ui.Table {
	t := ui.Table{ID: "entries", Caption: v.kind.Title, Cards: true, Columns: []ui.Column{{Label: "机构"}},
		Empty: ui.Empty{Title: "没有符合条件的登记", Hint: "换一个条件;还没有登记过的,从“登记”开始", Icon: "journal-text"}}
	for _, f := range v.kind.Fields {
		if f.Listed {
			t.Columns = append(t.Columns, ui.Column{Label: f.Label, Unit: f.Unit, Numeric: f.Numeric()})
		}
	}
	t.Columns = append(t.Columns, ui.Column{Label: "开始"}, ui.Column{Label: "状态"})
	for _, e := range v.found.Items {
		t.Rows = append(t.Rows, ui.Row{URL: entryURL(e.ID), Cells: v.row(e)})
	}
	return t
}

func (v listView) row(e register.Entry) []ui.Cell {
	cells := []ui.Cell{ui.LinkTo(e.Institution, entryURL(e.ID))}
	for _, f := range v.kind.Fields {
		if f.Listed {
			cells = append(cells, ui.Text(shown(f, e.Content[f.Slug])))
		}
	}
	return append(cells, ui.Text(e.StartsOn.Format(time.DateOnly)), ui.Node(ui.Badge(status(e, v.today))))
}

// shown is a stored value as people read it; what is not known is a dash.
func shown(f register.Field, stored string) string {
	if stored == "" {
		return ui.Dash
	}
	if n, err := decimal.NewFromString(stored); err == nil && f.Numeric() {
		return ui.Num(n, max(0, -n.Exponent()))
	}
	return stored
}

func status(e register.Entry, today time.Time) ui.Status {
	days, expires := e.ExpiresIn(today)
	t, _ := register.TypeOf(e.Type)
	switch {
	case e.Withdrawn != "":
		return ui.Status{Word: "已撤销", Icon: "x-circle"}
	case today.Before(e.StartsOn):
		return ui.Status{Word: "未开始", Tone: ui.Info, Icon: "clock"}
	case !e.Holds(today):
		return ui.Status{Word: "已结束", Icon: "dash-circle"}
	case expires && days < 0:
		return ui.Status{Word: "已过期 " + strconv.Itoa(-days) + " 天", Tone: ui.Bad, Icon: "exclamation-circle-fill"}
	case expires && days < t.WarnDays:
		return ui.Status{Word: "还有 " + strconv.Itoa(days) + " 天", Tone: ui.Warn, Icon: "exclamation-circle-fill"}
	}
	return ui.Status{Word: "有效", Tone: ui.Good, Icon: "check-circle-fill"}
}

// number reads an id of an address; what is none asks for nothing.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (v listView) pager() ui.Paging {
	g := ui.Paging{Note: "共 " + strconv.Itoa(v.found.Total) + " 条"}
	if v.found.Next != "" {
		g.Next = v.address("", "cursor", v.found.Next)
	}
	if v.filter.Cursor != "" {
		g.First = v.address("")
	}
	return g
}
