package exchange_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/exchange"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/pgtest"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

// world is a county with two township hospitals, with July 2026 open, and an element that is on no form.
type world struct {
	db       *pgxpool.Pool
	svc      *exchange.Service
	reports  *reporting.Service
	now      time.Time
	county   org.County
	hospital org.Institution
	other    org.Institution
	clerk    actor.Actor // of the hospital
	chief    actor.Actor // of the whole county
}

var prepared = pgtest.Prepare(buildWorld)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, w := prepared.New(t)
	w.use(db)
	return &w
}

// use gives the world a database and a clock that moves on a second each time it is looked at.
func (w *world) use(db *pgxpool.Pool) {
	w.db, w.now = db, orgtest.Now()
	clock := func() time.Time { w.now = w.now.Add(time.Second); return w.now }
	w.svc = exchange.New(db, db, clock, period.China())
	w.reports = reporting.New(db, clock, period.China())
}

func buildWorld(t testing.TB, db *pgxpool.Pool) (w world) {
	t.Helper()
	w.use(db)
	var root org.Institution
	w.county, root = orgtest.County(t, w.db)
	w.hospital = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "麦新镇中心卫生院")
	w.other = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "东风镇中心卫生院")
	reportingtest.Standard(t, w.db, w.county.ID)
	entering := []string{reporting.ActionView, reporting.ActionEnter, reporting.ActionSubmit, exchange.ActionView, exchange.ActionImport}
	w.clerk = orgtest.Actor(w.county, w.hospital, entering...)
	w.clerk.Name = "王芳"
	w.chief = orgtest.Actor(w.county, root, append(entering, reporting.ActionReview, reporting.ActionLoad, reporting.ActionConfigure,
		org.ActionManage, exchange.ActionConfigure, audit.ActionExport)...)
	w.chief.Name = "李主任"
	reportingtest.OpenMonth(t, w.db, w.county.ID, "2026-07")
	mri := reporting.Element{Slug: "mri_exams", NameZH: "磁共振检查人次", Unit: "人次", Kind: preset.Flow, Code: "f7n9E0hX8qk"}
	if _, _, err := w.reports.CreateElement(context.Background(), w.chief, mri); err != nil {
		t.Fatal(err)
	}
	return w
}

// read reads a file that is fit to be read.
func read(t *testing.T, content string) exchange.File {
	t.Helper()
	f, err := exchange.Read([]byte(content), exchange.AnyKind)
	if err != nil {
		t.Fatalf("read %.80s: %v", content, err)
	}
	return f
}

// visits is a file with two figures of the hospital's own form in July.
func (w *world) visits(total, home string) string {
	return "institution,element,period,value\n" + w.hospital.Code + ",visits_total,2026-07," + total + "\n" + w.hospital.Code + ",visits_home,2026-07," + home + "\n"
}

func (w *world) load(t *testing.T, who actor.Actor, content string, o exchange.Options) exchange.Result {
	t.Helper()
	o.Source = exchange.Page
	done, err := w.svc.Import(t.Context(), who, read(t, content), o)
	if err != nil {
		t.Fatalf("import: %v", err)
	}
	return done
}

// sheet opens the hospital's own report of July.
func (w *world) sheet(t *testing.T) reporting.Sheet {
	t.Helper()
	r, err := w.reports.Find(t.Context(), w.clerk, "township_monthly", w.hospital.ID, reportingtest.Month(t, "2026-07"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.reports.Open(t.Context(), w.clerk, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) cell(t *testing.T, slug string) reporting.Cell {
	t.Helper()
	return w.sheet(t).Cells[reporting.CellKey{SubjectID: w.hospital.ID, Element: slug}]
}
