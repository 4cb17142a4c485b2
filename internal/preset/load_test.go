package preset

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryPresetLoads(t *testing.T) {
	t.Parallel()
	standard := mustLoad(t)
	for _, name := range Names() {
		pack := mustLoad(t, name)
		if pack.Names[0] != Standard {
			t.Errorf("%s: built on %v, not on the standard pack", name, pack.Names)
		}
		own := len(pack.Indicators) - len(standard.Indicators)
		if name != Standard && own == 0 {
			t.Errorf("%s: brings no indicator", name)
		}
	}
}

func TestPresetsTogether(t *testing.T) {
	t.Parallel()
	t.Run("all of them are one consistent pack", func(t *testing.T) {
		t.Parallel()
		if pack := mustLoad(t, Names()...); len(pack.Indicators) != 157 {
			t.Errorf("%d indicators, want the 43 built-in ones and 114 of the seeds", len(pack.Indicators))
		}
	})
	t.Run("the later one sets the target", func(t *testing.T) {
		t.Parallel()
		pack := mustLoad(t, "qinyang_2023", "sanmen_dual_sinking")
		i, _ := pack.Indicator("primary_visit_share")
		if got := i.Target.Value.Decimal.String(); got != "75" || i.Target.Official {
			t.Errorf("target %s (official %v), want Sanmen's unofficial 75", got, i.Target.Official)
		}
	})
	t.Run("a repeated name counts once", func(t *testing.T) {
		t.Parallel()
		pack := mustLoad(t, "kailu_2024", Standard, "kailu_2024")
		if !slices.Equal(pack.Names, []string{Standard, "kailu_2024"}) {
			t.Errorf("names are %v", pack.Names)
		}
	})
	t.Run("an unknown name is refused", func(t *testing.T) {
		t.Parallel()
		if _, err := Load("kailu_1924"); err == nil || !strings.Contains(err.Error(), "kailu_1924") {
			t.Errorf("error is %v", err)
		}
	})
}

func TestSeedSlugsTranslate(t *testing.T) {
	t.Parallel()
	pack := mustLoad(t, Names()...)
	for _, term := range pack.Terms {
		switch term.Of {
		case TermElement:
			if _, err := pack.checkFormula(pack.ElementFormula(term.Seed)); err != nil {
				t.Errorf("element %s: %v", term.Seed, err)
			}
		case TermIndicator:
			if _, ok := pack.Indicator(pack.IndicatorSlug(term.Seed)); !ok {
				t.Errorf("indicator %s: no indicator %s", term.Seed, term.Formula)
			}
		default:
			t.Errorf("%s: unknown kind of term %q", term.Seed, term.Of)
		}
	}
	if got := pack.ElementFormula("outpatient_visits"); got != "visits_outp_emerg-visits_emergency" {
		t.Errorf("outpatient visits are %s", got)
	}
	if got := pack.ElementFormula("discharges"); got != "discharges" {
		t.Errorf("a slug that was not renamed became %s", got)
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	pack := mustLoad(t)
	recorded := map[string][]string{
		"township_monthly":  {"township_hospital", "community_health_centre"},
		"hospital_monthly":  {"county_hospital", "mch_hospital"},
		"clinic_monthly":    {"village_clinic", "community_health_station"},
		"insurance_monthly": {"partner"},
	}
	if len(pack.Forms) != len(recorded) {
		t.Errorf("%d forms, want %d", len(pack.Forms), len(recorded))
	}
	for slug, kinds := range recorded {
		form, ok := pack.Form(slug)
		if !ok || !slices.Equal(form.RecordedAt(), kinds) {
			t.Errorf("%s is recorded at %v, want %v", slug, form.RecordedAt(), kinds)
		}
		if form.Due != (Due{Day: 5, NextMonths: 1, WorkingDay: true}) {
			t.Errorf("%s is due %+v", slug, form.Due)
		}
	}
	township, _ := pack.Form("township_monthly")
	if slices.Contains(township.Elements(), "visits_village_proxy") || !slices.Contains(township.Figures(), "visits_village_proxy") {
		t.Error("the township form shows the clinics' visits without collecting them")
	}
}
