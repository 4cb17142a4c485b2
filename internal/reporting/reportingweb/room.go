// Package reportingweb is the pages and the API of monthly reporting: the entry screen, review, the board of who owes
// what, and the catalogue of elements and forms. Every page works without scripts; web/static/entry.js saves each cell
// as it is left, keeps what could not be saved, and moves by keyboard.
//
// Who may do what is decided by package reporting; a page only leaves out what would be refused.
package reportingweb

import (
	"context"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/internal/room"
)

// Room returns monthly reporting with its pages, its API, its daily duty and what it shows on the home page; beside is
// what later rooms show on the pages of a report.
func Room(d room.Deps, beside ...Beside) room.Room {
	h := &handlers{svc: reporting.New(d.DB, d.Now, d.Calendar), accounts: account.New(d.DB, d.Now, func() *actor.Permissions { return d.Permissions }), now: d.Now, log: d.Log, beside: beside,
		panels: room.NewPanels(d.Now), waits: page.NewKept[todos](maxCounts, 1<<20)}
	return room.Room{
		Name: "reporting", Title: "月报", Actions: reporting.Actions, Nav: nav, Jobs: h.svc.Jobs,
		Routes: append(h.pages(), h.api()...),
		Home:   h.home, Todos: h.todos, Search: h.search,
	}
}

var nav = []room.NavItem{
	{Group: "填报", Label: "月报填报", Path: "/reporting", Icon: "clipboard-data", Action: reporting.ActionView, Order: 10},
	{Group: "填报", Label: "审核", Path: "/review", Icon: "shield-check", Action: reporting.ActionReview, Order: 11},
	{Group: "填报", Label: "更正", Path: "/corrections", Icon: "arrow-repeat", Action: reporting.ActionView, Order: 12},
	{Group: "填报", Label: "完成情况", Path: "/reporting/board", Icon: "list-check", Action: reporting.ActionView, Order: 12},
	{Group: "填报", Label: "完整率和及时率", Path: "/timeliness", Icon: "clock-history", Action: reporting.ActionView, Order: 12},
	{Group: "填报", Label: "截止与宽限", Path: "/deadlines", Icon: "hourglass-split", Action: reporting.ActionExtend, Order: 13},
	{Group: "填报", Label: "报表与数据项", Path: "/forms", Icon: "card-checklist", Action: reporting.ActionView, Order: 13},
}

// todos counts what waits for who, for the top bar of every page.
func (h *handlers) todos(ctx context.Context, who actor.Actor) (int, error) {
	if !who.May(reporting.ActionEnter) && !who.May(reporting.ActionReview) && !who.May(reporting.ActionReopen) {
		return 0, nil
	}
	n, err := page.Same(h.waits, who, "", h.now(), func() (todos, error) {
		t, err := h.svc.Todos(ctx, who)
		return todos(t.Count()), err
	})
	return int(n), err
}

// maxCounts bounds for how many different sights the to-dos are kept.
const maxCounts = 1000
