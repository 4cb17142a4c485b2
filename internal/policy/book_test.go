package policy

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/period"
)

func month(t *testing.T, text string) period.Month {
	t.Helper()
	m, err := period.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func number(text string) decimal.NullDecimal {
	return decimal.NullDecimal{Decimal: decimal.RequireFromString(text), Valid: true}
}

func TestTheCatalogueIsWhole(t *testing.T) {
	t.Parallel()
	c := Known()
	if len(c.Standards) != 245 || len(c.byCode) != 245 || len(c.Documents) != 16 || len(c.Contradictions) != 25 || len(c.Subsidies) != 33 || len(c.Tasks) != 54 {
		t.Errorf("%d standards (%d codes), %d documents, %d contradictions, %d subsidies, %d tasks", len(c.Standards), len(c.byCode), len(c.Documents),
			len(c.Contradictions), len(c.Subsidies), len(c.Tasks))
	}
	for _, s := range c.Standards {
		if _, ok := c.Document(s.Preset); !ok || OperatorTitle(s.Operator) == "" || s.Clause == "" || (s.Operator == "between") != s.Max.Valid {
			t.Errorf("%s: document %s, operator %q, clause %q", s.Code, s.Preset, s.Operator, s.Clause)
		}
	}
	for matter, list := range c.byMatter {
		seen := map[string]bool{}
		for _, n := range list {
			if p := c.Standards[n].Preset; seen[p] {
				t.Errorf("%s has two standards of %s", matter, p)
			} else {
				seen[p] = true
			}
		}
		if len(list) < 2 {
			t.Errorf("%s has one side only", matter)
		}
	}
	for _, x := range c.Contradictions {
		if len(x.Sides) == 0 || x.Reconcile == "" {
			t.Errorf("contradiction %d has nothing to show", x.No)
		}
	}
}

// The first document of the order gives the number, an override of the county beats both, and the chain tells it.
func TestTheFirstDocumentGivesTheNumberUnlessTheCountySetsItsOwn(t *testing.T) {
	t.Parallel()
	b := &Book{presets: []string{"kailu_2024"}, orders: []Order{
		{ID: 2, From: month(t, "2026-05"), Presets: []string{"sanmen_dual_sinking", "qinyang_2023"}, Reason: "省里要求"},
		{ID: 1, From: month(t, "2026-01"), Presets: []string{"qinyang_2023", "sanmen_dual_sinking"}, Reason: "开始"}},
		overrides: map[string][]Override{"grassroots_visit_share": {
			{ID: 9, Matter: "grassroots_visit_share", Code: "qy_grassroots_visit_rate", Operator: ">=", Value: number("70"), From: month(t, "2026-07"), Reason: "县长办公会", By: "李"},
			{ID: 8, Matter: "grassroots_visit_share", Code: "qy_grassroots_visit_rate", Kind: "township_hospital", Operator: ">=", Value: number("60"), From: month(t, "2026-07"), Reason: "先低后高", By: "李"}}}}
	for _, c := range []struct {
		name, on, kind, want, holds string
		state                       State
		selected                    bool
	}{
		{"before the county followed it", "2025-12", "", "≥ 65%", "《沁阳市", FromDocument, false},
		{"first of the order", "2026-02", "", "≥ 65%", "沁阳市", FromDocument, true},
		{"another order", "2026-06", "", "≥ 75%", "三门县", FromDocument, true},
		{"the county's own", "2026-07", "", "≥ 70%", "本县设定:≥ 70%", Overridden, true},
		{"a kind of institution", "2026-07", "township_hospital", "≥ 60%", "本县设定:≥ 60%", Overridden, true},
		{"another kind", "2026-07", "village_clinic", "≥ 70%", "本县设定:≥ 70%", Overridden, true},
	} {
		for _, code := range []string{"qy_grassroots_visit_rate", "sm_grassroots_visit_share"} {
			r, ok := b.Holds(code, LastDay(month(t, c.on)), Subject{Kind: c.kind})
			if c.on == "2025-12" && code != "qy_grassroots_visit_rate" {
				continue // each speaks for itself
			}
			if !ok || r.Text() != c.want || r.State != c.state || r.Selected != c.selected || r.Phase != InForce {
				t.Errorf("%s: %s is %s, %s, %s, selected %v", c.name, code, r.Text(), r.State, r.Phase, r.Selected)
			}
			holding := 0
			for _, step := range r.Chain {
				if step.Holds {
					holding++
				}
			}
			if holding != 1 {
				t.Errorf("%s: %d steps of the chain hold: %+v", c.name, holding, r.Chain)
			}
		}
	}
}

func TestWhatTheDocumentLeavesOpenIsNeverZero(t *testing.T) {
	t.Parallel()
	b := &Book{presets: []string{"modern_hospital", "archive_province", "qinyang_2023"}, overrides: map[string][]Override{"ar_rate_urban_2": {
		{ID: 1, Matter: "ar_rate_urban_2", Code: "ar_rate_urban_2", Operator: ">=", Value: number("40"), From: month(t, "2026-04"), Reason: "从今年起"}}}}
	for _, c := range []struct {
		code, on string
		state    State
		phase    Phase
		valid    bool
	}{
		{"mh_special_service_share", "2026-06", Blank, InForce, false},
		{"ar_rate_urban_1", "2026-06", Undated, InForce, true},
		{"ar_rate_urban_2", "2026-03", Undated, InForce, true},
		{"ar_rate_urban_2", "2026-04", Overridden, InForce, true},
		{"qy_public_clinic_share_2023", "2024-01", FromDocument, InForce, true},
		{"qy_public_clinic_share_2023", "2026-01", FromDocument, Ended, true},
		{"qy_public_clinic_share_2025", "2025-11", FromDocument, Coming, true},
		{"qy_public_clinic_share_2025", "2025-12", FromDocument, InForce, true},
	} {
		r, ok := b.Holds(c.code, LastDay(month(t, c.on)), Subject{})
		if !ok || r.State != c.state || r.Phase != c.phase || r.Value.Valid != c.valid {
			t.Errorf("%s on %s: %s, %s, value %v", c.code, c.on, r.State, r.Phase, r.Value)
		}
		if r.Open() && r.Chain[0].Note == "" {
			t.Errorf("%s does not say what is open", c.code)
		}
	}
	if got := b.OrderOn(time.Now()); got.ID != 0 || len(got.Presets) != 3 {
		t.Errorf("the county's first documents are %+v", got)
	}
	if _, ok := b.Holds("nothing", time.Now(), Subject{}); ok {
		t.Error("an unknown code is answered")
	}
}
