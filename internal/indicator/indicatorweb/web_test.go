package indicatorweb_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"yigai/internal/actor"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/indicator/indicatorweb"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/room"
	"yigai/web/ui"
)

// site is the room as one person sees it.
type site struct {
	t       *testing.T
	handler http.Handler
}

func visit(t *testing.T, c *indicatortest.County, who actor.Actor) site {
	t.Helper()
	return site{t, mount(deps(c), who)}
}

func deps(c *indicatortest.County) room.Deps {
	return room.Deps{DB: c.DB, Replica: c.DB, Now: orgtest.Now, Calendar: period.China()}
}

// mount serves the room's routes to one person, asking for each route's action as the application does.
func mount(d room.Deps, who actor.Actor) http.Handler { return mountRoom(indicatorweb.Room(d), who) }

func mountRoom(one room.Room, who actor.Actor) http.Handler {
	r := chi.NewRouter()
	for _, route := range one.Routes {
		r.Method(route.Method, route.Path, page.Handler(func(w http.ResponseWriter, req *http.Request) error {
			if err := page.Who(req).Require(route.Action); err != nil {
				return err
			}
			return route.Handler(w, req)
		}))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		ctx := ui.WithShell(actor.With(req.Context(), who), ui.Shell{User: who.Name, County: who.County})
		r.ServeHTTP(w, req.WithContext(ctx))
	})
}

func (s site) send(req *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, req)
	return w
}

// page opens an address and expects the status.
func (s site) page(status int, address string) *goquery.Document {
	s.t.Helper()
	return s.document(status, s.send(httptest.NewRequest(http.MethodGet, address, nil)))
}

// post sends a form and expects the status.
func (s site) post(status int, address string, fields ...string) (*goquery.Document, string) {
	s.t.Helper()
	values := url.Values{}
	for n := 0; n+1 < len(fields); n += 2 {
		values.Set(fields[n], fields[n+1])
	}
	req := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := s.send(req)
	return s.document(status, w), w.Header().Get("Location")
}

// json sends JSON and returns the body.
func (s site) json(status int, method, address, body string) string {
	s.t.Helper()
	w := s.send(httptest.NewRequest(method, address, strings.NewReader(body)))
	if w.Code != status {
		s.t.Fatalf("%s %s: status %d, want %d: %s", method, address, w.Code, status, w.Body)
	}
	return w.Body.String()
}

func (s site) document(status int, w *httptest.ResponseRecorder) *goquery.Document {
	s.t.Helper()
	body, err := io.ReadAll(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if w.Code != status {
		s.t.Fatalf("status %d, want %d: %s", w.Code, status, body)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	return doc
}

// text is the text of what a selector finds, with single blanks.
func text(doc *goquery.Document, selector string) string {
	return strings.Join(strings.Fields(doc.Find(selector).Text()), " ")
}
