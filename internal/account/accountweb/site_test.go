package accountweb_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"yigai/internal/account"
	"yigai/internal/account/accounttest"
	"yigai/internal/account/accountweb"
	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/pgtest"
	"yigai/internal/room"

	"github.com/jackc/pgx/v5/pgxpool"
)

// site is the room served as the application serves it, with one more page that keeps what is posted to it.
type site struct {
	*httptest.Server
	db     *pgxpool.Pool
	county org.County
	root   org.Institution
	hosp   org.Institution

	panels func(ctx context.Context, who actor.Actor) ([]room.Panel, error)

	mu     sync.Mutex
	at     time.Time
	posted []url.Values
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{db: pgtest.New(t), at: orgtest.Now()}
	s.county, s.root = orgtest.County(t, s.db)
	s.hosp = orgtest.Institution(t, s.db, s.county, org.KindTownshipHospital, "麦新镇中心卫生院")
	sessions := accountweb.NewSessions(account.NewCookies(s.db), "http://127.0.0.1")
	r, gate := accountweb.Room(room.Deps{DB: s.db, DataDir: t.TempDir(), Now: s.now, Permissions: accounttest.Permissions()}, sessions)
	s.panels = r.Home
	mux := chi.NewRouter()
	mux.Use(gate.Middleware)
	for _, route := range r.Routes {
		mux.Method(route.Method, route.Path, gate.Guard(route.Action, route.Handler))
	}
	mux.Method("GET", "/", gate.Guard("", page.Handler(s.home(gate))))
	mux.Method("GET", "/panels", gate.Guard("", page.Handler(s.showPanels)))
	mux.Method("POST", "/work", gate.Guard("test.enter", page.Handler(s.work)))
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *site) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

func (s *site) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(d)
}

func (s *site) home(gate *accountweb.Gate) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		said := page.Who(r).Username
		for _, f := range gate.TakeFlashes(r.Context()) {
			said += " " + f.Text
		}
		_, err := io.WriteString(w, said)
		return err
	}
}

func (s *site) work(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posted = append(s.posted, r.PostForm)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

func (s *site) account(t *testing.T, home org.Institution, roles ...string) account.Account {
	t.Helper()
	return accounttest.Account(t, s.db, s.county.ID, home, roles...)
}

// browser is somebody signed in with the roles.
func (s *site) browser(t *testing.T, home org.Institution, roles ...string) *http.Client {
	t.Helper()
	return accounttest.SignedIn(t, s.URL, s.account(t, home, roles...))
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) find(t *testing.T, selector string) *goquery.Selection {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Find(selector)
}

func (a answer) want(t *testing.T, status int, location string) answer {
	t.Helper()
	if a.status != status || location != "" && a.header.Get("Location") != location {
		t.Fatalf("status %d to %q, want %d to %q\n%s", a.status, a.header.Get("Location"), status, location, a.body)
	}
	return a
}

func (s *site) do(t *testing.T, c *http.Client, r *http.Request) answer {
	t.Helper()
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

func (s *site) request(t *testing.T, method, path string, typed url.Values, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(typed.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func (s *site) get(t *testing.T, c *http.Client, path string, headers ...string) answer {
	t.Helper()
	return s.do(t, c, s.request(t, http.MethodGet, path, nil, headers...))
}

func (s *site) post(t *testing.T, c *http.Client, path string, typed url.Values, headers ...string) answer {
	t.Helper()
	return s.do(t, c, s.request(t, http.MethodPost, path, typed, headers...))
}

func path(a account.Account, rest string) string {
	return "/accounts/" + strconv.FormatInt(a.ID, 10) + rest
}

// showPanels writes what the room offers the home page.
func (s *site) showPanels(w http.ResponseWriter, r *http.Request) error {
	panels, err := s.panels(r.Context(), page.Who(r))
	for _, p := range panels {
		if err := p.Body.Render(r.Context(), w); err != nil {
			return err
		}
	}
	return err
}
