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
	report          reporting.Report
}

const july = "2026-07"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{db: pgtest.New(t)}
	w.svc = reportingtest.Service(w.db)
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
	reportingtest.OpenMonth(t, w.db, w.county.ID, july)
	w.report = w.find(t, "township_monthly", july)
	return w
}

func (w *world) find(t *testing.T, form, month string) reporting.Report {
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

// plausible are figures of a township hospital that break no check.
var plausible = map[string]string{
	"staff_on_post": "42", "health_techs": "30", "physicians": "12", "gps": "3", "gps_registered": "2", "gps_certified": "1", "nurses": "10",
	"beds_actual": "50", "beds_actual_max": "50", "bed_days_open": "1550", "bed_days_occupied": "1007", "bed_days_discharged": "900",
	"staff_avg": "42", "secondees_in_mid_6m": "2",
	"income_medical": "1180000", "income_outp": "430000.50", "income_outp_drug": "160000", "income_inp": "749999.50", "income_inp_drug": "210000",
	"income_essential_drug": "200000", "income_tcm_drug": "50000", "income_med_service": "400000", "income_insurance": "600000",
	"expense_medical": "900000", "expense_drug": "350000", "expense_tcm_drug": "40000", "expense_consumables": "60000",
	"expense_public_health": "80000", "income_total": "1500000", "income_fiscal": "300000", "expense_total": "1400000",
	"expense_staff": "600000", "pay_total": "4200000",
	"visits_total": "5400", "visits_outp_emerg": "5100", "visits_appointed": "300", "visits_emergency": "120", "visits_tcm": "900",
	"visits_home": "60", "discharges": "118", "deaths": "1", "admissions": "120", "prescriptions_outp": "4000",
	"prescriptions_antibiotic": "300", "referrals_up": "12", "referrals_down": "8", "remote_dx": "30",
	"village_clinics": "0", "village_clinics_ecg": "0",
	"resident_pop": "23000", "pop_65plus": "4100", "children_0_6": "900", "key_pop": "8000", "live_births": "60",
	"ehr_total": "21000", "ehr_standard": "18000", "ehr_electronic": "20000", "ehr_active": "14000",
	"htn_managed": "2600", "htn_standard": "2100", "htn_controlled": "1700", "dm_managed": "900", "dm_standard": "700", "dm_controlled": "500",
	"elderly_managed": "2800", "tcm_elderly": "2700", "children_managed": "820", "newborns_visited": "55", "early_preg_booked": "50",
	"postpartum_visited": "52", "smi_registered": "110", "smi_standard": "100", "tb_notified": "9", "tb_managed": "9",
	"inf_registered": "14", "inf_reported": "14",
	"contracts_valid": "12000", "contracts_key_valid": "6400", "contracts_due_renewal": "5000", "contracts_renewed": "4700",
	"contract_items_due": "30000", "contract_items_done": "26000",
	"respondents": "200", "respondents_satisfied": "188", "complaints_received": "1", "complaints_closed_on_time": "1",
}

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
