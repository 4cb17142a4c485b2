package complianceweb

import (
	"net/http"
	"net/url"
	"strconv"

	"yigai/internal/audit"
	"yigai/internal/compliance"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/policy"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

type boardView struct {
	compliance.Board
	filter compliance.Filter
	period *ui.Period
	export *ui.Menu
}

func (h *handler) board(w http.ResponseWriter, r *http.Request) error {
	m, err := page.Month(r, period.Month{})
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := boardView{filter: compliance.Filter{Month: m, Document: q.Get("document"), Kind: compliance.SubjectKind(q.Get("kind")), Result: compliance.Result(q.Get("result"))}}
	if v.Board, err = h.svc.Board(r.Context(), page.Who(r), v.filter); err != nil {
		return err
	}
	v.period, v.export = page.Switch(r, v.Month), exports(r, v.Month)
	return page.Render(w, r, http.StatusOK, boardPage(v))
}

// exports is the menu that writes what is shown, nil for who may not take out files.
func exports(r *http.Request, m period.Month) *ui.Menu {
	if !page.Who(r).May(audit.ActionExport) {
		return nil
	}
	q := r.URL.Query()
	q.Set("period", m.String())
	address := "/compliance/export?" + q.Encode()
	menu := ui.ExportMenu(address+"&format=xlsx", address+"&format=csv").Posted()
	return &menu
}

func (v boardView) frame() ui.Frame {
	f := ui.Frame{Title: "达标看板", Period: v.period, Menu: v.export, Actions: []ui.Action{{Label: "未达标清单", Icon: "x-circle", URL: at("/compliance/unmet", v.Month)}}}
	if !v.EvaluatedAt.IsZero() {
		f.Subtitle = "判断于 " + ui.DateTime(v.EvaluatedAt)
	}
	return f
}

func (v boardView) stats() []ui.Stat {
	all := v.Total
	link := func(r compliance.Result) string { return v.with("result", string(r)) }
	return []ui.Stat{
		{Label: "标准", Value: strconv.Itoa(all.All()), Unit: "条", URL: v.with("result", ""), Note: "本县选用的文件"},
		{Label: compliance.Met.Title(), Value: strconv.Itoa(all.Met), Unit: "条", URL: link(compliance.Met), ChangeTone: ui.Good},
		{Label: compliance.NotMet.Title(), Value: strconv.Itoa(all.NotMet), Unit: "条", URL: link(compliance.NotMet)},
		{Label: compliance.NotKnown.Title(), Value: strconv.Itoa(all.NotKnown), Unit: "条", URL: link(compliance.NotKnown), Note: "缺数据、没有申报或还没到期"},
	}
}

// with is the board with one filter set otherwise.
func (v boardView) with(name, value string) string {
	q := url.Values{"period": {v.Month.String()}, "document": {v.filter.Document}, "kind": {string(v.filter.Kind)}, "result": {string(v.filter.Result)}}
	q.Set(name, value)
	for key := range q {
		if q.Get(key) == "" {
			q.Del(key)
		}
	}
	return path + "?" + q.Encode()
}

func (v boardView) filtered() bool {
	return v.filter.Document != "" || v.filter.Kind != "" || v.filter.Result != ""
}

func (v boardView) documents() ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "document", Label: "文件", Value: v.filter.Document}, Empty: "全部文件"}
	for _, p := range v.Presets {
		c.Options = append(c.Options, ui.Option{Value: p, Label: documentOf(p).Short()})
	}
	return c
}

func kindChoice(value compliance.SubjectKind) ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "kind", Label: "对象", Value: string(value)}, Empty: "全部"}
	for _, k := range compliance.SubjectKinds {
		c.Options = append(c.Options, ui.Option{Value: string(k), Label: k.Title()})
	}
	return c
}

func resultChoice(value compliance.Result) ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "result", Label: "结果", Value: string(value)}, Empty: "全部"}
	for _, r := range []compliance.Result{compliance.Met, compliance.NotMet, compliance.NotKnown} {
		c.Options = append(c.Options, ui.Option{Value: string(r), Label: r.Title()})
	}
	return c
}

var countColumns = []ui.Column{{Label: "达标", Numeric: true}, {Label: "未达标", Numeric: true}, {Label: "无法判断", Numeric: true}, {Label: "合计", Numeric: true}}

func counts(c compliance.Counts) []ui.Cell {
	cells := []ui.Cell{count(c.Met), count(c.NotMet), count(c.NotKnown), count(c.All())}
	if c.NotMet > 0 {
		cells[1].Tone = ui.Bad
	}
	return cells
}

func (v boardView) byKind() ui.Table {
	t := ui.Table{ID: "by-kind", Caption: "按对象", Columns: append([]ui.Column{{Label: "对象"}}, countColumns...)}
	for _, k := range compliance.SubjectKinds {
		if c := v.ByKind[k]; c.All() > 0 {
			t.Rows = append(t.Rows, ui.Row{URL: v.with("kind", string(k)), Cells: append([]ui.Cell{ui.Text(k.Title())}, counts(c)...)})
		}
	}
	return v.footed(t)
}

func (v boardView) byDocument() ui.Table {
	t := ui.Table{ID: "by-document", Caption: "按文件", Columns: append([]ui.Column{{Label: "文件"}}, countColumns...)}
	for _, p := range v.Presets {
		t.Rows = append(t.Rows, ui.Row{URL: v.with("document", p), Cells: append([]ui.Cell{{Text: documentOf(p).Short(), Title: documentOf(p).Label()}}, counts(v.ByDocument[p])...)})
	}
	return v.footed(t)
}

func (v boardView) footed(t ui.Table) ui.Table {
	t.Foot = []ui.Row{{Cells: append([]ui.Cell{ui.Text("合计")}, counts(v.Total)...)}}
	return t
}

func (v boardView) byPlace() ui.Table {
	t := ui.Table{ID: "by-place", Caption: "按机构", Columns: append([]ui.Column{{Label: "机构"}, {Label: "类型", HidePhone: true}}, countColumns...),
		Empty: ui.Empty{Title: "没有按机构判断的标准", Hint: "选用的文件里,有对机构的标准时,这里按机构列出。", Icon: "hospital"}}
	for _, p := range v.Places {
		t.Rows = append(t.Rows, ui.Row{URL: at("/compliance/institutions/"+strconv.FormatInt(p.ID, 10), v.Month),
			Cells: append([]ui.Cell{ui.Text(p.Name), ui.Text(org.KindTitle(p.Kind))}, counts(p.Counts)...)})
	}
	return t
}

func (v boardView) rows() ui.Table {
	t := ui.Table{ID: "rows", Caption: "标准", Cards: true, Tall: true, Columns: []ui.Column{{Label: "标准", Wide: true}, {Label: "对象"}, {Label: "执行"}, {Label: "现状"}, {Label: "差距"}, {Label: "结果"},
		{Label: "说明", Wide: true}, {Label: "条款"}}, Empty: ui.Empty{Title: "没有符合条件的标准", Icon: "list-check"}}
	for _, r := range v.Rows {
		held := r.Held.Text()
		if r.Held.Particular {
			held = "各不相同"
		}
		row := ui.Row{URL: at("/compliance/standards/"+r.Code, v.Month), Cells: []ui.Cell{{Text: r.Standard.Name, Title: hover(r.Standard)}, ui.Text(r.Kind.Title()), ui.Text(held)}}
		if r.All() == 1 {
			row.Cells = append(row.Cells, heldValue(r.Held), ui.Text(gapText(r.Held)))
		} else {
			row.Cells = append(row.Cells, ui.Text(strconv.Itoa(r.Met)+"/"+strconv.Itoa(r.All())+" 家达标"), ui.Text(ui.Dash))
		}
		row.Cells = append(row.Cells, ui.Node(ui.Badge(resultBadge(r.Result(), ""))), ui.Text(rowNote(r)), ui.Text(r.Standard.Clause))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// rowNote says what is missing, or of how many.
func rowNote(r compliance.Row) string {
	switch {
	case r.All() == 1:
		return r.Held.Note
	case r.NotKnown > 0 && r.NotMet == 0:
		return strconv.Itoa(r.NotKnown) + " 家无法判断:" + r.Held.Note
	case r.NotMet > 0:
		return strconv.Itoa(r.NotMet) + " 家未达标"
	}
	return ""
}

type listView struct {
	compliance.Page
	filter compliance.ItemFilter
	period *ui.Period
	export *ui.Menu
	next   string
}

func (h *handler) unmet(w http.ResponseWriter, r *http.Request) error {
	m, err := page.Month(r, period.Month{})
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := listView{filter: compliance.ItemFilter{Month: m, Result: compliance.NotMet, Document: q.Get("document"), Kind: compliance.SubjectKind(q.Get("kind")), After: q.Get("after")}}
	if v.Page, err = h.svc.Items(r.Context(), page.Who(r), v.filter); err != nil {
		return err
	}
	q.Set("result", string(compliance.NotMet))
	r.URL.RawQuery = q.Encode()
	v.period, v.export = page.Switch(r, v.Month), exports(r, v.Month)
	if v.Next != "" {
		q.Set("after", v.Next)
		v.next = "/compliance/unmet?" + q.Encode()
	}
	return page.Render(w, r, http.StatusOK, unmetPage(v))
}

func (v listView) documents() ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "document", Label: "文件", Value: v.filter.Document}, Empty: "全部文件"}
	for _, d := range policy.Known().Documents {
		c.Options = append(c.Options, ui.Option{Value: d.Preset, Label: d.Short()})
	}
	return c
}

func (v listView) table() ui.Table {
	t := ui.Table{ID: "unmet", Caption: "未达标清单", Cards: true, Tall: true, Columns: []ui.Column{{Label: "标准", Wide: true}, {Label: "机构"}, {Label: "执行"}, {Label: "现状"}, {Label: "差距"}, {Label: "从何时"}, {Label: "文件"}, {Label: "条款"}},
		Empty: ui.Empty{Title: "没有未达标的", Hint: "无法判断的不算未达标,在看板上看缺什么。", Icon: "check-circle"}}
	for _, x := range v.Items {
		t.Rows = append(t.Rows, ui.Row{URL: at("/compliance/standards/"+x.Code, v.Month), Cells: []ui.Cell{{Text: x.Standard.Name, Title: hover(x.Standard)}, subject(x), ui.Text(x.Held.Text()),
			heldValue(x.Held), ui.Text(gapText(x.Held)), ui.Text(x.Since.String()), ui.Text(documentOf(x.Standard.Preset).Short()), ui.Text(x.Standard.Clause)}})
	}
	return t
}

// subject names whom a result is about.
func subject(x compliance.Item) ui.Cell {
	if x.Kind == compliance.Staff || x.Kind == compliance.County {
		return ui.Text(x.Standard.Subject)
	}
	return ui.LinkTo(x.Institution, "/compliance/institutions/"+strconv.FormatInt(x.InstitutionID, 10))
}

func (h *handler) export(w http.ResponseWriter, r *http.Request) error {
	m, err := page.Month(r, period.Month{})
	if err != nil {
		return err
	}
	q := r.URL.Query()
	below, err := strconv.ParseInt(q.Get("below"), 10, 64)
	if err != nil {
		below = 0
	}
	f := compliance.ItemFilter{Month: m, Document: q.Get("document"), Kind: compliance.SubjectKind(q.Get("kind")), Result: compliance.Result(q.Get("result")), Below: below}
	file, err := h.svc.Export(r.Context(), page.Who(r), f, sheet.Format(q.Get("format")))
	if err != nil {
		return err
	}
	return page.SendFile(w, file.Name, "", file.Body)
}
