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
	"yigai/web/ui"
)

// Room is data quality as a capability of the product.
func Room(d room.Deps) room.Room {
	h := newHandler(d)
	return room.Room{
		Name: "validation", Title: "数据质量", Actions: validation.Actions, Routes: h.routes(), Jobs: h.svc.Jobs, Home: h.home, Todos: h.svc.Todos,
		Nav: []room.NavItem{
			{Group: "填报", Label: "跟进", Path: "/follow-ups", Icon: "signpost-split", Action: reporting.ActionView, Order: 14},
			{Group: "填报", Label: "批量复核", Path: "/validation", Icon: "arrow-counterclockwise", Action: validation.ActionView, Order: 14},
			{Group: "填报", Label: "校验规则", Path: "/check-rules", Icon: "shield-check", Action: reporting.ActionView, Order: 15},
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

// Marking is what the pages of a report show of its follow-ups: those there are, and at each cell the way to mark it.
type Marking struct {
	Report func(ctx context.Context, who actor.Actor, report int64) (templ.Component, error)
	Cell   func(ctx context.Context, who actor.Actor, report int64, k reporting.CellKey) templ.Component
}

// Marks returns it for the application to hand to monthly reporting.
func Marks(d room.Deps) Marking { return Marking{Report: newHandler(d).besideReport, Cell: besideCell} }

func (h *handler) besideReport(ctx context.Context, who actor.Actor, report int64) (templ.Component, error) {
	found, err := h.svc.FollowUps(ctx, who, validation.FollowFilter{Report: report})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return marks(marksView{found: found, now: h.now()}), nil
}

func besideCell(_ context.Context, who actor.Actor, report int64, k reporting.CellKey) templ.Component {
	if !who.May(validation.ActionFollow) {
		return nil
	}
	return ui.Button(ui.Action{Label: "标记跟进", Icon: "signpost-split", URL: followURL(report, k.SubjectID, k.Element, "")})
}

func id(n int64) string { return strconv.FormatInt(n, 10) }
