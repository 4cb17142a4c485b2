package preset

import (
	"maps"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
)

// figures answers a rule from one report: this month, the month before (pp_)
// and the same month last year (py_).
type figures map[string]decimal.Decimal

func (f figures) env(ref formula.Ref) formula.Value {
	prefix := map[formula.Window]string{formula.Prev: "pp_", formula.PrevYear: "py_"}[ref.Window]
	if d, ok := july[ref.Slug]; ok {
		return formula.Number(d)
	}
	if d, ok := f[prefix+ref.Slug]; ok {
		return formula.Number(d)
	}
	return formula.Absent(formula.Missing)
}

// with returns the figures with some of them replaced: "deaths=119 discharges=5".
func (f figures) with(t *testing.T, changes string) figures {
	t.Helper()
	out := maps.Clone(f)
	for _, change := range strings.Fields(changes) {
		slug, value, ok := strings.Cut(change, "=")
		if !ok {
			t.Fatalf("%q is no change", change)
		}
		out[slug] = decimal.RequireFromString(value)
	}
	return out
}

// broken lists the codes of the rules of a form that do not hold.
func (f figures) broken(t *testing.T, p *Pack, form string) (codes []string, known int) {
	t.Helper()
	layout, ok := p.Form(form)
	if !ok {
		t.Fatalf("no form %s", form)
	}
	checks, err := p.ChecksFor(layout)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		expr, err := formula.Parse(c.Condition)
		if err != nil {
			t.Fatal(err)
		}
		holds, isKnown := formula.Holds(expr, f.env)
		if isKnown {
			known++
		}
		if isKnown && !holds {
			codes = append(codes, c.Code)
		}
	}
	return codes, known
}

func TestTheSampleReportBreaksNoRule(t *testing.T) {
	t.Parallel()
	pack, report := mustLoad(t), figures(loadSample(t).report())
	report = report.with(t, "py_visits_outp_emerg=4720")
	codes, known := report.broken(t, pack, "township_monthly")
	if len(codes) > 0 {
		t.Errorf("the sample breaks %v", codes)
	}
	if known < 130 {
		t.Errorf("only %d rules could be evaluated on a full report", known)
	}
}

func TestEveryRuleFindsItsMistake(t *testing.T) {
	t.Parallel()
	pack := mustLoad(t)
	sample := figures(loadSample(t).report())
	tried := map[string]bool{}
	for _, m := range mistakes {
		tried[m.code] = true
		start := sample
		if m.form != "township_monthly" {
			start = figures{}
		}
		codes, _ := start.with(t, m.changes).broken(t, pack, m.form)
		if !contains(codes, m.code) {
			t.Errorf("%s: %s breaks %v, not this rule", m.code, m.changes, codes)
		}
	}
	for _, c := range pack.Checks {
		if !c.Structural() && !tried[c.Code] {
			t.Errorf("no mistake is tried against %s", c.Code)
		}
	}
}

var mistakes = []struct{ code, form, changes string }{
	{"L01a", "township_monthly", "visits_outp_emerg=5410"},
	{"L01b", "township_monthly", "visits_appointed=5011"},
	{"L02a", "township_monthly", "bed_days_open=1551"},
	{"L02b", "township_monthly", "bed_days_open=1394"},
	{"L03a", "township_monthly", "bed_days_occupied=2326"},
	{"L03b", "township_monthly", "bed_days_occupied=1551"},
	{"L04", "township_monthly", "discharges=0"},
	{"L05a", "township_monthly", "bed_days_discharged=117"},
	{"L05b", "township_monthly", "bed_days_discharged=3541"},
	{"L06", "township_monthly", "deaths=119"},
	{"L07", "township_monthly", "beds_actual=0 beds_actual_max=0"},
	{"L08a", "township_monthly", "income_medical=1179999.99"},
	{"L08b", "township_monthly", "income_medical=1300000"},
	{"L09a", "township_monthly", "income_outp_drug=510000.01"},
	{"L09b", "township_monthly", "income_inp_drug=670000.01"},
	{"L10", "township_monthly", "income_essential_drug=471000.01"},
	{"L11a", "township_monthly", "expense_tcm_drug=455000.01"},
	{"L11b", "township_monthly", "expense_drug=1700000.01"},
	{"L12", "hospital_monthly", "expense_public_health=0.01"},
	{"L13a", "township_monthly", "health_techs=63"},
	{"L13b", "township_monthly", "health_techs=37"},
	{"L14a", "township_monthly", "gps_registered=14"},
	{"L14b", "township_monthly", "gps=8"},
	{"L15a", "township_monthly", "ehr_standard=35001"},
	{"L15b", "township_monthly", "ehr_electronic=39481"},
	{"L15c", "township_monthly", "ehr_total=44101"},
	{"L16a", "township_monthly", "htn_standard=4201"},
	{"L16b", "township_monthly", "htn_controlled=4201"},
	{"L16c", "township_monthly", "dm_standard=1301"},
	{"L16d", "township_monthly", "dm_controlled=1301"},
	{"L16e", "township_monthly", "smi_standard=169"},
	{"L17a", "township_monthly", "tcm_elderly=6301"},
	{"L17b", "township_monthly", "children_managed=3151"},
	{"L18a", "township_monthly", "tb_managed=23"},
	{"L18b", "township_monthly", "inf_reported=13"},
	{"L19a", "township_monthly", "pp_ehr_total=39481"},
	{"L19b", "township_monthly", "pp_htn_standard=3277"},
	{"L21a", "township_monthly", "pp_visits_total=4153"},
	{"L21b", "township_monthly", "py_discharges=169"},
	{"L21c", "township_monthly", "pp_visits_home=36"},
	{"L21d", "township_monthly", "py_visits_tcm=1000"},
	{"L22", "township_monthly", "income_outp=510"},
	{"L23", "township_monthly", "village_clinics=0"},
	{"L25b", "township_monthly", "remote_dx=-1"},
	{"L26a", "township_monthly", "contracts_key_valid=21841"},
	{"L26b", "township_monthly", "contracts_valid=42001"},
	{"L26c", "township_monthly", "contract_items_done=9601"},
	{"X01a", "township_monthly", "visits_emergency=5011"},
	{"X01b", "township_monthly", "visits_tcm=5401"},
	{"X02", "township_monthly", "prescriptions_antibiotic=4601"},
	{"X03", "township_monthly", "prescriptions_qualified=201"},
	{"X04", "township_monthly", "respondents_satisfied=321"},
	{"X05", "township_monthly", "income_total=1939999.99"},
	{"X06", "township_monthly", "expense_staff=1995000.01"},
	{"X07", "township_monthly", "income_med_service=1180000.01"},
	{"X08", "township_monthly", "village_clinics_ecg=17"},
	{"X09", "township_monthly", "contracts_renewed=1801"},
	{"X10", "hospital_monthly", "surgery_cases=5 surgery_day=6"},
	{"X11", "hospital_monthly", "exams_total=5 exams_recognised=6"},
	{"X12", "hospital_monthly", "seconded_doctors=5 seconded_doctors_mid=6"},
	{"X13a", "clinic_monthly", "visits_village_proxy=5 visits_village_home=6"},
	{"X13b", "clinic_monthly", "income_village=5 income_village_drug=5.01"},
	{"X14a", "insurance_monthly", "c_ins_fund_all=5 c_ins_fund_in_county=5.01"},
	{"X14b", "insurance_monthly", "c_ins_fund_in_county=5 c_ins_fund_primary=5.01"},
	{"X14c", "insurance_monthly", "c_insured_inp_all=5 c_insured_inp_in_county=6"},
	{"X14d", "insurance_monthly", "c_insured_visits_all=5 c_insured_visits_in_county=6"},
	{"X14e", "insurance_monthly", "c_insured_visits_all=5 c_insured_inp_all=6"},
}

func TestARuleNeverBreaksOnWhatIsNotReported(t *testing.T) {
	t.Parallel()
	pack := mustLoad(t)
	for _, f := range pack.Forms {
		if codes, _ := (figures{}).broken(t, pack, f.Slug); len(codes) > 0 {
			t.Errorf("%s: an empty report breaks %v", f.Slug, codes)
		}
	}
}

func TestInstancesPutEachElementInPlace(t *testing.T) {
	t.Parallel()
	c := Check{Code: "L19a", Each: []string{"ehr_total", "htn_managed"}, Condition: "$>=pp($)", Marks: []string{"$"}, MessageZH: "{$}比上月减少"}
	all := c.Instances()
	if len(all) != 2 {
		t.Fatalf("%d instances, want 2", len(all))
	}
	got := all[1]
	if got.Condition != "htn_managed>=pp(htn_managed)" || got.Marks[0] != "htn_managed" || got.MessageZH != "{htn_managed}比上月减少" || got.Code != "L19a" {
		t.Errorf("second instance is %+v", got)
	}
	if c.Marks[0] != "$" {
		t.Error("expanding changed the rule itself")
	}
}
