// Package accountweb is the door: signing in and out, one's own password, sessions and tokens, and the pages on which
// administrators keep accounts. Its Gate puts the person behind a request into the context and guards every route.
package accountweb

import (
	"context"
	"time"

	"github.com/alexedwards/scs/v2"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/jobs"
	"yigai/internal/room"
	"yigai/internal/secret"
)

var shanghai = time.FixedZone("CST", 8*60*60)

// handlers answer the room's addresses.
type handlers struct {
	svc  *account.Service
	gate *Gate
	once once
	demo bool

	working func(ctx context.Context) (bool, error) // whether background work is done
}

// Room builds the room and the gate in front of all rooms.
func Room(d room.Deps, sessions *scs.SessionManager) (room.Room, *Gate) {
	svc := account.New(d.DB, d.Now, func() *actor.Permissions { return d.Permissions })
	gate := newGate(svc, sessions, d)
	h := &handlers{svc: svc, gate: gate, once: once{sessions, secret.In(d.DataDir)}, demo: d.Demo, working: workers(d)}
	return room.Room{
		Name: "account", Title: "账号", Actions: account.Actions, Routes: h.routes(),
		Nav: []room.NavItem{{Group: "系统", Label: "账号管理", Path: "/accounts", Icon: "person-gear",
			Action: account.ActionView, Order: 90}},
		Home:   h.home,
		Search: h.search,
		Jobs: func(r *jobs.Registry) {
			r.Every(jobs.Schedule{Name: "account.prune", Next: jobs.Daily(shanghai, 3, 20),
				Do: func(ctx context.Context, _ time.Time) error { return svc.Prune(ctx) }})
		},
	}, gate
}
