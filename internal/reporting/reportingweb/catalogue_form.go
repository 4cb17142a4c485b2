package reportingweb

import (
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// formView is one form: how it is filled, and for whom configures it, its deadline and who fills it.
type formView struct {
	*form.Form
	asked      *reporting.Form
	layout     *reporting.Layout
	mayChange  bool
	candidates []reporting.Candidate
}

// formPreview shows a form as it is filled, with the definition of every row.
func (h *handlers) formPreview(w http.ResponseWriter, r *http.Request) error {
	v, err := h.formView(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, formPage(v))
}

func (h *handlers) formView(r *http.Request) (*formView, error) {
	who := page.Who(r)
	c, err := h.svc.Catalogue(r.Context(), who)
	if err != nil {
		return nil, err
	}
	f, ok := c.Form(chi.URLParam(r, "slug"))
	if !ok || len(f.Layouts) == 0 {
		return nil, fault.NotFound("这张报表")
	}
	v := &formView{Form: formValues(f), asked: f, layout: f.LayoutIn(period.MonthOf(h.now())), mayChange: who.May(reporting.ActionConfigure)}
	if v.layout == nil {
		v.layout = f.Layouts[0]
	}
	if f.Chosen && v.mayChange {
		v.candidates, err = h.svc.Candidates(r.Context(), who, f)
	}
	return v, err
}

func formValues(f *reporting.Form) *form.Form {
	v := map[string]string{"title": f.Title, "due_day": strconv.Itoa(f.DueDay), "due_months": strconv.Itoa(f.DueMonths),
		"revision": strconv.Itoa(f.Revision)}
	if f.WorkingDay {
		v["working_day"] = "1"
	}
	if f.Enabled {
		v["enabled"] = "1"
	}
	return form.Of(v)
}

// editForm changes title, deadline and whether the form is asked at all.
func (h *handlers) editForm(w http.ResponseWriter, r *http.Request) error {
	v, err := h.formView(r)
	if err != nil {
		return err
	}
	if v.Form, err = form.Parse(r); err != nil {
		return err
	}
	title, day, months := v.Required("title", "名称", 60), v.Int("due_day", "截止日", 1, 28), v.Int("due_months", "截止月", 0, 12)
	workingDay, enabled := v.Bool("working_day"), v.Bool("enabled")
	revision := v.Int("revision", "页面内容", 1, math.MaxInt32)
	if err = v.Err(); err == nil {
		err = h.svc.EditForm(r.Context(), page.Who(r), v.asked.Slug, reporting.FormChange{Title: &title, DueDay: &day, DueMonths: &months,
			WorkingDay: &workingDay, Enabled: &enabled, Revision: revision})
	}
	if fault.IsConflict(err) { // said beside what was typed
		err = fault.Field("title", "%s", fault.Bare(err).Error())
	}
	return h.afterForm(w, r, v, err)
}

// assign says who fills a form that is handed to chosen institutions only.
func (h *handlers) assign(w http.ResponseWriter, r *http.Request) error {
	v, err := h.formView(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	return h.afterForm(w, r, v, h.svc.Assign(r.Context(), page.Who(r), v.asked.Slug, chosenIDs(f.Values["institution"])))
}

func (h *handlers) afterForm(w http.ResponseWriter, r *http.Request, v *formView, err error) error {
	if fault.IsInvalid(err) {
		if len(v.Problems()) == 0 {
			v.Take(err)
		}
		return page.Render(w, r, http.StatusUnprocessableEntity, formPage(v))
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, "/forms/"+v.asked.Slug, "已保存")
}

func (v *formView) field(name, label, unit string) ui.Field {
	return ui.Field{Name: name, Label: label, Value: v.Value(name), Problem: v.Problem(name), Unit: unit, Required: true, Short: unit != ""}
}

func (v *formView) summary() []ui.FieldProblem { return page.FieldProblems(v.Form) }

func (v *formView) choice() ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "institution", Label: "由这些机构填报", Problem: v.Problem("institutions")}}
	for _, one := range v.candidates {
		c.Options = append(c.Options, ui.Option{Value: id(one.ID), Label: one.Name, Hint: one.Code})
		if one.Chosen {
			c.Values = append(c.Values, id(one.ID))
		}
	}
	return c
}

// chosenIDs are the ids of ticked boxes; what cannot be read was not ticked.
func chosenIDs(values []string) []int64 {
	var ids []int64
	for _, v := range values {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && !slices.Contains(ids, n) {
			ids = append(ids, n)
		}
	}
	return ids
}
