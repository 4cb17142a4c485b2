package clinicweb

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/clinic"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

// query is an address with its filters.
type query struct{ url.Values }

func (q query) filter() clinic.Filter {
	f := clinic.Filter{Township: q.Get("township"), Text: q.Get("q"), Missing: q.Get("missing"), Cursor: q.Get("cursor")}
	if parent, err := strconv.ParseInt(q.Get("parent"), 10, 64); err == nil {
		f.Parent = parent
	}
	if limit, err := strconv.Atoi(q.Get("limit")); err == nil {
		f.Limit = limit
	}
	return f
}

func (q query) active() bool {
	return q.Get("township")+q.Get("q")+q.Get("missing")+q.Get("parent") != ""
}

// with is the address with one parameter changed; a change other than of the cursor starts at the first page.
func (q query) with(path, name, value string) string {
	changed := url.Values{}
	for k, v := range q.Values {
		if len(v) > 0 && v[0] != "" && k != "cursor" {
			changed.Set(k, v[0])
		}
	}
	changed.Set(name, value)
	if value == "" {
		changed.Del(name)
	}
	if len(changed) == 0 {
		return path
	}
	return path + "?" + changed.Encode()
}

type listView struct {
	frame   ui.Frame
	tabs    []ui.Tab
	filter  ui.Filter
	text    ui.Field
	area    ui.Choice
	missing ui.Choice
	table   ui.Table
	pager   ui.Paging
}

func (h *handler) list(w http.ResponseWriter, r *http.Request) error {
	who, q := page.Who(r), query{r.URL.Query()}
	found, err := h.svc.List(r.Context(), who, q.filter())
	if err != nil {
		return err
	}
	if len(found.Items) == 1 && !q.active() && q.Get("cursor") == "" && who.HasRole(actor.VillageDoctor) {
		http.Redirect(w, r, clinicURL(found.Items[0].ID), http.StatusSeeOther) // a village doctor has one clinic: no list before it
		return nil
	}
	areas, err := h.svc.Townships(r.Context(), who)
	if err != nil {
		return err
	}
	limits, err := h.svc.Limits(r.Context(), who)
	if err != nil {
		return err
	}
	v := listView{frame: listFrame(who, q), tabs: tabs(who, path), text: ui.Field{Name: "q", Label: "名称或编码", Value: q.Get("q")},
		filter: ui.Filter{Action: path, Reset: path, Active: q.active(), Keep: map[string]string{"parent": q.Get("parent")}},
		area:   townshipChoice(areas, q.Get("township")), missing: missingChoice(q.Get("missing")),
		table: h.listTable(found.Items, limits), pager: pager(q, path, found)}
	return page.Render(w, r, http.StatusOK, listPage(v))
}

// tabs lead from one page about clinics to the others.
func tabs(who actor.Actor, at string) []ui.Tab {
	all := []ui.Tab{{Label: "台账", URL: path}}
	if who.May(clinic.ActionEdit) {
		all = append(all, ui.Tab{Label: "批量填写", URL: "/clinics/grid"})
	}
	all = append(all, ui.Tab{Label: "村覆盖", URL: coveragePath}, ui.Tab{Label: "巡诊", URL: visitsPath}, ui.Tab{Label: "能力评价", URL: assessmentsPath},
		ui.Tab{Label: "建设台账", URL: projectsPath})
	for i := range all {
		all[i].Active = all[i].URL == at
	}
	return all
}

func listFrame(who actor.Actor, q query) ui.Frame {
	f := ui.Frame{Title: "村卫生室"}
	if who.May(audit.ActionExport) {
		menu := ui.ExportMenu(q.with("/clinics/export", "format", "xlsx"), q.with("/clinics/export", "format", "csv")).Posted()
		f.Menu = &menu
	}
	return f
}

func townshipChoice(areas []org.Division, value string) ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "township", Label: "乡镇", Value: value}, Empty: "全部乡镇"}
	for _, d := range areas {
		c.Options = append(c.Options, ui.Option{Value: d.Code, Label: d.Name})
	}
	return c
}

func missingChoice(value string) ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "missing", Label: "缺什么", Value: value}, Empty: "不限", Options: []ui.Option{
		{Value: clinic.MissingAny, Label: "还有没填的"}, {Value: clinic.MissingAll, Label: "一项也没填"}, {Value: clinic.ExpiredPermit, Label: "许可证已过期"}}}
	for _, f := range clinic.Fields {
		if f.Wanted {
			c.Options = append(c.Options, ui.Option{Value: f.Name, Label: f.Title, Group: "没填:" + f.Group})
		}
	}
	return c
}

func (h *handler) listTable(items []clinic.Clinic, limits clinic.Limits) ui.Table {
	t := ui.Table{ID: "clinics", Caption: "村卫生室", Cards: true, Tall: true, Columns: []ui.Column{{Label: "编码"}, {Label: "名称", Wide: true}, {Label: "乡镇"},
		{Label: "服务人口", Unit: "人", Numeric: true}, {Label: "产权"}, {Label: "面积", Unit: "平方米", Numeric: true}, {Label: "七室"},
		{Label: "六统一"}, {Label: "许可证至"}, {Label: "未达标", Numeric: true}, {Label: "没填", Numeric: true}},
		Empty: ui.Empty{Title: "没有符合条件的村卫生室", Hint: "换一个条件;卫生室要先登记为机构,这里才会有", Icon: "house"}}
	for _, c := range items {
		t.Rows = append(t.Rows, h.listRow(c, limits))
	}
	return t
}

func (h *handler) listRow(c clinic.Clinic, limits clinic.Limits) ui.Row {
	at := clinicURL(c.ID)
	row := ui.Row{URL: at, Cells: []ui.Cell{ui.Text(c.Code), ui.LinkTo(c.Name, at), ui.Text(dash(c.TownshipName))}}
	if !c.Registered() {
		for range 7 {
			row.Cells = append(row.Cells, ui.Text(ui.Dash))
		}
		return withMissing(row, c)
	}
	v := c.Values
	row.Cells = append(row.Cells, figure(v["population"]), ui.Text(dash(word("ownership", v))), figure(v["building_area"]), ui.Text(share(v, "七室")), ui.Text(share(v, "六统一")), h.permit(v))
	unmet := clinic.Unmet(v.Judge(limits, h.now()))
	cell := ui.Text("0")
	if unmet > 0 {
		cell = ui.Cell{Text: strconv.Itoa(unmet), Tone: ui.Bad}
	}
	row.Cells = append(row.Cells, cell)
	return withMissing(row, c)
}

func withMissing(row ui.Row, c clinic.Clinic) ui.Row {
	n := len(c.Values.Missing())
	cell := ui.Text(strconv.Itoa(n))
	if n > 0 {
		cell.Tone = ui.Warn
	}
	row.Cells = append(row.Cells, cell)
	return row
}

// permit is when the licence ends, in red when it has.
func (h *handler) permit(v clinic.Values) ui.Cell {
	cell := ui.Text(dash(v["licence_until"]))
	if v["licence_until"] != "" && v["licence_until"] < h.today() {
		cell.Tone, cell.Title = ui.Bad, "已过期"
	}
	return cell
}

// share is how many of a group there are: 5/7, with a question mark while some are not known.
func share(v clinic.Values, group string) string {
	yes, known, all := v.Count(group)
	if known == 0 {
		return ui.Dash
	}
	text := fmt.Sprintf("%d/%d", yes, all)
	if known < all {
		text += "?"
	}
	return text
}

func pager(q query, at string, p clinic.Page) ui.Paging {
	g := ui.Paging{Note: fmt.Sprintf("共 %s 家", ui.Int(int64(p.Total)))}
	if p.Next != "" {
		g.Next = q.with(at, "cursor", p.Next)
	}
	if p.Prev != "" {
		g.Prev = q.with(at, "cursor", p.Prev)
	}
	return g
}

// export is the list as shown, without its pages.
func (h *handler) export(w http.ResponseWriter, r *http.Request) error {
	format, err := formatOf(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := h.svc.Export(r.Context(), page.Who(r), query{r.URL.Query()}.filter(), format, &out); err != nil {
		return err
	}
	return page.SendFile(w, "村卫生室台账."+string(format), "", out.Bytes())
}

func formatOf(r *http.Request) (sheet.Format, error) {
	switch f := sheet.Format(r.FormValue("format")); f {
	case sheet.XLSX, sheet.CSV:
		return f, nil
	case "":
		return sheet.XLSX, nil
	default:
		return "", fault.Field("format", "文件格式应为 xlsx 或 csv")
	}
}
