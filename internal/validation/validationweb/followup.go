package validationweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"yigai/internal/actor"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/room"
	"yigai/internal/validation"
	"yigai/web/ui"
)

func followURL(report, subject int64, element, rule string) string {
	return "/follow-ups/new?" + url.Values{"report": {id(report)}, "subject": {id(subject)}, "element": {element}, "rule": {rule}}.Encode()
}

type worklistView struct {
	found  []validation.FollowUp
	filter validation.FollowFilter
	who    string // "mine" or "all"
	now    time.Time
}

func (h *handler) followUps(w http.ResponseWriter, r *http.Request) error {
	who, asked := page.Who(r), r.URL.Query()
	v := worklistView{now: h.now(), who: asked.Get("who"), filter: validation.FollowFilter{State: asked.Get("state")}}
	if !asked.Has("state") {
		v.filter.State = "open"
	}
	if !asked.Has("who") && !who.May(validation.ActionFollow) {
		v.who = "mine"
	}
	v.filter.Mine = v.who == "mine"
	if text := asked.Get("month"); text != "" {
		m, err := period.Parse(text)
		if err != nil {
			page.AddFlash(r.Context(), ui.Warn, "月份应如 2026-07")
		}
		v.filter.Month = m
	}
	var err error
	if v.found, err = h.svc.FollowUps(r.Context(), who, v.filter); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, worklistPage(v))
}

func (v worklistView) filtered() bool {
	return v.filter.State != "open" || v.who != "" || !v.filter.Month.IsZero()
}

func (v worklistView) table() ui.Table {
	t := ui.Table{ID: "follow-ups", Caption: "跟进", Cards: true, Columns: []ui.Column{{Label: "单位"}, {Label: "月份"}, {Label: "数据项"}, {Label: "要核实什么", Wide: true},
		{Label: "负责人"}, {Label: "期限"}, {Label: "状态"}}}
	t.Empty = ui.Empty{Title: "没有要跟进的", Hint: "审核时在一格上点“跟进”,就记在这里,负责人的待办里也有。", Icon: "signpost-split"}
	for _, f := range v.found {
		t.Rows = append(t.Rows, ui.Row{URL: followUpURL(f.ID), Cells: []ui.Cell{ui.Text(unitOf(f)), ui.Text(f.Month.String()), ui.Text(f.ElementName), ui.Text(f.Note),
			ui.Text(f.Owner), ui.Text(f.DueOn.Format(time.DateOnly)), ui.Node(ui.Badge(followStatus(f, v.now)))}})
	}
	return t
}

func unitOf(f validation.FollowUp) string {
	if f.Subject == f.Institution {
		return f.Institution
	}
	return f.Institution + " · " + f.Subject
}

func followUpURL(n int64) string { return "/follow-ups/" + id(n) }

func followStatus(f validation.FollowUp, now time.Time) ui.Status {
	switch {
	case !f.Open():
		return ui.Status{Word: "已办结", Tone: ui.Good, Icon: "check-circle-fill"}
	case f.Overdue(now):
		return ui.Status{Word: "已过期限", Tone: ui.Bad, Icon: "exclamation-circle-fill"}
	}
	return ui.Status{Word: "跟进中", Tone: ui.Warn, Icon: "exclamation-circle-fill"}
}

type followView struct {
	form   *form.Form
	cell   validation.FollowUp
	owners []validation.Owner
	now    time.Time
}

func (h *handler) newFollowUp(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()
	f := form.Of(map[string]string{"report": asked.Get("report"), "subject": asked.Get("subject"), "element": asked.Get("element"), "rule": asked.Get("rule"),
		"due_on": h.now().In(period.Shanghai).AddDate(0, 0, 7).Format(time.DateOnly)})
	return h.showFollow(w, r, http.StatusOK, f)
}

func (h *handler) showFollow(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	d := typedFollow(f)
	cell, err := h.svc.Cell(r.Context(), page.Who(r), d)
	if err != nil {
		return err
	}
	owners, err := h.svc.Owners(r.Context(), page.Who(r), d.Report)
	if err != nil {
		return err
	}
	return page.Render(w, r, status, followPage(followView{form: f, cell: cell, owners: owners, now: h.now()}))
}

// typedFollow reads the form; numbers that are none name nothing.
func typedFollow(f *form.Form) validation.FollowDraft {
	number := func(name string) int64 {
		n, err := strconv.ParseInt(f.Value(name), 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	return validation.FollowDraft{Report: number("report"), Subject: number("subject"), Element: f.Value("element"), Rule: f.Value("rule"), Note: f.Value("note"), Owner: number("owner")}
}

func (h *handler) follow(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	d := typedFollow(f)
	if due := f.Date("due_on", "期限"); due != nil {
		d.DueOn = *due
	}
	if f.Err() == nil {
		made, err := h.svc.Follow(r.Context(), page.Who(r), d)
		if err == nil {
			return page.Redirect(w, r, "/reporting/"+id(d.Report), "已标记跟进:"+made.ElementName+",由"+made.Owner+"核实")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showFollow(w, r, http.StatusUnprocessableEntity, f)
}

func (v followView) field(name, label, hint string) ui.Field {
	return ui.Field{Name: name, Label: label, Hint: hint, Value: v.form.Value(name), Problem: v.form.Problem(name), Required: true, MaxLength: 500}
}

func (v followView) ownerOptions() []ui.Option {
	var out []ui.Option
	for _, o := range v.owners {
		out = append(out, ui.Option{Value: id(o.ID), Label: o.Name, Group: o.Institution})
	}
	return out
}

type markView struct {
	f    validation.FollowUp
	form *form.Form
	may  bool
	now  time.Time
}

func (h *handler) followUp(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	return h.showMark(w, r, http.StatusOK, n, form.Of(nil))
}

func (h *handler) showMark(w http.ResponseWriter, r *http.Request, status int, n int64, f *form.Form) error {
	who := page.Who(r)
	one, err := h.svc.FollowUp(r.Context(), who, n)
	if err != nil {
		return err
	}
	v := markView{f: one, form: f, now: h.now(), may: one.Open() && (one.OwnerID == who.AccountID || who.May(validation.ActionFollow))}
	return page.Render(w, r, status, markPage(v))
}

func (h *handler) resolve(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	err = h.svc.Resolve(r.Context(), page.Who(r), n, f.Value("note"))
	if f.Take(err) {
		return h.showMark(w, r, http.StatusUnprocessableEntity, n, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, followUpURL(n), "已办结")
}

func (v markView) frame() ui.Frame {
	status := followStatus(v.f, v.now)
	return ui.Frame{Title: "跟进 " + v.f.Name(), Status: &status, Narrow: true, Crumbs: []ui.Link{{Label: "跟进", URL: "/follow-ups"}, {Label: v.f.ElementName}},
		Actions: []ui.Action{{Label: "打开月报", Icon: "clipboard-data", URL: "/reporting/" + id(v.f.Report) + "?cell=" +
			url.QueryEscape(reporting.CellKey{SubjectID: v.f.SubjectID, Element: v.f.Element}.Field())}}}
}

func (v markView) terms() []ui.Term {
	f := v.f
	terms := []ui.Term{{Label: "单位", Value: unitOf(f)}, {Label: "月报", Value: f.Form + " " + f.Month.Chinese()}, {Label: "数据项", Value: f.ElementName}, {Label: "规则", Value: f.Rule},
		{Label: "要核实什么", Value: f.Note, Wide: true}, {Label: "负责人", Value: f.Owner}, {Label: "期限", Value: f.DueOn.Format(time.DateOnly)},
		{Label: "标记", Value: f.MadeBy + " " + ui.DateTime(f.MadeAt)}}
	if !f.Open() {
		terms = append(terms, ui.Term{Label: "核实结果", Value: f.DoneNote, Wide: true}, ui.Term{Label: "办结", Value: f.DoneBy + " " + ui.DateTime(f.DoneAt)})
	}
	return terms
}

// marksView is what the pages of a report show of its follow-ups.
type marksView struct {
	found []validation.FollowUp
	now   time.Time
}

const mostOnHome = 6

// home is the panel of what somebody has to look into.
func (h *handler) home(ctx context.Context, who actor.Actor) ([]room.Panel, error) {
	if !who.May(reporting.ActionView) {
		return nil, nil
	}
	found, err := h.svc.FollowUps(ctx, who, validation.FollowFilter{State: "open", Mine: true})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return []room.Panel{{Order: 15, Body: homePanel(marksView{found: found[:min(mostOnHome, len(found))], now: h.now()}, len(found))}}, nil
}
