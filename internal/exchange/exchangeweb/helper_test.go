package exchangeweb_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/exchange"
	"yigai/internal/exchange/exchangeweb"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/pgtest"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
	"yigai/internal/room"
)

// world is a county with a bureau and a township hospital with two clinics, in August 2026 with July open.
type world struct {
	t               testing.TB
	db              *pgxpool.Pool
	svc             *reporting.Service
	room            room.Room
	county          org.County
	root, hospital  org.Institution
	clinics         []org.Institution
	clerk, reviewer actor.Actor
	chief           actor.Actor // may reopen, load and configure
	stranger        actor.Actor // a clerk of another hospital
	report, proxy   reporting.Report
}

const july = "2026-07"

var prepared = pgtest.Prepare(buildWorld)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, w := prepared.New(t)
	w.t, w.db, w.svc = t, db, reportingtest.Service(db)
	w.room = exchangeweb.Room(room.Deps{DB: db, Replica: db, Now: orgtest.Now, Log: slog.New(slog.DiscardHandler), Calendar: period.China()})
	return &w
}

func buildWorld(t testing.TB, db *pgxpool.Pool) world {
	t.Helper()
	w := world{t: t, db: db, svc: reportingtest.Service(db)}
	w.county, w.root = orgtest.County(t, w.db)
	w.hospital = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "麦新镇中心卫生院")
	other := orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "东风镇中心卫生院")
	for _, name := range []string{"东街卫生室", "西街卫生室"} {
		w.clinics = append(w.clinics, orgtest.Below(t, w.db, w.county, w.hospital.Code, org.KindVillageClinic, name))
	}
	reportingtest.Standard(t, w.db, w.county.ID)
	entering := []string{reporting.ActionView, reporting.ActionEnter, reporting.ActionSubmit, exchange.ActionView, exchange.ActionImport}
	w.clerk = orgtest.Actor(w.county, w.hospital, entering...)
	w.clerk.Name = "王芳"
	w.stranger = orgtest.Actor(w.county, other, entering...)
	w.reviewer = orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionReview)
	w.reviewer.Name = "张强"
	w.chief = orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionReview, reporting.ActionReopen,
		reporting.ActionLoad, reporting.ActionConfigure, reporting.ActionEnter, org.ActionManage, exchange.ActionView, exchange.ActionImport,
		exchange.ActionConfigure, audit.ActionExport)
	reportingtest.OpenMonth(t, w.db, w.county.ID, july)
	w.report, w.proxy = w.find("township_monthly"), w.find("clinic_monthly")
	return w
}

// element defines an element that is on no form.
func (w *world) element(t *testing.T, e reporting.Element) {
	t.Helper()
	if _, _, err := w.svc.CreateElement(t.Context(), w.chief, e); err != nil {
		t.Fatal(err)
	}
}

// mri is an element that is on no form, with the code of a DHIS2 sample.
var mri = reporting.Element{Slug: "mri_exams", NameZH: "磁共振检查人次", Unit: "人次", Kind: preset.Flow, Code: "f7n9E0hX8qk"}

func (w *world) find(form string) reporting.Report {
	w.t.Helper()
	r, err := w.svc.Find(context.Background(), w.clerk, form, w.hospital.ID, reportingtest.Month(w.t, july))
	if err != nil {
		w.t.Fatalf("find %s: %v", form, err)
	}
	return r
}

// cell is what is stored in a cell of the hospital's own report.
func (w *world) cell(slug string) reporting.Cell {
	w.t.Helper()
	s, err := w.svc.Open(context.Background(), w.clerk, w.report.ID)
	if err != nil {
		w.t.Fatalf("open report: %v", err)
	}
	return s.Cells[reporting.CellKey{SubjectID: w.hospital.ID, Element: slug}]
}

// answer is what a request got.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

// ask sends a request as who, through the room's routes as the application mounts them.
func (w *world) ask(who actor.Actor, method, path string, body io.Reader, headers ...string) answer {
	w.t.Helper()
	mux := chi.NewRouter()
	for _, route := range w.room.Routes {
		mux.Method(route.Method, route.Path, guard(route))
	}
	r := httptest.NewRequest(method, path, body)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, r.WithContext(actor.With(r.Context(), who)))
	return answer{w.t, rec.Code, rec.Header(), rec.Body.String()}
}

func guard(route room.Route) http.Handler {
	return page.Handler(func(w http.ResponseWriter, r *http.Request) error {
		if route.Action != "" {
			if err := page.Who(r).Require(route.Action); err != nil {
				return err
			}
		}
		return route.Handler(w, r)
	})
}

func (w *world) get(who actor.Actor, path string) answer {
	return w.ask(who, http.MethodGet, path, nil)
}

func (w *world) post(who actor.Actor, path string, values map[string]string) answer {
	form := url.Values{}
	for k, v := range values {
		form.Set(k, v)
	}
	return w.ask(who, http.MethodPost, path, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

func (w *world) json(who actor.Actor, method, path, body string) answer {
	return w.ask(who, method, path, strings.NewReader(body), "Content-Type", "application/json", "Accept", "application/json")
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Errorf("status %d, want %d: %.600s", a.status, status, a.body)
	}
	return a
}

func (a answer) has(parts ...string) answer {
	a.t.Helper()
	for _, p := range parts {
		if !strings.Contains(a.body, p) {
			a.t.Errorf("answer lacks %q: %.900s", p, a.body)
		}
	}
	return a
}

func (a answer) leadsTo(path string) {
	a.t.Helper()
	if got := a.is(http.StatusSeeOther).header.Get("Location"); got != path {
		a.t.Errorf("leads to %s, want %s", got, path)
	}
}

func (a answer) find(selector string) *goquery.Selection {
	a.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatalf("read page: %v", err)
	}
	return doc.Find(selector)
}
