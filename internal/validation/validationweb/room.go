// Package validationweb is the pages of data quality: check rules with their tester, the settings of ranges and limits,
// re-validation of past months, and the worklist of figures to be looked into.
// What anybody may do is decided in packages validation and reporting.
package validationweb

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"yigai/internal/actor"
	"yigai/internal/reporting"
	"yigai/internal/room"
	"yigai/internal/validation"
)

// Room is data quality as a capability of the product.
func Room(d room.Deps) room.Room {
	h := newHandler(d)
	return room.Room{
		Name: "validation", Title: "数据质量", Actions: validation.Actions, Routes: h.routes(), Jobs: h.svc.Jobs, Home: h.home, Todos: h.svc.Todos,
		Nav: []room.NavItem{
			{Group: "填报", Label: "跟进", Path: "/follow-ups", Icon: "flag", Action: reporting.ActionView, Order: 14},
			{Group: "填报", Label: "批量复核", Path: "/validation", Icon: "arrow-repeat", Action: validation.ActionView, Order: 14},
			{Group: "填报", Label: "校验规则", Path: "/check-rules", Icon: "check2-square", Action: reporting.ActionView, Order: 15},
		},
	}
}

type handler struct {
	svc *validation.Service
	rep *reporting.Service
	now func() time.Time
}

func newHandler(d room.Deps) *handler {
	svc := validation.New(d.DB, d.Now, d.Calendar)
	return &handler{svc: svc, rep: svc.Reporting(), now: d.Now}
}

// Marks returns what the pages of a report show of its follow-ups.
func Marks(d room.Deps) func(ctx context.Context, who actor.Actor, report int64) (templ.Component, error) {
	h := newHandler(d)
	return func(ctx context.Context, who actor.Actor, report int64) (templ.Component, error) {
		found, err := h.svc.FollowUps(ctx, who, validation.FollowFilter{Report: report})
		if err != nil {
			return nil, err
		}
		return marks(marksView{found: found, now: h.now()}), nil
	}
}

func id(n int64) string { return strconv.FormatInt(n, 10) }
