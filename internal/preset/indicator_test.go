package preset

import (
	"testing"

	"yigai/internal/formula"
)

// vectors are the values computed by hand on the sample: of the township
// hospital alone, or of the whole county for indicators of county level.
var vectors = []struct{ slug, want string }{
	{"primary_visit_share", "56.67"},
	{"insured_inp_in_county_share", "79.00"},
	{"ins_fund_in_county_share", "72.00"},
	{"ins_fund_primary_share", "23.00"},
	{"insured_inp_avg_cost", "5350.05"},
	{"secondees_per_10k", "1.50"},
	{"remote_dx_per_10k", "120.00"},
	{"village_ecg_coverage", "75.00"},
	{"primary_lead_pay_ratio", "0.80"},
	{"tcm_visit_share", "27.00"},
	{"bed_occupancy", "64.97"},
	{"avg_length_of_stay", "7.00"},
	{"outp_avg_cost", "101.80"},
	{"inp_avg_cost", "5677.97"},
	{"drug_income_share", "39.92"},
	{"med_service_income_share", "38.00"},
	{"staff_cost_share", "51.00"},
	{"physician_daily_visits", "13.04"},
	{"outp_visit_growth", "6.14"},
	{"antibiotic_rx_share", "19.00"},
	{"ehr_standard_coverage", "70.00"},
	{"elderly_mgmt_rate", "70.00"},
	{"htn_standard_rate", "78.00"},
	{"htn_control_rate", "68.00"},
	{"dm_standard_rate", "77.00"},
	{"child_mgmt_rate", "92.00"},
	{"early_preg_rate", "95.00"},
	{"tcm_elderly_rate", "74.00"},
	{"key_pop_contract_rate", "84.00"},
	{"contract_fulfil_rate", "91.00"},
	{"ehr_usage_rate", "65.00"},
	{"dm_control_rate", "63.00"},
	{"newborn_visit_rate", "95.77"},
	{"postpartum_visit_rate", "93.85"},
	{"smi_standard_rate", "95.24"},
	{"tb_mgmt_rate", "95.45"},
	{"contract_rate", "52.00"},
	{"contract_renewal_rate", "87.00"},
	{"gp_per_10k", "2.14"},
	{"nurse_physician_ratio", "1.11"},
	{"debt_ratio", "26.00"},
	{"satisfaction_rate", "90.31"},
	{"down_up_referral_ratio", "0.67"},
}

func TestBuiltInIndicatorsGiveTheSampleValues(t *testing.T) {
	t.Parallel()
	pack, sample := mustLoad(t), loadSample(t)
	if len(pack.Indicators) != len(vectors) {
		t.Errorf("%d indicators in the standard pack, %d vectors", len(pack.Indicators), len(vectors))
	}
	for i, v := range vectors {
		indicator, ok := pack.Indicator(v.slug)
		if !ok {
			t.Errorf("no indicator %s", v.slug)
			continue
		}
		if indicator.OnByDefault != (i < 30) {
			t.Errorf("%s: on by default is %v", v.slug, indicator.OnByDefault)
		}
		if got := display(t, pack, sample, indicator); got != v.want {
			t.Errorf("%s = %s, want %s", v.slug, got, v.want)
		}
	}
}

func display(t *testing.T, p *Pack, c county, i Indicator) string {
	t.Helper()
	expr, err := formula.Parse(i.Formula)
	if err != nil {
		t.Fatal(err)
	}
	env := c.env(p, "T1")
	if i.Level == LevelCounty {
		env = c.env(p, "T1", "V1", "T2", "H1", "M1")
	}
	ratio := expr.Fraction().Eval(env)
	if ratio.Reason != "" {
		return string(ratio.Reason) + " " + ratio.Cause.String()
	}
	return ratio.Value.StringFixed(int32(i.Decimals))
}

func TestIndicatorsOnByDefaultUseReportedElements(t *testing.T) {
	t.Parallel()
	pack := mustLoad(t, Names()...)
	for _, i := range pack.Indicators {
		expr, err := formula.Parse(i.Formula)
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range expr.Refs() {
			e, _ := pack.Element(ref.Slug)
			if i.OnByDefault && !e.OnForm && e.Kind != Calendar {
				t.Errorf("%s is on by default, but no form asks for %s", i.Slug, e.Slug)
			}
		}
	}
}

func TestOnlyPrintedFormulasAreOfficial(t *testing.T) {
	t.Parallel()
	printed := map[string]bool{"secondees_per_10k": true, "remote_dx_per_10k": true}
	for _, i := range mustLoad(t, Names()...).Indicators {
		if i.Official != printed[i.Slug] {
			t.Errorf("%s: official is %v", i.Slug, i.Official)
		}
	}
}
