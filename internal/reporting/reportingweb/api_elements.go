package reportingweb

import (
	"net/http"

	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// elementJSON is a data element as it travels.
type elementJSON struct {
	Slug        string `json:"slug"`
	NameZH      string `json:"name_zh"`
	Unit        string `json:"unit"`
	Kind        string `json:"kind"`
	Decimals    int    `json:"decimals"`
	Money       bool   `json:"money"`
	Negative    bool   `json:"negative"`
	Aggregation string `json:"aggregation"`
	Code        string `json:"code"`
	Definition  string `json:"definition"`
	Source      string `json:"source"`
}

func (e elementJSON) element() reporting.Element {
	return reporting.Element{Slug: e.Slug, NameZH: e.NameZH, Unit: e.Unit, Kind: preset.Kind(e.Kind), Decimals: e.Decimals, Money: e.Money,
		Negative: e.Negative, Aggregation: e.Aggregation, Code: e.Code, Definition: e.Definition, Source: e.Source}
}

func elementOut(e reporting.Element) elementJSON {
	return elementJSON{e.Slug, e.NameZH, e.Unit, string(e.Kind), e.Decimals, e.Money, e.Negative, e.Aggregation, e.Code, e.Definition, e.Source}
}

func (h *handlers) apiElements(w http.ResponseWriter, r *http.Request) error {
	c, err := h.svc.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	list := make([]elementJSON, len(c.Elements))
	for i, e := range c.Elements {
		list[i] = elementOut(e)
	}
	return page.JSON(w, http.StatusOK, listOf(list, ""))
}

func (h *handlers) apiCreateElement(w http.ResponseWriter, r *http.Request) error {
	var in elementJSON
	if err := page.ReadJSON(w, r, &in); err != nil {
		return err
	}
	stored, created, err := h.svc.CreateElement(r.Context(), page.Who(r), in.element())
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return page.JSON(w, status, elementOut(stored))
}

// elementPatch changes what it names; a slug never changes, because formulas and other systems use it.
type elementPatch struct {
	NameZH      *string `json:"name_zh"`
	Unit        *string `json:"unit"`
	Kind        *string `json:"kind"`
	Decimals    *int    `json:"decimals"`
	Money       *bool   `json:"money"`
	Negative    *bool   `json:"negative"`
	Aggregation *string `json:"aggregation"`
	Code        *string `json:"code"`
	Definition  *string `json:"definition"`
	Source      *string `json:"source"`
}

func (p elementPatch) apply(e elementJSON) elementJSON {
	set(&e.NameZH, p.NameZH)
	set(&e.Unit, p.Unit)
	set(&e.Kind, p.Kind)
	set(&e.Decimals, p.Decimals)
	set(&e.Money, p.Money)
	set(&e.Negative, p.Negative)
	set(&e.Aggregation, p.Aggregation)
	set(&e.Code, p.Code)
	set(&e.Definition, p.Definition)
	set(&e.Source, p.Source)
	return e
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (h *handlers) apiEditElement(w http.ResponseWriter, r *http.Request) error {
	var in elementPatch
	if err := page.ReadJSON(w, r, &in); err != nil {
		return err
	}
	stored, err := h.element(r)
	if err != nil {
		return err
	}
	changed := in.apply(elementOut(*stored))
	if err := h.svc.EditElement(r.Context(), page.Who(r), changed.element()); err != nil {
		return err
	}
	return page.JSON(w, http.StatusOK, changed)
}

// formJSON is a form with the layout in force.
type formJSON struct {
	Slug          string        `json:"slug"`
	Title         string        `json:"title"`
	Kinds         []string      `json:"kinds"`
	SubjectKinds  []string      `json:"subject_kinds"`
	DueDay        int           `json:"due_day"`
	DueMonths     int           `json:"due_months"`
	WorkingDay    bool          `json:"working_day"`
	Enabled       bool          `json:"enabled"`
	Version       int           `json:"version"`
	EffectiveFrom string        `json:"effective_from"`
	Sections      []sectionJSON `json:"sections"`
}

type sectionJSON struct {
	Title string    `json:"title"`
	Rows  []rowJSON `json:"rows"`
}

type rowJSON struct {
	No       string `json:"no"`
	Name     string `json:"name"`
	Element  string `json:"element,omitempty"` // empty: derived from others
	Formula  string `json:"formula,omitempty"` // in words
	Unit     string `json:"unit"`
	Required bool   `json:"required"`
}

func (h *handlers) apiForms(w http.ResponseWriter, r *http.Request) error {
	c, err := h.svc.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	var list []formJSON
	for _, f := range c.Forms {
		if slug := r.URL.Query().Get("slug"); slug == "" || slug == f.Slug {
			list = append(list, formOut(f))
		}
	}
	if slug := r.URL.Query().Get("slug"); slug != "" && len(list) == 0 {
		return fault.NotFound("编码为“" + slug + "”的报表")
	}
	return page.JSON(w, http.StatusOK, listOf(list, ""))
}

func formOut(f *reporting.Form) formJSON {
	out := formJSON{Slug: f.Slug, Title: f.Title, Kinds: f.Kinds, SubjectKinds: f.SubjectKinds, DueDay: f.DueDay, DueMonths: f.DueMonths,
		WorkingDay: f.WorkingDay, Enabled: f.Enabled}
	if len(f.Layouts) == 0 {
		return out
	}
	l := f.Layouts[0]
	out.Version, out.EffectiveFrom = l.Version, l.EffectiveFrom.String()
	for _, s := range l.Sections {
		section := sectionJSON{Title: s.Title, Rows: make([]rowJSON, len(s.Rows))}
		for i, row := range s.Rows {
			section.Rows[i] = rowJSON{No: row.No, Name: row.Name, Formula: row.Formula, Unit: row.Unit, Required: row.Required}
			if row.Entered() {
				section.Rows[i].Element = row.Element.Slug
			}
		}
		out.Sections = append(out.Sections, section)
	}
	return out
}
