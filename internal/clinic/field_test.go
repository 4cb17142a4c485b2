package clinic

import (
	"strings"
	"testing"
	"time"

	"yigai/internal/policy"
)

func TestFieldsReadWhatPeopleType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ field, typed, want, refused string }{
		{"population", " 1,203 ", "1203", ""}, {"population", "1203人", "1203", ""}, {"population", "", "", ""}, {"population", "0", "0", ""},
		{"population", "-1", "", "负"}, {"population", "12.5", "", "整数"}, {"population", "9999999", "", "太大"}, {"population", "不适用", "", "留空"},
		{"distance", "3.5", "3.5", ""}, {"distance", "3.55", "", "小数"}, {"subsidy", "6000.00", "6000", ""},
		{"room_duty", "有", Yes, ""}, {"room_duty", "无", No, ""}, {"room_duty", "yes", Yes, ""}, {"room_duty", "也许", "", "是"},
		{"licence_until", "2027年3月1日", "2027-03-01", ""}, {"licence_until", "2027-13-01", "", "2027-13-01"},
		{"building_year", "2018", "2018", ""}, {"building_year", "18", "", "四位"}, {"subsidy_year", "1999", "", "四位"},
		{"ownership", "公有", Public, ""}, {"ownership", "contract", Contract, ""}, {"ownership", "国有", "", "公有、协议使用、私有"},
		{"subjects", strings.Repeat("科", 201), "", "最多 200 个字"}, {"subjects", "全科\x07", "", "无法保存"},
	} {
		f, ok := FieldOf(c.field)
		if !ok {
			t.Fatalf("no field %s", c.field)
		}
		got, err := f.Parse(c.typed)
		if got != c.want || (err != nil) != (c.refused != "") || err != nil && !strings.Contains(err.Error(), c.refused) {
			t.Errorf("%s %q: %q, %v", c.field, c.typed, got, err)
		}
	}
}

func TestFieldsAreSoundlyDeclared(t *testing.T) {
	t.Parallel()
	seen, groups := map[string]bool{}, strings.Join(Groups, " ")
	for _, f := range Fields {
		if seen[f.Name] || seen[f.Title] || !strings.Contains(groups, f.Group) {
			t.Errorf("field %s %s in %s is twice or nowhere", f.Name, f.Title, f.Group)
		}
		seen[f.Name], seen[f.Title] = true, true
	}
	for _, key := range []string{limitNaturalPopulation, limitSharePopulation, limitShareMinutes, limitStaff, limitNewArea, limitRooms, limitUnified,
		limitDiseases, limitTechniques, limitSubsidy} {
		if s, ok := policy.Known().Standard(standards[key]); !ok || !s.Value.Valid {
			t.Errorf("no document gives the limit %s", key)
		}
	}
}

func TestWhatDoesNotFitTogether(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		v     Values
		field string
	}{
		"an end without a contract":  {Values{"ownership": Public, "contract_until": "2027-01-01"}, "contract_until"},
		"a day without insurance":    {Values{"insurance_since": "2020-01-01"}, "insurance_since"},
		"money without a year":       {Values{"subsidy": "6000"}, "subsidy"},
		"more of a kind than of all": {Values{"staff": "9", "tcm_staff": "10"}, "tcm_staff"},
	} {
		if got := c.v.Check(); len(got) != 1 || got[0].Field != c.field {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := (Values{"ownership": Contract, "contract_until": "2027-01-01", "staff": "2", "tcm_staff": "2", "subsidy": "1", "subsidy_year": "2026"}).Check(); got != nil {
		t.Errorf("good values: %v", got)
	}
}

// printed are the limits as the documents print them.
func printed() Limits {
	out := Limits{}
	for key, code := range standards {
		s, _ := policy.Known().Standard(code)
		out[key] = Limit{Code: code, Value: s.Value, Unit: s.Unit, Title: s.Name}
	}
	return out
}

func TestWhatTheCountyHasToFillInDecidesNothing(t *testing.T) {
	t.Parallel()
	for _, j := range (Values{"diseases": "30", "staff": "9", "population": "1", "built_new": Yes, "building_area": "900"}).Judge(Limits{}, time.Now()) {
		if j.Verdict != NotKnown {
			t.Errorf("%s: %s without a number to compare with", j.Rule, j.Verdict)
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	today := time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC)
	rooms := func(v Values, value string, n int) Values {
		for _, f := range In("七室")[:n] {
			v[f.Name] = value
		}
		return v
	}
	for name, c := range map[string]struct {
		v    Values
		rule string
		want Verdict
	}{
		"nothing is known":                {Values{}, "VCL-06", NotKnown},
		"one for exactly a thousand":      {Values{"staff": "1", "population": "1000"}, "VCL-06", Met},
		"one for a thousand and one":      {Values{"staff": "1", "population": "1001"}, "VCL-06", NotMet},
		"nobody for nobody":               {Values{"staff": "0", "population": "0"}, "VCL-06", Met},
		"a new one of exactly 120":        {Values{"built_new": Yes, "building_area": "120"}, "VCL-15", Met},
		"a new one a little smaller":      {Values{"built_new": Yes, "building_area": "119.9"}, "VCL-15", NotMet},
		"an old one may be small":         {Values{"built_new": No, "building_area": "60"}, "VCL-15", Exempt},
		"new or not is unknown":           {Values{"building_area": "60"}, "VCL-15", NotKnown},
		"all seven":                       {rooms(Values{}, Yes, 7), "VCL-16", Met},
		"six, one unknown":                {rooms(Values{}, Yes, 6), "VCL-16", NotKnown},
		"one is missing for sure":         {rooms(Values{}, No, 1), "VCL-16", NotMet},
		"twenty diseases":                 {Values{"diseases": "20"}, "VCL-13", Met},
		"no techniques":                   {Values{"tcm_techniques": "0"}, "VCL-14", NotMet},
		"the subsidy of this year":        {Values{"subsidy": "6000", "subsidy_year": "2026"}, "VCL-19", Met},
		"too little of it":                {Values{"subsidy": "4500", "subsidy_year": "2026"}, "VCL-19", NotMet},
		"that of last year says nothing":  {Values{"subsidy": "6000", "subsidy_year": "2025"}, "VCL-19", NotKnown},
		"a licence that ends today holds": {Values{"licence_number": "1", "licence_until": "2026-08-03"}, "三(一)1", Met},
		"one that ended yesterday":        {Values{"licence_number": "1", "licence_until": "2026-08-02"}, "三(一)1", NotMet},
	} {
		for _, j := range c.v.Judge(printed(), today) {
			if j.Rule == c.rule && j.Verdict != c.want {
				t.Errorf("%s: %s says %s, %s", name, j.Rule, j.Verdict, j.Found)
			}
		}
	}
}
