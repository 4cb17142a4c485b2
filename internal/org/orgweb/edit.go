package orgweb

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/web/ui"
)

type formView struct {
	frame    ui.Frame
	form     ui.Form
	version  string
	conflict []ui.Changed // what others have changed meanwhile: as typed → as it is now
	text     map[string]ui.Field
	kind     ui.Choice
	parent   ui.Choice
	division ui.Choice
	free     bool // no divisions are loaded: the code is typed
	root     bool // the county itself: kind, parent and code stay
}

func (h *handler) blank(w http.ResponseWriter, r *http.Request) error {
	// Somebody who adds one institution by hand means one that opens now: without a date it owes the months already open.
	today := h.now().In(period.Shanghai).Format(time.DateOnly)
	f := form.Of(map[string]string{"parent": r.URL.Query().Get("parent"), "opened_on": today})
	return h.form(w, r, http.StatusOK, nil, f, nil)
}

func (h *handler) create(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	i, err := h.svc.Create(r.Context(), page.Who(r), typed(f))
	if f.Take(err) {
		return h.form(w, r, http.StatusUnprocessableEntity, nil, f, nil)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, institutionURL(i.ID), "已新增“"+i.Name+"”")
}

func (h *handler) edit(w http.ResponseWriter, r *http.Request) error {
	i, err := h.asked(r)
	if err != nil {
		return err
	}
	return h.form(w, r, http.StatusOK, &i, filled(i), nil)
}

func (h *handler) asked(r *http.Request) (org.Institution, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return org.Institution{}, err
	}
	return h.svc.Get(r.Context(), page.Who(r), id)
}

func (h *handler) save(w http.ResponseWriter, r *http.Request) error {
	i, err := h.asked(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	saved, err := h.svc.Edit(r.Context(), page.Who(r), i.ID, version(f), typed(f))
	switch {
	case fault.IsConflict(err):
		f.Add("", "%s", fault.Bare(err).Error())
		return h.form(w, r, http.StatusConflict, &i, f, meanwhile(f, filled(i)))
	case f.Take(err):
		return h.form(w, r, http.StatusUnprocessableEntity, &i, f, nil)
	case err != nil:
		return err
	}
	return page.Redirect(w, r, institutionURL(i.ID), "已保存“"+saved.Name+"”")
}

// version is the one the form was shown with; without a number it fits none.
func version(f *form.Form) int {
	n, err := strconv.Atoi(f.Value("version"))
	if err != nil {
		return 0
	}
	return n
}

// texts are the text fields of the form in the order they are shown.
var texts = []ui.Field{
	{Name: "code", Label: "机构编码", Required: true, MaxLength: 40, Short: true, Hint: "字母、数字、短横,县内唯一"},
	{Name: "name", Label: "机构名称", Required: true, MaxLength: 80},
	{Name: "short_name", Label: "简称", MaxLength: 40, Hint: "表格里显示;不填则用全称"},
	{Name: "uscc", Label: "统一社会信用代码", MaxLength: 18, Hint: "18 位;没有可不填"},
	{Name: "external_code", Label: "外部编码", MaxLength: 80, Help: "与其他系统交换数据时使用的编码"},
	{Name: "opened_on", Label: "开办日期", Hint: "从开办的月份起填报;留空视为一直开办,已打开的月份也要填报"},
	{Name: "address", Label: "地址", MaxLength: 200},
	{Name: "phone", Label: "电话", MaxLength: 40},
	{Name: "note", Label: "备注", MaxLength: 1000, Hint: "上级机构不同于常规时,请在这里说明原因"},
}

func typed(f *form.Form) org.Draft {
	day := f.Date("opened_on", "开办日期")
	d := org.Draft{Code: f.Value("code"), ExternalCode: f.Value("external_code"), Name: f.Value("name"), ShortName: f.Value("short_name"),
		Kind: f.Value("kind"), Parent: f.Value("parent"), USCC: f.Value("uscc"), Division: f.Value("division"),
		Address: f.Value("address"), Phone: f.Value("phone"), Note: f.Value("note"), OpenedOn: day}
	if f.Problem("opened_on") != "" {
		never := time.Time{} // refused by the operation, together with everything else that is wrong
		d.OpenedOn = &never
	}
	return d
}

func filled(i org.Institution) *form.Form {
	d := org.DraftOf(i)
	values := map[string]string{"version": strconv.Itoa(i.Version), "code": d.Code, "external_code": d.ExternalCode, "name": d.Name,
		"short_name": d.ShortName, "kind": d.Kind, "parent": d.Parent, "uscc": d.USCC, "division": d.Division,
		"address": d.Address, "phone": d.Phone, "note": d.Note}
	if d.OpenedOn != nil {
		values["opened_on"] = d.OpenedOn.Format(time.DateOnly)
	}
	return form.Of(values)
}

// meanwhile compares what was typed with what is stored now, and lets the next save replace it knowingly.
func meanwhile(f, now *form.Form) []ui.Changed {
	var out []ui.Changed
	for _, name := range []string{"code", "name", "short_name", "kind", "parent", "division", "uscc", "external_code", "opened_on", "address", "phone", "note"} {
		if f.Value(name) != now.Value(name) {
			out = append(out, ui.Changed{Label: title(name), Before: spoken(name, f.Value(name)), After: spoken(name, now.Value(name))})
		}
	}
	f.Values.Set("version", now.Value("version"))
	return out
}

func (h *handler) form(w http.ResponseWriter, r *http.Request, status int, i *org.Institution, f *form.Form, conflict []ui.Changed) error {
	v := formView{version: f.Value("version"), conflict: conflict, text: map[string]ui.Field{}, form: ui.Form{ID: "institution",
		Action: "/institutions", Cancel: "/institutions", Columns: 2, Problems: page.FieldProblems(f)}, frame: ui.Frame{Title: "新增机构", Narrow: true}}
	if i != nil {
		v.form.Action, v.form.Cancel = institutionURL(i.ID), institutionURL(i.ID)
		v.frame.Title, v.frame.Crumbs, v.root = "修改:"+i.Name, crumbs(*i), i.ParentID == nil
	}
	for _, t := range texts {
		t.Value, t.Problem = f.Value(t.Name), f.Problem(t.Name)
		t.ReadOnly = v.root && t.Name == "code"
		v.text[t.Name] = t
	}
	if err := h.choices(r.Context(), page.Who(r), f, &v); err != nil {
		return err
	}
	return page.Render(w, r, status, formPage(v))
}

// choices offers the open institutions of the scope that may have others below, and the county's divisions.
func (h *handler) choices(ctx context.Context, who actor.Actor, f *form.Form, v *formView) error {
	v.kind = kindChoice(f.Value("kind"), "请选择")
	v.kind.Required, v.kind.Problem = true, f.Problem("kind")
	parents, err := h.svc.All(ctx, who, org.Filter{Kinds: parentKinds(), State: org.StateOpen})
	if err != nil {
		return err
	}
	v.parent = ui.Choice{Field: ui.Field{Name: "parent", Label: "上级机构", Value: f.Value("parent"), Problem: f.Problem("parent"), Required: true}, Empty: "请选择"}
	for _, p := range parents {
		v.parent.Options = append(v.parent.Options, ui.Option{Value: p.Code, Label: p.Name, Group: p.KindTitle()})
	}
	byKind(v.parent.Options)
	areas, err := h.svc.Divisions(ctx, who)
	if err != nil {
		return err
	}
	v.division = divisionChoice(areas, f)
	v.free = len(areas) <= 1
	return nil
}
