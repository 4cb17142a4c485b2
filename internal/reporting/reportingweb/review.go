package reportingweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// reviewIndex is what waits for the reviewer, oldest first, or with ?form= the reports of one form and month side by side.
func (h *handlers) reviewIndex(w http.ResponseWriter, r *http.Request) error {
	c, err := h.svc.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	v := review{view: h.view(), form: r.URL.Query().Get("form"), account: page.Who(r).AccountID}
	if v.inbox, err = h.svc.Inbox(r.Context(), page.Who(r)); err != nil {
		return err
	}
	if v.asked, err = h.svc.Undecided(r.Context(), page.Who(r)); err != nil {
		return err
	}
	if v.month, err = page.Month(r, v.waitingMonth(h.monthInHand())); err != nil {
		return err
	}
	v.list, v.of, v.only = r.URL.Query().Get("list"), r.URL.Query().Get("of"), r.URL.Query().Get("only")
	v.tabs = reviewTabs(c.Forms, v)
	if v.list != "" {
		return h.waiting(w, r, v)
	}
	if v.form == "" {
		return page.Render(w, r, http.StatusOK, inboxPage(v))
	}
	v.period = page.Switch(r, v.month)
	if f, ok := c.Form(v.form); ok && f.LayoutIn(v.month) == nil {
		return page.Render(w, r, http.StatusOK, noFormPage(v, f))
	}
	columns, err := h.svc.Columns(r.Context(), page.Who(r), v.form)
	if err != nil {
		return err
	}
	v.grid, err = h.svc.Grid(r.Context(), page.Who(r), v.month, v.form, columns)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, gridPage(v))
}

// review is the reviewer's desk.
type review struct {
	view
	account int64
	inbox   []reporting.Report
	asked   int // corrections that wait for who to decide them
	grid    reporting.Grid
	form    string
	list    string // returned, missing
	of      string // form that the inbox is narrowed to
	only    string // and what else
	awaited reporting.Awaited
	month   period.Month
	period  *ui.Period
	tabs    []ui.Tab
}

func reviewTabs(forms []*reporting.Form, v review) []ui.Tab {
	tabs := []ui.Tab{{Label: "待审核", URL: "/review", Active: v.form == "" && v.list == "", Count: len(v.inbox)},
		{Label: "退回待改", URL: "/review?list=" + listReturned, Active: v.list == listReturned},
		{Label: "到期未报", URL: "/review?list=" + listMissing, Active: v.list == listMissing}}
	for _, f := range forms {
		if f.Enabled && f.LayoutIn(v.month) != nil {
			tabs = append(tabs, ui.Tab{Label: f.Title, URL: gridURL(f.Slug, v.month), Active: v.form == f.Slug, Count: v.waitingOf(f.Slug)})
		}
	}
	return tabs
}

// waitingMonth is the month of most reports in the inbox, the later of two with as many; otherwise is for an empty one.
func (v review) waitingMonth(otherwise period.Month) period.Month {
	count := map[period.Month]int{}
	best := otherwise
	for _, r := range v.inbox {
		count[r.Month]++
		if n := count[r.Month]; n > count[best] || n == count[best] && best.Before(r.Month) {
			best = r.Month
		}
	}
	return best
}

// waitingOf counts the reports of a form and the month in view that wait.
func (v review) waitingOf(form string) (n int) {
	for _, r := range v.inbox {
		if r.FormSlug == form && r.Month == v.month {
			n++
		}
	}
	return n
}

// What the reviewer waits for.
const (
	listReturned = "returned"
	listMissing  = "missing"
)

// waiting lists what is with the institutions: sent back, or not handed in though it is due; the oldest first.
func (h *handlers) waiting(w http.ResponseWriter, r *http.Request, v review) error {
	list := h.svc.SentBack
	if v.list == listMissing {
		list = h.svc.Overdue
	}
	var err error
	if v.awaited, err = list(r.Context(), page.Who(r)); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, waitingPage(v))
}

// waitingNote counts the list, and says when it is cut.
func (v review) waitingNote() string {
	note := "共 " + strconv.Itoa(v.awaited.Total) + " 份"
	if n := len(v.awaited.Reports); n < v.awaited.Total {
		note += ",显示最久的 " + strconv.Itoa(n) + " 份;其余可在“完成情况”里查看"
	}
	return note
}

func (v review) waitingTable() ui.Table {
	t := ui.Table{ID: "waiting", Caption: "等待各单位的月报,最久的在前", Cards: true, Tall: true, Columns: []ui.Column{{Label: "单位"}, {Label: "报表"},
		{Label: "月份"}, {Label: "已填"}, {Label: "截止"}, {Label: "原因", Wide: true}}}
	t.Empty = ui.Empty{Title: "没有", Hint: "退回后还没有重新上报的、过了截止时间还没有上报的月报会出现在这里。", Icon: "check-circle"}
	for i := range v.awaited.Reports {
		r := &v.awaited.Reports[i]
		t.Rows = append(t.Rows, ui.Row{ID: "report-" + id(r.ID), URL: at(r.ID), Cells: []ui.Cell{ui.Text(r.Institution), ui.Text(r.FormTitle),
			ui.Text(r.Month.Chinese()), ui.Node(ui.Fill(r.Filled, r.Fillable)), ui.Node(dueCell(r, v.view)), ui.Text(r.Reason)}})
	}
	return t
}

func gridURL(form string, m period.Month) string {
	return "/review?" + url.Values{"form": {form}, "period": {m.String()}}.Encode()
}

// seen is the value of a report's checkbox: the report with the submission that is shown, 12.2.
func seen(r reporting.Report) string { return id(r.ID) + "." + strconv.Itoa(r.Submission) }

// chosenReports is the inverse of seen; what cannot be read was not chosen.
func chosenReports(values []string) []reporting.Seen {
	var chosen []reporting.Seen
	for _, v := range values {
		report, submission, _ := strings.Cut(v, ".")
		n, err := strconv.ParseInt(report, 10, 64)
		number, numberErr := strconv.Atoi(submission)
		one := reporting.Seen{Report: n, Submission: number}
		if err == nil && numberErr == nil && !slices.Contains(chosen, one) {
			chosen = append(chosen, one)
		}
	}
	return chosen
}

func (v *review) inboxTable() ui.Table {
	t := ui.Table{ID: "inbox", Caption: "待审核的月报,等得最久的在前", Cards: true, Tall: true, Select: "report", SelectForm: "accept-many",
		Columns: []ui.Column{{Label: "单位"}, {Label: "报表"}, {Label: "月份"}, {Label: "待办"}, {Label: "已等"}, {Label: "审核时限"}, {Label: "检查"}, {Label: "上报"}, {Label: "及时"}}}
	t.Empty = ui.Empty{Title: "没有等待审核的月报", Hint: "各单位上报后会出现在这里;谁还没有报,看“完成情况”。", Icon: "check-circle",
		Action: &ui.Action{Label: "看完成情况", URL: "/reporting/board"}}
	for i := range v.inbox {
		if v.wanted(v.inbox[i]) {
			t.Rows = append(t.Rows, v.inboxRow(&v.inbox[i]))
		}
	}
	return t
}

// What the inbox may be narrowed to.
const (
	onlyOverdue = "overdue"
	onlyFirst   = "first"
	onlyFinal   = "final"
)

var onlyOptions = []ui.Option{{Value: onlyOverdue, Label: "超过审核时限"}, {Value: onlyFirst, Label: "待初审、待审核"}, {Value: onlyFinal, Label: "待终审"}}

func (v *review) wanted(r reporting.Report) bool {
	if v.of != "" && r.FormSlug != v.of {
		return false
	}
	switch v.only {
	case onlyOverdue:
		return v.now.After(r.ReviewDueAt)
	case onlyFirst:
		return r.State == reporting.Submitted
	case onlyFinal:
		return r.State == reporting.Checked
	}
	return true
}

// inboxForms are the forms that something in the inbox is of.
func (v review) inboxForms() []ui.Option {
	var options []ui.Option
	for _, r := range v.inbox {
		one := ui.Option{Value: r.FormSlug, Label: r.FormTitle}
		if !slices.Contains(options, one) {
			options = append(options, one)
		}
	}
	return options
}

func (v review) inboxNote() string {
	late := 0
	for _, r := range v.inbox {
		if v.now.After(r.ReviewDueAt) {
			late++
		}
	}
	note := "等得最久的在前;点单位名称逐项看,也可以勾选后一起通过或退回"
	if late > 0 {
		note += ";" + strconv.Itoa(late) + " 份超过审核时限"
	}
	return note
}

// stepWord is what a report under review waits for.
func stepWord(r reporting.Report) string {
	switch {
	case r.AfterReview() == reporting.Checked:
		return "初审"
	case r.State == reporting.Checked && r.TwoLevel:
		return "终审"
	}
	return "审核"
}

// inboxRow locks what the reviewer handed in: somebody else has to judge it.
func (v *review) inboxRow(r *reporting.Report) ui.Row {
	onTime := ui.Text("按时")
	if r.Late(v.now) {
		onTime = ui.Node(ui.Badge(ui.StatusFor("late")))
	}
	row := ui.Row{ID: "report-" + id(r.ID), Key: seen(*r), URL: at(r.ID), Locked: r.SubmittedByID == v.account || r.State == reporting.Checked && r.CheckedByID == v.account, Cells: []ui.Cell{
		ui.Text(r.Institution), ui.Text(r.FormTitle), ui.Text(r.Month.Chinese()), ui.Text(stepWord(*r)), ui.Text(waitedFor(r.WaitsSince(), v.now)),
		ui.Node(reviewDue(r, v.view)),
		ui.Node(reviewCounts(r)), ui.Text(r.SubmittedBy + " " + shortTime(r.SubmittedAt)), onTime}}
	return row
}

func (v review) gridTable() ui.Table {
	t := ui.Table{ID: "grid", Caption: v.grid.Form.Title, StickyFirst: true, Tall: true, Select: "report", SelectForm: "accept-many",
		Columns: []ui.Column{{Label: "单位"}, {Label: "状态"}, {Label: "检查"}}}
	for _, c := range v.grid.Columns {
		t.Columns = append(t.Columns, ui.Column{Label: c.Name, Unit: c.Unit, Numeric: true, Help: ui.HelpText{Text: rowTitle(c)}},
			ui.Column{Label: "环比%", Numeric: true})
	}
	t.Columns = append(t.Columns, ui.Column{Label: "上报"}, ui.Column{Label: "差异"})
	t.Empty = ui.Empty{Title: v.month.Chinese() + "没有这张报表", Hint: "这个月的填报还没有打开,或您的数据范围内没有填报单位。"}
	return t
}

func (v review) gridCells(row reporting.GridRow) []ui.Cell {
	r := &row.Report
	cells := []ui.Cell{ui.LinkTo(r.Institution, at(r.ID)), ui.Node(gridState(v, row)), ui.Node(reviewCounts(r))}
	for _, c := range v.grid.Columns {
		g := row.Figures[c.Key]
		cells = append(cells, ui.Cell{Text: shownOr(g.Cell, c), Title: "上月 " + shownOr(g.Last, c)}, changeCell(g))
	}
	sent := ui.Text(ui.Dash)
	if !r.SubmittedAt.IsZero() {
		sent = ui.Text(r.SubmittedBy + " " + shortTime(r.SubmittedAt))
	}
	return append(cells, sent, ui.Node(differenceCell(row)))
}

// outlier is the change in percent from which the grid points at a figure. It is the default threshold of check L21a
// and only colours: the check decides whether an explanation is needed.
var outlier = decimal.NewFromInt(30)

func changeCell(g reporting.GridFigure) ui.Cell {
	change := g.Change()
	if !change.Valid {
		return ui.Cell{Text: ui.Dash, Title: "没有可比的上月数"}
	}
	text := ui.Signed(change.Decimal, 1)
	if change.Decimal.Abs().LessThan(outlier) {
		return ui.Text(text)
	}
	arrow := "▲"
	if change.Decimal.IsNegative() {
		arrow = "▼"
	}
	return ui.Cell{Text: arrow + text, Tone: ui.Warn, Title: "与上月相比变化超过 " + outlier.String() + "%,请核对"}
}

func (v review) summary() string {
	return "应报 " + strconv.Itoa(v.grid.Due) + " · 已报 " + strconv.Itoa(v.grid.Received) + " · 迟报、漏报 " + strconv.Itoa(v.grid.Late)
}
