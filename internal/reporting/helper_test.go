package reporting_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/number"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

// world is one county with a bureau, a township hospital with two clinics, and people who work there.
type world struct {
	db              *pgxpool.Pool
	svc             *reporting.Service
	county          org.County
	root, hospital  org.Institution
	clinics         []org.Institution
	clerk, reviewer actor.Actor
	chief           actor.Actor // may reopen, load and configure
	director        actor.Actor // the second level of review
	report          reporting.Report
}

const july = "2026-07"

var prepared = pgtest.Prepare(buildWorld)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, w := prepared.New(t)
	w.db, w.svc = db, reportingtest.Service(db)
	return &w
}

func buildWorld(t testing.TB, db *pgxpool.Pool) world {
	t.Helper()
	w := world{db: db, svc: reportingtest.Service(db)}
	w.county, w.root = orgtest.County(t, w.db)
	w.hospital = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "麦新镇中心卫生院")
	for _, name := range []string{"东街卫生室", "西街卫生室"} {
		w.clinics = append(w.clinics, orgtest.Below(t, w.db, w.county, w.hospital.Code, org.KindVillageClinic, name))
	}
	reportingtest.Standard(t, w.db, w.county.ID)
	w.clerk = orgtest.Actor(w.county, w.hospital, reporting.ActionView, reporting.ActionEnter, reporting.ActionSubmit)
	w.clerk.Name = "王芳"
	w.reviewer = orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionReview)
	w.reviewer.Name = "张强"
	w.chief = orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionReview, reporting.ActionReopen,
		reporting.ActionLoad, reporting.ActionConfigure)
	w.director = orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionReview, reporting.ActionApprove, reporting.ActionReopen)
	w.director.Name = "陈局长"
	reportingtest.OpenMonth(t, w.db, w.county.ID, july)
	w.report = w.find(t, "township_monthly", july)
	return w
}

func (w *world) find(t testing.TB, form, month string) reporting.Report {
	t.Helper()
	r, err := w.svc.Find(t.Context(), w.clerk, form, w.hospital.ID, reportingtest.Month(t, month))
	if err != nil {
		t.Fatalf("find %s %s: %v", form, month, err)
	}
	return r
}

func (w *world) open(t *testing.T, who actor.Actor) reporting.Sheet {
	t.Helper()
	s, err := w.svc.Open(t.Context(), who, w.report.ID)
	if err != nil {
		t.Fatalf("open report: %v", err)
	}
	return s
}

// key names a cell of the hospital itself.
func (w *world) key(slug string) reporting.CellKey {
	return reporting.CellKey{SubjectID: w.hospital.ID, Element: slug}
}

// enter types figures one after another, each seen as it is now.
func (w *world) enter(t *testing.T, values map[string]string) reporting.Outcome {
	t.Helper()
	sheet := w.open(t, w.clerk)
	var edits []reporting.Edit
	for slug, typed := range values {
		edits = append(edits, reporting.Edit{SubjectID: w.hospital.ID, Element: slug, Typed: typed, Version: sheet.Cells[w.key(slug)].Version})
	}
	out, err := w.svc.SaveSheet(t.Context(), w.clerk, w.report.ID, edits)
	if err != nil {
		t.Fatalf("enter %v: %v", values, err)
	}
	return out
}

// plausible are figures that break no check.
var plausible = reportingtest.Plausible

// submitted brings the report to the reviewer.
func (w *world) submitted(t *testing.T) {
	t.Helper()
	w.enter(t, plausible)
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatalf("submit: %v", err)
	}
}

func (w *world) accepted(t *testing.T) {
	t.Helper()
	w.submitted(t)
	if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(0)); err != nil {
		t.Fatalf("accept: %v", err)
	}
}

// seen is the report as somebody looked at it; submission 0 is whichever stands.
func (w *world) seen(submission int) reporting.Seen {
	return reporting.Seen{Report: w.report.ID, Submission: submission}
}

// fact reads an accepted figure: its text, "空" or "不适用"; "" when there is none.
func (w *world) fact(t *testing.T, institution int64, slug, month string) string {
	t.Helper()
	var state, value string
	err := w.db.QueryRow(context.Background(), `
		SELECT f.state, coalesce(trim_scale(f.value)::text, '') FROM fact f JOIN element e ON e.county_id = f.county_id AND e.id = f.element_id
		WHERE f.county_id = $1 AND f.institution_id = $2 AND e.slug = $3 AND f.period = $4`,
		w.county.ID, institution, slug, reportingtest.Month(t, month)).Scan(&state, &value)
	if err != nil {
		return ""
	}
	switch state {
	case "empty":
		return "空"
	case "na":
		return number.NotApplicableText
	}
	return value
}

func (w *world) count(t *testing.T, sql string, args ...any) int {
	t.Helper()
	var n int
	if err := w.db.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
