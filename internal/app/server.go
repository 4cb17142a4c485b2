package app

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/internal/pg"
	"yigai/internal/room"
	"yigai/web/static"
	"yigai/web/ui"
)

// Handler serves every address of the product.
func (a *App) Handler() http.Handler {
	r := chi.NewRouter()
	r.Use(number, a.fromClient, a.log, recoverPanic, a.secure, readable, limitBody, middleware.Compress(1))
	r.Method("GET", "/healthz", page.Handler(alive))
	r.Method("GET", "/readyz", page.Handler(a.ready))
	r.Handle("/static/*", static.Handler())
	r.Group(func(r chi.Router) {
		r.Use(a.sameOrigin(), a.Gate.Middleware, a.shell)
		for _, one := range a.Rooms {
			for _, route := range one.Routes {
				r.Method(route.Method, route.Path, a.Gate.Guard(route.Action, page.Within(boundOf(route), a.lasting.Page(route.Kept, route.Handler))))
			}
		}
		r.NotFound(page.Handler(func(http.ResponseWriter, *http.Request) error { return fault.NotFound("这个页面") }).ServeHTTP)
		r.MethodNotAllowed(page.Handler(wrongMethod).ServeHTTP)
	})
	return r
}

// How long a page may ask the database, and how long a file or a change: an import or an export of a whole county takes
// its time. Jobs have bounds of their own.
const (
	pageBound = 15 * time.Second
	fileBound = 10 * time.Minute
)

func boundOf(route room.Route) time.Duration {
	file := strings.Contains(route.Path, "export") || strings.Contains(path.Base(route.Path), ".")
	if route.Method != http.MethodGet || file {
		return fileBound
	}
	return pageBound
}

// wrongMethod says what the address does take.
func wrongMethod(w http.ResponseWriter, r *http.Request) error {
	var takes []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch} {
		if chi.RouteContext(r.Context()).Routes.Match(chi.NewRouteContext(), method, r.URL.Path) {
			takes = append(takes, method)
		}
	}
	w.Header().Set("Allow", strings.Join(takes, ", "))
	const status = http.StatusMethodNotAllowed
	if !page.WantsJSON(r) {
		return page.Render(w, r, status, ui.Problem(ui.Trouble{Status: status}))
	}
	page.WriteProblem(w, page.Problem{Type: "about:blank", Title: "不支持这种操作", Status: status,
		Detail: "这个地址不支持 " + r.Method + ",可以用 " + strings.Join(takes, "、")})
	return nil
}

// sameOrigin refuses a changing request that another site makes in the person's browser.
func (a *App) sameOrigin() func(http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	if err := protection.AddTrustedOrigin(a.Config.BaseURL); err != nil {
		a.Deps.Log.Warn("YIGAI_BASE_URL 无法作为网页来源", "error", err)
	}
	protection.SetDenyHandler(page.Handler(func(http.ResponseWriter, *http.Request) error {
		return fault.Forbidden("这个请求来自另一个网站,已拒绝")
	}))
	return protection.Handler
}

func alive(w http.ResponseWriter, _ *http.Request) error {
	return page.JSON(w, http.StatusOK, map[string]string{"process": "ok"})
}

// ready says whether the database answers, the schema is current and some worker is alive.
func (a *App) ready(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	state := map[string]string{"database": "ok", "schema": "ok", "worker": "ok"}
	status := http.StatusOK
	bad := func(what, why string) { state[what], status = why, http.StatusServiceUnavailable }
	schema, err := pg.SchemaState(ctx, a.Deps.DB)
	switch {
	case err != nil:
		bad("database", "数据库没有应答")
	case !schema.Current():
		bad("schema", fmt.Sprintf("数据库结构 %d,程序需要 %d", schema.Applied, schema.Newest))
	}
	if working, err := workerAlive(ctx, a.Deps.DB); err != nil || !working {
		bad("worker", "没有后台任务进程在运行")
	}
	return page.JSON(w, status, state)
}

// shell puts around every page what the person may do, and where they are.
func (a *App) shell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := page.Who(r)
		if !who.SignedIn() || page.WantsJSON(r) {
			next.ServeHTTP(w, r)
			return
		}
		s := ui.Shell{County: who.County, User: who.Name, Username: who.Username, Institution: who.Institution, Demo: a.Config.Demo,
			Role: actor.RoleTitle(firstOf(who.Roles)), Query: r.URL.Query().Get("q"),
			Nav: a.navigation(who, r.URL.Path), UserMenu: a.userMenu(who), Flashes: a.flashes(r), Count: a.counter(who)}
		next.ServeHTTP(w, r.WithContext(ui.WithShell(r.Context(), s)))
	})
}

// flashes are taken when a page is asked for; a fragment or a change leaves them for the page that follows.
func (a *App) flashes(r *http.Request) []ui.Flash {
	if r.Method != http.MethodGet || r.Header.Get("HX-Request") != "" || r.Header.Get("X-Requested-With") != "" {
		return nil
	}
	return a.Gate.TakeFlashes(r.Context())
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
