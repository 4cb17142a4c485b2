package accountweb

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/httprate"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/internal/room"
	"yigai/web/ui"
)

// signInsPerMinute bounds the work that one address can cause; what guards the accounts is the core's throttle.
const signInsPerMinute = 120

// Gate stands in front of every room. Middleware wraps the whole router and says who asks; Guard wraps each route and
// lets in who may.
type Gate struct {
	svc      *account.Service
	sessions *scs.SessionManager
	flashes  flashes
	limit    *httprate.RateLimiter
	origin   *http.CrossOriginProtection
	secure   bool
	demo     bool
}

func newGate(svc *account.Service, sessions *scs.SessionManager, d room.Deps) *Gate {
	g := &Gate{svc: svc, sessions: sessions, flashes: flashes{sessions}, origin: http.NewCrossOriginProtection(),
		secure: strings.HasPrefix(d.BaseURL, "https://"), demo: d.Demo}
	// Behind a proxy that changes Host, the address people use is the base URL's.
	if u, err := url.Parse(d.BaseURL); err == nil && u.Host != "" {
		if err := g.origin.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil && d.Log != nil {
			d.Log.Warn("YIGAI_BASE_URL 无法作为网页来源", "error", err)
		}
	}
	g.limit = httprate.NewRateLimiter(signInsPerMinute, time.Minute, httprate.WithLimitHandler(tooMany))
	return g
}

// over is what the middleware found out about a session that can no longer be used.
type overKey struct{}

func overOf(ctx context.Context) *account.OverError {
	over, _ := ctx.Value(overKey{}).(*account.OverError)
	return over
}

// Middleware puts the person behind the request into the context, if there is one: by session cookie for pages, by
// bearer token for the API. It refuses nobody; that is Guard's work. Static files go around it.
func (g *Gate) Middleware(next http.Handler) http.Handler {
	pages := g.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.serve(w, r.WithContext(page.WithFlashes(r.Context(), g.flashes)), next, g.bySession)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(account.Visited(r.Context()))
		switch {
		case strings.HasPrefix(r.URL.Path, "/static/"), r.URL.Path == "/healthz", r.URL.Path == "/readyz":
			next.ServeHTTP(w, r)
		case strings.HasPrefix(r.URL.Path, "/api/"):
			g.serve(w, r, next, g.byToken)
		default:
			pages.ServeHTTP(w, r)
		}
	})
}

func (g *Gate) serve(w http.ResponseWriter, r *http.Request, next http.Handler, identify func(*http.Request) (actor.Actor, error)) {
	who, err := identify(r)
	over := (*account.OverError)(nil)
	switch {
	case errors.As(err, &over):
		r = r.WithContext(context.WithValue(r.Context(), overKey{}, over))
	case err != nil:
		page.Fail(w, r, err)
		return
	}
	who.Address = address(r)
	r = r.WithContext(actor.With(r.Context(), who))
	if who.SignedIn() || strings.HasPrefix(r.URL.Path, "/api/") {
		next.ServeHTTP(w, r)
		return
	}
	page.Handler(func(w http.ResponseWriter, r *http.Request) error { return g.stranger(w, r, next) }).ServeHTTP(w, r)
}

func (g *Gate) bySession(r *http.Request) (actor.Actor, error) {
	session := g.sessions.GetInt64(r.Context(), account.KeySession)
	if session == 0 {
		return actor.Actor{}, nil
	}
	return g.svc.ActorOfSession(r.Context(), g.sessions.GetInt32(r.Context(), account.KeyCounty), session)
}

func (g *Gate) byToken(r *http.Request) (actor.Actor, error) {
	kind, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "Bearer") {
		return actor.Actor{}, nil
	}
	return g.svc.ActorOfToken(r.Context(), strings.TrimSpace(secret))
}

// Guard lets a route be used by who holds its action: room.Public everybody, "" everybody signed in.
func (g *Gate) Guard(action string, next http.Handler) http.Handler {
	if action == room.Public {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !page.Who(r).SignedIn() {
			g.askToSignIn(w, r)
			return
		}
		if page.Who(r).MustChange && !openToAll(r.URL.Path) {
			mustChange(w, r)
			return
		}
		if err := g.permit(r, action); err != nil {
			page.Fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// permit records the refusal of a route; what an operation refuses it records itself.
func (g *Gate) permit(r *http.Request, action string) error {
	if action == "" {
		return nil
	}
	who := page.Who(r)
	err := who.Require(action)
	if err == nil {
		return nil
	}
	if noted := g.svc.NoteRefusal(r.Context(), who, action, "route", r.Method+" "+r.URL.Path, err.Error()); noted != nil {
		return noted
	}
	return err
}

// TakeFlashes returns the messages for the next page and forgets them; call it once per page shown.
func (g *Gate) TakeFlashes(ctx context.Context) []ui.Flash { return g.flashes.take(ctx) }

// openToAll lists what can be reached before the first password has been changed.
func openToAll(path string) bool {
	return slices.Contains([]string{"/account/password", "/logout"}, path)
}

func mustChange(w http.ResponseWriter, r *http.Request) {
	if byScript(r) || r.Method != http.MethodGet {
		page.Fail(w, r, fault.Forbidden("请先修改初始密码,再继续使用"))
		return
	}
	http.Redirect(w, r, "/account/password", http.StatusSeeOther)
}

// byScript reports a request of a script in the page, which wants a status rather than another page.
func byScript(r *http.Request) bool {
	return page.WantsJSON(r) || r.Header.Get("HX-Request") != "" ||
		r.Header.Get("Sec-Fetch-Dest") == "empty" || r.Header.Get("X-Requested-With") != ""
}

// address is where the request came from, without the port.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func tooMany(w http.ResponseWriter, r *http.Request) {
	const said = "登录请求太频繁,请一分钟后再试"
	w.Header().Set("Retry-After", "60")
	if page.WantsJSON(r) {
		page.WriteProblem(w, page.Problem{Type: "about:blank", Title: "请求太频繁", Status: http.StatusTooManyRequests, Detail: said})
		return
	}
	trouble := ui.Trouble{Status: http.StatusTooManyRequests, Message: said, Back: "/login"}
	if err := page.Render(w, r, http.StatusTooManyRequests, ui.Problem(trouble)); err != nil {
		page.Fail(w, r, err)
	}
}
