package noticeweb

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"yigai/internal/form"
	"yigai/internal/notice"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/web/ui"
)

var styles = []string{"notice.css"}

type circularsView struct {
	found []notice.Circular
	next  string
	may   bool
	form  *form.Form
}

func (h *handler) circulars(w http.ResponseWriter, r *http.Request) error {
	last := period.MonthOf(h.now()).Prev()
	return h.listCirculars(w, r, http.StatusOK, form.Of(map[string]string{"month": last.String(), "kind": "month"}))
}

func (h *handler) listCirculars(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	before, err := cursor(r)
	if err != nil {
		return err
	}
	found, next, err := h.svc.Circulars(r.Context(), page.Who(r), before)
	if err != nil {
		return err
	}
	v := circularsView{found: found, next: following(r, next), may: page.Who(r).May(notice.ActionIssue), form: f}
	return page.Render(w, r, status, circularsPage(v))
}

func circularStatus(c notice.Circular) ui.Status {
	if c.Issued() {
		return ui.Status{Word: "已印发", Tone: ui.Good, Icon: "check-circle-fill"}
	}
	return ui.Status{Word: "草稿", Tone: ui.Info, Icon: "pencil"}
}

func issuedOn(c notice.Circular) string {
	if !c.Issued() {
		return ui.Dash
	}
	return c.IssuedOn.Format(time.DateOnly)
}

func (v circularsView) table() ui.Table {
	t := ui.Table{ID: "circulars", Caption: "通报", Cards: true, Columns: []ui.Column{{Label: "标题", Wide: true}, {Label: "期间"}, {Label: "字号"}, {Label: "日期"}, {Label: "状态"}}}
	t.Empty = ui.Empty{Title: "还没有通报", Hint: "月报截止后,卫健局可以起草迟报、漏报单位的通报。", Icon: "megaphone"}
	for _, c := range v.found {
		t.Rows = append(t.Rows, ui.Row{URL: circularURL(c.ID), Cells: []ui.Cell{ui.Text(c.Title), ui.Text(c.Months()), ui.Text(orDash(c.Symbol)),
			ui.Text(issuedOn(c)), ui.Node(ui.Badge(circularStatus(c)))}})
	}
	return t
}

func orDash(s string) string {
	if s == "" {
		return ui.Dash
	}
	return s
}

func circularURL(n int64) string { return "/circulars/" + id(n) }

func (h *handler) draft(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	m := f.Month("month", "月份")
	kind := f.Choice("kind", "按月还是按季度", "month", "quarter")
	if f.Err() == nil {
		p := m.Period()
		if kind == "quarter" {
			p = period.Quarter(m)
		}
		made, err := h.svc.Draft(r.Context(), page.Who(r), p)
		if err == nil {
			return page.Redirect(w, r, circularURL(made), "已起草,请核对文字和表格后印发")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.listCirculars(w, r, http.StatusUnprocessableEntity, f)
}

type circularView struct {
	c       notice.Circular
	earlier []notice.Circular // issued about the same months, while this one is a draft
	may     bool
	form    *form.Form
}

// twice says that the months were named in public before.
func (v circularView) twice() ui.Notice {
	n := ui.Notice{Tone: ui.Warn, Title: v.c.Months() + "已经印发过通报", Text: "再印发一次,单位会收到两份。确实要补发的,请在标题或开头写明是补充通报。"}
	for _, c := range v.earlier {
		n.Actions = append(n.Actions, ui.Action{Label: "看 " + c.Symbol, URL: circularURL(c.ID)})
	}
	return n
}

func (h *handler) circular(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	return h.showCircular(w, r, http.StatusOK, n, nil)
}

func (h *handler) showCircular(w http.ResponseWriter, r *http.Request, status int, n int64, f *form.Form) error {
	c, err := h.svc.Circular(r.Context(), page.Who(r), n)
	if err != nil {
		return err
	}
	if f == nil {
		f = form.Of(map[string]string{"title": c.Title, "opening": c.Opening, "closing": c.Closing, "issuer": c.Issuer})
	}
	v := circularView{c: c.Filled(), may: page.Who(r).May(notice.ActionIssue), form: f}
	if !c.Issued() {
		if v.earlier, err = h.svc.Earlier(r.Context(), page.Who(r), c); err != nil {
			return err
		}
	}
	return page.Render(w, r, status, circularPage(v))
}

func (v circularView) frame() ui.Frame {
	at := circularURL(v.c.ID)
	status := circularStatus(v.c)
	f := ui.Frame{Title: v.c.Title, Status: &status, Styles: styles, Scripts: []string{"entry-drawer.js"}, Crumbs: []ui.Link{{Label: "通报", URL: "/circulars"}, {Label: v.c.Months()}},
		Menu: &ui.Menu{Label: "下载", Icon: "download", Items: []ui.Action{{Label: "Word 文件", URL: at + "/document.docx", Icon: "file-earmark-word"},
			{Label: "名单(Excel)", URL: at + "/table.xlsx", Icon: "file-earmark-spreadsheet"}}},
		Actions: []ui.Action{{Label: "打印", URL: "#print", Icon: "printer", Attrs: map[string]any{"data-print": true}}}}
	if v.may && !v.c.Issued() {
		version := map[string]string{"version": strconv.Itoa(v.c.Version)}
		f.Actions = append(f.Actions, ui.Action{Label: "删除草稿", URL: at + "/deletion", Post: true, Kind: ui.Quiet, Confirm: "删除这份草稿?", Values: version})
		f.Primary = &ui.Action{Label: "印发", URL: at + "/issue", Post: true, Icon: "megaphone", Values: version,
			Confirm: "印发后编号、文字和表格都不能再改,名单里的单位会收到消息。文字里的数字按印发时的情况填入。请先保存对文字的修改。"}
	}
	return f
}

func (v circularView) day() string {
	if v.c.Issued() {
		return v.c.IssuedOn.Format("2006年1月2日")
	}
	return "(印发日期)"
}

func (v circularView) symbol() string {
	if v.c.Issued() {
		return v.c.Symbol
	}
	return "(草稿,印发时编号)"
}

func (v circularView) field(name, label string) ui.Field {
	return ui.Field{Name: name, Label: label, Value: v.form.Value(name), Problem: v.form.Problem(name), Required: true, Rows: 5}
}

func shownVersion(f *form.Form) int {
	n, err := strconv.Atoi(f.Value("version"))
	if err != nil {
		return 0 // fits none
	}
	return n
}

// posted reads the number in the address and the form.
func posted(r *http.Request) (int64, *form.Form, error) {
	n, err := page.ID(r, "id")
	if err != nil {
		return 0, nil, err
	}
	f, err := form.Parse(r)
	return n, f, err
}

func (h *handler) editCircular(w http.ResponseWriter, r *http.Request) error {
	n, f, err := posted(r)
	if err != nil {
		return err
	}
	err = h.svc.Edit(r.Context(), page.Who(r), notice.Circular{ID: n, Version: shownVersion(f), Title: f.Value("title"), Opening: f.Value("opening"),
		Closing: f.Value("closing"), Issuer: f.Value("issuer")})
	if f.Take(err) {
		return h.showCircular(w, r, http.StatusUnprocessableEntity, n, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, circularURL(n), "已保存")
}

func (h *handler) issue(w http.ResponseWriter, r *http.Request) error {
	n, f, err := posted(r)
	if err != nil {
		return err
	}
	if err := h.svc.Issue(r.Context(), page.Who(r), n, shownVersion(f)); err != nil {
		return err
	}
	return page.Redirect(w, r, circularURL(n), "已印发,名单里的单位会收到消息")
}

func (h *handler) discard(w http.ResponseWriter, r *http.Request) error {
	n, f, err := posted(r)
	if err != nil {
		return err
	}
	if err := h.svc.Discard(r.Context(), page.Who(r), n, shownVersion(f)); err != nil {
		return err
	}
	return page.Redirect(w, r, "/circulars", "已删除草稿")
}

func (h *handler) document(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	var out bytes.Buffer
	name, err := h.svc.WriteDocument(r.Context(), page.Who(r), n, &out)
	if err != nil {
		return err
	}
	return page.SendFile(w, name, "", out.Bytes())
}

func (h *handler) table(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	var out bytes.Buffer
	name, err := h.svc.WriteTable(r.Context(), page.Who(r), n, &out)
	if err != nil {
		return err
	}
	return page.SendFile(w, name, "", out.Bytes())
}
