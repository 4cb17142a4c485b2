package exchangeweb

import (
	"net/http"
	"time"

	"yigai/internal/exchange"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// valueJSON is an accepted or loaded figure as it travels; State tells an empty figure from one that does not apply.
type valueJSON struct {
	Institution string       `json:"institution"`
	Element     string       `json:"element"`
	Period      period.Month `json:"period"`
	Value       *string      `json:"value"`
	State       string       `json:"state"` // value, empty, na
	Comment     string       `json:"comment"`
	Report      *int64       `json:"report"` // null for loaded facts
	By          string       `json:"by"`
	At          time.Time    `json:"at"`
}

// apiValues lists figures page by page, or gives a whole file in a format of other systems.
func (h *handlers) apiValues(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Query().Get("format") != "" {
		return h.apiFile(w, r)
	}
	f, err := valueFilter(r)
	if err != nil {
		return err
	}
	found, next, err := h.reports.Values(r.Context(), page.Who(r), f)
	if err != nil {
		return err
	}
	list := make([]valueJSON, len(found))
	for i, v := range found {
		list[i] = valueOut(v)
	}
	return page.JSON(w, http.StatusOK, listOf(list, next))
}

func (h *handlers) apiFile(w http.ResponseWriter, r *http.Request) error {
	if err := page.Known(r, "institution", "descendants", "element", "from", "to", "format", "form", "idScheme", "numbers_only"); err != nil {
		return err
	}
	s := exchange.Selection{Institutions: each(r, "institution"), Elements: each(r, "element"), Forms: each(r, "form"),
		Format: exchange.Format(r.URL.Query().Get("format"))}
	var err error
	if s.From, err = page.QueryMonth(r, "from"); err != nil {
		return err
	}
	if s.To, err = page.QueryMonth(r, "to"); err != nil {
		return err
	}
	if s.Descendants, err = page.QueryFlag(r, "descendants"); err != nil {
		return err
	}
	if s.NumbersOnly, err = page.QueryFlag(r, "numbers_only"); err != nil {
		return err
	}
	if s.Codes, err = scheme(r, "idScheme"); err != nil {
		return err
	}
	out, err := h.svc.Export(r.Context(), page.Who(r), s)
	if err != nil {
		return err
	}
	return page.SendFile(w, out.Name, out.ContentType, out.Body)
}

func valueOut(v reporting.Value) valueJSON {
	out := valueJSON{Institution: v.Institution, Element: v.Element, Period: v.Month, State: "empty", Comment: v.Comment, By: v.By, At: v.At.In(period.Shanghai)}
	switch v.Cell.State {
	case number.Given:
		text := v.Cell.Value.String()
		out.State, out.Value = "value", &text
	case number.NotApplicable:
		out.State = "na"
	}
	if v.Report != 0 {
		out.Report = &v.Report
	}
	return out
}

func valueFilter(r *http.Request) (f reporting.ValueFilter, err error) {
	if err := page.Known(r, "institution", "descendants", "element", "from", "to", "limit", "cursor", "format"); err != nil {
		return f, err
	}
	f = reporting.ValueFilter{Institutions: each(r, "institution"), Elements: each(r, "element"), Cursor: r.URL.Query().Get("cursor")}
	if f.Descendants, err = page.QueryFlag(r, "descendants"); err != nil {
		return f, err
	}
	if f.Limit, err = page.QueryLimit(r); err != nil {
		return f, err
	}
	if f.From, err = page.QueryMonth(r, "from"); err != nil {
		return f, err
	}
	f.To, err = page.QueryMonth(r, "to")
	return f, err
}
