package reporting

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// standard is the catalogue of the standard preset, made without a database.
func standard(t *testing.T) *Catalogue {
	t.Helper()
	pack, err := preset.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := &Catalogue{bySlug: map[string]*Element{}, byID: map[int32]*Element{}, forms: map[int32]*Form{}}
	for i, e := range pack.Elements {
		c.Elements = append(c.Elements, Element{ID: int32(i + 1), Slug: e.Slug, NameZH: e.NameZH, Unit: e.Unit, Kind: e.Kind, Decimals: e.Decimals})
	}
	for i := range c.Elements {
		c.bySlug[c.Elements[i].Slug], c.byID[c.Elements[i].ID] = &c.Elements[i], &c.Elements[i]
	}
	for i, f := range pack.Forms {
		stored, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		from := mustMonth(t, f.EffectiveFrom)
		l, err := parseLayout(f.Version, from, stored, c.bySlug)
		if err != nil {
			t.Fatalf("form %s: %v", f.Slug, err)
		}
		form := &Form{ID: int32(i + 1), Slug: f.Slug, Title: f.Title, Kinds: f.FillsKinds, Enabled: true, Layouts: []*Layout{l}}
		if f.Subject == preset.SubjectChildren {
			form.SubjectKinds = f.SubjectKinds
		}
		c.Forms, c.forms[form.ID] = append(c.Forms, form), form
	}
	var rules []rule
	for _, r := range pack.Checks {
		if !r.Structural() {
			rules = append(rules, rule{Code: r.Code, Level: r.Level, Condition: r.Condition, Marks: r.Marks, Each: r.Each, Forms: r.Forms,
				Message: r.MessageZH, From: mustMonth(t, r.EffectiveFrom)})
		}
	}
	if err := c.compile(rules); err != nil {
		t.Fatal(err)
	}
	return c
}

func mustMonth(t *testing.T, text string) period.Month {
	t.Helper()
	m, err := period.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// figuresOf makes figures of one subject from "visits_total=10 pp:visits_total=8 below:visits_village_proxy=3".
func figuresOf(t *testing.T, c *Catalogue, form, month, text string) *figures {
	t.Helper()
	f, ok := c.Form(form)
	if !ok {
		t.Fatalf("no form %s", form)
	}
	out := &figures{report: Report{Month: mustMonth(t, month)}, form: f, layout: f.Layouts[0], catalogue: c, calendar: period.China(),
		subjects: []Subject{{ID: 1, Name: "一号"}}, cells: map[CellKey]Cell{}, last: map[CellKey]number.Cell{}, lastYear: map[CellKey]number.Cell{},
		below: map[belowKey]sum{}, before: map[ytdKey]sum{}, explanations: map[explained]Explanation{}}
	for _, part := range strings.Fields(text) {
		name, value, _ := strings.Cut(part, "=")
		cell := number.Cell{State: number.NotApplicable}
		if value != "na" {
			cell = number.Of(decimal.RequireFromString(value))
		}
		window, slug, found := strings.Cut(name, ":")
		switch {
		case !found:
			out.cells[CellKey{1, name}] = Cell{Cell: cell}
		case window == "pp":
			out.last[CellKey{1, slug}] = cell
		case window == "py":
			out.lastYear[CellKey{1, slug}] = cell
		case window == "below":
			out.below[belowKey{formula.This, slug}] = sum{cell.Value, 1}
		default:
			t.Fatalf("cannot read %s", part)
		}
	}
	return out
}

// has finds the finding of a check.
func has(found []Finding, key string) (Finding, bool) {
	for _, f := range found {
		if f.Key == key {
			return f, true
		}
	}
	return Finding{}, false
}

func TestChecks(t *testing.T) {
	t.Parallel()
	c := standard(t)
	const township, hospital, clinic, insurance = "township_monthly", "hospital_monthly", "clinic_monthly", "insurance_monthly"
	cases := []struct{ key, form, broken, holds, message string }{
		{"L01a", township, "visits_total=5400 visits_outp_emerg=5410", "visits_total=5400 visits_outp_emerg=5400", "门急诊人次(5,410)不能大于总诊疗人次(5,400)"},
		{"L01b", township, "visits_outp_emerg=10 visits_appointed=11", "visits_outp_emerg=10 visits_appointed=0", ""},
		{"L02a", township, "bed_days_open=1551 beds_actual=50 beds_actual_max=50", "bed_days_open=1550 beds_actual=50 beds_actual_max=50", ""},
		{"L02b", township, "bed_days_open=1394 beds_actual=50", "bed_days_open=1395 beds_actual=50", ""},
		{"L03a", township, "bed_days_occupied=151 bed_days_open=100", "bed_days_occupied=150 bed_days_open=100", ""},
		{"L03b", township, "bed_days_occupied=101 bed_days_open=100", "bed_days_occupied=100 bed_days_open=100", ""},
		{"L04", township, "discharges=0 bed_days_discharged=3", "discharges=0 bed_days_discharged=0", ""},
		{"L05a", township, "discharges=4 bed_days_discharged=3", "discharges=4 bed_days_discharged=4", ""},
		{"L05b", township, "discharges=2 bed_days_discharged=61", "discharges=2 bed_days_discharged=60", ""},
		{"L06", hospital, "deaths=2 discharges=1", "deaths=1 discharges=1", ""},
		{"L07:discharges", township, "beds_actual=0 beds_actual_max=0 discharges=1", "beds_actual=0 beds_actual_max=2 discharges=1", "没有床位(实有床位0)时,出院人数(1)应为0"},
		{"L08a", township, "income_medical=99.99 income_outp=50 income_inp=50", "income_medical=100 income_outp=50 income_inp=50", ""},
		{"L08b", township, "income_medical=106 income_outp=50 income_inp=50", "income_medical=105 income_outp=50 income_inp=50", ""},
		{"L09a", township, "income_outp_drug=2 income_outp=1", "income_outp_drug=1 income_outp=1", ""},
		{"L09b", township, "income_inp_drug=2 income_inp=1", "income_inp_drug=1 income_inp=1", ""},
		{"L10:income_tcm_drug", township, "income_tcm_drug=3 income_outp_drug=1 income_inp_drug=1", "income_tcm_drug=2 income_outp_drug=1 income_inp_drug=1", ""},
		{"L11a", township, "expense_tcm_drug=2 expense_drug=1", "expense_tcm_drug=1 expense_drug=1", ""},
		{"L11b", township, "expense_drug=2 expense_medical=1", "expense_drug=1 expense_medical=1", ""},
		{"L12", hospital, "expense_public_health=1", "expense_public_health=0", ""},
		{"L13a", township, "staff_on_post=1 health_techs=2", "staff_on_post=2 health_techs=2", ""},
		{"L13b", township, "health_techs=1 physicians=1 nurses=1", "health_techs=2 physicians=1 nurses=1", ""},
		{"L14a", township, "gps_registered=1 gps_certified=1 physicians=1", "gps_registered=1 gps_certified=0 physicians=1", ""},
		{"L14b", township, "gps=3 gps_registered=1 gps_certified=1", "gps=2 gps_registered=1 gps_certified=1", ""},
		{"L15a", township, "ehr_standard=2 ehr_electronic=1", "ehr_standard=1 ehr_electronic=1", ""},
		{"L15b", township, "ehr_electronic=2 ehr_total=1", "ehr_electronic=1 ehr_total=1", ""},
		{"L15c", township, "ehr_total=106 resident_pop=100", "ehr_total=105 resident_pop=100", ""},
		{"L16a", township, "htn_standard=2 htn_managed=1", "htn_standard=1 htn_managed=1", ""},
		{"L16b", township, "htn_controlled=2 htn_managed=1", "htn_controlled=1 htn_managed=1", ""},
		{"L16c", township, "dm_standard=2 dm_managed=1", "dm_standard=1 dm_managed=1", ""},
		{"L16d", township, "dm_controlled=2 dm_managed=1", "dm_controlled=1 dm_managed=1", ""},
		{"L16e", township, "smi_standard=2 smi_registered=1", "smi_standard=1 smi_registered=1", ""},
		{"L17a:elderly_managed", township, "elderly_managed=2 pop_65plus=1", "elderly_managed=1 pop_65plus=1", ""},
		{"L17b", township, "children_managed=2 children_0_6=1", "children_managed=1 children_0_6=1", ""},
		{"L18a", township, "tb_managed=2 tb_notified=1", "tb_managed=1 tb_notified=1", ""},
		{"L18b", township, "inf_reported=2 inf_registered=1", "inf_reported=1 inf_registered=1", ""},
		{"L19a:ehr_total", township, "ehr_total=9 pp:ehr_total=10", "ehr_total=10 pp:ehr_total=10", "累计建档人数(9)比上月减少"},
		{"L19b:live_births", township, "live_births=9 pp:live_births=10", "live_births=10 pp:live_births=10", ""},
		{"L21a:visits_total", township, "visits_total=131 pp:visits_total=100", "visits_total=130 pp:visits_total=100", ""},
		{"L21b:income_medical", hospital, "income_medical=69 py:income_medical=100", "income_medical=70 py:income_medical=100", ""},
		{"L21c:visits_home", township, "visits_home=900 pp:visits_home=36", "visits_home=86 pp:visits_home=36", ""},
		{"L21d:visits_tcm", township, "visits_tcm=51 py:visits_tcm=102", "visits_tcm=52 py:visits_tcm=102", ""},
		{"L22", township, "visits_outp_emerg=100 income_outp=430", "visits_outp_emerg=100 income_outp=4300", ""},
		{"L23", township, "village_clinics=0 below:visits_village_proxy=5", "village_clinics=2 below:visits_village_proxy=5", "村卫生室数(0)与代报诊疗人次(5)不符"},
		{"L25b:visits_total", township, "visits_total=-1", "visits_total=0", ""},
		{"L26a", township, "contracts_key_valid=2 contracts_valid=1", "contracts_key_valid=1 contracts_valid=1", ""},
		{"L26b", township, "contracts_valid=2 resident_pop=1", "contracts_valid=1 resident_pop=1", ""},
		{"L26c", township, "contract_items_done=2 contract_items_due=1", "contract_items_done=1 contract_items_due=1", ""},
		{"X13a:visits_village_tcm", clinic, "visits_village_tcm=2 visits_village_proxy=1", "visits_village_tcm=1 visits_village_proxy=1", ""},
		{"X14a", insurance, "c_ins_fund_in_county=2 c_ins_fund_all=1", "c_ins_fund_in_county=1 c_ins_fund_all=1", ""},
	}
	tested := map[string]bool{}
	for _, tc := range cases {
		code, _, _ := strings.Cut(tc.key, ":")
		tested[code] = true
		t.Run(tc.key, func(t *testing.T) {
			t.Parallel()
			found, ok := has(figuresOf(t, c, tc.form, "2026-07", tc.broken).findings(), tc.key)
			if !ok {
				t.Fatalf("%s raises nothing", tc.broken)
			}
			if strings.ContainsAny(found.Message, "{}$") || !strings.Contains(found.Message, tc.message) {
				t.Errorf("message is %q, want %q in it", found.Message, tc.message)
			}
			if found.Element != found.Marks[0] || found.Figures == "" {
				t.Errorf("finding says neither cell nor figures: %+v", found)
			}
			if _, ok := has(figuresOf(t, c, tc.form, "2026-07", tc.holds).findings(), tc.key); ok {
				t.Errorf("%s raises the finding though it holds", tc.holds)
			}
		})
	}
	for _, f := range c.Forms {
		for _, check := range f.Layouts[0].checks {
			if strings.HasPrefix(check.code, "L") && !tested[check.code] {
				t.Errorf("no case for check %s", check.code)
			}
		}
	}
}

func TestChecksKnowWhatIsMissing(t *testing.T) {
	t.Parallel()
	c := standard(t)
	for name, text := range map[string]string{
		"nothing entered":          "",
		"one side empty":           "visits_outp_emerg=10",
		"one side not applicable":  "visits_outp_emerg=10 visits_total=na",
		"January starts afresh":    "",
		"last month was a zero":    "visits_total=500 pp:visits_total=0",
		"the change is just right": "visits_total=70 pp:visits_total=100",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if found := figuresOf(t, c, "township_monthly", "2026-07", text).findings(); len(found) != 0 {
				t.Errorf("found %v", found)
			}
		})
	}
	t.Run("a cumulative figure may fall in January", func(t *testing.T) {
		t.Parallel()
		if found := figuresOf(t, c, "township_monthly", "2026-01", "live_births=4 pp:live_births=60").findings(); len(found) != 0 {
			t.Errorf("found %v", found)
		}
	})
}

func TestRuleVersions(t *testing.T) {
	t.Parallel()
	ch := check{from: mustMonth(t, "2025-01"), until: mustMonth(t, "2026-03")}
	for month, want := range map[string]bool{"2024-12": false, "2025-01": true, "2026-02": true, "2026-03": false} {
		if got := ch.inForce(mustMonth(t, month)); got != want {
			t.Errorf("in force in %s: %v", month, got)
		}
	}
}

func TestDerived(t *testing.T) {
	t.Parallel()
	c := standard(t)
	f := figuresOf(t, c, "township_monthly", "2026-07", "bed_days_occupied=1007 bed_days_open=1550 income_total=100.10 expense_total=200.20 "+
		"pp:bed_days_occupied=1 pp:bed_days_open=2 below:visits_village_proxy=3200")
	f.belowOf = 2
	derived := map[string]Derived{}
	for _, row := range f.layout.derived {
		derived[row.No] = f.derived()[CellKey{1, row.Key}]
	}
	if got := derived["1.3.4"]; got.Value.Decimal.StringFixed(2) != "64.97" || got.Last.Decimal.String() != "50" || got.LastYear.Reason != formula.Missing {
		t.Errorf("bed occupancy is %+v", got)
	}
	if got := derived["2.6"].Value.Decimal.String(); got != "-100.1" {
		t.Errorf("balance is %s, want exactly -100.1", got)
	}
	if got := derived["4.1"]; got.Value.Decimal.String() != "3200" || got.Reporting != 1 || got.Expected != 2 {
		t.Errorf("sum over the clinics is %+v", got)
	}
}

func TestYearToDate(t *testing.T) {
	t.Parallel()
	c := standard(t)
	f := figuresOf(t, c, "township_monthly", "2026-03", "visits_total=30 ehr_total=5")
	k := CellKey{1, "visits_total"}
	ytd := formula.Ref{Slug: "visits_total", Window: formula.YTD}
	if v := f.env(1, formula.This)(ytd); v.Reason != formula.Missing {
		t.Errorf("with two months unknown the year to date is %v", v)
	}
	f.before[ytdKey{k, formula.YTD}] = sum{decimal.NewFromInt(50), 2}
	if v := f.env(1, formula.This)(ytd); v.Decimal.String() != "80" {
		t.Errorf("the year to date is %v, want 80", v)
	}
	if v := f.env(1, formula.This)(formula.Ref{Slug: "ehr_total", Window: formula.YTD}); v.Decimal.String() != "5" {
		t.Errorf("a stock's year to date is %v, want itself", v)
	}
}

func TestDueAt(t *testing.T) {
	t.Parallel()
	f := &Form{DueDay: 5, DueMonths: 1, WorkingDay: true}
	for month, want := range map[string]string{
		"2026-06": "2026-07-06", // the 5th is a Sunday
		"2026-07": "2026-08-05",
	} {
		if got := f.DueAt(mustMonth(t, month), period.China()).In(period.Shanghai).Format("2006-01-02"); got != want {
			t.Errorf("%s falls due on %s, want %s", month, got, want)
		}
	}
	same := &Form{DueDay: 28, DueMonths: 0}
	if got := same.DueAt(mustMonth(t, "2026-02"), period.China()).In(period.Shanghai).Format("2006-01-02 15:04"); got != "2026-02-28 23:59" {
		t.Errorf("a form due in its own month falls due on %s", got)
	}
}

func TestGrouped(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"0": "0", "999": "999", "1000": "1,000", "1180000.50": "1,180,000.5", "-12345": "−12,345"} {
		if got := grouped(decimal.RequireFromString(text)); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}
