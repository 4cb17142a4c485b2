// Package registerweb is the pages of the registers: which there are, the entries of one, and the form that is made from
// a register's declared fields. What anybody may do is decided in package register.
package registerweb

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/register"
	"yigai/internal/room"
)

// Room is the registers as a capability of the product.
func Room(d room.Deps) room.Room {
	h := &handler{svc: register.New(d.DB, d.Now), org: org.New(d.DB, d.Now), now: d.Now}
	return room.Room{
		Name: "register", Title: "机构台账", Actions: register.Actions, Routes: h.routes(), Home: h.home, Todos: h.svc.Todos,
		Install: func(ctx context.Context) error { return register.Install(ctx, d.DB) },
		Nav:     []room.NavItem{{Group: "机构", Label: "机构台账", Path: "/registers", Icon: "journal-text", Action: register.ActionView, Order: 33}},
	}
}

type handler struct {
	svc *register.Service
	org *org.Service
	now func() time.Time
}

func (h *handler) routes() []room.Route {
	return []room.Route{
		{Method: "GET", Path: "/registers", Action: register.ActionView, Handler: h.index},
		{Method: "GET", Path: "/registers/{type}", Action: register.ActionView, Handler: h.list},
		{Method: "POST", Path: "/registers/{type}/export", Action: audit.ActionExport, Handler: h.export},
		{Method: "GET", Path: "/registers/{type}/new", Action: register.ActionKeep, Handler: h.blank},
		{Method: "POST", Path: "/registers/{type}", Action: register.ActionKeep, Handler: h.add},
		{Method: "GET", Path: "/register-entries/{id}", Action: register.ActionView, Handler: h.show},
		{Method: "GET", Path: "/register-entries/{id}/edit", Action: register.ActionKeep, Handler: h.edit},
		{Method: "POST", Path: "/register-entries/{id}", Action: register.ActionKeep, Handler: h.save},
		{Method: "POST", Path: "/register-entries/{id}/withdrawal", Action: register.ActionKeep, Handler: h.withdraw},
	}
}

func (h *handler) home(ctx context.Context, who actor.Actor) ([]room.Panel, error) {
	if !who.May(register.ActionKeep) {
		return nil, nil
	}
	p, err := h.svc.List(ctx, who, register.Filter{State: register.StateExpiring, Limit: 6})
	if err != nil || p.Total == 0 {
		return nil, err
	}
	return []room.Panel{{Order: 40, Body: homePanel(p, h.today())}}, nil
}

func (h *handler) today() time.Time {
	y, m, d := h.now().In(period.Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func typeURL(slug string, more ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" && more[i+1] != "0" {
			q.Set(more[i], more[i+1])
		}
	}
	if len(q) == 0 {
		return "/registers/" + slug
	}
	return "/registers/" + slug + "?" + q.Encode()
}

func entryURL(id int64) string { return "/register-entries/" + strconv.FormatInt(id, 10) }
