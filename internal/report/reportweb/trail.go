package reportweb

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/report"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

// trailView is what the page of the audit trail shows.
type trailView struct {
	form    *form.Form
	table   ui.Table
	paging  ui.Paging
	actions []ui.Option
	export  ui.Menu
}

// trail lists audit entries with filters.
func (h *handlers) trail(w http.ResponseWriter, r *http.Request) error {
	f, filter, err := readTrail(r)
	if err != nil {
		return err
	}
	v := trailView{form: f, actions: h.actionOptions(), table: h.trailTable(nil)}
	status := http.StatusOK
	if f.Err() == nil {
		found, err := h.svc.Trail(r.Context(), page.Who(r), filter)
		if err != nil && !f.Take(err) {
			return err
		}
		v.table = h.trailTable(found.Entries)
		v.paging = ui.Paging{Next: cursorAt(r, found.Next), Prev: cursorAt(r, found.Prev)}
	}
	if f.Err() != nil {
		status = http.StatusUnprocessableEntity
	}
	q := r.URL.Query()
	q.Del("cursor")
	v.export = ui.ExportMenu("/audit/trail.xlsx?"+q.Encode(), "/audit/trail.csv?"+q.Encode()).Posted()
	return page.Render(w, r, status, trailPage(v))
}

// readTrail reads the filters as they were typed.
func readTrail(r *http.Request) (*form.Form, report.TrailFilter, error) {
	f, err := form.Parse(r)
	if err != nil {
		return nil, report.TrailFilter{}, err
	}
	return f, report.TrailFilter{From: dayIn(f, "from", "起始日期"), To: dayIn(f, "to", "截止日期"), Person: f.Text("person", "人员", 60),
		Action: f.Text("action", "操作", 60), Kind: f.Text("kind", "对象类型", 60), Object: f.Text("object", "对象编号", 80),
		Institution: f.Text("institution", "单位", 80), Text: f.Text("text", "关键字", 80), Cursor: f.Value("cursor")}, nil
}

// dayIn is the first moment of a day in the office.
func dayIn(f *form.Form, name, label string) time.Time {
	t := f.Date(name, label)
	if t == nil {
		return time.Time{}
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, period.Shanghai)
}

func cursorAt(r *http.Request, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := r.URL.Query()
	q.Set("cursor", cursor)
	return r.URL.Path + "?" + q.Encode()
}

// downloadTrail exports what the list shows.
func (h *handlers) downloadTrail(w http.ResponseWriter, r *http.Request) error {
	f, filter, err := readTrail(r)
	if err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	return h.send(w, r, report.Request{Kind: report.KindAudit, Format: sheet.Format(chi.URLParam(r, "format")), Trail: filter})
}

func (h *handlers) actionOptions() []ui.Option {
	var options []ui.Option
	for _, a := range h.allowed.Declared() {
		options = append(options, ui.Option{Value: a.Name, Label: h.svc.ActionWord(a.Name)})
	}
	for _, extra := range []string{"report.export_refused", "account.sign_in", "account.sign_in_failed", "account.sign_out"} {
		options = append(options, ui.Option{Value: extra, Label: h.svc.ActionWord(extra)})
	}
	return options
}

func kindOptions() []ui.Option {
	var options []ui.Option
	for _, k := range []string{"report", "values", "month", "element", "form", "indicator", "preset", "institution", "division", "community",
		"county", "export", "account", "session", "token"} {
		options = append(options, ui.Option{Value: k, Label: report.KindWord(k)})
	}
	return options
}

func (h *handlers) trailTable(list []report.Entry) ui.Table {
	t := ui.Table{ID: "trail", Caption: "审计日志", Cards: true, Tall: true, Columns: []ui.Column{{Label: "时间"}, {Label: "操作人"},
		{Label: "操作"}, {Label: "对象", Wide: true}, {Label: "单位", Wide: true}, {Label: "变更", Wide: true}, {Label: "来源地址", HidePhone: true}},
		Empty: ui.Empty{Title: "没有符合条件的审计记录", Hint: "放宽时间或清除条件再看。"}}
	for _, e := range list {
		t.Rows = append(t.Rows, ui.Row{ID: "entry-" + number(e.ID), URL: "/audit/" + number(e.ID), Cells: []ui.Cell{
			ui.Text(ui.DateTime(e.At)), ui.Text(doer(e)), ui.Text(h.svc.ActionWord(e.Action)), ui.Text(h.object(e)), ui.Text(e.Institution),
			ui.Node(changesCell(e)), ui.Text(e.Address)}})
	}
	return t
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func doer(e report.Entry) string {
	if e.Name == "" || e.Name == e.Username {
		return e.Username
	}
	return e.Name + "(" + e.Username + ")"
}

// object names what an entry is about. The name of a refusal is the permission that was lacking.
func (h *handlers) object(e report.Entry) string {
	name := e.ObjectName
	if e.Action == "refused" {
		name = h.svc.ActionWord(name)
	}
	if name == "" || name == report.KindWord(e.Kind) {
		return report.KindWord(e.Kind)
	}
	return report.KindWord(e.Kind) + " " + name
}

// entry shows one line of the trail whole.
func (h *handlers) entry(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	e, err := h.svc.Entry(r.Context(), page.Who(r), id)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, entryPage(e, h.entryTerms(e)))
}

func (h *handlers) entryTerms(e report.Entry) []ui.Term {
	seal := "等待封存(几秒内)"
	if e.Seal != nil {
		seal = "第 " + number(*e.Seal) + " 条"
	}
	return []ui.Term{{Label: "时间", Value: e.At.In(period.Shanghai).Format("2006-01-02 15:04:05")}, {Label: "操作人", Value: doer(e)}, {Label: "来源地址", Value: e.Address},
		{Label: "操作", Value: h.svc.ActionWord(e.Action)}, {Label: "对象", Value: h.object(e), URL: timelineOf(e)},
		{Label: "单位", Value: e.Institution}, {Label: "原因", Value: e.Reason}, {Label: "审计链", Value: seal, Help: "每条记录连同前一条的校验值一起封存,改动、删除、插入都会被发现"}}
}

// passing are kinds of objects with nothing to tell beyond the entry itself: an address that was refused, one import.
var passing = map[string]bool{"route": true, "values": true, "institution_import": true, "division_import": true}

func timelineOf(e report.Entry) string {
	if e.ObjectID == "" || passing[e.Kind] {
		return ""
	}
	return "/audit/objects/" + url.PathEscape(e.Kind) + "/" + url.PathEscape(e.ObjectID)
}

// unescaped is a part of the address as it was before it was escaped: the router keeps an escaped slash.
func unescaped(r *http.Request, name string) string {
	text, err := url.PathUnescape(chi.URLParam(r, name))
	if err != nil {
		return chi.URLParam(r, name)
	}
	return text
}

// timeline shows everything that happened to one thing.
func (h *handlers) timeline(w http.ResponseWriter, r *http.Request) error {
	kind, id := unescaped(r, "kind"), unescaped(r, "id")
	found, err := h.svc.Timeline(r.Context(), page.Who(r), kind, id)
	if err != nil {
		return err
	}
	events := make([]ui.Event, len(found))
	for n, e := range found {
		events[n] = ui.Event{When: ui.DateTime(e.At), Who: doer(e), What: h.svc.ActionWord(e.Action), Note: e.Reason, Changes: changes(e)}
	}
	return page.Render(w, r, http.StatusOK, objectPage(h.object(found[0]), found[0], events))
}

// changes is what an entry changed, for the page.
func changes(e report.Entry) []ui.Changed {
	var out []ui.Changed
	for _, c := range report.Changes(e) {
		out = append(out, ui.Changed(c))
	}
	return out
}
