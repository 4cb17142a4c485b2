// Package indicatorweb shows indicators: the board, the page of one indicator and of one value, the definitions, and
// the API. What anybody may do is decided in package indicator.
package indicatorweb

import (
	"context"
	"net/http"
	"time"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/room"
)

// The bounds of what stays in memory of boards, and of panels of the home page.
const (
	maxKept  = 400
	maxBytes = 16 << 20
)

// Room is the indicators as a capability of the product.
func Room(d room.Deps) room.Room {
	h := &handler{svc: indicator.New(d.DB, d.Now, d.Calendar), now: d.Now,
		boards: page.NewKept[keptBoard](maxKept, maxBytes), panels: page.NewKept[keptPanels](maxKept, maxBytes/8)}
	return room.Room{
		Name: "indicator", Title: "指标", Actions: indicator.Actions,
		Nav: []room.NavItem{
			{Group: "指标", Label: "指标看板", Path: "/indicators", Icon: "graph-up", Action: indicator.ActionView, Order: 20},
			{Group: "指标", Label: "指标管理", Path: "/indicator-definitions", Icon: "sliders", Action: indicator.ActionManage, Order: 21},
		},
		Routes: append(h.pages(), h.api()...),
		Jobs:   h.svc.Jobs,
		Home:   h.home,
		Search: h.search,
	}
}

type handler struct {
	svc *indicator.Service
	now func() time.Time

	boards *page.Kept[keptBoard]
	panels *page.Kept[keptPanels]
}

func get(path, action string, h page.Handler) room.Route {
	return room.Route{Method: http.MethodGet, Path: path, Action: action, Handler: h}
}

func post(path, action string, h page.Handler) room.Route {
	return room.Route{Method: http.MethodPost, Path: path, Action: action, Handler: h}
}

// pages lists the addresses that people open.
func (h *handler) pages() []room.Route {
	return []room.Route{
		get("/indicators", indicator.ActionView, h.board).For(page.Alike),
		post("/indicators/computation", indicator.ActionCompute, h.compute),
		get("/indicators/corrections", indicator.ActionView, h.effects),
		get("/indicators/{slug}", indicator.ActionView, h.detail),
		get("/indicators/{slug}/values/{institution}/{period}", indicator.ActionView, h.value),
		get("/indicator-definitions", indicator.ActionManage, h.definitions),
		get("/indicator-definitions/new", indicator.ActionManage, h.blank),
		post("/indicator-definitions", indicator.ActionManage, h.create),
		post("/indicator-definitions/check", indicator.ActionManage, h.check),
		post("/indicator-definitions/preview", indicator.ActionManage, h.preview),
		get("/indicator-definitions/{slug}/edit", indicator.ActionManage, h.edit),
		post("/indicator-definitions/{slug}", indicator.ActionManage, h.save),
		post("/indicator-definitions/{slug}/enablement", indicator.ActionManage, h.enable),
		post("/indicator-definitions/{slug}/disablement", indicator.ActionManage, h.disable),
		post("/indicator-definitions/{slug}/targets", indicator.ActionManage, h.addTarget),
		post("/indicator-definitions/{slug}/targets/{id}/end", indicator.ActionManage, h.endTarget),
	}
}

// search finds indicators in use by name or slug.
func (h *handler) search(ctx context.Context, who actor.Actor, text string) ([]room.Hit, error) {
	if !who.May(indicator.ActionView) {
		return nil, nil
	}
	const most = 8
	found, err := h.svc.Indicators(ctx, who, indicator.Filter{Text: text, State: "enabled"})
	if err != nil {
		return nil, err
	}
	hits := make([]room.Hit, min(len(found), most))
	for n := range hits {
		hits[n] = room.Hit{Kind: "指标", Label: found[n].NameZH, Hint: found[n].Topic, URL: indicatorURL(found[n].Slug)}
	}
	return hits, nil
}
