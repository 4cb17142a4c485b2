package reportingweb

import (
	"net/http"

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
	Revision    int    `json:"revision,omitempty"` // moves on with every change
}

func (e elementJSON) element() reporting.Element {
	return reporting.Element{Slug: e.Slug, NameZH: e.NameZH, Unit: e.Unit, Kind: preset.Kind(e.Kind), Decimals: e.Decimals, Money: e.Money,
		Negative: e.Negative, Aggregation: e.Aggregation, Code: e.Code, Definition: e.Definition, Source: e.Source,
		Revision: e.Revision}
}

func elementOut(e reporting.Element) elementJSON {
	return elementJSON{e.Slug, e.NameZH, e.Unit, string(e.Kind), e.Decimals, e.Money, e.Negative, e.Aggregation, e.Code, e.Definition, e.Source,
		e.Revision}
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
	Revision    *int    `json:"revision"` // that the change was made upon; a newer one is a conflict
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
	set(&e.Revision, p.Revision)
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
	// What the change does not name stays as it was read, so it must still be so when it is stored.
	if err := h.svc.EditElement(r.Context(), page.Who(r), in.apply(elementOut(*stored)).element()); err != nil {
		return err
	}
	if stored, err = h.element(r); err != nil {
		return err
	}
	return page.JSON(w, http.StatusOK, elementOut(*stored))
}
