package orgweb_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/org/orgweb"
	"yigai/internal/page"
	"yigai/internal/pgtest"
	"yigai/internal/room"
)

// site is the room's routes on a database, asked as one actor. The route's action is checked as the app does.
type site struct {
	t      *testing.T
	db     *pgxpool.Pool
	county org.County
	root   org.Institution
	routes http.Handler
	who    *actor.Actor
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, db: pgtest.New(t)}
	s.county, s.root = orgtest.CountyAt(t, s.db, "150523", "开鲁县")
	s.as(org.ActionView, org.ActionManage, org.ActionImport)
	r := chi.NewRouter()
	for _, route := range orgweb.Room(room.Deps{DB: s.db, Now: orgtest.Now}).Routes {
		r.Method(route.Method, route.Path, page.Handler(func(w http.ResponseWriter, r *http.Request) error {
			if err := page.Who(r).Require(route.Action); err != nil {
				return err
			}
			return route.Handler(w, r)
		}))
	}
	s.routes = r
	return s
}

func (s *site) as(actions ...string) {
	who := orgtest.Actor(s.county, s.root, actions...)
	s.who = &who
}

// ask sends a request and fails unless it is answered with the status.
func (s *site) ask(status int, method, path, contentType, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	s.routes.ServeHTTP(w, r.WithContext(actor.With(r.Context(), *s.who)))
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, status, w.Body.String())
	}
	return w
}

func (s *site) get(status int, path string) *goquery.Document {
	s.t.Helper()
	return s.read(s.ask(status, "GET", path, "", ""))
}

func (s *site) post(status int, path string, values url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.ask(status, "POST", path, "application/x-www-form-urlencoded", values.Encode())
}

func (s *site) read(w *httptest.ResponseRecorder) *goquery.Document {
	s.t.Helper()
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// send uploads a file to the import.
func (s *site) send(status int, kind, content string) *goquery.Document {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", "list.csv")
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err == nil {
		err = m.WriteField("kind", kind)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return s.read(s.ask(status, "POST", "/institutions/import", m.FormDataContentType(), b.String()))
}

// apply sends the form under the preview, as the browser does.
func (s *site) apply(status int, path string, d *goquery.Document, more url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	d.Find("#apply input[type=hidden]").Each(func(_ int, in *goquery.Selection) {
		more.Set(in.AttrOr("name", ""), in.AttrOr("value", ""))
	})
	return s.post(status, path, more)
}

func sample(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// kailu loads the county's divisions and institutions through the pages.
func (s *site) kailu() {
	s.t.Helper()
	s.apply(303, "/institutions/import", s.send(200, "divisions", sample(s.t, "150523_kailu.csv")), url.Values{})
	s.apply(303, "/institutions/import", s.send(200, "institutions", sample(s.t, "kailu_institutions.csv")), url.Values{})
}

func (s *site) institution(code string) org.Institution {
	s.t.Helper()
	i, err := org.ByCode(s.t.Context(), s.db, orgtest.Actor(s.county, s.root), code)
	if err != nil {
		s.t.Fatal(err)
	}
	return i
}

func text(d *goquery.Document, selector string) string {
	return strings.Join(strings.Fields(d.Find(selector).Text()), " ")
}

// says fails unless the selected text holds the words.
func says(t *testing.T, d *goquery.Document, selector string, words ...string) {
	t.Helper()
	got := text(d, selector)
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("%s lacks %q: %s", selector, w, got)
		}
	}
}
