// Package policyweb shows policy documents, their standards with the number that holds and why, and what documents
// contradict each other on; and lets the county choose and set. What anybody may do is decided in package policy.
package policyweb

import (
	"net/http"
	"time"

	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/policy"
	"yigai/internal/room"
	"yigai/web/ui"
)

// Room is policy as a capability of the product.
func Room(d room.Deps) room.Room {
	h := &handler{svc: policy.New(d.DB, d.Now), now: d.Now}
	return room.Room{
		Name: "policy", Title: "政策标准", Actions: policy.Actions, Routes: h.routes(),
		Nav: []room.NavItem{
			{Group: "政策", Label: "政策标准", Path: "/standards", Icon: "list-check", Action: policy.ActionView, Order: 41},
			{Group: "政策", Label: "政策文件", Path: "/policies", Icon: "journal-text", Action: policy.ActionView, Order: 42},
			{Group: "政策", Label: "文件不一致", Path: "/contradictions", Icon: "arrow-left-right", Action: policy.ActionView, Order: 43},
		},
	}
}

type handler struct {
	svc *policy.Service
	now func() time.Time
}

func (h *handler) routes() []room.Route {
	get := func(path, action string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodGet, Path: path, Action: action, Handler: handler}
	}
	post := func(path string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodPost, Path: path, Action: policy.ActionManage, Handler: handler}
	}
	return []room.Route{
		get("/policies", policy.ActionView, h.documents),
		get("/policies/{preset}", policy.ActionView, h.document),
		get("/policy-order", policy.ActionManage, h.order),
		post("/policy-order", h.arrange),
		get("/standards", policy.ActionView, h.standards),
		get("/standards/{standard}", policy.ActionView, h.standard),
		post("/standards/{standard}/overrides", h.set),
		post("/standards/{standard}/overrides/{id}/ending", h.end),
		get("/contradictions", policy.ActionView, h.contradictions),
		post("/contradictions", h.choose),
	}
}

// today is the month that pages are about.
func (h *handler) today() period.Month { return period.MonthOf(h.now()) }

// problems lists what is wrong with a form.
func problems(f *form.Form) []ui.FieldProblem {
	var out []ui.FieldProblem
	for _, p := range f.Problems() {
		out = append(out, ui.FieldProblem{Field: p.Field, Message: p.Message})
	}
	return out
}

func stateBadge(r policy.Rule) ui.Status {
	s := ui.Status{Word: r.State.Title(), Icon: "circle"}
	switch {
	case r.Open():
		s.Tone, s.Icon = ui.Warn, "pencil"
	case r.State == policy.Overridden:
		s.Tone, s.Icon = ui.Accent, "check-circle"
	case r.Phase == policy.Coming:
		s = ui.Status{Word: r.From.Format(time.DateOnly) + " 起", Tone: ui.Info, Icon: "clock"}
	case r.Phase == policy.Ended:
		s = ui.Status{Word: "已结束", Icon: "dash-circle", Title: "到 " + r.To.Format(time.DateOnly)}
	}
	return s
}

func documentOf(preset string) policy.Document {
	d, _ := policy.Known().Document(preset)
	return d
}
