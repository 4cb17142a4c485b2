// Package analysisweb shows the ad-hoc table: the builder with the table beside it, the kept views, and the file. What
// anybody may see or keep is decided in package analysis.
package analysisweb

import (
	"net/http"
	"time"

	"yigai/internal/analysis"
	"yigai/internal/page"
	"yigai/internal/room"
)

// Room is the ad-hoc table as a capability of the product.
func Room(d room.Deps) room.Room {
	h := &handler{svc: analysis.New(d.DB, d.Replica, d.Now, d.Calendar), now: d.Now}
	return room.Room{
		Name: "analysis", Title: "自定义表", Actions: analysis.Actions,
		Nav: []room.NavItem{
			{Group: "指标", Label: "自定义表", Path: "/analysis", Icon: "file-earmark-bar-graph", Action: analysis.ActionView, Order: 25},
		},
		Routes: h.routes(),
		Search: h.search,
	}
}

type handler struct {
	svc *analysis.Service
	now func() time.Time
}

func (h *handler) routes() []room.Route {
	get := func(path, action string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodGet, Path: path, Action: action, Handler: handler}
	}
	post := func(path, action string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodPost, Path: path, Action: action, Handler: handler}
	}
	return []room.Route{
		get("/analysis", analysis.ActionView, h.table),
		post("/analysis/table.{format}", analysis.ActionExport, h.download),
		get("/analysis/views", analysis.ActionView, h.views),
		get("/analysis/views/new", analysis.ActionKeep, h.blank),
		post("/analysis/views", analysis.ActionKeep, h.keep),
		get("/analysis/views/{id}", analysis.ActionView, h.open),
		get("/analysis/views/{id}/edit", analysis.ActionKeep, h.edit),
		post("/analysis/views/{id}", analysis.ActionKeep, h.change),
		post("/analysis/views/{id}/removal", analysis.ActionKeep, h.remove),
		h.api(),
	}
}
