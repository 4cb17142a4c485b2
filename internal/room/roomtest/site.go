// Package roomtest asks a room's routes as the application would, for the tests of the rooms' pages.
package roomtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"yigai/internal/actor"
	"yigai/internal/page"
	"yigai/internal/room"
	"yigai/web/ui"
)

// Site is a room's routes, asked as one actor, who may be changed between two requests.
type Site struct {
	testing.TB
	Who    actor.Actor
	routes http.Handler
}

// New mounts the room's routes. As in the application, a route's action is asked for before its handler runs.
func New(t testing.TB, r room.Room, who actor.Actor) *Site {
	t.Helper()
	routes := chi.NewRouter()
	for _, one := range r.Routes {
		routes.Method(one.Method, one.Path, page.Handler(func(w http.ResponseWriter, r *http.Request) error {
			if err := page.Who(r).Require(one.Action); err != nil {
				return err
			}
			return one.Handler(w, r)
		}))
	}
	return &Site{TB: t, Who: who, routes: routes}
}

// Ask sends a request, with a form if there is one, and fails unless it is answered with the status.
func (s *Site) Ask(status int, method, path string, form url.Values) *httptest.ResponseRecorder {
	s.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.routes.ServeHTTP(w, r.WithContext(ui.WithShell(actor.With(r.Context(), s.Who), ui.Shell{User: "测试员"})))
	if w.Code != status {
		s.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, status, w.Body.String())
	}
	return w
}

// Get reads the page that a GET is answered with.
func (s *Site) Get(status int, path string) *goquery.Document {
	s.Helper()
	return s.read(s.Ask(status, http.MethodGet, path, nil))
}

// Post reads the page that a form is answered with.
func (s *Site) Post(status int, path string, form url.Values) *goquery.Document {
	s.Helper()
	return s.read(s.Ask(status, http.MethodPost, path, form))
}

// Follow posts a form that is stored, and reads the page it leads to.
func (s *Site) Follow(path string, form url.Values) *goquery.Document {
	s.Helper()
	return s.Get(http.StatusOK, s.Ask(http.StatusSeeOther, http.MethodPost, path, form).Header().Get("Location"))
}

func (s *Site) read(w *httptest.ResponseRecorder) *goquery.Document {
	s.Helper()
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		s.Fatal(err)
	}
	return d
}

// Says fails unless the selected text holds the words, with white space folded.
func (s *Site) Says(d *goquery.Document, selector string, words ...string) {
	s.Helper()
	got := strings.Join(strings.Fields(d.Find(selector).Text()), " ")
	for _, w := range words {
		if !strings.Contains(got, w) {
			s.Errorf("%s lacks %q: %s", selector, w, got)
		}
	}
}
