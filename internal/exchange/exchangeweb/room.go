// Package exchangeweb is the pages and the API by which figures come in from other systems and go out to them. What may
// be imported and undone is decided in package exchange.
package exchangeweb

import (
	"net/http"
	"time"

	"yigai/internal/audit"
	"yigai/internal/exchange"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/room"
)

type handlers struct {
	svc     *exchange.Service
	reports *reporting.Service
	now     func() time.Time
}

// Room is the exchange of figures as a capability of the product.
func Room(d room.Deps) room.Room {
	h := &handlers{svc: exchange.New(d.DB, d.Replica, d.Now, d.Calendar), reports: reporting.New(d.DB, d.Now, d.Calendar), now: d.Now}
	return room.Room{Name: "exchange", Title: "数据交换", Actions: exchange.Actions, Routes: append(h.routes(), h.api()...), Nav: []room.NavItem{
		{Group: "填报", Label: "数据交换", Path: "/exchange", Icon: "arrow-left-right", Action: exchange.ActionView, Order: 17}}}
}

// routes lists the pages. A file is made by a POST, because making it writes to the log.
func (h *handlers) routes() []room.Route {
	get := func(path, action string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodGet, Path: path, Action: action, Handler: handler}
	}
	post := func(path, action string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodPost, Path: path, Action: action, Handler: handler}
	}
	return []room.Route{
		get("/exchange", exchange.ActionView, h.imports),
		get("/exchange/{id}", exchange.ActionView, h.detail),
		post("/exchange/{id}/undo", exchange.ActionImport, h.undo),
		get("/exchange/import", exchange.ActionImport, h.blank),
		post("/exchange/import", exchange.ActionImport, h.look),
		post("/exchange/import/application", exchange.ActionImport, h.store),
		get("/exchange/export", audit.ActionExport, h.exportForm),
		post("/exchange/files/figures", audit.ActionExport, h.export),
		get("/exchange/codes", exchange.ActionView, h.codes),
		post("/exchange/codes", exchange.ActionConfigure, h.setCodes),
		post("/exchange/codes/import", exchange.ActionConfigure, h.importCodes),
		post("/exchange/files/codes", audit.ActionExport, h.exportCodes),
	}
}

// monthInHand is the month that is being reported: the last one that is over.
func (h *handlers) monthInHand() period.Month { return period.MonthOf(h.now()).Prev() }
