package reporting_test

import (
	"strings"
	"testing"
	"time"

	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

// visits types the visits of the clinics, in their order.
func (w *world) visits(t *testing.T, figures ...string) reporting.Report {
	t.Helper()
	r := w.find(t, "clinic_monthly", july)
	sheet, err := w.svc.Open(t.Context(), w.clerk, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	var edits []reporting.Edit
	for i, typed := range figures {
		k := reporting.CellKey{SubjectID: w.clinics[i].ID, Element: "visits_village_proxy"}
		edits = append(edits, reporting.Edit{SubjectID: k.SubjectID, Element: k.Element, Typed: typed, Version: sheet.Cells[k].Version})
	}
	if _, err := w.svc.SaveSheet(t.Context(), w.clerk, r.ID, edits); err != nil {
		t.Fatalf("enter visits: %v", err)
	}
	return r
}

// summed is row 4.1 of the hospital's own report, the visits of its clinics.
func (w *world) summed(t *testing.T) reporting.Derived {
	t.Helper()
	sheet := w.open(t, w.reviewer)
	for _, row := range sheet.Layout.DerivedRows() {
		if row.No == "4.1" {
			return sheet.Derived[w.key(row.Key)]
		}
	}
	t.Fatal("the form has no row 4.1")
	return reporting.Derived{}
}

// subjects are the short names of those a hospital's proxy report of a month is about.
func (w *world) subjects(t *testing.T, hospital org.Institution, month string) string {
	t.Helper()
	r, err := w.svc.Find(t.Context(), w.chief, "clinic_monthly", hospital.ID, reportingtest.Month(t, month))
	if fault.IsNotFound(err) {
		return "–"
	}
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := w.svc.Open(t.Context(), w.chief, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range sheet.Subjects {
		names = append(names, s.Name)
	}
	return strings.Join(names, " ")
}

// move puts a clinic below another hospital.
func (w *world) move(t *testing.T, clinic org.Institution, to org.Institution) {
	t.Helper()
	draft := org.DraftOf(clinic)
	draft.Parent = to.Code
	manager := orgtest.Actor(w.county, w.root, org.ActionManage)
	if _, err := orgtest.Service(w.db).Edit(t.Context(), manager, clinic.ID, clinic.Version, draft); err != nil {
		t.Fatalf("move %s: %v", clinic.Name, err)
	}
}

func TestAReportHandedInKeepsTheSumsItWasHandedInWith(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.visits(t, "300", "20")
	requireSum := func(when, total string, reporting int) {
		t.Helper()
		if d := w.summed(t); d.Value.Decimal.String() != total || d.Reporting != reporting || d.Expected != 2 {
			t.Errorf("%s row 4.1 says %s of %d in %d, want %s of %d in 2", when, d.Value.Decimal, d.Reporting, d.Expected, total, reporting)
		}
	}
	w.enter(t, plausible)
	w.enter(t, map[string]string{"village_clinics": "2"})
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	w.visits(t, "555", "20")
	requireSum("waiting for review,", "320", 2)
	if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(0)); err != nil {
		t.Fatal(err)
	}
	w.visits(t, "555", "")
	requireSum("accepted,", "320", 2)
	if err := w.svc.Reopen(t.Context(), w.chief, w.report.ID, "漏报夜间门诊"); err != nil {
		t.Fatal(err)
	}
	requireSum("reopened,", "555", 1)
}

func TestAMovedClinicStaysInTheReportThatHasItsFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "东风镇卫生院")
	third := orgtest.Below(t, w.db, w.county, other.Code, org.KindVillageClinic, "风口卫生室")
	reportingtest.OpenMonth(t, w.db, w.county.ID, july)
	east := w.clinics[0]
	if _, err := w.load(t, w.chief, reporting.LoadOptions{Accepted: true}, row(1, east.Code, "visits_village_proxy", july, "300")); err != nil {
		t.Fatal(err)
	}
	for _, c := range w.clinics {
		w.move(t, c, other)
	}
	reportingtest.OpenMonth(t, w.db, w.county.ID, "2026-08")
	for _, want := range []struct {
		hospital        org.Institution
		month, subjects string
	}{{w.hospital, july, "东街卫生室"}, {other, july, "西街卫生室 风口卫生室"}, {w.hospital, "2026-08", "–"},
		{other, "2026-08", "东街卫生室 西街卫生室 风口卫生室"}} {
		if got := w.subjects(t, want.hospital, want.month); got != want.subjects {
			t.Errorf("the %s report of %s is about %s, want %s", want.month, want.hospital.Name, got, want.subjects)
		}
	}
	owed := func(clinic org.Institution, hospital org.Institution) int {
		return w.count(t, `SELECT count(*) FROM reporting_due d JOIN report r ON r.id = d.report_id
			WHERE d.institution_id = $1 AND d.period = '2026-07-01' AND r.institution_id = $2`, clinic.ID, hospital.ID)
	}
	if owed(east, w.hospital) != 10 || owed(east, other) != 0 || owed(w.clinics[1], other) != 10 || owed(third, other) != 10 {
		t.Error("a clinic's figures are due elsewhere than where they are entered")
	}
	if got, err := w.load(t, w.chief, reporting.LoadOptions{Accepted: true}, row(1, east.Code, "visits_village_proxy", july, "310")); err != nil || got.Updated != 1 {
		t.Errorf("corrected by load: %+v, %v", got, err)
	}
	if n := w.count(t, `SELECT count(*) FROM fact f JOIN report r ON r.id = f.report_id WHERE f.institution_id = $1 AND r.institution_id = $2
		AND f.value = 310`, east.ID, w.hospital.ID); n != 1 {
		t.Error("the correction went into another report")
	}
}

func TestAFigureOfAnotherReportIsNotTakenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	proxy := w.find(t, "clinic_monthly", july)
	if _, err := w.db.Exec(t.Context(), `INSERT INTO fact (county_id, period, element_id, institution_id, state, value, report_id, submission)
		SELECT county_id, '2026-07-01', id, $2, 'value', 5000, $3, 1 FROM element WHERE county_id = $1 AND slug = 'visits_total'`,
		w.county.ID, w.hospital.ID, proxy.ID); err != nil {
		t.Fatal(err)
	}
	w.submitted(t)
	err := w.svc.Accept(t.Context(), w.reviewer, w.seen(0))
	if !fault.IsConflict(err) || !strings.Contains(err.Error(), "总诊疗人次") {
		t.Errorf("accepted over another report's figure: %v", err)
	}
	if got := w.fact(t, w.hospital.ID, "visits_total", july); got != "5000" {
		t.Errorf("the fact is %s", got)
	}
}

func TestAClosedUnitOwesNothingItDidNotBegin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reportingtest.OpenMonth(t, w.db, w.county.ID, "2026-08")
	w.visits(t, "300", "20")
	if _, err := w.db.Exec(t.Context(), "UPDATE institution SET closed_on = '2026-07-01' WHERE $1 IN (id, parent_id)", w.hospital.ID); err != nil {
		t.Fatal(err)
	}
	for month, begun := range map[string]int{july: 1, "2026-08": 0} {
		b, err := w.svc.Board(t.Context(), w.reviewer, reportingtest.Month(t, month))
		if err != nil || b.Due != begun {
			t.Errorf("%d reports of %s are due, want %d (%v)", b.Due, month, begun, err)
		}
	}
	if n := w.count(t, "SELECT count(*) FROM reporting_due WHERE institution_id = $1 OR period = '2026-08-01'", w.hospital.ID); n != 0 {
		t.Errorf("%d figures are due", n)
	}
	if todos, err := w.svc.Todos(t.Context(), w.clerk); err != nil || todos.Entering != 1 {
		t.Errorf("to-dos are %+v, %v", todos, err)
	}
	if _, err := w.db.Exec(t.Context(), "UPDATE institution SET closed_on = NULL WHERE $1 IN (id, parent_id)", w.hospital.ID); err != nil {
		t.Fatal(err)
	}
	if b, err := w.svc.Board(t.Context(), w.reviewer, reportingtest.Month(t, "2026-08")); err != nil || b.Due != 2 {
		t.Errorf("reopened: %d due, %v", b.Due, err)
	}
}

func TestHistoryIsSaidToBeUnchecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, july, map[string]string{"visits_total": "10", "visits_outp_emerg": "20"})
	r := w.find(t, "township_monthly", july)
	if r.Checked || r.Errors != 0 || r.Fillable < 80 || r.Filled != 2 {
		t.Errorf("loaded: %+v", r)
	}
	reportingtest.Accepted(t, w.db, w.chief, w.clinics[0].Code, july, map[string]string{"visits_village_proxy": "10"})
	if r := w.find(t, "clinic_monthly", july); r.Fillable != 20 {
		t.Errorf("the clinics' report can hold %d figures, want 20", r.Fillable)
	}
	if err := w.svc.Reopen(t.Context(), w.chief, r.ID, "核对"); err != nil {
		t.Fatal(err)
	}
	w.enter(t, map[string]string{"deaths": "0"})
	if r := w.find(t, "township_monthly", july); !r.Checked || r.Errors == 0 {
		t.Errorf("worked on: %+v", r)
	}
}

func TestSavedAtIsTheLastSave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := orgtest.Now()
	w.svc = reporting.New(w.db, func() time.Time { return at }, period.China())
	requireSaved := func(what string) {
		t.Helper()
		if r := w.open(t, w.clerk).Report; !r.SavedAt.Equal(at) {
			t.Errorf("%s: saved at %s, want %s", what, r.SavedAt, at)
		}
	}
	w.enter(t, plausible)
	requireSaved("first")
	at = at.Add(time.Hour)
	w.enter(t, map[string]string{"visits_total": "5401"})
	requireSaved("a figure that changes no count")
	w.enter(t, map[string]string{"bed_days_occupied": "1600"})
	at = at.Add(time.Hour)
	if _, err := w.svc.Explain(t.Context(), w.clerk, w.report.ID, w.explaining("L03b", "流感加床")); err != nil {
		t.Fatal(err)
	}
	requireSaved("an explanation")
}

// A clinic that opens after the month is over is neither on the form of that month nor due.
func TestAClinicThatOpensLaterIsNotAskedForEarlierMonths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened := time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC)
	late := orgtest.Create(t, w.db, w.county, org.Draft{Code: "T-LATE", Name: "新街卫生室", Kind: org.KindVillageClinic, Parent: w.hospital.Code, OpenedOn: &opened})
	reportingtest.OpenMonth(t, w.db, w.county.ID, "2026-08")
	if got := w.subjects(t, w.hospital, july); got != "东街卫生室 西街卫生室" {
		t.Errorf("July is about %s", got)
	}
	if got := w.subjects(t, w.hospital, "2026-08"); !strings.Contains(got, late.ShortName) {
		t.Errorf("August is about %s", got)
	}
	if n := w.count(t, "SELECT count(*) FROM reporting_due WHERE institution_id = $1 AND period = '2026-07-01'", late.ID); n != 0 {
		t.Errorf("%d figures of July are due", n)
	}
}
