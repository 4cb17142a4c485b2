package reporting_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

func (w *world) reports(t *testing.T, month string) int {
	t.Helper()
	return w.count(t, "SELECT count(*) FROM report WHERE county_id = $1 AND period = $2", w.county.ID, reportingtest.Month(t, month))
}

func TestOpenMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if n := w.reports(t, july); n != 2 {
		t.Fatalf("%d reports, want the hospital's own and its proxy report", n)
	}
	if n := w.count(t, "SELECT count(*) FROM river_job WHERE kind = 'reporting.month_opened' AND args->>'month' = '2026-07'"); n != 1 {
		t.Errorf("%d events say that the month was opened", n)
	}
	if due := w.report.DueAt.In(period.Shanghai).Format("2006-01-02 15:04:05"); due != "2026-08-05 23:59:59" {
		t.Errorf("due at %s", due)
	}
	again, err := w.svc.OpenMonth(t.Context(), w.chief, reportingtest.Month(t, july))
	if err != nil || again != 0 {
		t.Errorf("a second time opens %d, %v", again, err)
	}
	if n := w.count(t, "SELECT count(*) FROM river_job WHERE kind = 'reporting.month_opened'"); n != 1 {
		t.Errorf("%d events, though nothing was opened", n)
	}
	orgtest.Institution(t, w.db, w.county, "county_hospital", "县医院")
	if n, err := w.svc.OpenMonth(t.Context(), w.chief, reportingtest.Month(t, july)); err != nil || n != 1 {
		t.Errorf("a new hospital gets %d, %v", n, err)
	}
	if _, err := w.svc.OpenMonth(t.Context(), w.clerk, reportingtest.Month(t, july)); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
	if _, err := w.svc.OpenMonth(t.Context(), w.chief, reportingtest.Month(t, "2026-10")); !fault.IsInvalid(err) {
		t.Errorf("a month far ahead: %v", err)
	}
	if n, err := w.svc.OpenMonth(t.Context(), w.chief, reportingtest.Month(t, "2023-12")); err != nil || n != 0 {
		t.Errorf("before the forms were in force: %d, %v", n, err)
	}
}

func TestChosenForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fund := orgtest.Institution(t, w.db, w.county, "partner", "医保局")
	finance := orgtest.Institution(t, w.db, w.county, "partner", "财政局")
	if err := w.svc.Assign(t.Context(), w.chief, "insurance_monthly", []int64{w.hospital.ID}); !fault.IsInvalid(err) {
		t.Errorf("a hospital for the insurance form: %v", err)
	}
	if err := w.svc.Assign(t.Context(), w.chief, "township_monthly", nil); !fault.IsConflict(err) {
		t.Errorf("a form that all of a kind fill: %v", err)
	}
	if err := w.svc.Assign(t.Context(), w.chief, "insurance_monthly", []int64{fund.ID}); err != nil {
		t.Fatal(err)
	}
	if n, err := w.svc.OpenMonth(t.Context(), w.chief, reportingtest.Month(t, july)); err != nil || n != 1 {
		t.Errorf("opened %d, %v", n, err)
	}
	loaded, err := w.load(t, w.chief, reporting.LoadOptions{Accepted: true}, row(1, fund.Code, "c_ins_fund_all", july, "9"), row(2, finance.Code, "c_ins_fund_all", july, "8"))
	if err != nil || loaded.Imported != 2 {
		t.Fatalf("loaded %+v, %v", loaded, err)
	}
	if n := w.count(t, "SELECT count(*) FROM fact WHERE report_id IS NULL"); n != 1 {
		t.Errorf("%d loaded facts, want the one of who does not fill the form", n)
	}
}

func TestOpenDue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.db.Exec(context.Background(), "UPDATE county SET created_at = '2026-08-10' WHERE county_id = $1", w.county.ID); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ at, month string }{{"2026-08-24", "2026-07"}, {"2026-08-25", "2026-08"}, {"2026-10-02", "2026-09"}} {
		at, err := time.ParseInLocation(time.DateOnly, step.at, period.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.svc.OpenDue(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		if n := w.reports(t, step.month); n != 2 {
			t.Errorf("on %s %s has %d reports", step.at, step.month, n)
		}
	}
	if n := w.reports(t, "2026-06"); n != 0 {
		t.Errorf("%d reports of a month that fell due before the county was there", n)
	}
}

// The first county cannot open its month; the one behind it must not wait for that.
func TestOneCountyDoesNotKeepAnotherFromOpening(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	second, _ := orgtest.CountyAt(t, w.db, "150524", "库伦旗")
	orgtest.Institution(t, w.db, second, org.KindTownshipHospital, "库伦镇卫生院")
	reportingtest.Standard(t, w.db, second.ID)
	_, err := w.db.Exec(t.Context(), fmt.Sprintf(`
		CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END';
		CREATE TRIGGER refuse BEFORE INSERT ON report FOR EACH ROW WHEN (NEW.county_id = %d) EXECUTE FUNCTION refuse();
		UPDATE county SET created_at = '2026-08-10'`, w.county.ID))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.svc.OpenDue(t.Context(), time.Date(2026, 8, 26, 0, 10, 0, 0, period.Shanghai)); err == nil {
		t.Error("the failure was not told")
	}
	if n := w.count(t, "SELECT count(*) FROM report WHERE county_id = $1", second.ID); n == 0 {
		t.Error("the second county's month did not open")
	}
}

func TestClosedInstitutionsOweNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for id, closed := range map[int64]string{w.hospital.ID: "2026-09-01", w.clinics[0].ID: "2026-08-01"} {
		if _, err := w.db.Exec(context.Background(), "UPDATE institution SET closed_on = $2 WHERE id = $1", id, closed); err != nil {
			t.Fatal(err)
		}
	}
	reportingtest.OpenMonth(t, w.db, w.county.ID, "2026-08")
	reportingtest.OpenMonth(t, w.db, w.county.ID, "2026-09")
	if n := w.reports(t, "2026-09"); n != 0 {
		t.Errorf("a hospital closed on the 1st owes %d reports", n)
	}
	s, err := w.svc.Open(t.Context(), w.clerk, w.find(t, "clinic_monthly", "2026-08").ID)
	if err != nil || len(s.Subjects) != 1 || s.Subjects[0].ID != w.clinics[1].ID {
		t.Errorf("subjects are %v, %v", s.Subjects, err)
	}
}

func TestInstallPresetTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const all = "SELECT (SELECT count(*) FROM element) + (SELECT count(*) FROM form) + (SELECT count(*) FROM form_item) + (SELECT count(*) FROM check_rule)"
	before, entries := w.count(t, all), w.count(t, "SELECT count(*) FROM audit_entry WHERE object_kind = 'preset'")
	reportingtest.Standard(t, w.db, w.county.ID)
	if n := w.count(t, all); n != before {
		t.Errorf("%d rows became %d", before, n)
	}
	if n := w.count(t, "SELECT count(*) FROM audit_entry WHERE object_kind = 'preset'"); entries != 1 || n != 1 {
		t.Errorf("%d audit entries, then %d; want one in all", entries, n)
	}
}

func TestElements(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := reporting.Element{Slug: "acupuncture_visits", NameZH: "针灸人次", Unit: "人次", Kind: preset.Flow, Code: "Z9"}
	stored, created, err := w.svc.CreateElement(t.Context(), w.chief, e)
	if err != nil || !created || stored.ID == 0 {
		t.Fatalf("create: %+v %v %v", stored, created, err)
	}
	if _, created, err := w.svc.CreateElement(t.Context(), w.chief, e); err != nil || created {
		t.Errorf("the same again: %v %v", created, err)
	}
	other := e
	other.NameZH = "推拿人次"
	if _, _, err := w.svc.CreateElement(t.Context(), w.chief, other); !fault.IsConflict(err) {
		t.Errorf("the slug for something else: %v", err)
	}
	other.Slug = "massage_visits"
	if _, _, err := w.svc.CreateElement(t.Context(), w.chief, other); len(fault.Problems(err)) != 1 || fault.Problems(err)[0].Field != "code" {
		t.Errorf("a code that is taken: %v", err)
	}
	bad := reporting.Element{Slug: "if", Kind: "calendar", Decimals: 9, Aggregation: "avg"}
	if _, _, err := w.svc.CreateElement(t.Context(), w.chief, bad); len(fault.Problems(err)) != 5 {
		t.Errorf("five mistakes: %v", fault.Problems(err))
	}
	if _, _, err := w.svc.CreateElement(t.Context(), w.clerk, e); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
	if loaded, err := w.load(t, w.chief, reporting.LoadOptions{}, row(1, w.hospital.Code, "Z9", july, "4")); err != nil || loaded.Imported != 1 {
		t.Errorf("by its code: %+v, %v", loaded, err)
	}
	e.Kind = preset.Stock
	if err := w.svc.EditElement(t.Context(), w.chief, e); !fault.IsConflict(err) {
		t.Errorf("another meaning for figures that are there: %v", err)
	}
	e.Kind, e.Definition = preset.Flow, "门诊和住院针灸人次之和"
	if err := w.svc.EditElement(t.Context(), w.chief, e); err != nil {
		t.Fatal(err)
	}
	c, err := w.svc.Catalogue(t.Context(), w.clerk)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := c.Element(e.Slug); !ok || got.Definition != e.Definition {
		t.Errorf("the catalogue still says %+v", got)
	}
}
