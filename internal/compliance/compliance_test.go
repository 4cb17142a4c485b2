package compliance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/compliance"
	"yigai/internal/fault"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/policy"
	"yigai/internal/sheet"
)

// county follows documents from 2024 on: a hospital, two townships, the first with two clinics.
type county struct {
	*indicatortest.County
	t      *testing.T
	svc    *compliance.Service
	policy *policy.Service
	who    actor.Actor
}

func newCounty(t *testing.T, presets ...string) *county {
	t.Helper()
	c := &county{County: indicatortest.New(t), t: t}
	c.Institution("H", "county_hospital", "")
	c.Institution("T1", "township_hospital", "")
	c.Institution("T2", "township_hospital", "")
	c.Institution("V1", "village_clinic", "T1")
	c.Institution("V2", "village_clinic", "T1")
	c.svc, c.policy = compliance.New(c.DB, orgtest.Now, period.China()), policy.New(c.DB, orgtest.Now)
	c.who = c.Who(c.County.County.Code, compliance.ActionView, compliance.ActionDeclare, policy.ActionManage, policy.ActionView, audit.ActionExport)
	c.follow("2024-10", presets...)
	return c
}

func (c *county) month(text string) period.Month { return indicatortest.Month(c.t, text) }

func (c *county) follow(from string, presets ...string) {
	c.t.Helper()
	if err := c.policy.Arrange(c.t.Context(), c.who, policy.Order{From: c.month(from), Presets: presets, Reason: "试验"}); err != nil {
		c.t.Fatal(err)
	}
}

func (c *county) evaluate(months ...string) {
	c.t.Helper()
	for _, m := range months {
		if err := c.svc.Evaluate(c.t.Context(), c.County.County.ID, c.month(m)); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *county) board(m string) compliance.Board {
	c.t.Helper()
	b, err := c.svc.Board(c.t.Context(), c.who, compliance.Filter{Month: c.month(m)})
	if err != nil {
		c.t.Fatal(err)
	}
	return b
}

// say is the result of a standard at an institution: result, number held against, value, since.
func (c *county) say(m, code, at string) string {
	c.t.Helper()
	p, err := c.svc.Items(c.t.Context(), c.who, compliance.ItemFilter{Month: c.month(m), Code: code, Institution: c.At(at).ID})
	if err != nil {
		c.t.Fatal(err)
	}
	if len(p.Items) == 0 {
		return "none"
	}
	x := p.Items[0]
	value := "-"
	if x.Held.Value.Valid {
		value = x.Held.Value.Decimal.Round(2).String()
	}
	return strings.Join([]string{string(x.Result), x.Held.Text(), value, x.Since.String()}, " ")
}

func (c *county) expect(m, code, at, want string) {
	c.t.Helper()
	if got := c.say(m, code, at); got != want {
		c.t.Errorf("%s of %s in %s is %q, want %q", code, at, m, got, want)
	}
}

// Each document alone and all together: every row is on the board, and the three counts add up to all.
func TestEveryRowOfTheChosenDocumentsIsOnTheBoard(t *testing.T) {
	t.Parallel()
	c := newCounty(t, "kailu_2024")
	c.follow("2026-02", "qinyang_2023")
	var all []string
	for _, d := range policy.Known().Documents {
		all = append(all, d.Preset)
	}
	c.follow("2026-03", all...)
	c.evaluate("2026-01", "2026-02", "2026-03")
	for m, presets := range map[string][]string{"2026-01": {"kailu_2024"}, "2026-02": {"qinyang_2023"}, "2026-03": all} {
		b := c.board(m)
		want := len(policy.Known().Of(presets...))
		if b.Total.All() != want || len(b.Rows) != want {
			t.Errorf("%s shows %d rows, %d on the board, want %d", m, b.Total.All(), len(b.Rows), want)
		}
		var kinds, documents compliance.Counts
		for _, n := range b.ByKind {
			kinds = compliance.Counts{Met: kinds.Met + n.Met, NotMet: kinds.NotMet + n.NotMet, NotKnown: kinds.NotKnown + n.NotKnown}
		}
		for _, n := range b.ByDocument {
			documents = compliance.Counts{Met: documents.Met + n.Met, NotMet: documents.NotMet + n.NotMet, NotKnown: documents.NotKnown + n.NotKnown}
		}
		if kinds != b.Total || documents != b.Total {
			t.Errorf("%s: kinds %+v, documents %+v, all %+v", m, kinds, documents, b.Total)
		}
		for _, r := range b.Rows {
			if r.NotKnown > 0 && r.Held.Note == "" && r.All() == 1 {
				t.Errorf("%s of %s does not say what is missing", r.Code, m)
			}
		}
	}
	if want := len(policy.Known().Standards); want != 245 {
		t.Errorf("%d standards", want)
	}
	c.expect("2026-01", "kl_public_hospitals", c.County.County.Code, "not_met = 3 家 1 2026-01")
}

func TestANumberOfNextMonthLeavesLastMonthAlone(t *testing.T) {
	t.Parallel()
	c := newCounty(t, "qinyang_2023", "sanmen_dual_sinking")
	root := c.County.County.Code
	for _, m := range []string{"2026-06", "2026-07", "2026-08"} {
		c.Fact(m, "beds_actual", "T1", "24")
		c.Fact(m, "resident_pop", "T1", "20000")
	}
	c.evaluate("2026-06", "2026-07")
	c.expect("2026-07", "qy_beds_per_1000", "T1", "met = 1.2 张/千人 1.2 2026-06")
	c.expect("2026-07", "qy_beds_per_1000", "T2", "not_known = 1.2 张/千人 - 2026-06")
	before := c.board("2026-07").Total
	set := policy.Override{Code: "qy_beds_per_1000", Operator: ">=", Value: decimal.NewNullDecimal(decimal.RequireFromString("1.5")), From: c.month("2026-08"), Reason: "县里提高"}
	if _, err := c.policy.Set(t.Context(), c.who, set); err != nil {
		t.Fatal(err)
	}
	c.evaluate("2026-06", "2026-07", "2026-08")
	c.expect("2026-07", "qy_beds_per_1000", "T1", "met = 1.2 张/千人 1.2 2026-06")
	c.expect("2026-08", "qy_beds_per_1000", "T1", "not_met ≥ 1.5 张/千人 1.2 2026-08")
	if after := c.board("2026-07").Total; after != before {
		t.Errorf("July was %+v and is %+v", before, after)
	}
	// The document that stands first gives the number to both.
	c.expect("2026-08", "sm_grassroots_visit_share", root, "not_known ≥ 65% - 2026-06")
	c.expect("2026-08", "qy_grassroots_visit_rate", root, "not_known ≥ 65% - 2026-06")
	set.InstitutionID, set.Value, set.Reason = c.At("T1").ID, decimal.NewNullDecimal(decimal.RequireFromString("1.1")), "地广人稀"
	if _, err := c.policy.Set(t.Context(), c.who, set); err != nil {
		t.Fatal(err)
	}
	c.evaluate("2026-08")
	c.expect("2026-08", "qy_beds_per_1000", "T1", "met ≥ 1.1 张/千人 1.2 2026-06")
	c.expect("2026-08", "qy_beds_per_1000", "T2", "not_known ≥ 1.5 张/千人 - 2026-06")
}

func TestWhatNothingMeasuresIsDeclared(t *testing.T) {
	t.Parallel()
	c := newCounty(t, "kailu_2024", "modern_hospital")
	root := c.County.County.Code
	no := false
	declare := func(d compliance.Declaration) error {
		d.EvidenceOn, d.Note = orgtest.Now().AddDate(0, 0, -5), "现场查看"
		return c.svc.Declare(t.Context(), c.who, d)
	}
	for _, d := range []compliance.Declaration{
		{Code: "kl_shared_centres", InstitutionID: c.At(root).ID, From: c.month("2026-05"), Value: decimal.NewNullDecimal(decimal.NewFromInt(4))},
		{Code: "kl_shared_centres", InstitutionID: c.At(root).ID, From: c.month("2026-07"), Value: decimal.NewNullDecimal(decimal.NewFromInt(5))},
		{Code: "kl_complaint_ten", InstitutionID: c.At(root).ID, From: c.month("2026-05"), Value: decimal.NewNullDecimal(decimal.NewFromInt(10))},
		{Code: "kl_complaint_ten", InstitutionID: c.At("T2").ID, From: c.month("2026-06"), Met: &no},
		{Code: "mh_promo_years", InstitutionID: c.At(root).ID, From: c.month("2026-06"), Value: decimal.NewNullDecimal(decimal.NewFromInt(1))},
	} {
		if err := declare(d); err != nil {
			t.Fatal(err)
		}
	}
	c.evaluate("2026-04", "2026-05", "2026-06", "2026-07")
	for _, x := range []struct{ m, code, at, want string }{
		{"2026-04", "kl_shared_centres", root, "not_known ≥ 5 类 - 2026-04"},
		{"2026-06", "kl_shared_centres", root, "not_met ≥ 5 类 4 2026-05"},
		{"2026-07", "kl_shared_centres", root, "met ≥ 5 类 5 2026-07"},
		{"2026-07", "kl_complaint_ten", "T1", "met = 10 项 10 2026-05"},
		{"2026-07", "kl_complaint_ten", "T2", "not_met = 10 项 - 2026-06"},
		{"2026-07", "mh_promo_years", root, "not_known 由县填写 1 2026-04"},
	} {
		c.expect(x.m, x.code, x.at, x.want)
	}
	both := compliance.Declaration{Code: "kl_platform", InstitutionID: c.At(root).ID, From: c.month("2026-07"), Value: decimal.NewNullDecimal(decimal.NewFromInt(1)), Met: &no}
	if err := declare(both); !fault.IsInvalid(err) {
		t.Errorf("a number and a yes or no are taken: %v", err)
	}
	if err := declare(compliance.Declaration{Code: "kl_platform", InstitutionID: c.At(root).ID, From: c.month("2026-09"), Met: &no}); !fault.IsInvalid(err) {
		t.Errorf("a month to come is taken: %v", err)
	}
	clerk := c.Who("T1", compliance.ActionView, compliance.ActionDeclare)
	if err := c.svc.Declare(t.Context(), clerk, compliance.Declaration{Code: "kl_platform", InstitutionID: c.At("T2").ID, From: c.month("2026-07"), Met: &no,
		EvidenceOn: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Note: "x"}); !fault.IsNotFound(err) {
		t.Errorf("another township's is declared: %v", err)
	}
}

// A register is asked by the name of its view: what it holds is measured, the rest is not known, and says so.
func TestRegistersAreReadByName(t *testing.T) {
	t.Parallel()
	c := newCounty(t, "qinyang_2023")
	if _, err := c.DB.Exec(t.Context(), `CREATE VIEW facility_facts AS SELECT i.county_id, i.id AS institution_id, e.element, DATE '2026-07-01' AS period_month, e.value
		FROM institution i JOIN (VALUES ('V1', 'clinic_diseases', 21), ('V2', 'clinic_diseases', 19), ('V1', 'clinic_new_building_area', 100),
			('T1', 'township_gp_bachelor', 0)) e (code, element, value) ON e.code = i.code`); err != nil {
		t.Fatal(err)
	}
	c.evaluate("2026-06", "2026-07")
	for _, x := range []struct{ m, code, at, want string }{
		{"2026-06", "qy_clinic_diseases", "V1", "not_known ≥ 20 种 - 2026-06"},
		{"2026-07", "qy_clinic_diseases", "V1", "met ≥ 20 种 21 2026-07"},
		{"2026-07", "qy_clinic_diseases", "V2", "not_met ≥ 20 种 19 2026-07"},
		{"2026-07", "qy_new_clinic_area", "V1", "not_met ≥ 120 平方米 100 2026-07"},
		{"2026-07", "qy_new_clinic_area", "V2", "none"},
		{"2026-07", "qy_township_gp", "T1", "not_met ≥ 1 名 0 2026-07"},
		{"2026-07", "qy_township_gp", "T2", "not_known ≥ 1 名 - 2026-06"},
		{"2026-07", "qy_clinic_rooms", "V1", "not_known = 7 室 - 2026-06"},
	} {
		c.expect(x.m, x.code, x.at, x.want)
	}
	t1 := c.Who("T1", compliance.ActionView, audit.ActionExport)
	b, err := c.svc.Board(t.Context(), t1, compliance.Filter{Month: c.month("2026-07")})
	if err != nil || len(b.Places) != 1 || b.ByKind[compliance.County].All() != 0 || b.ByKind[compliance.Clinic].All() == 0 {
		t.Errorf("a township sees %+v, %v", b, err)
	}
	file, err := c.svc.Export(t.Context(), t1, compliance.ItemFilter{Month: c.month("2026-07"), Result: compliance.NotMet}, sheet.CSV)
	if err != nil || strings.Count(string(file.Body), "未达标") != 3 || strings.Contains(string(file.Body), "机构T2") {
		t.Errorf("the file says %s, %v", file.Body, err)
	}
	if n := scan(t, c, "SELECT sum(value)::int FROM compliance_facts WHERE county_id = $1 AND element = 'standards_not_met' AND period_month = '2026-07-01' AND institution_id = $2", c.At("V2").ID); n != 1 {
		t.Errorf("the facts say that %d are not met", n)
	}
}

func scan(t *testing.T, c *county, sql string, args ...any) (n int) {
	t.Helper()
	if err := c.DB.QueryRow(t.Context(), sql, append([]any{c.County.County.ID}, args...)...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
