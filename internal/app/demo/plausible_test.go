package demo

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// plausible is what an indicator may be, for the county and every institution, in any complete month.
var plausible = map[string][2]string{
	"primary_visit_share":         {"50", "75"},
	"insured_inp_in_county_share": {"70", "92"},
	"ins_fund_in_county_share":    {"65", "85"},
	"ins_fund_primary_share":      {"12", "35"},
	"insured_inp_avg_cost":        {"3500", "8000"},
	"secondees_per_10k":           {"0.5", "3"},
	"remote_dx_per_10k":           {"60", "200"},
	"village_ecg_coverage":        {"35", "100"},
	"primary_lead_pay_ratio":      {"0.6", "1"},
	"tcm_visit_share":             {"8", "65"},
	"bed_occupancy":               {"50", "105"},
	"avg_length_of_stay":          {"5.5", "9.5"},
	"outp_avg_cost":               {"50", "350"},
	"inp_avg_cost":                {"1800", "8500"},
	"drug_income_share":           {"25", "55"},
	"med_service_income_share":    {"25", "40"},
	"staff_cost_share":            {"30", "70"},
	"physician_daily_visits":      {"2.5", "20"},
	"outp_visit_growth":           {"-15", "50"},
	"antibiotic_rx_share":         {"8", "24"},
	"ehr_standard_coverage":       {"60", "85"},
	"elderly_mgmt_rate":           {"2", "80"},
	"htn_standard_rate":           {"28", "95"},
	"htn_control_rate":            {"55", "75"},
	"dm_standard_rate":            {"28", "95"},
	"child_mgmt_rate":             {"50", "100"},
	"early_preg_rate":             {"80", "100"},
	"tcm_elderly_rate":            {"2", "82"},
	"key_pop_contract_rate":       {"70", "95"},
	"contract_fulfil_rate":        {"80", "97"},
	"surplus_rate":                {"-5", "9"},
	"consumable_share":            {"3", "20"},
	"appointment_rate":            {"10", "75"},
	"day_surgery_share":           {"5", "25"},
	"admin_logistics_share":       {"8", "18"},
	"prescription_pass_rate":      {"85", "100"},
	"long_prescription_share":     {"2", "13"},
	"insurance_budget_execution":  {"5", "102"},
	"chronic_follow_up_rate":      {"28", "95"},
	"inpatient_outflow_rate":      {"8", "30"},
}

func (d *loaded) indicatorsArePlausible(t *testing.T) {
	rows, err := d.db.Query(t.Context(), `
		SELECT i.slug, min(v.value) FILTER (WHERE v.period < '2026-07-01'), max(v.value) FILTER (WHERE v.period < '2026-07-01'), count(*) FILTER (WHERE v.value IS NOT NULL),
		       count(*) FILTER (WHERE v.institution_id = r.id AND v.value IS NOT NULL), count(DISTINCT v.period)
		FROM indicator i JOIN institution r ON r.county_id = i.county_id AND r.parent_id IS NULL
		JOIN indicator_value v ON v.county_id = i.county_id AND v.indicator_id = i.id
		WHERE i.county_id = $1 AND i.enabled GROUP BY i.slug`, d.county.ID)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var slug string
	var lo, hi decimal.NullDecimal
	var values, county, months int
	_, err = pgx.ForEachRow(rows, []any{&slug, &lo, &hi, &values, &county, &months}, func() error {
		seen[slug] = true
		if values == 0 || county == 0 || months != historyMonths+1 {
			t.Errorf("%s has %d values, %d of the county, in %d months", slug, values, county, months)
		}
		if band, ok := plausible[slug]; ok && (lo.Decimal.LessThan(decimal.RequireFromString(band[0])) || hi.Decimal.GreaterThan(decimal.RequireFromString(band[1]))) {
			t.Errorf("%s goes from %s to %s, not within %v", slug, lo.Decimal.StringFixed(2), hi.Decimal.StringFixed(2), band)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for slug := range plausible {
		if !seen[slug] {
			t.Errorf("%s is not computed", slug)
		}
	}
}
