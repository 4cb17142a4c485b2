// Package workbookweb is the pages of workbooks: downloading one report or a whole month, sending filled workbooks back,
// and the preview between reading and storing. Nothing is kept between the steps but what travels, sealed, in the page.
package workbookweb

import (
	"net/http"
	"time"

	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/internal/room"
	"yigai/internal/secret"
	"yigai/internal/workbook"
)

type handlers struct {
	reports *reporting.Service
	books   *workbook.Service
	now     func() time.Time
}

// Room returns the workbooks of monthly reporting with their pages.
func Room(d room.Deps) room.Room {
	reports := reporting.New(d.DB, d.Now, d.Calendar)
	h := &handlers{reports: reports, books: workbook.New(d.DB, reports, secret.In(d.DataDir), d.Now), now: d.Now}
	return room.Room{Name: "workbook", Title: "Excel 填报", Routes: h.routes(), Nav: []room.NavItem{
		{Group: "填报", Label: "Excel 填报", Path: "/workbooks", Icon: "file-earmark-spreadsheet", Action: reporting.ActionEnter, Order: 11}}}
}

func (h *handlers) routes() []room.Route {
	get := func(path, action string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodGet, Path: path, Action: action, Handler: handler}
	}
	post := func(path string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodPost, Path: path, Action: reporting.ActionEnter, Handler: handler}
	}
	return []room.Route{
		get("/reporting/{id}/workbook.xlsx", reporting.ActionView, h.download),
		get("/reporting/{id}/upload", reporting.ActionEnter, h.uploadOne),
		post("/reporting/{id}/upload", h.previewOne),
		post("/reporting/{id}/upload/application", h.applyOne),
		get("/workbooks", reporting.ActionEnter, h.index),
		get("/workbooks/month.xlsx", reporting.ActionEnter, h.downloadMonth),
		post("/workbooks", h.previewMany),
		post("/workbooks/application", h.applyMany),
	}
}
