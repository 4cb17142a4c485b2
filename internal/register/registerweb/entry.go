package registerweb

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/register"
	"yigai/web/ui"
)

type entryView struct {
	kind  register.Type
	entry register.Entry
	keep  bool
	today time.Time
}

func (h *handler) show(w http.ResponseWriter, r *http.Request) error {
	e, err := h.entry(r)
	if err != nil {
		return err
	}
	t, _ := register.TypeOf(e.Type)
	return page.Render(w, r, http.StatusOK, entryPage(entryView{kind: t, entry: e, keep: page.Who(r).May(register.ActionKeep) && e.Withdrawn == "", today: h.today()}))
}

func (h *handler) entry(r *http.Request) (register.Entry, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return register.Entry{}, err
	}
	return h.svc.Get(r.Context(), page.Who(r), id)
}

func (v entryView) frame() ui.Frame {
	s := status(v.entry, v.today)
	f := ui.Frame{Title: v.entry.Name(), Subtitle: v.entry.Institution, Status: &s, Narrow: true, Crumbs: []ui.Link{{Label: "机构台账", URL: "/registers"},
		{Label: v.kind.Title, URL: typeURL(v.kind.Slug)}, {Label: v.entry.Name()}}}
	if v.keep {
		f.Primary = &ui.Action{Label: "修改", URL: entryURL(v.entry.ID) + "/edit", Icon: "pencil"}
		f.Actions = []ui.Action{{Label: "撤销", URL: entryURL(v.entry.ID) + "/withdrawal", Icon: "x-circle", Kind: ui.Danger, Post: true, Reason: "撤销原因",
			Confirm: "登记错了才撤销;不再有效的,请在“修改”里填写结束日期。", Values: map[string]string{"version": strconv.Itoa(v.entry.Version)}}}
	}
	return f
}

func (v entryView) terms() []ui.Term {
	var terms []ui.Term
	for _, f := range v.kind.Fields {
		text := shown(f, v.entry.Content[f.Slug])
		if f.Unit != "" && v.entry.Content[f.Slug] != "" {
			text += " " + f.Unit
		}
		terms = append(terms, ui.Term{Label: f.Label, Value: text, Wide: f.Kind == register.Note})
	}
	ends := ui.Dash
	if v.entry.EndsOn != nil {
		ends = v.entry.EndsOn.Format(time.DateOnly) + " 起不再有效"
	}
	terms = append(terms, ui.Term{Label: "开始日期", Value: v.entry.StartsOn.Format(time.DateOnly)}, ui.Term{Label: "结束日期", Value: ends},
		ui.Term{Label: "最后登记", Value: v.entry.By + " " + ui.DateTime(v.entry.At)}, ui.Term{Label: "依据", Value: cmp.Or(v.kind.Clause, ui.Dash)})
	if v.entry.Withdrawn != "" {
		terms = append(terms, ui.Term{Label: "撤销原因", Value: v.entry.Withdrawn, Wide: true})
	}
	return terms
}

// formView is the form of a register, made from its fields.
type formView struct {
	*form.Form
	kind    register.Type
	entry   register.Entry // zero: a new one
	choices ui.Choice
}

func (h *handler) blank(w http.ResponseWriter, r *http.Request) error {
	f := form.Of(map[string]string{"institution": r.URL.Query().Get("institution"), "starts_on": h.today().Format(time.DateOnly)})
	return h.addPage(w, r, http.StatusOK, f)
}

func (h *handler) addPage(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	t, err := kindOf(r)
	if err != nil {
		return err
	}
	v := formView{Form: f, kind: t}
	if v.choices, err = h.institutions(r, t, f.Value("institution")); err != nil {
		return err
	}
	v.choices.Required, v.choices.Problem, v.choices.Empty = true, f.Problem("institution"), "请选择"
	if len(v.choices.Options) == 1 {
		v.choices.Empty = ""
	}
	return page.Render(w, r, status, formPage(v))
}

func (h *handler) add(w http.ResponseWriter, r *http.Request) error {
	t, err := kindOf(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	d := typed(t, f)
	institution := number(f.Value("institution"))
	if institution == 0 {
		f.Add("institution", "请选择机构")
	}
	if f.Err() != nil {
		return h.addPage(w, r, http.StatusUnprocessableEntity, f)
	}
	e, err := h.svc.Add(r.Context(), page.Who(r), t.Slug, institution, d)
	if f.Take(err) {
		return h.addPage(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, typeURL(t.Slug), "已登记:"+e.Institution+" "+e.Name())
}

// typed is what was typed for the fields of the register; days that are none are told beside their field.
func typed(t register.Type, f *form.Form) register.Draft {
	d := register.Draft{StartsOn: f.Date("starts_on", "开始日期"), EndsOn: f.Date("ends_on", "结束日期"), Typed: map[string]string{}}
	for _, one := range t.Fields {
		d.Typed[one.Slug] = f.Value(one.Slug)
	}
	return d
}

func (h *handler) edit(w http.ResponseWriter, r *http.Request) error {
	e, err := h.entry(r)
	if err != nil {
		return err
	}
	values := map[string]string{"starts_on": e.StartsOn.Format(time.DateOnly), "version": strconv.Itoa(e.Version)}
	if e.EndsOn != nil {
		values["ends_on"] = e.EndsOn.Format(time.DateOnly)
	}
	for slug, value := range e.Content {
		values[slug] = value
	}
	return h.editPage(w, r, http.StatusOK, e, form.Of(values))
}

func (h *handler) editPage(w http.ResponseWriter, r *http.Request, status int, e register.Entry, f *form.Form) error {
	t, _ := register.TypeOf(e.Type)
	return page.Render(w, r, status, formPage(formView{Form: f, kind: t, entry: e}))
}

func (h *handler) save(w http.ResponseWriter, r *http.Request) error {
	e, err := h.entry(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	t, _ := register.TypeOf(e.Type)
	d := typed(t, f)
	if f.Err() == nil {
		_, err = h.svc.Change(r.Context(), page.Who(r), e.ID, int(number(f.Value("version"))), d)
	}
	if fault.IsConflict(err) {
		f.Add("", "%s", fault.Bare(err).Error())
		return h.editPage(w, r, http.StatusConflict, e, f)
	}
	if f.Take(err) || f.Err() != nil {
		return h.editPage(w, r, http.StatusUnprocessableEntity, e, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, entryURL(e.ID), "已保存")
}

func (h *handler) withdraw(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	if err := h.svc.Withdraw(r.Context(), page.Who(r), id, int(number(f.Value("version"))), f.Value("reason")); err != nil {
		return err
	}
	return page.Redirect(w, r, entryURL(id), "已撤销;内容和原因都还看得到")
}

func (v formView) form() ui.Form {
	f := ui.Form{ID: "entry", Action: typeURL(v.kind.Slug), Submit: "登记", Cancel: typeURL(v.kind.Slug), Problems: page.FieldProblems(v.Form)}
	if v.entry.ID != 0 {
		f.Action, f.Submit, f.Cancel = entryURL(v.entry.ID), "保存", entryURL(v.entry.ID)
	}
	return f
}

func (v formView) frame() ui.Frame {
	f := ui.Frame{Title: "登记" + v.kind.Title, Subtitle: v.kind.Hint, Narrow: true, Crumbs: []ui.Link{{Label: "机构台账", URL: "/registers"}, {Label: v.kind.Title, URL: typeURL(v.kind.Slug)}, {Label: "登记"}}}
	if v.entry.ID != 0 {
		f.Title, f.Subtitle = "修改 "+v.entry.Name(), v.entry.Institution
		f.Crumbs[2] = ui.Link{Label: "修改"}
	}
	return f
}

func (v formView) field(f register.Field) ui.Field {
	return ui.Field{Name: f.Slug, Label: f.Label, Value: v.Value(f.Slug), Problem: v.Problem(f.Slug), Hint: f.Hint, Unit: f.Unit, Required: f.Required, Short: f.Numeric()}
}

func (v formView) options(f register.Field) ui.Choice {
	c := ui.Choice{Field: v.field(f), Empty: "请选择"}
	if !f.Required {
		c.Empty = "不清楚"
	}
	for _, o := range f.Options {
		c.Options = append(c.Options, ui.Option{Value: o, Label: o})
	}
	return c
}

func (v formView) day(name, label, hint string, required bool) ui.Field {
	return ui.Field{Name: name, Label: label, Value: v.Value(name), Problem: v.Problem(name), Hint: hint, Required: required}
}
