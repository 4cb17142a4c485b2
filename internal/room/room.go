// Package room is the shape every capability has: what it can do, where it is found, what it runs in
// the background. Navigation, permissions, jobs, the home page, search, the API document and the
// route × role test all come from Room values.
package room

import (
	"context"
	"log/slog"
	"time"

	"github.com/a-h/templ"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/jobs"
	"yigai/internal/page"
	"yigai/internal/period"
)

// Deps is what every room is built from.
type Deps struct {
	DB       *pgxpool.Pool
	Replica  *pgxpool.Pool // for exports and boards; the same pool as DB when there is none
	Now      func() time.Time
	Log      *slog.Logger
	Calendar period.Calendar
	// Permissions is filled once all rooms are known; rooms read it while serving, not while being built.
	Permissions *actor.Permissions
	DataDir     string
	BaseURL     string
	Demo        bool
}

// Room is one capability.
type Room struct {
	Name    string // the package's name
	Title   string // its Chinese name
	Actions []actor.Action
	Nav     []NavItem
	Routes  []Route
	Install func(ctx context.Context) error // what a new version of the program brings along, at each start
	Jobs    func(r *jobs.Registry)
	Home    func(ctx context.Context, who actor.Actor) ([]Panel, error)            // panels of the home page
	Todos   func(ctx context.Context, who actor.Actor) (int, error)                // open to-dos in the top bar
	Unread  func(ctx context.Context, who actor.Actor) (int, error)                // unread messages in the top bar
	Search  func(ctx context.Context, who actor.Actor, text string) ([]Hit, error) // at most 8 hits
}

// NavItem is one destination in the side navigation.
type NavItem struct {
	Group string // heading: 填报, 指标, 机构, 审计, 系统
	Label string
	Path  string
	Icon  string
	// Action is the permission that shows the item; "" shows it to everyone signed in.
	Action string
	Order  int // over all rooms: tens by group
}

// Public is the Action of a route that needs nobody signed in.
const Public = "public"

// Route is one address. Action "" asks only for somebody signed in. Operations ask again for
// themselves: the route's action is what keeps a forgotten question from opening a door.
type Route struct {
	Method, Path string
	Action       string
	Handler      page.Handler
	Kept         page.Audience // for whom the page is kept until anything in the database changes
	Doc          *Doc          // for addresses under /api/v1
}

// For is the route with its page kept for the audience.
func (r Route) For(to page.Audience) Route {
	r.Kept = to
	return r
}

// Doc describes an API operation; the OpenAPI document is made from it.
type Doc struct {
	Summary  string // Chinese
	Query    []Param
	Body     any  // a zero value of the request type; nil for none
	Optional bool // the body may be left out
	Response any  // a zero value of the answer
	Status   int  // of success; 0 means 200
}

// Param is a query parameter of an API operation.
type Param struct{ Name, Description, Example string }

// Panel is one box of the home page.
type Panel struct {
	Order int // small first
	Wide  bool
	Body  templ.Component
}

// Hit is one result of the global search.
type Hit struct{ Kind, Label, Hint, URL string }
