package reporting_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

func decimals(texts ...string) []decimal.Decimal {
	out := make([]decimal.Decimal, len(texts))
	for i, s := range texts {
		out[i] = decimal.RequireFromString(s)
	}
	return out
}

func TestMiddleOf(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		values      []decimal.Decimal
		median, mad string
	}{
		"odd":                 {decimals("5", "1", "3"), "3", "2"},
		"even":                {decimals("1", "2", "4", "10"), "3", "1.5"},
		"one":                 {decimals("7"), "7", "0"},
		"all the same":        {decimals("4", "4", "4", "4"), "4", "0"},
		"an outlier in it":    {decimals("10", "11", "12", "13", "1000000"), "12", "1"},
		"exact, not floating": {decimals("0.1", "0.2", "0.3"), "0.2", "0.1"},
	} {
		m := reporting.MiddleOf(x.values)
		if m.N != len(x.values) || m.Median.String() != x.median || m.MAD.String() != x.mad {
			t.Errorf("%s: %d, median %s, MAD %s; want %s, %s", name, m.N, m.Median, m.MAD, x.median, x.mad)
		}
	}
	if m := reporting.MiddleOf(nil); m.N != 0 {
		t.Errorf("nothing has the middle %+v", m)
	}
}

func TestRange(t *testing.T) {
	t.Parallel()
	s := reporting.DefaultOutliers()
	for name, x := range map[string]struct{ median, mad, low, high string }{
		"by the deviation":                    {"5100", "300", "3600", "6600"},
		"never narrower than the floor":       {"5000", "10", "4000", "6000"},
		"a figure that never moved":           {"50", "0", "40", "60"},
		"mostly nothing, sometimes something": {"0", "1", "-5", "5"},
		"of a negative median":                {"-100", "1", "-120", "-80"},
	} {
		low, high, ok := s.Range(reporting.Middle{N: 12, Median: decimal.RequireFromString(x.median), MAD: decimal.RequireFromString(x.mad)}, s.Spread)
		if !ok || low.String() != x.low || high.String() != x.high {
			t.Errorf("%s: %s–%s %v, want %s–%s", name, low, high, ok, x.low, x.high)
		}
	}
	if _, _, ok := s.Range(reporting.Middle{N: 12}, s.Spread); ok {
		t.Error("a figure that was always 0 has a range")
	}
}

// history loads a year of accepted visits around 5 000 and incomes around 1.18 million, and reckons July's ranges.
func (w *world) history(t *testing.T, at org.Institution) {
	t.Helper()
	for i := range 12 {
		month := reportingtest.Month(t, july).Add(-1 - i)
		reportingtest.Accepted(t, w.db, w.chief, at.Code, month.String(), map[string]string{
			"visits_total": fmt.Sprint(5000 + 20*i), "income_medical": fmt.Sprint(1180000 + 1000*i), "beds_actual": "50", "deaths": "0"})
	}
	w.reckon(t)
}

func (w *world) reckon(t *testing.T) {
	t.Helper()
	if err := w.svc.RefreshRanges(t.Context(), w.county.ID, reportingtest.Month(t, july), nil); err != nil {
		t.Fatal(err)
	}
}

// finding is the one with a key, its message "" when there is none.
func finding(found []reporting.Finding, key string) reporting.Finding {
	for _, f := range found {
		if f.Key == key {
			return f
		}
	}
	return reporting.Finding{}
}

func TestAFigureOutOfItsRangeIsExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.history(t, w.hospital)
	out := w.enter(t, map[string]string{"visits_total": "9000", "beds_actual": "50", "deaths": "2"})
	f := finding(out.Findings, "S01:visits_total")
	if want := "总诊疗人次数(9,000)异常:近 24 个月(有数 12 个月)中位数 5,110,正常范围 4,088–6,132,请核实或说明"; f.Message != want {
		t.Errorf("said %q, want %q", f.Message, want)
	}
	for _, quiet := range []string{"S01:beds_actual", "S01:deaths"} {
		if f := finding(out.Findings, quiet); f.Message != "" {
			t.Errorf("%s: %s", quiet, f.Message)
		}
	}
	out, err := w.svc.Explain(t.Context(), w.clerk, w.report.ID, reporting.Explaining{Key: "S01:visits_total", SubjectID: w.hospital.ID, Text: "义诊"})
	if err != nil || finding(out.Findings, "S01:visits_total").Unexplained() {
		t.Errorf("explained: %v %+v", err, out.Findings)
	}
	t.Run("and asked again when it changes", func(t *testing.T) {
		if out := w.enter(t, map[string]string{"visits_total": "9100"}); !finding(out.Findings, "S01:visits_total").Unexplained() {
			t.Error("another figure has the old explanation")
		}
	})
	t.Run("and not found within the range", func(t *testing.T) {
		if f := finding(w.enter(t, map[string]string{"visits_total": "5300"}).Findings, "S01:visits_total"); f.Message != "" {
			t.Error(f.Message)
		}
	})
}

func TestATinyCountIsStrangeOnlyFarFromItsMedian(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 12 {
		m := reportingtest.Month(t, july).Add(-1 - i)
		reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, m.String(), map[string]string{"visits_total": fmt.Sprint(27 + i%2), "deaths": "4"})
	}
	w.reckon(t)
	out := w.enter(t, map[string]string{"deaths": "5", "visits_total": "34"})
	if f := finding(out.Findings, "S01:deaths"); f.Message != "" {
		t.Errorf("5 beside 4: %s", f.Message)
	}
	t.Run("and the range that is shown is the one that counts", func(t *testing.T) {
		f := finding(out.Findings, "S01:visits_total")
		if want := "总诊疗人次数(34)异常:近 24 个月(有数 12 个月)中位数 28,正常范围 22–33,请核实或说明"; f.Message != want {
			t.Errorf("said %q, want %q", f.Message, want)
		}
	})
	if f := finding(w.enter(t, map[string]string{"deaths": "8"}).Findings, "S01:deaths"); !strings.Contains(f.Message, "正常范围 1–7") {
		t.Errorf("8 beside 4: %q", f.Message)
	}
}

func TestWhatIsFoundAfterTheHandingInStopsABatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted(t) // when nothing was usual yet
	for i := range 12 {
		reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, reportingtest.Month(t, july).Add(-1-i).String(), map[string]string{"visits_total": "100000"})
	}
	w.reckon(t)
	sheet, err := w.svc.Open(t.Context(), w.reviewer, w.report.ID)
	if err != nil || sheet.Report.Warnings == 0 || sheet.Report.Unexplained == 0 {
		t.Fatalf("opened with %d warnings, %d without explanation: %v", sheet.Report.Warnings, sheet.Report.Unexplained, err)
	}
	passed, err := w.svc.PassMany(t.Context(), w.reviewer, []reporting.Seen{w.seen(1)})
	if err != nil || passed.Accepted != 0 || len(passed.Refused) != 1 || !strings.Contains(passed.Refused[0].Why, "提醒还没有说明") {
		t.Fatalf("passed %+v, %v", passed, err)
	}
	if r := w.find(t, "township_monthly", july); r.State != reporting.Submitted || r.Unexplained != sheet.Report.Unexplained {
		t.Errorf("the list says %s with %d to explain, the report %d", r.State, r.Unexplained, sheet.Report.Unexplained)
	}
	if _, err := w.svc.Pass(t.Context(), w.reviewer, w.seen(1)); err != nil {
		t.Errorf("passed by itself, after it was looked at: %v", err)
	}
}

func TestMixedUpUnitsSayTheLikelyFigure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.history(t, w.hospital)
	for typed, words := range map[string]string{
		"1190":       "可能按千元填写;若是,应填 1,190,000 元",
		"118.5":      "可能按万元填写;若是,应填 1,185,000 元",
		"1190000000": "约 1000 倍,可能弄错了单位;若是,应填 1,190,000 元",
	} {
		out := w.enter(t, map[string]string{"income_medical": typed})
		if f := finding(out.Findings, "S02:income_medical"); !strings.Contains(f.Message, words) {
			t.Errorf("%s: %q lacks %q", typed, f.Message, words)
		}
		if f := finding(out.Findings, "S01:income_medical"); f.Message != "" {
			t.Errorf("%s is told twice: %s", typed, f.Message)
		}
	}
}

func TestPeersSpeakWhereOwnMonthsDoNotSuffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 6 {
		peer := orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, fmt.Sprintf("第%d卫生院", i))
		reportingtest.Accepted(t, w.db, w.chief, peer.Code, july, map[string]string{"visits_total": fmt.Sprint(1000 + 10*i)})
	}
	w.reckon(t)
	f := finding(w.enter(t, map[string]string{"visits_total": "90000"}).Findings, "S01:visits_total")
	if !strings.Contains(f.Message, "同类 6 家本月中位数 1,025,正常范围 820–1,230") {
		t.Errorf("said %q", f.Message)
	}
}

func TestChangeLimitsTakeThePlaceOfTheShippedRule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, "2026-06", map[string]string{"visits_total": "1000"})
	manager := w.manager()
	limit := reporting.ChangeLimit{Element: reporting.Element{Slug: "visits_total"}, Against: reporting.LastMonth,
		Percent: decimal.NewFromInt(50), Least: decimal.NewFromInt(10), Enabled: true}
	if _, err := w.svc.SaveChangeLimit(t.Context(), w.chief, limit); !fault.IsForbidden(err) {
		t.Errorf("without permission: %v", err)
	}
	if _, err := w.svc.SaveChangeLimit(t.Context(), manager, limit); err != nil {
		t.Fatal(err)
	}
	found := w.enter(t, map[string]string{"visits_total": "1400"}).Findings
	if _, err := w.svc.SaveChangeLimit(t.Context(), manager, limit); !fault.IsConflict(err) {
		t.Errorf("upon an older one: %v", err)
	}
	if finding(found, "L21a:visits_total").Message != "" || finding(found, "S03:visits_total").Message != "" {
		t.Errorf("40 %% is found: %+v", found)
	}
	found = w.enter(t, map[string]string{"visits_total": "1600"}).Findings
	if f := finding(found, "S03:visits_total"); f.Message != "总诊疗人次数(1,600)比上月(1,000)增加 60%,超过 50%,请核实或说明" {
		t.Errorf("60 %%: %q", f.Message)
	}
	limit.Percent, limit.Against, limit.Element.Slug = decimal.Zero, "week", "nothing"
	if _, err := w.svc.SaveChangeLimit(t.Context(), manager, limit); len(fault.Problems(err)) != 3 {
		t.Errorf("three things are wrong: %v", err)
	}
}

// manager keeps the rules of the whole county.
func (w *world) manager() actor.Actor {
	return w.chief.Grant(reporting.ActionManageRules)
}

func TestOutlierSettingIsTheCountys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.history(t, w.hospital)
	n := reporting.DefaultOutliers()
	n.Spread = decimal.NewFromInt(99)
	if _, err := w.svc.SaveOutlierSetting(t.Context(), w.manager(), n); !fault.IsInvalid(err) {
		t.Errorf("99 × MAD: %v", err)
	}
	n.Spread, n.Enabled = decimal.NewFromInt(6), false
	if _, err := w.svc.SaveOutlierSetting(t.Context(), w.manager(), n); err != nil {
		t.Fatal(err)
	}
	if _, err := w.svc.SaveOutlierSetting(t.Context(), w.manager(), n); !fault.IsConflict(err) {
		t.Errorf("upon an older one: %v", err)
	}
	if f := finding(w.enter(t, map[string]string{"visits_total": "9000"}).Findings, "S01:visits_total"); f.Message != "" {
		t.Errorf("switched off, and found: %s", f.Message)
	}
}

func TestOneCountysTroubleLeavesTheRangesOfTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, "2026-06", map[string]string{"visits_total": "5000"})
	other, _ := orgtest.County(t, w.db)
	hospital := orgtest.Institution(t, w.db, other, org.KindTownshipHospital, "东风镇卫生院")
	reportingtest.Standard(t, w.db, other.ID)
	reportingtest.OpenMonth(t, w.db, other.ID, july)
	reportingtest.Accepted(t, w.db, reportingtest.System(t, w.db, other.ID), hospital.Code, "2026-06", map[string]string{"visits_total": "5000"})
	_, err := w.db.Exec(t.Context(), fmt.Sprintf(`CREATE FUNCTION break_one() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN IF NEW.county_id = %d THEN RAISE EXCEPTION 'trouble'; END IF; RETURN NEW; END $$;
		CREATE TRIGGER broken BEFORE INSERT ON figure_range FOR EACH ROW EXECUTE FUNCTION break_one()`, w.county.ID))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.svc.RefreshDue(t.Context(), orgtest.Now()); err == nil || !strings.Contains(err.Error(), "trouble") {
		t.Errorf("the trouble is not told: %v", err)
	}
	if n := w.count(t, `SELECT count(*) FROM figure_range WHERE county_id = $1`, other.ID); n == 0 {
		t.Error("the other county has no ranges")
	}
}
