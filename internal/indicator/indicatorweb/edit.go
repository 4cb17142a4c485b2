package indicatorweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/preset"
	"yigai/web/ui"
)

func (h *handler) blank(w http.ResponseWriter, r *http.Request) error {
	f := form.Of(map[string]string{"decimals": "2", "unit": "%", "level": preset.LevelBoth, "direction": string(preset.Up),
		"effective_from": period.MonthOf(h.now()).String()})
	return h.showEdit(w, r, http.StatusOK, editing{form: f})
}

func (h *handler) edit(w http.ResponseWriter, r *http.Request) error {
	i, err := h.svc.Get(r.Context(), page.Who(r), chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	next, err := h.svc.NextMonth(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	d := indicator.DraftOf(i)
	d.From = next // an edit that does not think of the month changes no past figure
	return h.showEdit(w, r, http.StatusOK, editing{form: form.Of(typed(d)), of: &i})
}

// typed is a draft as the form would send it.
func typed(d indicator.Draft) map[string]string {
	return map[string]string{"slug": d.Slug, "name_zh": d.NameZH, "formula": d.Formula, "decimals": strconv.Itoa(d.Decimals), "unit": d.Unit,
		"direction": string(d.Direction), "level": d.Level, "topic": d.Topic, "definition": d.Definition, "source": d.Source, "note": d.Note,
		"effective_from": d.From.String(), "revision": strconv.Itoa(d.Revision)}
}

// readDraft reads the form; what cannot be read is noted beside its field.
func readDraft(f *form.Form) indicator.Draft {
	d := indicator.Draft{Slug: f.Value("slug"), NameZH: f.Value("name_zh"), Formula: f.Value("formula"), Unit: f.Value("unit"),
		Direction: preset.Direction(f.Value("direction")), Level: f.Value("level"), Topic: f.Value("topic"),
		Definition: f.Value("definition"), Source: f.Value("source"), Note: f.Value("note")}
	d.Decimals = f.Int("decimals", "小数位数", 0, 6)
	d.From = f.Month("effective_from", "开始月份")
	d.Revision = revision(f)
	if strings.TrimSpace(d.Formula) == "" {
		f.Add("formula", noFormula)
	}
	return d
}

// noFormula is what the page says: it has one field for all of it, unlike the API.
const noFormula = "请写公式"

// confirm asks before the past is computed by another formula.
func (h *handler) confirm(r *http.Request, f *form.Form, d indicator.Draft) error {
	n, err := h.svc.Rewrites(r.Context(), page.Who(r), d)
	if fault.IsInvalid(err) {
		return nil // the edit itself says what is wrong
	}
	if err == nil && n > 0 && f.Value("confirmed") != f.Value("effective_from") {
		f.Add("confirmed", "从%s起已有 %d 个月算出了数值,保存后都按这个公式重新计算,原数值留作记录。确认要改,请勾选后再保存;不改过去,请把开始月份改晚", d.From.Chinese(), n)
	}
	return err
}

func (h *handler) create(w http.ResponseWriter, r *http.Request) error {
	return h.store(w, r, nil, func(d indicator.Draft) (indicator.Indicator, error) { return h.svc.Create(r.Context(), page.Who(r), d) })
}

func (h *handler) save(w http.ResponseWriter, r *http.Request) error {
	i, err := h.svc.Get(r.Context(), page.Who(r), chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	return h.store(w, r, &i, func(d indicator.Draft) (indicator.Indicator, error) {
		d.Slug, d.Disabled = i.Slug, !i.Enabled
		if d.Revision == 0 {
			d.Revision = i.Revision
		}
		return h.svc.Edit(r.Context(), page.Who(r), d)
	})
}

// store runs the operation on what was typed; problems are shown beside the fields.
func (h *handler) store(w http.ResponseWriter, r *http.Request, of *indicator.Indicator, do func(indicator.Draft) (indicator.Indicator, error)) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	d := readDraft(f)
	if of != nil && f.Err() == nil {
		d.Slug = of.Slug
		if err := h.confirm(r, f, d); err != nil {
			return err
		}
	}
	if f.Err() == nil {
		made, err := do(d)
		if err == nil {
			return page.Redirect(w, r, indicatorURL(made.Slug), "已保存“"+made.NameZH+"”,各月数值正在后台重新计算")
		}
		if of != nil && fault.IsConflict(err) {
			return h.overtaken(w, r, of.Slug, f)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showEdit(w, r, http.StatusUnprocessableEntity, editing{form: f, of: of})
}

// check tells, while somebody types, how a formula is understood or where it is wrong.
func (h *handler) check(w http.ResponseWriter, r *http.Request) error {
	shown, err := h.svc.Check(r.Context(), page.Who(r), indicator.Draft{Formula: r.PostFormValue("formula")})
	f := form.Of(nil)
	if strings.TrimSpace(r.PostFormValue("formula")) == "" {
		f.Add("formula", noFormula)
	} else if err != nil && !f.Take(err) {
		return err
	}
	return page.Render(w, r, http.StatusOK, formulaCheck(shown, problemOf(f)))
}

func problemOf(f *form.Form) string {
	if len(f.Problems()) == 0 {
		return ""
	}
	return f.Problems()[0].Message
}

// preview computes what was typed on a month and shows the form again with the outcome.
func (h *handler) preview(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	x := editing{form: f}
	if slug := f.Value("of"); slug != "" {
		i, err := h.svc.Get(r.Context(), page.Who(r), slug)
		if err != nil {
			return err
		}
		x.of = &i
	}
	d, m := readDraft(f), f.Month("month", "试算月份")
	if f.Err() == nil {
		x.month = m
		x.preview, err = h.svc.Preview(r.Context(), page.Who(r), d, m)
		if err != nil && !f.Take(err) {
			return err
		}
	}
	status := http.StatusOK
	if f.Err() != nil {
		status = http.StatusUnprocessableEntity
	}
	return h.showEdit(w, r, status, x)
}

// editing is the form of a definition as it stands.
type editing struct {
	form    *form.Form
	target  *form.Form           // what was typed for a new target
	of      *indicator.Indicator // nil for a new one
	preview []indicator.Value
	month   period.Month // of the preview

	overtaken bool         // somebody stored a change while this was typed
	meanwhile []ui.Changed // what differs: as typed → as it is
}

func (h *handler) showEdit(w http.ResponseWriter, r *http.Request, status int, x editing) error {
	shown, problem, err := h.formulaState(r.Context(), r, x.form.Value("formula"))
	if err != nil {
		return err
	}
	month, err := h.svc.LatestMonth(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	if x.form.Value("month") == "" {
		if x.form.Values == nil {
			x.form.Values = url.Values{}
		}
		x.form.Values.Set("month", month.String())
	}
	v := newEditView(x, h.now())
	v.shown = shown
	if problem != x.form.Problem("formula") { // else it stands beneath the field already
		v.problem = problem
	}
	if v.elements, err = h.elementOptions(r); err != nil {
		return err
	}
	return page.Render(w, r, status, editPage(v))
}

// formulaState is what the live check says when the page opens.
func (h *handler) formulaState(ctx context.Context, r *http.Request, text string) (indicator.Shown, string, error) {
	if text == "" {
		return indicator.Shown{}, "", nil
	}
	shown, err := h.svc.Check(ctx, page.Who(r), indicator.Draft{Formula: text})
	f := form.Of(nil)
	if err != nil && !f.Take(err) {
		return shown, "", err
	}
	return shown, problemOf(f), nil
}

func (h *handler) elementOptions(r *http.Request) (ui.Table, error) {
	known, err := h.svc.Elements(r.Context(), page.Who(r))
	if err != nil {
		return ui.Table{}, err
	}
	return elementTable(known), nil
}
