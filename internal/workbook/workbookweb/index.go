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
	begun    []reporting.Report // filled and not handed in
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
				v.note(report)
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

// note keeps the reports that somebody began: after an import those that something hinders.
func (v *indexView) note(r reporting.Report) {
	if r.State == reporting.Draft || r.State == reporting.Returned {
		v.begun = append(v.begun, r)
	}
}

// mostBegun bounds the list of what is not handed in; the list of reports has them all.
const mostBegun = 50

func (v indexView) begunTable() ui.Table {
	t := ui.Table{ID: "begun", Caption: "填了还没有上报的月报", Columns: []ui.Column{{Label: "月报", Wide: true}, {Label: "状态"}, {Label: "已填", Unit: "格", Numeric: true},
		{Label: "错误", Numeric: true}, {Label: "待说明", Numeric: true}}}
	for _, r := range v.begun[:min(len(v.begun), mostBegun)] {
		t.Rows = append(t.Rows, ui.Row{URL: "/reporting/" + strconv.FormatInt(r.ID, 10) + "?cell=todo", Cells: []ui.Cell{ui.Text(r.FormTitle + " · " + r.Institution),
			ui.Node(ui.Badge(ui.StatusFor(string(r.State)))), ui.Text(strconv.Itoa(r.Filled) + "/" + strconv.Itoa(r.Fillable)), count(r.Errors, ui.Bad), count(r.Unexplained, ui.Warn)}})
	}
	return t
}

func (v indexView) begunPanel() ui.Panel {
	p := ui.Panel{ID: "begun-panel", Title: "填了还没有上报的 " + strconv.Itoa(len(v.begun)) + " 份", Note: "点开到第一处要核对的格", Flush: true}
	if len(v.begun) > mostBegun {
		p.Note += ";列出前 " + strconv.Itoa(mostBegun) + " 份"
		p.Actions = []ui.Action{{Label: "全部", URL: "/reporting?period=" + v.month.String()}}
	}
	return p
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
