package reportingweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"yigai/internal/form"
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
	if v.month, err = page.Month(r, h.monthInHand()); err != nil {
		return err
	}
	v.list = r.URL.Query().Get("list")
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
	v.grid, err = h.svc.Grid(r.Context(), page.Who(r), v.month, v.form, h.columns(w, r, v.form))
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
	grid    reporting.Grid
	form    string
	list    string // returned, missing
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
			tabs = append(tabs, ui.Tab{Label: f.Title, URL: gridURL(f.Slug, v.month), Active: v.form == f.Slug})
		}
	}
	return tabs
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

// columns are the figures the reviewer chose to see beside each report of a form; the choice stays in the browser.
func (h *handlers) columns(w http.ResponseWriter, r *http.Request, form string) []string {
	name := "review-columns-" + form
	if chosen := r.URL.Query()["column"]; len(chosen) > 0 {
		http.SetCookie(w, &http.Cookie{Name: name, Value: strings.Join(chosen, "|"), Path: "/review", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		return chosen
	}
	if c, err := r.Cookie(name); err == nil {
		return strings.Split(c.Value, "|")
	}
	return nil
}

// acceptMany accepts the chosen reports; those that could not be are named with the reason.
func (h *handlers) acceptMany(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	back := "/review"
	if f.Value("form") != "" {
		back += "?" + url.Values{"form": {f.Value("form")}, "period": {f.Value("period")}}.Encode()
	}
	chosen := chosenReports(f.Values["report"])
	if len(chosen) == 0 {
		page.AddFlash(r.Context(), ui.Warn, "请先勾选要通过的月报")
		return page.Redirect(w, r, back, "")
	}
	accepted, refused, err := h.svc.AcceptMany(r.Context(), page.Who(r), chosen)
	if err != nil && len(refused) == 0 {
		return err
	}
	if err != nil {
		h.log.ErrorContext(r.Context(), "accept many reports", "accepted", accepted, "error", err)
		page.AddFlash(r.Context(), ui.Bad, "系统出错,后面的 %d 份没有处理,请稍后再试", len(chosen)-accepted-len(refused))
	}
	for _, one := range refused {
		page.AddFlash(r.Context(), ui.Bad, "没有通过:%s %s", one.Name, one.Why)
	}
	return page.Redirect(w, r, back, "已通过 "+strconv.Itoa(accepted)+" 份,指标正在更新")
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
		Columns: []ui.Column{{Label: "单位"}, {Label: "报表"}, {Label: "月份"}, {Label: "已等"}, {Label: "检查"}, {Label: "上报"}, {Label: "及时"}}}
	t.Empty = ui.Empty{Title: "没有等待审核的月报", Hint: "各单位上报后会出现在这里;谁还没有报,看“完成情况”。", Icon: "check-circle",
		Action: &ui.Action{Label: "看完成情况", URL: "/reporting/board"}}
	t.Rows = make([]ui.Row, len(v.inbox))
	for i := range v.inbox {
		t.Rows[i] = v.inboxRow(&v.inbox[i])
	}
	return t
}

// inboxRow locks what the reviewer handed in: somebody else has to judge it.
func (v *review) inboxRow(r *reporting.Report) ui.Row {
	onTime := ui.Text("按时")
	if r.Late(v.now) {
		onTime = ui.Node(ui.Badge(ui.StatusFor("late")))
	}
	row := ui.Row{ID: "report-" + id(r.ID), Key: seen(*r), URL: at(r.ID), Locked: r.SubmittedByID == v.account, Cells: []ui.Cell{
		ui.Text(r.Institution), ui.Text(r.FormTitle), ui.Text(r.Month.Chinese()), ui.Text(waited(r.SubmittedAt, v.now)),
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
	cells := []ui.Cell{ui.LinkTo(r.Institution, at(r.ID)), ui.Node(ui.Badge(boardMark(*r, v.view))), ui.Node(reviewCounts(r))}
	for _, c := range v.grid.Columns {
		g := row.Figures[c.Key]
		cells = append(cells, ui.Text(shownOr(g.Cell, c)), changeCell(g))
	}
	sent := ui.Text(ui.Dash)
	if !r.SubmittedAt.IsZero() {
		sent = ui.Text(r.SubmittedBy + " " + shortTime(r.SubmittedAt))
	}
	return append(cells, sent, ui.Node(differenceLink(row)))
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
