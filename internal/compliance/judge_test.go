package compliance

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/policy"
)

func month(t *testing.T, text string) period.Month {
	t.Helper()
	m, err := period.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fact reads a figure, “yes”, “no” or “?”; a d before it means declared.
func fact(text string) Fact {
	how, text := FromFormula, strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "d"); ok {
		how, text = FromBureau, rest
	}
	switch text {
	case "?":
		return Fact{Note: "没有填报"}
	case "yes", "no":
		met := text == "yes"
		return Fact{Yes: &met, How: FromBureau}
	}
	return Fact{Value: decimal.NullDecimal{Decimal: decimal.RequireFromString(text), Valid: true}, How: how}
}

// Forty rows of the documents, reckoned by hand.
func TestFortyRowsByHand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ code, on, fact, want, gap string }{
		// >= a level
		{"qy_county_visit_rate", "2026-07", "90", "met", ""},
		{"qy_county_visit_rate", "2026-07", "89.99", "not_met", "-0.01"},
		{"sm_standard_contract_rate", "2026-07", "47.5", "not_met", "-2.5"},
		{"pv_enrolment_rate", "2026-07", "95.01", "met", ""},
		{"el_nursing_beds", "2026-07", "30", "met", ""},
		{"el_age_friendly", "2026-07", "79.9", "not_met", "-0.1"},
		{"qy_licensed_village_doctor", "2026-07", "44.9", "not_met", "-0.1"},
		{"qy_clinic_diseases", "2026-07", "20", "met", ""},
		{"qy_clinic_diseases", "2026-07", "19", "not_met", "-1"},
		{"qy_township_diseases", "2026-07", "80", "met", ""},
		{"qy_clinic_tcm_techniques", "2026-07", "3", "not_met", "-1"},
		{"qy_new_clinic_area", "2026-07", "120", "met", ""},
		{"qy_chc_area_3_5", "2026-07", "1399.9", "not_met", "-0.1"},
		{"kl_emr_level", "2026-07", "2.7", "not_met", "-0.3"},
		{"kl_balance", "2026-07", "-1.2", "not_met", "-1.2"},
		{"kl_balance", "2026-07", "0", "met", ""},
		{"dr_electronic_archive", "2026-07", "50", "met", ""},
		{"sink_rate_daily", "2026-07", "12", "met", ""},
		// = exactly, some rounded first
		{"kl_township_hospitals", "2026-07", "18", "met", ""},
		{"kl_township_hospitals", "2026-07", "17", "not_met", "-1"},
		{"kl_clinics", "2026-07", "263", "not_met", "1"},
		{"kl_quality_committee", "2026-07", "99.6", "not_met", "-0.4"},
		{"qy_beds_per_1000", "2026-07", "1.24", "met", ""},
		{"qy_beds_per_1000", "2026-07", "1.25", "not_met", "0.1"},
		{"dr_bphs_clinic_share", "2026-07", "40.4", "met", ""},
		{"sm_surplus_bonus", "2026-07", "61", "not_met", "1"},
		// <= and between
		{"dr_president_pay_ratio", "2026-07", "2.6", "not_met", "0.1"},
		{"dr_president_pay_ratio", "2026-07", "2.5", "met", ""},
		{"qy_contract_growth", "2026-07", "0.5", "not_met", "-0.5"},
		{"qy_contract_growth", "2026-07", "2", "met", ""},
		{"qy_contract_growth", "2026-07", "3.5", "not_met", "0.5"},
		{"qy_chc_population", "2026-07", "100001", "not_met", "1"},
		// the figure says how many meet the number: all have to
		{"kl_core_systems", "2026-07", "100", "met", ""},
		{"kl_core_systems", "2026-07", "96", "not_met", "-4"},
		{"sink_household_visits", "2026-07", "d31", "met", ""},
		{"sink_household_visits", "2026-07", "d29", "not_met", "-1"},
		// yes and no, declared
		{"kl_platform", "2026-07", "yes", "met", ""},
		{"kl_internet_hospital", "2026-07", "no", "not_met", ""},
		// staged, to come, over, at the end of the year, left open
		{"qy_public_clinic_share_2023", "2024-06", "84", "not_met", "-1"},
		{"qy_public_clinic_share_2023", "2026-01", "84", "not_known", ""},
		{"qy_public_clinic_share_2025", "2025-06", "86", "not_known", "-4"},
		{"qy_public_clinic_share_2025", "2025-06", "91", "met", ""},
		{"kl_committee_meetings", "2026-07", "1", "not_known", "-1"},
		{"kl_committee_meetings", "2026-12", "1", "not_met", "-1"},
		{"kl_committee_meetings", "2026-03", "2", "met", ""},
		{"mh_special_service_share", "2026-07", "8", "not_known", ""},
		{"ar_rate_urban_1", "2026-07", "60", "not_known", ""},
		{"qy_telemedicine_rate", "2026-07", "?", "not_known", ""},
	} {
		s, ok := policy.Known().Standard(c.code)
		if !ok {
			t.Fatalf("no standard %s", c.code)
		}
		rule, _ := policy.BookOf(s.Preset).Holds(c.code, policy.LastDay(month(t, c.on)), policy.Subject{})
		v := Judge(rule, Measures()[c.code], fact(c.fact), month(t, c.on))
		gap := ""
		if v.Gap.Valid {
			gap = v.Gap.Decimal.String()
		}
		if string(v.Result) != c.want || gap != c.gap {
			t.Errorf("%s with %s in %s: %s, gap %q, %s; want %s, gap %q", c.code, c.fact, c.on, v.Result, gap, v.Note, c.want, c.gap)
		}
		if v.Result == NotKnown && v.Note == "" {
			t.Errorf("%s does not say what is missing", c.code)
		}
	}
}

func TestEveryStandardIsMeasuredSomehow(t *testing.T) {
	t.Parallel()
	shipped, err := products()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range policy.Known().Standards {
		m, ok := Measures()[s.Code]
		if !ok || m.Subject.Title() == "" {
			t.Errorf("%s has no measure", s.Code)
		}
		if m.Indicator != "" && shipped[m.Indicator] == "" {
			t.Errorf("%s is measured by the indicator %s, which there is not", s.Code, m.Indicator)
		}
		for _, text := range []string{m.Register, m.Formula, condition(m)} {
			if _, err := formula.Parse(text); text != "" && err != nil {
				t.Errorf("%s: %v", s.Code, err)
			}
		}
	}
	if len(Measures()) != len(policy.Known().Standards) {
		t.Errorf("%d measures for %d standards", len(Measures()), len(policy.Known().Standards))
	}
}
