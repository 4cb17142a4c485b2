// Package overviewweb shows the county on one screen, on paper and on the wall, and lets it be arranged. What anybody may
// see or change is decided in package overview.
package overviewweb

import (
	"net/http"
	"time"

	"yigai/internal/audit"
	"yigai/internal/indicator"
	"yigai/internal/overview"
	"yigai/internal/page"
	"yigai/internal/room"
)

// The bounds of what stays in memory of overviews.
const (
	maxKept  = 200
	maxBytes = 6 << 20
)

// Room is the overview as a capability of the product.
func Room(d room.Deps) room.Room {
	h := &handler{svc: overview.New(d.DB, d.Now, d.Calendar), now: d.Now, kept: page.NewKept[keptView](maxKept, maxBytes)}
	return room.Room{
		Name: "overview", Title: "县域总览", Actions: overview.Actions, Routes: h.routes(),
		Nav: []room.NavItem{{Group: "指标", Label: "县域总览", Path: path, Icon: "display", Action: indicator.ActionView, Order: 19}},
	}
}

const path = "/overview"

type handler struct {
	svc  *overview.Service
	now  func() time.Time
	kept *page.Kept[keptView]
}

func (h *handler) routes() []room.Route {
	get := func(path, action string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodGet, Path: path, Action: action, Handler: handler}
	}
	post := func(path, action string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodPost, Path: path, Action: action, Handler: handler}
	}
	return []room.Route{
		get(path, indicator.ActionView, h.show).For(page.Alike),
		post("/overview/export", audit.ActionExport, h.export),
		get("/overview/arrangement", overview.ActionArrange, h.arrangement),
		post("/overview/indicators", overview.ActionArrange, h.choose),
		post("/overview/tiles", overview.ActionArrange, h.place),
	}
}
