package workbookweb

import (
	"net/http"

	"yigai/internal/page"
	"yigai/internal/period"
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
	return page.SendFile(w, file.Name, "", file.Content)
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
	return page.SendFile(w, file.Name, "", file.Content)
}

// monthInHand is the month that is being reported: the last one that is over.
func (h *handlers) monthInHand() period.Month { return period.MonthOf(h.now()).Prev() }
