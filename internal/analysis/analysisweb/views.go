package analysisweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"yigai/internal/actor"
	"yigai/internal/analysis"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/room"
	"yigai/web/ui"
)

// views lists the kept tables.
func (h *handler) views(w http.ResponseWriter, r *http.Request) error {
	found, err := h.svc.Views(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	t := ui.Table{ID: "views", Caption: "已存的表", Cards: true, Columns: []ui.Column{{Label: "名称", Wide: true}, {Label: "谁能看"}, {Label: "保存人"}, {Label: "更新时间"}, {Label: "操作"}},
		Empty: ui.Empty{Title: "还没有已存的表", Hint: "拼好一张表后点“另存为”", Icon: "journal-text", Action: &ui.Action{Label: "拼一张表", URL: "/analysis"}}}
	for _, v := range found {
		t.Rows = append(t.Rows, ui.Row{ID: "view-" + strconv.FormatInt(v.ID, 10), Cells: []ui.Cell{ui.LinkTo(v.Name, viewURL(v.ID)), ui.Text(audience(v)),
			ui.Text(v.Owner), ui.Text(ui.DateTime(v.UpdatedAt)), ui.Node(ui.Buttons(viewActions(page.Who(r), v)))}})
	}
	return page.Render(w, r, http.StatusOK, viewsPage(t))
}

func audience(v analysis.View) string {
	if v.Shared {
		return "全县共享"
	}
	return "仅自己"
}

func viewActions(who actor.Actor, v analysis.View) []ui.Action {
	if !v.MayChange(who) {
		return nil
	}
	return []ui.Action{{Label: "修改", URL: viewURL(v.ID) + "/edit", Icon: "pencil", Kind: ui.Quiet},
		{Label: "删除", URL: viewURL(v.ID) + "/removal", Icon: "trash", Kind: ui.Quiet, Post: true, Confirm: "删除“" + v.Name + "”?"}}
}

// open goes to the table that a view holds.
func (h *handler) open(w http.ResponseWriter, r *http.Request) error {
	v, err := h.asked(r)
	if err != nil {
		return err
	}
	return page.Redirect(w, r, "/analysis?"+v.Query+"&view="+strconv.FormatInt(v.ID, 10), "")
}

func (h *handler) asked(r *http.Request) (analysis.View, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return analysis.View{}, err
	}
	return h.svc.View(r.Context(), page.Who(r), id)
}

// viewForm is what is asked about a view.
type viewForm struct {
	frame  ui.Frame
	form   ui.Form
	name   ui.Field
	when   ui.Choice
	shared ui.Check
	share  bool // may share
	query  string
	vers   string
}

func newViewForm(who actor.Actor, f *form.Form, action, title string) viewForm {
	return viewForm{
		frame: ui.Frame{Title: title, Narrow: true, Crumbs: []ui.Link{{Label: "自定义表", URL: "/analysis"}, {Label: "已存的表", URL: "/analysis/views"}}},
		form:  ui.Form{ID: "view", Action: action, Cancel: "/analysis?" + f.Value("query"), Problems: problemsOf(f.Problems())},
		name:  ui.Field{Name: "name", Label: "名称", Value: f.Value("name"), Problem: f.Problem("name"), Required: true, MaxLength: 40},
		when: ui.Choice{Field: ui.Field{Name: "when", Label: "打开时看哪些月份", Value: f.Value("when"), Problem: f.Problem("when"),
			Hint: "“上月”“本年至今”随打开的日子走;“指定月份”总是现在这几个月"}, Options: optionsOf(analysis.Whens)},
		shared: ui.Check{Name: "shared", Label: "全县共享:能看自定义表的人都能打开,但只看到自己数据范围内的数", Checked: f.Bool("shared"), Problem: f.Problem("shared")},
		share:  who.May(analysis.ActionShare), query: f.Value("query"), vers: f.Value("version"),
	}
}

// blank asks for the name of a table that is in the address.
func (h *handler) blank(w http.ResponseWriter, r *http.Request) error {
	q, err := analysis.Parse(r.URL.Query())
	if err != nil {
		return err
	}
	f := form.Of(map[string]string{"query": q.String(), "when": q.When})
	return page.Render(w, r, http.StatusOK, viewFormPage(newViewForm(page.Who(r), f, "/analysis/views", "保存自定义表")))
}

// draft reads what was typed; the months are put into the query.
func draft(f *form.Form) (analysis.ViewDraft, error) {
	d := analysis.ViewDraft{Name: f.Value("name"), Query: f.Value("query"), Shared: f.Bool("shared")}
	values, err := url.ParseQuery(d.Query)
	if err != nil {
		return d, nil // said by the operation
	}
	q, err := analysis.Parse(values)
	if err != nil {
		return d, nil
	}
	when := f.Choice("when", "打开时看哪些月份", names(analysis.Whens)...)
	if when == analysis.WhenRange && q.When != analysis.WhenRange {
		f.Add("when", "要固定月份,请先在自定义表里选“指定月份”再保存")
	}
	q.When = when
	d.Query = q.String()
	return d, f.Err()
}

func names(choices []analysis.Choice) []string {
	out := make([]string, len(choices))
	for n, c := range choices {
		out[n] = c.Name
	}
	return out
}

func (h *handler) keep(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	d, err := draft(f)
	var v analysis.View
	if err == nil {
		v, err = h.svc.Keep(r.Context(), page.Who(r), d)
		f.Take(err)
	}
	if fault.IsInvalid(err) {
		return page.Render(w, r, http.StatusUnprocessableEntity, viewFormPage(newViewForm(page.Who(r), f, "/analysis/views", "保存自定义表")))
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, viewURL(v.ID), "已保存“"+v.Name+"”")
}

// edit shows a view as it is, or with the query of the address when it comes from the table.
func (h *handler) edit(w http.ResponseWriter, r *http.Request) error {
	v, err := h.asked(r)
	if err != nil {
		return err
	}
	if !v.MayChange(page.Who(r)) {
		return fault.Forbidden("共享的表只能由有共享权限的人修改;您可以另存为自己的表")
	}
	values, err := url.ParseQuery(v.Query)
	if err != nil {
		return fault.Conflict("这张表保存的条件无法识别,请删除后重新保存")
	}
	if len(r.URL.Query()) > 0 {
		values = r.URL.Query()
	}
	q, err := analysis.Parse(values)
	if err != nil {
		return err
	}
	f := form.Of(map[string]string{"name": v.Name, "query": q.String(), "when": q.When, "version": strconv.Itoa(v.Version)})
	if v.Shared {
		f.Values.Set("shared", "1")
	}
	return page.Render(w, r, http.StatusOK, viewFormPage(newViewForm(page.Who(r), f, viewURL(v.ID), "修改:"+v.Name)))
}

func (h *handler) change(w http.ResponseWriter, r *http.Request) error {
	v, err := h.asked(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(f.Value("version"))
	if err != nil {
		version = 0 // fits none
	}
	d, err := draft(f)
	if err == nil {
		v, err = h.svc.Change(r.Context(), page.Who(r), v.ID, version, d)
		f.Take(err)
	}
	if fault.IsInvalid(err) {
		return page.Render(w, r, http.StatusUnprocessableEntity, viewFormPage(newViewForm(page.Who(r), f, viewURL(v.ID), "修改:"+v.Name)))
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, viewURL(v.ID), "已保存“"+v.Name+"”")
}

func (h *handler) remove(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	v, err := h.svc.Remove(r.Context(), page.Who(r), id)
	if err != nil {
		return err
	}
	return page.Redirect(w, r, "/analysis/views", "已删除“"+v.Name+"”")
}

// search finds kept tables by name.
func (h *handler) search(ctx context.Context, who actor.Actor, text string) ([]room.Hit, error) {
	if !who.May(analysis.ActionView) {
		return nil, nil
	}
	const most = 8
	found, err := h.svc.Views(ctx, who)
	if err != nil {
		return nil, err
	}
	var hits []room.Hit
	for _, v := range found {
		if len(hits) < most && strings.Contains(strings.ToLower(v.Name), strings.ToLower(text)) {
			hits = append(hits, room.Hit{Kind: "自定义表", Label: v.Name, Hint: audience(v), URL: viewURL(v.ID)})
		}
	}
	return hits, nil
}
