package reportingweb

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

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
	Revision      int           `json:"revision"` // of title, deadline and enabling; moves on with every change of them
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
		WorkingDay: f.WorkingDay, Enabled: f.Enabled, Revision: f.Revision}
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

// formIn is a form to publish; name_zh says its title as it does for elements and indicators.
type formIn struct {
	preset.Form
	NameZH string `json:"name_zh,omitempty"`
}

// apiPublishForm adds a form or a new version of one; one that is there and says the same is left alone.
func (h *handlers) apiPublishForm(w http.ResponseWriter, r *http.Request) error {
	var in formIn
	if err := page.ReadJSON(w, r, &in); err != nil {
		return err
	}
	if in.Title == "" {
		in.Title = in.NameZH
	}
	created, err := h.svc.PublishForm(r.Context(), page.Who(r), in.Form)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return h.answerForm(w, r, status, in.Slug)
}

// formPatch changes what it names; another layout is a new version.
type formPatch struct {
	Title      *string `json:"title"`
	DueDay     *int    `json:"due_day"`
	DueMonths  *int    `json:"due_months"`
	WorkingDay *bool   `json:"working_day"`
	Enabled    *bool   `json:"enabled"`
	Revision   int     `json:"revision"` // that the change was made upon; a newer one is a conflict
}

func (h *handlers) apiEditForm(w http.ResponseWriter, r *http.Request) error {
	var in formPatch
	if err := page.ReadJSON(w, r, &in); err != nil {
		return err
	}
	slug := chi.URLParam(r, "slug")
	if err := h.svc.EditForm(r.Context(), page.Who(r), slug, reporting.FormChange(in)); err != nil {
		return err
	}
	return h.answerForm(w, r, http.StatusOK, slug)
}

func (h *handlers) answerForm(w http.ResponseWriter, r *http.Request, status int, slug string) error {
	c, err := h.svc.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	f, ok := c.Form(slug)
	if !ok {
		return fault.NotFound("这张报表")
	}
	return page.JSON(w, status, formOut(f))
}
