package workbookweb

import (
	"net/http"
	"net/url"

	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/workbook"
)

// download sends one report as a workbook with what is filled so far.
func (h *handlers) download(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	file, err := h.books.Report(r.Context(), page.Who(r), id)
	if err != nil {
		return err
	}
	return send(w, file)
}

// downloadMonth sends the reports of a month in one workbook.
func (h *handlers) downloadMonth(w http.ResponseWriter, r *http.Request) error {
	month, err := page.Month(r, h.monthInHand())
	if err != nil {
		return err
	}
	file, err := h.books.Month(r.Context(), page.Who(r), month, r.URL.Query()["form"])
	if err != nil {
		return err
	}
	return send(w, file)
}

// monthInHand is the month that is being reported: the last one that is over.
func (h *handlers) monthInHand() period.Month { return period.MonthOf(h.now()).Prev() }

func send(w http.ResponseWriter, f workbook.File) error {
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", "attachment; filename=report.xlsx; filename*=UTF-8''"+url.PathEscape(f.Name))
	_, err := w.Write(f.Content)
	return gone(err)
}

// gone drops the error of a reader that went away: there is nobody left to tell.
func gone(error) error { return nil }
