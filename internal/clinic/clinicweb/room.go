// Package clinicweb shows the village clinics: their register as list, page, form and grid, the coverage of villages, visits,
// assessments, construction and photos. What anybody may do is decided in package clinic.
package clinicweb

import (
	"context"
	"strconv"
	"time"

	"yigai/internal/actor"
	"yigai/internal/clinic"
	"yigai/internal/room"
)

// Room is the register of village clinics as a capability of the product.
func Room(d room.Deps) room.Room {
	h := &handler{svc: clinic.New(d.DB, d.Now), now: d.Now}
	return room.Room{
		Name: "clinic", Title: "村卫生室", Actions: clinic.Actions, Routes: h.routes(), Search: h.search,
		Nav: []room.NavItem{{Group: "机构", Label: "村卫生室", Path: path, Icon: "house", Action: clinic.ActionView, Order: 33}},
	}
}

const path = "/clinics"

type handler struct {
	svc *clinic.Service
	now func() time.Time
}

func clinicURL(id int64) string { return path + "/" + strconv.FormatInt(id, 10) }

// search finds clinics by part of the name or start of the code.
func (h *handler) search(ctx context.Context, who actor.Actor, text string) ([]room.Hit, error) {
	if !who.May(clinic.ActionView) {
		return nil, nil
	}
	const most = 4
	found, err := h.svc.List(ctx, who, clinic.Filter{Text: text, Limit: most})
	if err != nil {
		return nil, err
	}
	hits := make([]room.Hit, len(found.Items))
	for n, c := range found.Items {
		hits[n] = room.Hit{Kind: "卫生室台账", Label: c.Name, Hint: c.TownshipName, URL: clinicURL(c.ID)}
	}
	return hits, nil
}
