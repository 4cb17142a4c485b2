package indicatorweb

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/preset"
	"yigai/internal/room"
)

// api lists the addresses that programs use.
func (h *handler) api() []room.Route {
	with := func(r room.Route, d room.Doc) room.Route { r.Doc = &d; return r }
	patch := func(path string) room.Route {
		return room.Route{Method: http.MethodPatch, Path: path, Action: indicator.ActionManage, Handler: h.apiPatch}
	}
	return []room.Route{
		with(get("/api/v1/indicators", indicator.ActionView, h.apiList), room.Doc{Summary: "指标列表", Response: apiIndicators{}, Query: []room.Param{
			{Name: "topic", Description: "主题", Example: "公共卫生"}, {Name: "text", Description: "名称或编码的一部分", Example: "病床"},
			{Name: "state", Description: "enabled 启用,disabled 停用", Example: "enabled"}}}),
		with(post("/api/v1/indicators", indicator.ActionManage, h.apiCreate), room.Doc{Status: http.StatusCreated, Body: apiDraft{}, Response: apiIndicator{},
			Summary: "新建指标:写 formula,或者写 numerator、denominator、factor;同样的指标已存在时答 200,不同时答 409"}),
		with(patch("/api/v1/indicators"), room.Doc{Body: apiChange{}, Response: apiIndicator{},
			Summary: "修改指标,由内容里的 slug 指明;没有给出的字段不变,公式或月份变了成为新版本"}),
		with(get("/api/v1/indicators/{slug}", indicator.ActionView, h.apiGet), room.Doc{Summary: "一个指标", Response: apiIndicator{}}),
		with(patch("/api/v1/indicators/{slug}"), room.Doc{Body: apiChange{}, Response: apiIndicator{},
			Summary: "修改指标;没有给出的字段不变,公式或月份变了成为新版本"}),
		with(get("/api/v1/indicator-values", indicator.ActionView, h.apiValues), room.Doc{Summary: "指标值", Response: apiValuePage{}, Query: valueParams}),
	}
}

// apiIndicator is a definition as the API shows it.
type apiIndicator struct {
	Slug          string      `json:"slug"`
	NameZH        string      `json:"name_zh"`
	Formula       string      `json:"formula"`
	FormulaZH     string      `json:"formula_zh"`
	Decimals      int32       `json:"decimals"`
	Unit          string      `json:"unit"`
	Direction     string      `json:"direction"`
	Level         string      `json:"level"`
	Topic         string      `json:"topic"`
	Definition    string      `json:"definition"`
	Source        string      `json:"source"`
	Note          string      `json:"note"`
	Official      bool        `json:"official"`
	Enabled       bool        `json:"enabled"`
	Version       int         `json:"version"`
	EffectiveFrom string      `json:"effective_from"`
	Targets       []apiTarget `json:"targets"`
}

type apiTarget struct {
	Kind     string  `json:"kind"`
	Operator string  `json:"operator"`
	Value    string  `json:"value"`
	ValueMax *string `json:"value_max"`
	From     string  `json:"from"`
	To       *string `json:"to"`
	Source   string  `json:"source"`
	Official bool    `json:"official"`
}

type apiIndicators struct {
	Items []apiIndicator `json:"items"`
	Next  *string        `json:"next"`
}

// apiDraft creates an indicator: a formula, or numerator, denominator and factor.
type apiDraft struct {
	Slug          string   `json:"slug"`
	NameZH        string   `json:"name_zh"`
	Formula       string   `json:"formula"`
	Numerator     string   `json:"numerator"`
	Denominator   string   `json:"denominator"`
	Factor        flexible `json:"factor"`
	Decimals      *int     `json:"decimals"`
	Unit          string   `json:"unit"`
	Direction     string   `json:"direction"`
	Level         string   `json:"level"`
	Topic         string   `json:"topic"`
	Definition    string   `json:"definition"`
	Source        string   `json:"source"`
	Note          string   `json:"note"`
	EffectiveFrom string   `json:"effective_from"`
	Enabled       *bool    `json:"enabled"`
}

// flexible is a number that was sent as a string or as a number; whether it is one is checked with the rest.
type flexible string

// UnmarshalJSON takes both spellings.
func (f *flexible) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	text, err := strconv.Unquote(string(b))
	if err != nil {
		text = string(b)
	}
	*f = flexible(text)
	return nil
}

// usualDecimals is how many decimals an indicator shows when nothing is said.
const usualDecimals = 2

func (a apiDraft) draft() (d indicator.Draft, err error) {
	d = indicator.Draft{Slug: a.Slug, NameZH: a.NameZH, Formula: a.Formula, Numerator: a.Numerator, Denominator: a.Denominator,
		Factor: string(a.Factor), Decimals: usualDecimals, Unit: a.Unit, Direction: preset.Direction(a.Direction), Level: a.Level,
		Topic: a.Topic, Definition: a.Definition, Source: a.Source, Note: a.Note}
	if a.Decimals != nil {
		d.Decimals = *a.Decimals
	}
	d.Disabled = a.Enabled != nil && !*a.Enabled
	d.From, err = monthOf("effective_from", a.EffectiveFrom)
	return d, err
}

// apiChange holds only what shall change.
type apiChange struct {
	Slug          *string   `json:"slug"`
	NameZH        *string   `json:"name_zh"`
	Formula       *string   `json:"formula"`
	Numerator     *string   `json:"numerator"`
	Denominator   *string   `json:"denominator"`
	Factor        *flexible `json:"factor"`
	Decimals      *int      `json:"decimals"`
	Unit          *string   `json:"unit"`
	Direction     *string   `json:"direction"`
	Level         *string   `json:"level"`
	Topic         *string   `json:"topic"`
	Definition    *string   `json:"definition"`
	Source        *string   `json:"source"`
	Note          *string   `json:"note"`
	EffectiveFrom *string   `json:"effective_from"`
	Enabled       *bool     `json:"enabled"`
}

// apply puts the change into a draft of what is there.
func (a apiChange) apply(d *indicator.Draft) (err error) {
	for into, from := range map[*string]*string{&d.NameZH: a.NameZH, &d.Unit: a.Unit, &d.Level: a.Level, &d.Topic: a.Topic,
		&d.Definition: a.Definition, &d.Source: a.Source, &d.Note: a.Note, &d.Formula: a.Formula} {
		if from != nil {
			*into = *from
		}
	}
	if a.Numerator != nil {
		if a.Formula == nil {
			d.Formula = ""
		}
		d.Numerator = *a.Numerator
	}
	if a.Denominator != nil {
		d.Denominator = *a.Denominator
	}
	if a.Factor != nil {
		d.Factor = string(*a.Factor)
	}
	if a.Direction != nil {
		d.Direction = preset.Direction(*a.Direction)
	}
	if a.Decimals != nil {
		d.Decimals = *a.Decimals
	}
	if a.Enabled != nil {
		d.Disabled = !*a.Enabled
	}
	if a.EffectiveFrom != nil {
		d.From, err = monthOf("effective_from", *a.EffectiveFrom)
	}
	return err
}

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
	if i, err = h.svc.Edit(r.Context(), page.Who(r), d); err != nil {
		return refuse(w, err)
	}
	return h.answer(w, r, http.StatusOK, i)
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
			Official: i.Official, Enabled: i.Enabled, Version: latest.Number, EffectiveFrom: latest.From.String(), Targets: shownTargets(i)}
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
