package reporting_test

import (
	"strings"
	"testing"

	"yigai/internal/fault"
	"yigai/internal/formula"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

func (w *world) rule(t *testing.T) reporting.CheckRule {
	t.Helper()
	return reporting.CheckRule{Code: "K01", Level: preset.Error, Expression: "visits_total<=6000", Message: "总诊疗人次({visits_total})太多",
		From: reportingtest.Month(t, july), Enabled: true, Reason: "全县最大的卫生院也没有这么多"}
}

func TestARuleIsPublishedInVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, err := w.svc.PublishCheckRule(t.Context(), w.manager(), w.rule(t))
	if err != nil || r.Version != 1 {
		t.Fatalf("publish: %+v %v", r, err)
	}
	out := w.enter(t, map[string]string{"visits_total": "7000"})
	f := finding(out.Findings, "K01")
	if f.Message != "总诊疗人次(7,000)太多" || f.Rule != 1 || !f.Blocks() {
		t.Errorf("found %+v", f)
	}
	r.Expression, r.Reason = "visits_total<=8000", "放宽"
	if r, err = w.svc.PublishCheckRule(t.Context(), w.manager(), r); err != nil || r.Version != 2 {
		t.Fatalf("second version: %+v %v", r, err)
	}
	if f := finding(w.enter(t, map[string]string{"visits_total": "7100"}).Findings, "K01"); f.Message != "" {
		t.Errorf("the old version is in force: %s", f.Message)
	}
	if f := finding(w.enter(t, map[string]string{"visits_total": "9000"}).Findings, "K01"); f.Rule != 2 {
		t.Errorf("found by version %d", f.Rule)
	}
	r.Enabled, r.Reason = false, "停用"
	if _, err = w.svc.PublishCheckRule(t.Context(), w.manager(), r); err != nil {
		t.Fatal(err)
	}
	if f := finding(w.enter(t, map[string]string{"visits_total": "9100"}).Findings, "K01"); f.Message != "" {
		t.Errorf("ended, and found: %s", f.Message)
	}
	versions, err := w.svc.CheckRuleVersions(t.Context(), w.clerk, "K01")
	if err != nil || len(versions) != 3 || versions[0].Reason != "停用" {
		t.Errorf("versions: %+v %v", versions, err)
	}
}

func TestAWrongRuleIsToldWithThePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, x := range map[string]struct {
		change      func(*reporting.CheckRule)
		field, says string
	}{
		"syntax":             {func(r *reporting.CheckRule) { r.Expression = "visits_total <= (5" }, "expression", "第 19 个字符"},
		"unknown element":    {func(r *reporting.CheckRule) { r.Expression = "visits_total<=visitz" }, "expression", "第 15 个字符:没有编码为“visitz”的数据项"},
		"a number":           {func(r *reporting.CheckRule) { r.Expression = "visits_total+1" }, "expression", "应是一个条件"},
		"a group":            {func(r *reporting.CheckRule) { r.Expression = "visits_total@grassroots>1" }, "expression", "不能用 @grassroots"},
		"$ without list":     {func(r *reporting.CheckRule) { r.Expression = "$>=0" }, "each", "逐一代入"},
		"code":               {func(r *reporting.CheckRule) { r.Code = "坏" }, "code", "字母和数字"},
		"a code of its own":  {func(r *reporting.CheckRule) { r.Code = "S01" }, "code", "由系统使用"},
		"a code twice":       {func(r *reporting.CheckRule) { r.Code = "L01a" }, "code", "已有编号"},
		"no message":         {func(r *reporting.CheckRule) { r.Message = " " }, "message", "请写出"},
		"unknown in message": {func(r *reporting.CheckRule) { r.Message = "{visitz}" }, "message", "没有“visitz”"},
		"no reason":          {func(r *reporting.CheckRule) { r.Reason = "" }, "reason", "原因"},
		"the past":           {func(r *reporting.CheckRule) { r.From = reportingtest.Month(t, "2025-01") }, "from", "批量复核"},
		"nowhere":            {func(r *reporting.CheckRule) { r.Expression = "c_ins_budget_spent<=visits_total" }, "expression", "没有一张表"},
	} {
		r := w.rule(t)
		x.change(&r)
		_, err := w.svc.PublishCheckRule(t.Context(), w.manager(), r)
		said := false
		for _, p := range fault.Problems(err) {
			said = said || p.Field == x.field && strings.Contains(p.Message, x.says)
		}
		if !said {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.svc.PublishCheckRule(t.Context(), w.chief, w.rule(t)); !fault.IsForbidden(err) {
		t.Errorf("without permission: %v", err)
	}
	r := w.rule(t)
	r.Code, r.Version = "L01a", 7
	if _, err := w.svc.PublishCheckRule(t.Context(), w.manager(), r); !fault.IsConflict(err) {
		t.Errorf("upon another version: %v", err)
	}
}

func TestARuleIsTriedOnPastMonths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for month, visits := range map[string]string{"2026-04": "5000", "2026-05": "7000", "2026-06": "8000"} {
		reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, month, map[string]string{"visits_total": visits})
	}
	first, last := reportingtest.Month(t, "2026-01"), reportingtest.Month(t, "2026-06")
	got, err := w.svc.TryCheckRule(t.Context(), w.manager(), w.rule(t), first, last)
	if err != nil {
		t.Fatal(err)
	}
	if got.Reports != 3 || got.Total != 2 || got.Units != 1 || got.Found[0].Report.Month.String() != "2026-06" || got.Found[0].Value.Decimal.String() != "8000" {
		t.Errorf("the trial found %+v", got)
	}
	if got.Held+len(got.Unknown) == 0 {
		t.Errorf("the trial says nothing of where the rule holds: %+v", got)
	}
	never := w.rule(t)
	never.Expression = "visits_total>=1/0"
	if got, err := w.svc.TryCheckRule(t.Context(), w.manager(), never, first, last); err != nil || got.Held != 0 || got.Unknown[formula.ZeroDenominator] != 3 {
		t.Errorf("a rule that can never be computed: %v %+v", err, got)
	}
	if rules, err := w.svc.CheckRuleVersions(t.Context(), w.manager(), "K01"); !fault.IsNotFound(err) {
		t.Errorf("the trial stored %v %v", rules, err)
	}
	if _, err := w.svc.TryCheckRule(t.Context(), w.manager(), w.rule(t), first, first.Add(12)); !fault.IsInvalid(err) {
		t.Errorf("thirteen months: %v", err)
	}
	if _, err := w.svc.TryCheckRule(t.Context(), w.chief, w.rule(t), first, last); !fault.IsForbidden(err) {
		t.Errorf("without permission: %v", err)
	}
}

// Sum over the clinics, and figures of another form of the same unit, in one rule.
func TestARuleMayNameWhatStandsOnOtherForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.rule(t)
	r.Expression, r.Message = "visits_total>=visits_village_proxy", "总诊疗人次({visits_total})小于村卫生室合计({visits_village_proxy})"
	if _, err := w.svc.PublishCheckRule(t.Context(), w.manager(), r); err != nil {
		t.Fatal(err)
	}
	proxy := w.find(t, "clinic_monthly", july)
	for i, clinic := range w.clinics {
		_, err := w.svc.SaveCell(t.Context(), w.clerk, proxy.ID, reporting.Edit{SubjectID: clinic.ID, Element: "visits_village_proxy", Typed: []string{"100", "250"}[i]})
		if err != nil {
			t.Fatal(err)
		}
	}
	if f := finding(w.enter(t, map[string]string{"visits_total": "300"}).Findings, "K01"); f.Message != "总诊疗人次(300)小于村卫生室合计(350)" {
		t.Errorf("found %+v", f)
	}
}

func TestARuleIsPublishedThoughADeadlockBrokeTheFirstAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.db.Exec(t.Context(), `CREATE SEQUENCE attempt; CREATE FUNCTION break_once() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN IF nextval('attempt') = 1 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END IF; RETURN NEW; END $$;
		CREATE TRIGGER broken BEFORE INSERT ON check_rule FOR EACH ROW EXECUTE FUNCTION break_once()`)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := w.svc.PublishCheckRule(t.Context(), w.manager(), w.rule(t)); err != nil || r.Version != 1 {
		t.Errorf("published version %d, %v", r.Version, err)
	}
}
