package indicator_test

import (
	"context"
	"encoding/csv"
	"os"
	"testing"

	"yigai/internal/indicator/indicatortest"
	"yigai/internal/period"
)

// vectors are the results that the reference sample must give, two decimals, half up (domain/indicators.md, section 15).
var vectors = map[string]map[string]string{
	"root": {
		"primary_visit_share": "56.67", "insured_inp_in_county_share": "79.00", "ins_fund_in_county_share": "72.00",
		"ins_fund_primary_share": "23.00", "insured_inp_avg_cost": "5350.05", "secondees_per_10k": "1.50", "remote_dx_per_10k": "120.00",
		"primary_lead_pay_ratio": "0.80",
	},
	"T1": {
		"village_ecg_coverage": "75.00", "tcm_visit_share": "27.00", "bed_occupancy": "64.97", "avg_length_of_stay": "7.00", "outp_avg_cost": "101.80",
		"inp_avg_cost": "5677.97", "drug_income_share": "39.92", "med_service_income_share": "38.00", "staff_cost_share": "51.00",
		"physician_daily_visits": "13.04", "outp_visit_growth": "6.14", "antibiotic_rx_share": "19.00", "ehr_standard_coverage": "70.00",
		"elderly_mgmt_rate": "70.00", "htn_standard_rate": "78.00", "htn_control_rate": "68.00", "dm_standard_rate": "77.00",
		"child_mgmt_rate": "92.00", "early_preg_rate": "95.00", "tcm_elderly_rate": "74.00", "key_pop_contract_rate": "84.00",
		"contract_fulfil_rate": "91.00",
		"ehr_usage_rate":       "65.00", "dm_control_rate": "63.00", "newborn_visit_rate": "95.77", "postpartum_visit_rate": "93.85",
		"smi_standard_rate": "95.24", "tb_mgmt_rate": "95.45", "contract_rate": "52.00", "contract_renewal_rate": "87.00",
		"gp_per_10k": "2.14", "nurse_physician_ratio": "1.11", "debt_ratio": "26.00", "satisfaction_rate": "90.31",
		"down_up_referral_ratio": "0.67",
	},
}

func TestSampleCounty(t *testing.T) {
	t.Parallel()
	c := indicatortest.New(t)
	loadSample(t, c)
	c.Exec("UPDATE indicator SET enabled = true WHERE county_id = $1")
	july := indicatortest.Month(t, "2026-07")
	if _, err := c.Service.Compute(context.Background(), c.County.ID, []period.Month{july}, nil); err != nil {
		t.Fatal(err)
	}
	for place, want := range vectors {
		if place == "root" {
			place = c.County.Code
		}
		for slug, value := range want {
			if got := display(t, c, slug, place, july); got != value {
				t.Errorf("%s of %s is %s, want %s", slug, place, got, value)
			}
		}
	}
}

// loadSample makes the institutions of the sample and their figures of July 2026.
func loadSample(t *testing.T, c *indicatortest.County) {
	t.Helper()
	for _, i := range [][3]string{{"T1", "township_hospital", ""}, {"V1", "village_clinic", "T1"}, {"T2", "township_hospital", ""},
		{"H1", "county_hospital", ""}, {"M1", "partner", ""}} {
		c.Institution(i[0], i[1], i[2])
	}
	f, err := os.Open("../preset/testdata/sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		c.Fact("2026-07", line[1], line[0], line[2])
	}
	c.Fact("2025-07", "visits_outp_emerg", "T1", "4720")
}

// display is the stored value rounded for reading, or its reason.
func display(t *testing.T, c *indicatortest.County, slug, institution string, m period.Month) string {
	t.Helper()
	var text string
	err := c.DB.QueryRow(context.Background(), `
		SELECT coalesce(round(v.value, i.decimals)::text, v.reason) FROM indicator_value v
		JOIN indicator i ON i.county_id = v.county_id AND i.id = v.indicator_id
		WHERE v.county_id = $1 AND i.slug = $2 AND v.institution_id = $3 AND v.period = $4`,
		c.County.ID, slug, c.At(institution).ID, m.Date()).Scan(&text)
	if err != nil {
		return err.Error()
	}
	return text
}
