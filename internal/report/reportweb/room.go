// Package reportweb is the pages for what leaves the house and what proves it: exports and their log, the checking of
// a file against its hash, and the audit trail with its differences.
package reportweb

import (
	"time"

	"yigai/internal/actor"
	"yigai/internal/page"
	"yigai/internal/report"
	"yigai/internal/reporting"
	"yigai/internal/room"
)

// handlers answers every address of the room.
type handlers struct {
	svc     *report.Service
	now     func() time.Time
	allowed *actor.Permissions // the actions that a filter offers
}

// Room returns exports and the audit trail with their pages and the auditor's part of the home page.
func Room(d room.Deps) room.Room {
	h := &handlers{svc: report.New(d.DB, d.Replica, d.Now, reporting.New(d.DB, d.Now, d.Calendar), d.Permissions), now: d.Now, allowed: d.Permissions}
	return room.Room{Name: "report", Title: "导出与审计", Actions: report.Actions, Routes: h.routes(), Home: h.home,
		Nav: []room.NavItem{
			{Group: "审计", Label: "导出", Path: "/exports", Icon: "download", Action: report.ActionExport, Order: 70},
			{Group: "审计", Label: "审计日志", Path: "/audit", Icon: "clock-history", Action: report.ActionTrail, Order: 71},
		}}
}

// routes lists the addresses. A file is made by a POST, because making it writes to the log; so is the proof of the
// chain, because it costs.
func (h *handlers) routes() []room.Route {
	return []room.Route{
		{Method: "GET", Path: "/exports", Action: report.ActionExport, Handler: h.exports},
		{Method: "POST", Path: "/exports/{kind}.{format}", Action: report.ActionExport, Handler: h.download},
		{Method: "POST", Path: "/exports/verification", Action: report.ActionExport, Handler: h.verify},
		{Method: "GET", Path: "/audit", Action: report.ActionTrail, Handler: h.trail, Kept: page.Alike},
		{Method: "POST", Path: "/audit/trail.{format}", Action: report.ActionTrail, Handler: h.downloadTrail},
		{Method: "POST", Path: "/audit/chain", Action: report.ActionTrail, Handler: h.chain},
		{Method: "GET", Path: "/audit/{id}", Action: report.ActionTrail, Handler: h.entry},
		{Method: "GET", Path: "/audit/objects/{kind}/{id}", Action: report.ActionTrail, Handler: h.timeline},
	}
}
