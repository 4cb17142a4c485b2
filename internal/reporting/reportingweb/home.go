package reportingweb

import (
	"context"
	"slices"
	"strconv"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/room"
	"yigai/web/ui"
)

// home shows clerks what they have to do, reviewers who owes what and what waits, everybody else the latest month.
func (h *handlers) home(ctx context.Context, who actor.Actor) ([]room.Panel, error) {
	return h.panels.Of(ctx, who, h.makeHome)
}

func (h *handlers) makeHome(ctx context.Context, who actor.Actor) ([]room.Panel, error) {
	switch {
	case who.May(reporting.ActionReview):
		return h.bureauHome(ctx, who)
	case who.May(reporting.ActionEnter):
		return h.clerkHome(ctx, who)
	case who.May(reporting.ActionView):
		return h.readerHome(ctx, who)
	}
	return nil, nil
}

// most is how many lines a panel shows before it leads on.
const most = 8

func (h *handlers) clerkHome(ctx context.Context, who actor.Actor) ([]room.Panel, error) {
	found, err := h.svc.List(ctx, who, reporting.Filter{States: []reporting.State{reporting.Returned, reporting.Draft, reporting.NotStarted}, Limit: 60})
	if err != nil {
		return nil, err
	}
	reports := found.Reports
	slices.SortStableFunc(reports, h.byUrgency)
	return []room.Panel{{Order: 10, Wide: true, Body: clerkPanel(h.view(), reports)}}, nil
}

// byUrgency puts what came back first, then what is due soonest; of one deadline, what was begun.
func (h *handlers) byUrgency(a, b reporting.Report) int {
	if back := rank(a) - rank(b); back != 0 {
		return back
	}
	if c := a.DueAt.Compare(b.DueAt); c != 0 {
		return c
	}
	return b.Filled*max(a.Fillable, 1) - a.Filled*max(b.Fillable, 1)
}

func rank(r reporting.Report) int {
	if r.SentBack() {
		return 0
	}
	return 1
}

func (h *handlers) bureauHome(ctx context.Context, who actor.Actor) ([]room.Panel, error) {
	b, inbox, err := h.svc.Desk(ctx, who, h.monthInHand())
	if err != nil {
		return nil, err
	}
	asked, err := h.svc.Undecided(ctx, who)
	if err != nil {
		return nil, err
	}
	return []room.Panel{
		{Order: 10, Body: inboxPanel(h.view(), inbox, asked)},
		{Order: 20, Wide: true, Body: boardPanel(h.view(), b)},
	}, nil
}

func (h *handlers) readerHome(ctx context.Context, who actor.Actor) ([]room.Panel, error) {
	month := h.monthInHand()
	if who.HasRole(actor.Auditor) {
		latest, err := h.latestAccepted(ctx, who)
		if err != nil {
			return nil, err
		}
		if !latest.IsZero() {
			month = latest
		}
	}
	b, err := h.svc.Board(ctx, who, month)
	if err != nil {
		return nil, err
	}
	return []room.Panel{{Order: 20, Wide: true, Body: boardPanel(h.view(), b)}}, nil
}

// latestAccepted is the newest month with an accepted report in scope, zero when there is none.
func (h *handlers) latestAccepted(ctx context.Context, who actor.Actor) (period.Month, error) {
	found, err := h.svc.List(ctx, who, reporting.Filter{States: []reporting.State{reporting.Accepted}, Limit: 1})
	if err != nil || len(found.Reports) == 0 {
		return period.Month{}, err
	}
	return found.Reports[0].Month, nil
}

// search finds forms and data elements by name.
func (h *handlers) search(ctx context.Context, who actor.Actor, text string) ([]room.Hit, error) {
	if !who.May(reporting.ActionView) {
		return nil, nil
	}
	c, err := h.svc.Catalogue(ctx, who)
	if err != nil {
		return nil, err
	}
	return elementHits(c, text), nil
}

// todoWords says what a clerk's report waits for.
func todoWords(r reporting.Report) string {
	switch {
	case r.SentBack():
		_, reason := sentBackWords(r)
		words := reason + ":“" + r.Reason + "” · " + sentBackBy(r)
		if r.Errors > 0 {
			words += " · " + strconv.Itoa(r.Errors) + " 处错误"
		}
		return words
	case r.State == reporting.Draft:
		words := "已填 " + share(r.Filled, r.Fillable)
		if r.Errors > 0 {
			words += "," + strconv.Itoa(r.Errors) + " 处错误"
		}
		return words
	}
	return "0/" + strconv.Itoa(r.Fillable)
}

func todoTable(v view, reports []reporting.Report) ui.Table {
	t := ui.Table{ID: "todo-reports", Caption: "待办的月报", Cards: true, Columns: []ui.Column{{Label: "月报"}, {Label: "状态"},
		{Label: "进展", Wide: true}, {Label: "截止"}}}
	t.Empty = ui.Empty{Title: "没有要填的月报", Hint: "新的月份打开或月报被退回时会出现在这里。", Icon: "check-circle",
		Action: &ui.Action{Label: "查看已报的月报", URL: "/reporting"}}
	for i := range someOf(reports) {
		r := &reports[i]
		t.Rows = append(t.Rows, ui.Row{ID: "todo-" + id(r.ID), URL: at(r.ID), Cells: []ui.Cell{
			ui.Text(r.FormTitle + " " + r.Month.Chinese()), ui.Node(ui.Badge(statusOf(*r))), ui.Text(todoWords(*r)), ui.Node(todoDue(v, r))}})
	}
	return t
}

func inboxTable(v view, inbox []reporting.Report) ui.Table {
	t := ui.Table{Caption: "等待审核的月报", Cards: true, Columns: []ui.Column{{Label: "单位"}, {Label: "月报", Wide: true}, {Label: "检查"}, {Label: "已等"}}}
	t.Empty = ui.Empty{Title: "没有等待审核的月报", Hint: "各单位上报后会出现在这里。", Icon: "check-circle"}
	for i := range someOf(inbox) {
		r := &inbox[i]
		t.Rows = append(t.Rows, ui.Row{URL: at(r.ID), Cells: []ui.Cell{ui.Text(r.Institution), ui.Text(r.FormTitle + " " + r.Month.Chinese()),
			ui.Node(reviewCounts(r)), ui.Text(waited(r.WaitsSince(), v.now))}})
	}
	return t
}

// someOf is the head of a list for a panel.
func someOf(reports []reporting.Report) []reporting.Report { return reports[:min(most, len(reports))] }

func boardHead(b reporting.Board) string {
	return "应报 " + strconv.Itoa(b.Due) + " · 已报 " + strconv.Itoa(b.Received()) + " · 已审核 " + strconv.Itoa(b.Accepted) +
		" · 迟报 " + strconv.Itoa(b.Late) + " · 漏报 " + strconv.Itoa(b.Missing)
}

// inboxAges says how long reports have been waiting: 今天 3 · 1–3 天 2 · 3 天以上 1.
func inboxAges(v view, inbox []reporting.Report) string {
	var today, few, long int
	for _, r := range inbox {
		switch days := daysBetween(r.WaitsSince(), v.now); {
		case days <= 0:
			today++
		case days <= 3:
			few++
		default:
			long++
		}
	}
	return "今天 " + strconv.Itoa(today) + " · 1–3 天 " + strconv.Itoa(few) + " · 3 天以上 " + strconv.Itoa(long)
}

func boardActions(b reporting.Board) []ui.Action {
	return []ui.Action{{Label: "完成情况", URL: "/reporting/board?period=" + b.Month.String(), Kind: ui.Quiet}}
}
