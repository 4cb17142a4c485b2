package clinicweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"yigai/internal/actor"
	"yigai/internal/clinic"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/web/ui"
)

type editView struct {
	frame    ui.Frame
	form     ui.Form
	version  string
	conflict []ui.Changed // what others have changed meanwhile: as typed → as it is now
	groups   []inputGroup
	villages ui.Choice
}

type inputGroup struct {
	title  string
	inputs []input
}

// input is one field of the register as the form shows it; a choice has options.
type input struct {
	kind  clinic.Type
	field ui.Field
	of    ui.Choice
	long  bool
}

func (h *handler) edit(w http.ResponseWriter, r *http.Request) error {
	c, err := h.asked(r)
	if err != nil {
		return err
	}
	return h.form(w, r, http.StatusOK, c, filled(c), nil)
}

func (h *handler) save(w http.ResponseWriter, r *http.Request) error {
	c, err := h.asked(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	change := typed(f)
	if f.Err() != nil {
		return h.form(w, r, http.StatusUnprocessableEntity, c, f, nil)
	}
	version, err := strconv.Atoi(f.Value("version"))
	if err != nil {
		version = -1 // fits none
	}
	_, err = h.svc.Edit(r.Context(), page.Who(r), c.ID, version, change)
	switch {
	case fault.IsConflict(err):
		f.Add("", "%s", fault.Bare(err).Error())
		return h.form(w, r, http.StatusConflict, c, f, meanwhile(f, c))
	case f.Take(err):
		return h.form(w, r, http.StatusUnprocessableEntity, c, f, nil)
	case err != nil:
		return err
	}
	return page.Redirect(w, r, clinicURL(c.ID), "已保存“"+c.Name+"”")
}

// typed reads the form; what cannot be read is a problem of its field. A field that the form does not send stays.
func typed(f *form.Form) clinic.Change {
	change := clinic.Change{Values: clinic.Values{}}
	for _, field := range clinic.Fields {
		if !f.Values.Has(field.Name) {
			continue
		}
		value, err := field.Parse(f.Value(field.Name))
		if err != nil {
			f.Add(field.Name, "%s", field.Title+":"+err.Error())
		}
		change.Values[field.Name] = value
	}
	if f.Values.Has("has_villages") {
		change.Villages = append([]string{}, f.Values["villages"]...)
	}
	return change
}

func filled(c clinic.Clinic) *form.Form {
	f := form.Of(c.Values)
	f.Values.Set("version", strconv.Itoa(c.Version))
	f.Values["villages"] = c.Villages
	return f
}

// meanwhile compares what was typed with what is stored now, and lets the next save replace it knowingly.
func meanwhile(f *form.Form, now clinic.Clinic) []ui.Changed {
	var out []ui.Changed
	for _, field := range clinic.Fields {
		if is := now.Values[field.Name]; f.Values.Has(field.Name) && f.Value(field.Name) != is {
			out = append(out, ui.Changed{Label: field.Title, Before: field.Word(f.Value(field.Name)), After: field.Word(is)})
		}
	}
	f.Values.Set("version", strconv.Itoa(now.Version))
	return out
}

func (h *handler) form(w http.ResponseWriter, r *http.Request, status int, c clinic.Clinic, f *form.Form, conflict []ui.Changed) error {
	at := clinicURL(c.ID)
	v := editView{frame: ui.Frame{Title: "填写:" + c.Name, Crumbs: crumbs(c), Narrow: true}, version: f.Value("version"), conflict: conflict,
		form: ui.Form{ID: "clinic", Action: at, Cancel: at, Problems: page.FieldProblems(f), Note: "不清楚的留空;没有的选“否”或填 0"}}
	for _, title := range clinic.Groups {
		g := inputGroup{title: title}
		for _, field := range clinic.In(title) {
			g.inputs = append(g.inputs, inputOf(field, f))
		}
		v.groups = append(v.groups, g)
	}
	var err error
	if v.villages, err = h.villageChoice(r.Context(), page.Who(r), c, f); err != nil {
		return err
	}
	return page.Render(w, r, status, editPage(v))
}

func inputOf(field clinic.Field, f *form.Form) input {
	in := input{kind: field.Type, long: field.Name == "equipment" || field.Name == "note",
		field: ui.Field{Name: field.Name, Label: field.Title, Value: f.Value(field.Name), Problem: f.Problem(field.Name), Unit: field.Unit,
			Hint: field.Hint, MaxLength: field.Length, Short: field.Type == clinic.TypeYear}}
	switch field.Type {
	case clinic.TypeYes:
		in.of = ui.Choice{Field: in.field, Empty: "不清楚", Options: []ui.Option{{Value: clinic.Yes, Label: "是"}, {Value: clinic.No, Label: "否"}}}
	case clinic.TypeChoice:
		in.of = ui.Choice{Field: in.field, Empty: "不清楚"}
		for _, o := range field.Options {
			in.of.Options = append(in.of.Options, ui.Option{Value: o.Value, Label: o.Title})
		}
	}
	return in
}

// villageChoice offers the villages of the clinic's township, and those it serves elsewhere.
func (h *handler) villageChoice(ctx context.Context, who actor.Actor, c clinic.Clinic, f *form.Form) (ui.Choice, error) {
	choice := ui.Choice{Field: ui.Field{Name: "villages", Label: "服务的村", Problem: f.Problem("villages"), Hint: "一个也不选,就按卫生室所在的村"}, Values: f.Values["villages"]}
	list, err := h.svc.VillagesAround(ctx, who, c)
	if err != nil {
		return choice, err
	}
	for _, v := range list {
		choice.Options = append(choice.Options, ui.Option{Value: v.Code, Label: strings.TrimSuffix(v.Name, "村委会")})
	}
	return choice, nil
}
