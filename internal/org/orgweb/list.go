package orgweb

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"yigai/internal/audit"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/web/ui"
)

// query is the list's address: what is filtered, how it is sorted, which page.
type query struct{ url.Values }

func (q query) filter() org.Filter {
	sort, down := strings.CutPrefix(q.Get("sort"), "-")
	f := org.Filter{Township: q.Get("township"), Text: q.Get("q"), State: q.Get("state"), Sort: sort, Desc: down, Cursor: q.Get("cursor")}
	if kind := q.Get("kind"); kind != "" {
		f.Kinds = []string{kind}
	}
	return f
}

func (q query) active() bool {
	return q.Get("kind")+q.Get("township")+q.Get("q")+q.Get("state") != ""
}

// with is the address with one parameter changed; a change other than of the cursor starts at the first page.
func (q query) with(path, name, value string) string {
	changed := url.Values{}
	for k, v := range q.Values {
		if len(v) > 0 && v[0] != "" && k != "cursor" {
			changed.Set(k, v[0])
		}
	}
	if value == "" {
		changed.Del(name)
	} else {
		changed.Set(name, value)
	}
	if len(changed) == 0 {
		return path
	}
	return path + "?" + changed.Encode()
}

type listView struct {
	frame  ui.Frame
	tabs   []ui.Tab
	filter ui.Filter
	kind   ui.Choice
	area   ui.Choice
	state  ui.Choice
	text   ui.Field
	table  ui.Table
	pager  ui.Paging
}

func (h *handler) list(w http.ResponseWriter, r *http.Request) error {
	who, q := page.Who(r), query{r.URL.Query()}
	found, err := h.svc.List(r.Context(), who, q.filter())
	if err != nil {
		return err
	}
	townships, err := h.svc.Townships(r.Context(), who)
	if err != nil {
		return err
	}
	v := listView{frame: h.listFrame(r, q), tabs: viewTabs(q, false), text: ui.Field{Name: "q", Label: "名称或编码", Value: q.Get("q")},
		filter: ui.Filter{Action: "/institutions", Reset: "/institutions", Active: q.active(), Keep: map[string]string{"sort": q.Get("sort")}},
		kind:   kindChoice(q.Get("kind"), "全部类型"), area: townshipChoice(townships, q.Get("township")), state: stateChoice(q.Get("state")),
		table: listTable(q, found.Items), pager: listPager(q, found)}
	return page.Render(w, r, http.StatusOK, listPage(v))
}

func (h *handler) listFrame(r *http.Request, q query) ui.Frame {
	who := page.Who(r)
	f := ui.Frame{Title: "机构"}
	if who.May(audit.ActionExport) {
		f.Menu = exportMenu(q.with("/institutions/export", "format", "xlsx"), q.with("/institutions/export", "format", "csv"))
	}
	if who.May(org.ActionImport) {
		f.Actions = []ui.Action{{Label: "导入", URL: "/institutions/import", Icon: "upload"}}
	}
	if who.May(org.ActionManage) {
		f.Primary = &ui.Action{Label: "新增机构", URL: "/institutions/new", Icon: "plus-lg"}
	}
	return f
}

func viewTabs(q query, tree bool) []ui.Tab {
	return []ui.Tab{{Label: "列表", URL: "/institutions", Active: !tree}, {Label: "机构树", URL: "/institutions/tree", Active: tree}}
}

func kindChoice(value, empty string) ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "kind", Label: "机构类型", Value: value}, Empty: empty}
	for _, k := range org.Kinds {
		if k.Name != org.KindCounty {
			c.Options = append(c.Options, ui.Option{Value: k.Name, Label: k.Title})
		}
	}
	return c
}

func townshipChoice(townships []org.Division, value string) ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "township", Label: "乡镇", Value: value}, Empty: "全部乡镇"}
	for _, d := range townships {
		c.Options = append(c.Options, ui.Option{Value: d.Code, Label: d.Name})
	}
	return c
}

func stateChoice(value string) ui.Choice {
	return ui.Choice{Field: ui.Field{Name: "state", Label: "状态", Value: value}, Empty: "全部",
		Options: []ui.Option{{Value: org.StateOpen, Label: "开办中"}, {Value: org.StateClosed, Label: "已关闭"}}}
}

func listTable(q query, items []org.Institution) ui.Table {
	t := ui.Table{ID: "institutions", Caption: "机构", Cards: true, Columns: []ui.Column{
		sortable(q, "编码", org.SortCode), sortable(q, "名称", org.SortName), {Label: "类型"}, {Label: "上级机构"},
		sortable(q, "乡镇", org.SortDivision), sortable(q, "开办日期", org.SortOpened), {Label: "状态"}},
		Empty: ui.Empty{Title: "没有符合条件的机构", Hint: "换一个条件,或清除条件后再看", Icon: "hospital"}}
	t.Columns[1].Wide = true
	for _, i := range items {
		t.Rows = append(t.Rows, ui.Row{URL: institutionURL(i.ID), Cells: []ui.Cell{ui.Text(i.Code), ui.LinkTo(i.Name, institutionURL(i.ID)),
			ui.Text(i.KindTitle()), ui.Text(dash(i.ParentName)), ui.Text(dash(i.TownshipName)), ui.Text(date(i.OpenedOn)),
			ui.Node(ui.Badge(status(i.Closed())))}})
	}
	return t
}

// sortable makes a head that orders the list by the key, and turns the order round when it already does.
func sortable(q query, label, key string) ui.Column {
	c := ui.Column{Label: label, SortURL: q.with("/institutions", "sort", key)}
	switch now := q.Get("sort"); {
	case now == key, now == "" && key == org.SortCode:
		c.Sorted, c.SortURL = ui.Ascending, q.with("/institutions", "sort", "-"+key)
	case now == "-"+key:
		c.Sorted = ui.Descending
	}
	return c
}

func listPager(q query, p org.Page) ui.Paging {
	g := ui.Paging{Note: fmt.Sprintf("共 %s 家", ui.Int(int64(p.Total)))}
	if p.Next != "" {
		g.Next = q.with("/institutions", "cursor", p.Next)
	}
	if p.Prev != "" {
		g.Prev = q.with("/institutions", "cursor", p.Prev)
	}
	return g
}

func status(closed bool) ui.Status {
	if closed {
		return ui.Status{Word: "已关闭", Icon: "x-circle"}
	}
	return ui.Status{Word: "开办中", Tone: ui.Good, Icon: "check-circle"}
}

func dash(text string) string {
	if text == "" {
		return ui.Dash
	}
	return text
}

func date(day *time.Time) string {
	if day == nil {
		return ui.Dash
	}
	return day.Format(time.DateOnly)
}

// kindsOf reads a comma-separated list of kinds; unknown ones stay, and match nothing.
func kindsOf(text string) []string {
	return slices.DeleteFunc(strings.Split(text, ","), func(s string) bool { return strings.TrimSpace(s) == "" })
}
