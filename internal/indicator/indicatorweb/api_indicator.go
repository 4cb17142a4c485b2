package indicatorweb

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/period"
)

func (h *handler) apiList(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	for name := range q {
		if name != "topic" && name != "text" && name != "state" {
			return fault.Field(name, "不认识的查询参数 %s", name)
		}
	}
	found, err := h.svc.Indicators(r.Context(), page.Who(r), indicator.Filter{Topic: q.Get("topic"), Text: q.Get("text"), State: q.Get("state")})
	if err != nil {
		return err
	}
	items, err := h.shown(r, found...)
	if err != nil {
		return err
	}
	return page.JSON(w, http.StatusOK, apiIndicators{Items: items})
}

func (h *handler) apiGet(w http.ResponseWriter, r *http.Request) error {
	i, err := h.svc.Get(r.Context(), page.Who(r), chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	return h.answer(w, r, http.StatusOK, i)
}

func (h *handler) apiCreate(w http.ResponseWriter, r *http.Request) error {
	var body apiDraft
	if err := page.ReadJSON(w, r, &body); err != nil {
		return err
	}
	d, err := body.draft()
	if err != nil {
		return err
	}
	i, created, err := h.svc.Ensure(r.Context(), page.Who(r), d)
	if err != nil {
		return refuse(w, err)
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return h.answer(w, r, status, i)
}

func (h *handler) apiPatch(w http.ResponseWriter, r *http.Request) error {
	var body apiChange
	if err := page.ReadJSON(w, r, &body); err != nil {
		return err
	}
	slug := chi.URLParam(r, "slug")
	if body.Slug != nil && slug != "" && *body.Slug != slug {
		return fault.Field("slug", "编码不能修改")
	}
	if slug == "" {
		if body.Slug == nil {
			return fault.Field("slug", "请用 slug 指明要修改的指标")
		}
		slug = *body.Slug
	}
	i, err := h.svc.Get(r.Context(), page.Who(r), slug)
	if err != nil {
		return err
	}
	d := indicator.DraftOf(i)
	if err := body.apply(&d); err != nil {
		return err
	}
	if body.EffectiveFrom == nil {
		if d.From, err = h.usualMonth(r, i); err != nil {
			return err
		}
	}
	if i, err = h.svc.Edit(r.Context(), page.Who(r), d); err != nil {
		return refuse(w, err)
	}
	return h.answer(w, r, http.StatusOK, i)
}

// usualMonth is when a changed formula begins if nobody says when: no published month is computed anew by it.
func (h *handler) usualMonth(r *http.Request, i indicator.Indicator) (period.Month, error) {
	next, err := h.svc.NextMonth(r.Context(), page.Who(r))
	if latest := i.Latest().From; err == nil && next.Before(latest) {
		next = latest
	}
	return next, err
}

func (h *handler) answer(w http.ResponseWriter, r *http.Request, status int, i indicator.Indicator) error {
	items, err := h.shown(r, i)
	if err != nil {
		return err
	}
	return page.JSON(w, status, items[0])
}

func (h *handler) shown(r *http.Request, list ...indicator.Indicator) ([]apiIndicator, error) {
	texts, err := h.svc.Texts(r.Context(), page.Who(r), list...)
	if err != nil {
		return nil, err
	}
	items := make([]apiIndicator, len(list))
	for n, i := range list {
		latest := i.Latest()
		items[n] = apiIndicator{Slug: i.Slug, NameZH: i.NameZH, Formula: latest.Formula, FormulaZH: texts[i.ID][latest.Number], Decimals: i.Decimals,
			Unit: i.Unit, Direction: string(i.Direction), Level: i.Level, Topic: i.Topic, Definition: i.Definition, Source: i.Source, Note: i.Note,
			Official: i.Official, Enabled: i.Enabled, Version: latest.Number, Revision: i.Revision, EffectiveFrom: latest.From.String(), Targets: shownTargets(i)}
	}
	return items, nil
}

func shownTargets(i indicator.Indicator) []apiTarget {
	out := make([]apiTarget, len(i.Targets))
	for n, t := range i.Targets {
		out[n] = apiTarget{Kind: t.Kind, Operator: t.Operator, Value: t.Value.String(), ValueMax: textOf(t.Max), From: t.From.String(),
			Source: t.Source, Official: t.Official}
		if !t.To.IsZero() {
			to := t.To.String()
			out[n].To = &to
		}
	}
	return out
}

// formulaProblem is a problem document that says at which character a formula is wrong.
type formulaProblem struct {
	Field    string `json:"field"`
	Position int    `json:"position"`
	Message  string `json:"message"`
}

// refuse answers a wrong formula with its position; everything else goes the usual way.
func refuse(w http.ResponseWriter, err error) error {
	var wrong *indicator.FormulaError
	if !errors.As(err, &wrong) {
		return err
	}
	return page.JSON(problemWriter{w}, http.StatusUnprocessableEntity, struct {
		page.Problem
		Errors []formulaProblem `json:"errors"`
	}{page.Problem{Type: "about:blank", Title: "内容有误", Status: http.StatusUnprocessableEntity, Detail: wrong.Error()},
		[]formulaProblem{{wrong.Field, wrong.Pos, wrong.Said}}})
}

// problemWriter marks a JSON answer as a problem document.
type problemWriter struct{ http.ResponseWriter }

// WriteHeader sets the type last, over the one of ordinary answers.
func (p problemWriter) WriteHeader(status int) {
	p.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	p.ResponseWriter.WriteHeader(status)
}
