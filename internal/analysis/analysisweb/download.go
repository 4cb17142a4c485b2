package analysisweb

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"yigai/internal/analysis"
	"yigai/internal/page"
	"yigai/internal/sheet"
)

// download sends the table as a file with its name, length and hash.
func (h *handler) download(w http.ResponseWriter, r *http.Request) error {
	q, err := analysis.Parse(r.URL.Query())
	if err != nil {
		return err
	}
	format := sheet.Format(chi.URLParam(r, "format"))
	f, err := h.svc.Export(r.Context(), page.Who(r), q, format)
	if err != nil {
		return err
	}
	return page.SendFile(w, f.Name, "", f.Body)
}
