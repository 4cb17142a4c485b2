// Package orgweb shows the organisation: institutions as a list and as a tree, divisions, medical
// communities, imports, and the institutions of the API. What anybody may do is decided in package org.
package orgweb

import (
	"context"
	"strconv"
	"time"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/room"
)

// Room is the organisation as a capability of the product.
func Room(d room.Deps) room.Room {
	h := &handler{svc: org.New(d.DB, d.Now), now: d.Now}
	return room.Room{
		Name:    "org",
		Title:   "机构",
		Actions: org.Actions,
		Nav: []room.NavItem{
			{Group: "机构", Label: "机构", Path: "/institutions", Icon: "hospital", Action: org.ActionView, Order: 30},
			{Group: "机构", Label: "行政区划", Path: "/divisions", Icon: "geo-alt", Action: org.ActionView, Order: 31},
			{Group: "机构", Label: "医共体", Path: "/communities", Icon: "diagram-3", Action: org.ActionView, Order: 32},
		},
		Routes: h.routes(),
		Search: h.search,
	}
}

type handler struct {
	svc *org.Service
	now func() time.Time
}

// search finds institutions and divisions by part of the name or start of the code.
func (h *handler) search(ctx context.Context, who actor.Actor, text string) ([]room.Hit, error) {
	if !who.May(org.ActionView) {
		return nil, nil
	}
	const most = 8
	found, err := h.svc.All(ctx, who, org.Filter{Text: text, Limit: most})
	if err != nil {
		return nil, err
	}
	hits := make([]room.Hit, len(found))
	for n, i := range found {
		hits[n] = room.Hit{Kind: "机构", Label: i.Name, Hint: i.KindTitle() + " " + i.Code, URL: institutionURL(i.ID)}
	}
	divisions, err := h.svc.FindDivisions(ctx, who, text)
	if err != nil {
		return nil, err
	}
	for _, d := range divisions[:min(len(divisions), most-len(hits))] {
		hits = append(hits, room.Hit{Kind: "区划", Label: d.Name, Hint: org.LevelTitle(d.Level) + " " + d.Code, URL: "/divisions/" + d.Code})
	}
	return hits, nil
}

func institutionURL(id int64) string { return "/institutions/" + strconv.FormatInt(id, 10) }

func communityURL(id int64) string { return "/communities/" + strconv.FormatInt(id, 10) }
