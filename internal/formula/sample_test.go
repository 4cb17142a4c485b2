package formula

import (
	"reflect"
	"testing"

	"github.com/shopspring/decimal"
)

// sample is one month of a synthetic township hospital and, under c_, of its
// county: the figures the preset indicators were computed on by hand.
var sample = map[string]int64{
	"resident_pop":                 42000,
	"pop_65plus":                   6300,
	"children_0_6":                 3150,
	"key_pop":                      15120,
	"live_births":                  260,
	"workdays":                     23,
	"months_elapsed":               7,
	"visits_total":                 5400,
	"visits_outp_emerg":            5010,
	"visits_appointed":             900,
	"visits_tcm":                   1458,
	"visits_village_proxy":         3200,
	"discharges":                   118,
	"deaths":                       1,
	"prescriptions_outp":           4600,
	"prescriptions_antibiotic":     874,
	"referrals_up":                 46,
	"referrals_down":               31,
	"remote_dx":                    210,
	"beds_actual":                  50,
	"bed_days_open":                1550,
	"bed_days_occupied":            1007,
	"bed_days_discharged":          826,
	"income_total":                 2100000,
	"income_medical":               1180000,
	"income_outp":                  510000,
	"income_outp_drug":             270000,
	"income_inp":                   670000,
	"income_inp_drug":              201000,
	"income_essential_drug":        390000,
	"income_med_service":           448400,
	"income_fiscal":                760000,
	"income_insurance":             690000,
	"expense_total":                1995000,
	"expense_staff":                1017450,
	"expense_drug":                 455000,
	"assets_total":                 18600000,
	"liabilities_total":            4836000,
	"staff_on_post":                62,
	"health_techs":                 51,
	"physicians":                   18,
	"nurses":                       20,
	"gps":                          9,
	"secondees_in_mid_6m":          3,
	"pay_primary_total":            5952000,
	"staff_primary_avg":            62,
	"pay_lead_total":               64800000,
	"staff_lead_avg":               540,
	"ehr_total":                    39480,
	"ehr_standard":                 29400,
	"ehr_active":                   25662,
	"elderly_managed":              4410,
	"htn_managed":                  4200,
	"htn_standard":                 3276,
	"htn_controlled":               2856,
	"dm_managed":                   1300,
	"dm_standard":                  1001,
	"dm_controlled":                819,
	"newborns_visited":             249,
	"children_managed":             2898,
	"early_preg_booked":            247,
	"postpartum_visited":           244,
	"smi_registered":               168,
	"smi_standard":                 160,
	"tb_notified":                  22,
	"tb_managed":                   21,
	"tcm_elderly":                  4662,
	"contracts_valid":              21840,
	"contracts_key_valid":          12701,
	"contract_items_due":           9600,
	"contract_items_done":          8736,
	"contracts_due_renewal":        1800,
	"contracts_renewed":            1566,
	"village_clinics":              16,
	"village_clinics_ecg":          12,
	"respondents":                  320,
	"respondents_satisfied":        289,
	"visits_outp_emerg_py":         4720,
	"c_visits_primary":             61200,
	"c_visits_all":                 108000,
	"c_ins_fund_all":               41500000,
	"c_ins_fund_in_county":         29880000,
	"c_ins_fund_primary":           6872400,
	"c_insured_inp_all":            5200,
	"c_insured_inp_in_county":      4108,
	"c_insured_inp_cost_in_county": 21978000,
	"c_resident_pop":               420000,
	"c_secondees_mid_6m":           63,
	"c_remote_dx":                  5040,
	"c_visits_tcm":                 24840,
}

// sampleNames are the Chinese names of some sample elements.
var sampleNames = map[string]string{
	"workdays":          "本期工作日数",
	"visits_total":      "总诊疗人次数",
	"visits_outp_emerg": "门急诊人次数",
	"discharges":        "出院人数",
	"bed_days_open":     "实际开放总床日数",
	"bed_days_occupied": "实际占用总床日数",
	"income_medical":    "医疗收入",
	"income_outp":       "门急诊收入",
	"income_outp_drug":  "门诊药品收入",
	"income_inp":        "住院收入",
	"income_inp_drug":   "住院药品收入",
	"physicians":        "执业(助理)医师(期内平均)",
}

func sampleName(slug string) string { return sampleNames[slug] }

// sampleEnv knows the sample as it is, whatever window or group is asked.
func sampleEnv(r Ref) Value {
	n, ok := sample[r.Slug]
	if !ok {
		return Absent(Missing)
	}
	return Number(decimal.NewFromInt(n))
}

// presets are the built-in indicators, written as the product ships them, with
// their value on the sample at two decimals.
var presets = []struct{ id, formula, want string }{
	{"primary_visit_share", "100*c_visits_primary/c_visits_all", "56.67"},
	{"insured_inp_in_county_share", "100*c_insured_inp_in_county/c_insured_inp_all", "79.00"},
	{"ins_fund_in_county_share", "100*c_ins_fund_in_county/c_ins_fund_all", "72.00"},
	{"ins_fund_primary_share", "100*c_ins_fund_primary/c_ins_fund_in_county", "23.00"},
	{"insured_inp_avg_cost", "c_insured_inp_cost_in_county/c_insured_inp_in_county", "5350.05"},
	{"secondees_per_10k", "10000*c_secondees_mid_6m/c_resident_pop", "1.50"},
	{"remote_dx_per_10k", "10000*c_remote_dx/c_resident_pop", "120.00"},
	{"village_ecg_coverage", "100*village_clinics_ecg/village_clinics", "75.00"},
	{"primary_lead_pay_ratio", "(pay_primary_total/staff_primary_avg)/(pay_lead_total/staff_lead_avg)", "0.80"},
	{"tcm_visit_share", "100*visits_tcm/visits_total", "27.00"},
	{"bed_occupancy", "100*bed_days_occupied/bed_days_open", "64.97"},
	{"avg_length_of_stay", "bed_days_discharged/discharges", "7.00"},
	{"outp_avg_cost", "income_outp/visits_outp_emerg", "101.80"},
	{"inp_avg_cost", "income_inp/discharges", "5677.97"},
	{"drug_income_share", "100*(income_outp_drug+income_inp_drug)/income_medical", "39.92"},
	{"med_service_income_share", "100*income_med_service/income_medical", "38.00"},
	{"staff_cost_share", "100*expense_staff/expense_total", "51.00"},
	{"physician_daily_visits", "visits_total/physicians/workdays", "13.04"},
	{"outp_visit_growth", "100*(visits_outp_emerg-visits_outp_emerg_py)/visits_outp_emerg_py", "6.14"},
	{"antibiotic_rx_share", "100*prescriptions_antibiotic/prescriptions_outp", "19.00"},
	{"ehr_standard_coverage", "100*ehr_standard/resident_pop", "70.00"},
	{"elderly_mgmt_rate", "100*elderly_managed/pop_65plus", "70.00"},
	{"htn_standard_rate", "100*htn_standard/htn_managed", "78.00"},
	{"htn_control_rate", "100*htn_controlled/htn_managed", "68.00"},
	{"dm_standard_rate", "100*dm_standard/dm_managed", "77.00"},
	{"child_mgmt_rate", "100*children_managed/children_0_6", "92.00"},
	{"early_preg_rate", "100*early_preg_booked/live_births", "95.00"},
	{"tcm_elderly_rate", "100*tcm_elderly/pop_65plus", "74.00"},
	{"key_pop_contract_rate", "100*contracts_key_valid/key_pop", "84.00"},
	{"contract_fulfil_rate", "100*contract_items_done/contract_items_due", "91.00"},
	{"ehr_usage_rate", "100*ehr_active/ehr_total", "65.00"},
	{"dm_control_rate", "100*dm_controlled/dm_managed", "63.00"},
	{"newborn_visit_rate", "100*newborns_visited/live_births", "95.77"},
	{"postpartum_visit_rate", "100*postpartum_visited/live_births", "93.85"},
	{"smi_standard_rate", "100*smi_standard/smi_registered", "95.24"},
	{"tb_mgmt_rate", "100*tb_managed/tb_notified", "95.45"},
	{"contract_rate", "100*contracts_valid/resident_pop", "52.00"},
	{"contract_renewal_rate", "100*contracts_renewed/contracts_due_renewal", "87.00"},
	{"gp_per_10k", "10000*gps/resident_pop", "2.14"},
	{"nurse_physician_ratio", "nurses/physicians", "1.11"},
	{"debt_ratio", "100*liabilities_total/assets_total", "26.00"},
	{"satisfaction_rate", "100*respondents_satisfied/respondents", "90.31"},
	{"down_up_referral_ratio", "referrals_down/referrals_up", "0.67"},
}

func TestPresetsOnTheSample(t *testing.T) {
	t.Parallel()
	for _, p := range presets {
		t.Run(p.id, func(t *testing.T) {
			t.Parallel()
			e := mustParse(t, p.formula)
			if again := mustParse(t, e.String()); !reflect.DeepEqual(again.root, e.root) {
				t.Errorf("the canonical text %s is another formula", e)
			}
			if v := e.Eval(sampleEnv); v.Reason != "" || v.Decimal.StringFixed(2) != p.want {
				t.Errorf("Eval = %s %s, want %s", v.Decimal, v.Reason, p.want)
			}
			r := e.Fraction().Eval(sampleEnv)
			if r.Reason != "" || r.Value.StringFixed(2) != p.want || !r.HasNum || !r.HasDen {
				t.Errorf("Fraction.Eval = %+v, want %s with both parts", r, p.want)
			}
		})
	}
}

func mustParse(t testing.TB, src string) *Expr {
	t.Helper()
	e, err := Parse(src)
	if err != nil {
		t.Fatalf("Parse(%q): %v", src, err)
	}
	return e
}
