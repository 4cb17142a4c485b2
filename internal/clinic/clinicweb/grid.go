package clinicweb

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"yigai/internal/clinic"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/web/ui"
)

type gridView struct {
	frame    ui.Frame
	tabs     []ui.Tab
	filter   ui.Filter
	area     ui.Choice
	group    ui.Choice
	table    ui.Table
	fields   []clinic.Field
	rows     []gridRow
	form     ui.Form
	township string
	grouped  string
}

type gridRow struct {
	id, version, name, url string
	cells                  []gridCell
}

type gridCell struct {
	options []clinic.Option // none: typed
	input   ui.CellField
}

// gridGroup is the group of columns in view.
func gridGroup(v url.Values) string {
	if group := v.Get("group"); slices.Contains(clinic.Groups, group) {
		return group
	}
	return clinic.Groups[0]
}

func (h *handler) grid(w http.ResponseWriter, r *http.Request) error {
	return h.gridPage(w, r, http.StatusOK, r.URL.Query(), form.Of(nil))
}

// gridPage shows the clinics of a township, the first when none is chosen; what was typed stays.
func (h *handler) gridPage(w http.ResponseWriter, r *http.Request, status int, q url.Values, f *form.Form) error {
	who := page.Who(r)
	areas, err := h.svc.Townships(r.Context(), who)
	if err != nil {
		return err
	}
	township := q.Get("township")
	if township == "" && len(areas) > 0 {
		township = areas[0].Code
	}
	list, err := h.svc.All(r.Context(), who, clinic.Filter{Township: township})
	if err != nil {
		return err
	}
	const at = "/clinics/grid"
	v := gridView{frame: ui.Frame{Title: "村卫生室", Styles: []string{"clinic.css"}}, tabs: tabs(who, at),
		township: township, grouped: gridGroup(q), area: townshipChoice(areas, township), filter: ui.Filter{Action: at},
		form: ui.Form{Action: at, Problems: page.FieldProblems(f), Note: "空着表示不清楚;没有的填“否”或 0。整页一起保存"}}
	if who.May(clinic.ActionManage) {
		v.frame.Actions = []ui.Action{{Label: "Excel 填写", URL: "/clinics/import", Icon: "file-earmark-spreadsheet"}}
	}
	v.area.Empty = ""
	v.group = ui.Choice{Field: ui.Field{Name: "group", Label: "填哪些", Value: v.grouped}}
	for _, g := range clinic.Groups {
		v.group.Options = append(v.group.Options, ui.Option{Value: g, Label: g})
	}
	v.fill(list, f)
	return page.Render(w, r, status, gridFormPage(v))
}

func (v *gridView) fill(list []clinic.Clinic, f *form.Form) {
	v.fields = slices.DeleteFunc(clinic.In(v.grouped), func(f clinic.Field) bool { return f.Name == "equipment" })
	v.table = ui.Table{ID: "grid", Caption: "逐家填写", StickyFirst: true, Tall: true, Columns: []ui.Column{{Label: "卫生室"}},
		Empty: ui.Empty{Title: "这个乡镇没有村卫生室", Icon: "house"}}
	for _, field := range v.fields {
		v.table.Columns = append(v.table.Columns, ui.Column{Label: field.Title, Unit: field.Unit})
	}
	for _, c := range list {
		row := gridRow{id: strconv.FormatInt(c.ID, 10), version: strconv.Itoa(c.Version), name: c.Name, url: clinicURL(c.ID)}
		for _, field := range v.fields {
			row.cells = append(row.cells, gridCellOf(c, field, f))
		}
		v.rows = append(v.rows, row)
	}
}

func gridCellOf(c clinic.Clinic, field clinic.Field, f *form.Form) gridCell {
	name := clinic.GridField(field.Name, c.ID)
	cell := gridCell{options: field.Options, input: ui.CellField{Name: name, ID: ui.FieldID(name), Value: c.Values[field.Name], Label: c.Name + " " + field.Title,
		Text: field.Type != clinic.TypeNumber && field.Type != clinic.TypeYear}}
	if f.Values.Has(name) {
		cell.input.Value = f.Value(name)
	}
	if problem := f.Problem(name); problem != "" {
		cell.input.State, cell.input.Message = ui.CellFault, problem
	}
	if field.Type == clinic.TypeYes {
		cell.options = []clinic.Option{{Value: clinic.Yes, Title: "是"}, {Value: clinic.No, Title: "否"}}
	}
	return cell
}

// saveGrid stores what was typed for the clinics of the page; only what differs is a change.
func (h *handler) saveGrid(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	rows := gridRows(f)
	if f.Err() != nil {
		return h.gridPage(w, r, http.StatusUnprocessableEntity, f.Values, f)
	}
	n, err := h.svc.EditMany(r.Context(), page.Who(r), rows)
	switch {
	case fault.IsConflict(err):
		f.Add("", "%s", fault.Bare(err).Error()+"。下面是现在的内容")
		now := form.Of(nil) // what others have stored replaces what was typed: it was typed without knowing of it
		now.Add("", "%s", f.Problem(""))
		return h.gridPage(w, r, http.StatusConflict, f.Values, now)
	case f.Take(err):
		return h.gridPage(w, r, http.StatusUnprocessableEntity, f.Values, f)
	case err != nil:
		return err
	}
	back := url.Values{"township": {f.Value("township")}, "group": {f.Value("group")}}
	return page.Redirect(w, r, "/clinics/grid?"+back.Encode(), fmt.Sprintf("已保存 %d 家的改动", n))
}

func gridRows(f *form.Form) []clinic.GridRow {
	fields := clinic.In(gridGroup(f.Values))
	var rows []clinic.GridRow
	for _, id := range f.Values["id"] {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			continue
		}
		version, err := strconv.Atoi(f.Value("version." + id))
		if err != nil {
			version = -1
		}
		row := clinic.GridRow{ID: n, Version: version, Values: clinic.Values{}}
		for _, field := range fields {
			name := clinic.GridField(field.Name, n)
			if !f.Values.Has(name) {
				continue
			}
			value, err := field.Parse(f.Value(name))
			if err != nil {
				f.Add(name, "%s", field.Title+":"+err.Error())
			}
			row.Values[field.Name] = value
		}
		rows = append(rows, row)
	}
	return rows
}
