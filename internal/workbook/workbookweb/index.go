package workbookweb

import (
	"net/http"
	"strconv"

	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// index is where a month's workbooks are taken and sent back.
func (h *handlers) index(w http.ResponseWriter, r *http.Request) error {
	return h.list(w, r, http.StatusOK, nil)
}

// formCount is how the reports of a form stand.
type formCount struct {
	slug, title string
	all, open   int
}

type indexView struct {
	month    period.Month
	period   *ui.Period
	forms    []formCount
	problems []fault.Problem
}

func (h *handlers) list(w http.ResponseWriter, r *http.Request, status int, problems []fault.Problem) error {
	month, err := page.Month(r, h.monthInHand())
	if err != nil {
		return err
	}
	b, err := h.reports.Board(r.Context(), page.Who(r), month)
	if err != nil {
		return err
	}
	v := indexView{month: month, period: page.Switch(r, month), problems: problems}
	for _, f := range b.Forms {
		n := formCount{slug: f.Slug, title: f.Title}
		for _, row := range b.Rows {
			if report, owed := row.Reports[f.Slug]; owed {
				n.add(report)
			}
		}
		v.forms = append(v.forms, n)
	}
	return page.Render(w, r, status, indexPage(v))
}

func (n *formCount) add(r reporting.Report) {
	n.all++
	if r.State.Editable() {
		n.open++
	}
}

func (v indexView) options() []ui.Option {
	options := make([]ui.Option, len(v.forms))
	for i, f := range v.forms {
		options[i] = ui.Option{Value: f.slug, Label: f.title, Hint: strconv.Itoa(f.all) + " 份,可以填报 " + strconv.Itoa(f.open) + " 份"}
	}
	return options
}

func (v indexView) chosen() []string {
	var slugs []string
	for _, f := range v.forms {
		slugs = append(slugs, f.slug)
	}
	return slugs
}
