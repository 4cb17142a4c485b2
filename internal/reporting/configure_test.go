package reporting_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pg"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

func (w *world) element(t *testing.T, slug string) reporting.Element {
	t.Helper()
	c, err := w.svc.Catalogue(t.Context(), w.chief)
	if err != nil {
		t.Fatal(err)
	}
	e, ok := c.Element(slug)
	if !ok {
		t.Fatalf("there is no element %s", slug)
	}
	return *e
}

func TestAnElementIsNotWrittenOverAnothersChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.element(t, "visits_total"), w.element(t, "visits_total")
	first.Definition, second.Source = "含急诊", "卫统月报"
	if err := w.svc.EditElement(t.Context(), w.chief, first); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.EditElement(t.Context(), w.chief, second); !fault.IsConflict(err) {
		t.Errorf("upon the older one: %v", err)
	}
	if err := w.svc.EditElement(t.Context(), w.chief, first); err != nil {
		t.Errorf("what stands already: %v", err)
	}
	if got := w.element(t, "visits_total"); got.Definition != "含急诊" || got.Revision != 2 {
		t.Errorf("the element is %+v", got)
	}
}

func TestAFormIsNotWrittenOverAnothersChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day, title := 8, "基层月报"
	if err := w.svc.EditForm(t.Context(), w.chief, "township_monthly", reporting.FormChange{DueDay: &day, Revision: 1}); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.EditForm(t.Context(), w.chief, "township_monthly", reporting.FormChange{Title: &title, Revision: 1}); !fault.IsConflict(err) {
		t.Errorf("upon the older one: %v", err)
	}
	c, err := w.svc.Catalogue(t.Context(), w.chief)
	if err != nil {
		t.Fatal(err)
	}
	if f, _ := c.Form("township_monthly"); f.DueDay != 8 || f.Revision != 2 || f.Title == title {
		t.Errorf("the form is %+v", f)
	}
	if n := w.count(t, `SELECT count(*) FROM audit_entry WHERE object_kind = 'form' AND before->>'due_day' = '5' AND after->>'due_day' = '8'`); n != 1 {
		t.Errorf("%d entries tell the old and the new deadline", n)
	}
}

func TestAnotherWayOfAddingUpIsComputedAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, "2026-06", map[string]string{"visits_total": "5000"})
	reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, "2025-06", map[string]string{"visits_total": "4000"})
	e := w.element(t, "visits_total")
	e.Aggregation = preset.AggregateMax
	if err := w.svc.EditElement(t.Context(), w.chief, e); err != nil {
		t.Fatal(err)
	}
	if n := w.count(t, `SELECT count(*) FROM river_job WHERE kind = 'reporting.facts_changed'
		AND args->'months' = '["2025-06", "2026-06"]' AND args->'institutions' = 'null'`); n != 1 {
		t.Errorf("%d events say that the element counts otherwise", n)
	}
}

func TestAFormIsNotEnabledBesideOneThatAsksTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	off, on := false, true
	if err := w.svc.EditForm(t.Context(), w.chief, "township_monthly", reporting.FormChange{Enabled: &off}); err != nil {
		t.Fatal(err)
	}
	twin := newForm()
	twin.EffectiveFrom = "2026-09"
	twin.Sections[0].Rows = []preset.Row{{No: "1", Element: "visits_total"}}
	if _, err := w.svc.PublishForm(t.Context(), w.chief, twin); err != nil {
		t.Fatalf("beside a disabled form: %v", err)
	}
	if err := w.svc.EditForm(t.Context(), w.chief, "township_monthly", reporting.FormChange{Enabled: &on}); !fault.IsInvalid(err) || !strings.Contains(err.Error(), "总诊疗人次") {
		t.Errorf("enabled beside its twin: %v", err)
	}
	if err := w.svc.EditForm(t.Context(), w.chief, twin.Slug, reporting.FormChange{Enabled: &off}); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.EditForm(t.Context(), w.chief, "township_monthly", reporting.FormChange{Enabled: &on}); err != nil {
		t.Errorf("alone: %v", err)
	}
}

// The other form begins to ask for the element only in a month after the new form's first.
func TestAFormIsComparedWithLaterVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, _, err := w.svc.CreateElement(t.Context(), w.chief, reporting.Element{Slug: "acupuncture_visits", NameZH: "针灸人次", Kind: preset.Flow}); err != nil {
		t.Fatal(err)
	}
	later := newForm()
	later.EffectiveFrom = "2027-01"
	if _, err := w.svc.PublishForm(t.Context(), w.chief, later); err != nil {
		t.Fatal(err)
	}
	twin := newForm()
	twin.Slug, twin.EffectiveFrom = "tcm_other", "2026-09"
	if _, err := w.svc.PublishForm(t.Context(), w.chief, twin); !fault.IsInvalid(err) {
		t.Errorf("asked twice from 2027 on: %v", err)
	}
}

func TestWhatIsTheSameForAllNeedsTheWholeCounty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	local := orgtest.Actor(w.county, w.hospital, reporting.ActionView, reporting.ActionConfigure)
	off := false
	for name, try := range map[string]func() error{
		"open": func() error {
			_, err := w.svc.OpenMonth(t.Context(), local, reportingtest.Month(t, "2026-08"))
			return err
		},
		"form": func() error {
			return w.svc.EditForm(t.Context(), local, "township_monthly", reporting.FormChange{Enabled: &off})
		},
		"publish": func() error { _, err := w.svc.PublishForm(t.Context(), local, newForm()); return err },
		"element": func() error { return w.svc.EditElement(t.Context(), local, w.element(t, "visits_total")) },
		"create": func() error {
			_, _, err := w.svc.CreateElement(t.Context(), local, reporting.Element{Slug: "x", NameZH: "x", Kind: preset.Flow})
			return err
		},
	} {
		if err := try(); !fault.IsForbidden(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAssignLeavesThoseOutsideTheScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fund := orgtest.Institution(t, w.db, w.county, org.KindPartner, "医保局")
	finance := orgtest.Institution(t, w.db, w.county, org.KindPartner, "财政局")
	local := orgtest.Actor(w.county, finance, reporting.ActionView, reporting.ActionConfigure)
	const form = "insurance_monthly"
	if err := w.svc.Assign(t.Context(), w.chief, form, []int64{fund.ID}); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Assign(t.Context(), local, form, []int64{fund.ID}); !fault.IsInvalid(err) {
		t.Errorf("somebody outside the scope: %v", err)
	}
	if err := w.svc.Assign(t.Context(), local, form, []int64{finance.ID}); err != nil {
		t.Fatal(err)
	}
	if n := w.count(t, "SELECT count(*) FROM form_assignment"); n != 2 {
		t.Errorf("%d fill the form, want both", n)
	}
	if err := w.svc.Assign(t.Context(), local, form, nil); err != nil {
		t.Fatal(err)
	}
	if n := w.count(t, "SELECT count(*) FROM form_assignment WHERE institution_id = $1", fund.ID); n != 1 {
		t.Error("the one outside the scope lost the form")
	}
	if n := w.count(t, `SELECT count(*) FROM audit_entry WHERE object_kind = 'form' AND before->'assigned' @> to_jsonb($1::bigint)
		AND after->'assigned' = 'null'`, finance.ID); n != 1 {
		t.Errorf("%d entries tell who filled it before", n)
	}
}

// meddling changes the catalogue once, between two statements of whoever reads it.
type meddling struct {
	pg.Querier
	done   atomic.Bool
	change func()
}

func (m *meddling) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if strings.Contains(sql, "FROM form_version") && !m.done.Swap(true) {
		m.change()
	}
	return m.Querier.Query(ctx, sql, args...)
}

func TestTheCatalogueIsOfOneMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	svc := reportingtest.Service(w.db) // has read nothing yet
	q := &meddling{Querier: w.db, change: func() {
		if _, _, err := w.svc.CreateElement(t.Context(), w.chief, reporting.Element{Slug: "acupuncture_visits", NameZH: "针灸人次", Kind: preset.Flow}); err != nil {
			t.Error(err)
		}
		if _, err := w.svc.PublishForm(t.Context(), w.chief, newForm()); err != nil {
			t.Error(err)
		}
	}}
	c, err := svc.CatalogueOf(t.Context(), q, w.county.ID)
	if err != nil {
		t.Fatalf("read while it changes: %v", err)
	}
	f, ok := c.Form("tcm_monthly")
	if !ok || len(f.Layouts) != 1 {
		t.Errorf("the new form is %+v", f)
	}
}

func TestWhoExplainedDoesNotReview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enter(t, plausible)
	w.enter(t, map[string]string{"bed_days_occupied": "1600"})
	helper := orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionEnter, reporting.ActionReview)
	if _, err := w.svc.Explain(t.Context(), helper, w.report.ID, w.explaining("L03b", "流感加床")); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Accept(t.Context(), helper, w.seen(0)); !fault.IsForbidden(err) {
		t.Errorf("accepted by who explained: %v", err)
	}
	if sheet := w.open(t, helper); sheet.MayReview || sheet.ReviewRefused == "" {
		t.Error("the page offers it")
	}
	if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(0)); err != nil {
		t.Error(err)
	}
}

func TestHistoryIsOfTheReportsOwnCells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "东风镇卫生院")
	for _, k := range []reporting.CellKey{{SubjectID: other.ID, Element: "visits_total"}, {SubjectID: w.clinics[0].ID, Element: "visits_village_proxy"},
		w.key("c_ins_fund_all")} {
		if _, err := w.svc.CellHistory(t.Context(), w.clerk, w.report.ID, k); !fault.IsNotFound(err) {
			t.Errorf("%v: %v", k, err)
		}
	}
	proxy := w.find(t, "clinic_monthly", july)
	if _, err := w.svc.CellHistory(t.Context(), w.clerk, proxy.ID, reporting.CellKey{SubjectID: w.clinics[0].ID, Element: "visits_village_proxy"}); err != nil {
		t.Error(err)
	}
	if _, err := w.db.Exec(t.Context(), "UPDATE report SET period = '1900-03-01' WHERE id = $1", w.report.ID); err != nil {
		t.Fatal(err)
	}
	if h, err := w.svc.CellHistory(t.Context(), w.clerk, w.report.ID, w.key("visits_total")); err != nil || len(h.Months) != 3 {
		t.Errorf("%d months, %v; want those since the calendar begins", len(h.Months), err)
	}
}

// The second acceptance breaks; the first stands and is told.
func TestAcceptManyTellsWhatWasDoneBeforeItBroke(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted(t)
	proxy := w.find(t, "clinic_monthly", july)
	if _, err := w.db.Exec(t.Context(), `UPDATE report SET state = 'submitted', submission = 1 WHERE id = `+fmt.Sprint(proxy.ID)+`;
		CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END';
		CREATE TRIGGER refuse BEFORE INSERT ON report_snapshot FOR EACH ROW WHEN (NEW.report_id = `+fmt.Sprint(proxy.ID)+`) EXECUTE FUNCTION refuse()`); err != nil {
		t.Fatal(err)
	}
	passed, err := w.svc.PassMany(t.Context(), w.reviewer, []reporting.Seen{w.seen(1), {Report: proxy.ID, Submission: 1}, {Report: 999}})
	if err == nil || passed.Accepted != 1 || len(passed.Refused) != 1 || passed.Refused[0].Report != proxy.ID || passed.Refused[0].Name == "" || passed.Refused[0].Why != "未能完成" {
		t.Errorf("%d accepted, refused %+v, %v", passed.Accepted, passed.Refused, err)
	}
}

// What a row is about must be there, whoever writes it.
func TestTrailAndRemarksReferToWhatIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for constraint, sql := range map[string]string{
		"cell_change_cell_fkey": `INSERT INTO cell_change (county_id, report_id, subject_id, element_id, old_state, new_state, origin, by_name)
			SELECT county_id, $2, $3, id, 'empty', 'na', 'typed', 'x' FROM element WHERE county_id = $1 AND slug = 'deaths'`,
		"cell_remark_subject_fkey": `INSERT INTO cell_remark (county_id, report_id, subject_id, element_id, submission, text, by_name)
			SELECT county_id, $2, -$3::bigint, id, 1, 'x', 'x' FROM element WHERE county_id = $1 AND slug = 'deaths'`,
		"cell_remark_element_fkey": `INSERT INTO cell_remark (county_id, report_id, subject_id, element_id, submission, text, by_name)
			VALUES ($1, $2, $3, -1, 1, 'x', 'x')`,
		"explanation_subject_fkey": `INSERT INTO explanation (county_id, report_id, rule_code, subject_id, figures, text, by_name)
			VALUES ($1, $2, 'L03b', -$3::bigint, '', 'x', 'x')`,
	} {
		if _, err := w.db.Exec(t.Context(), sql, w.county.ID, w.report.ID, w.hospital.ID); !pg.Violates(err, constraint) {
			t.Errorf("%s: %v", constraint, err)
		}
	}
}
