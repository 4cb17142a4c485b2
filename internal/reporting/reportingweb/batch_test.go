package reportingweb_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

// tick is the value of the report's checkbox after its first submission.
func (w *world) tick() string { return w.at("%d.1") }

func (w *world) grid(who actor.Actor) answer {
	return w.get(who, "/review?form=township_monthly&period=2026-07")
}

func TestTicksAndColumnsAreKeptForThePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	ofGrid := map[string]string{"form": "township_monthly", "period": july}
	with := func(name, value string) map[string]string {
		return map[string]string{"form": ofGrid["form"], "period": july, name: value}
	}
	w.post(w.reviewer, "/review/choice", with("report", w.tick())).is(http.StatusSeeOther)
	w.post(w.reviewer, "/review/columns", with("column", "discharges")).is(http.StatusSeeOther)
	w.post(w.reviewer, w.at("/reporting/%d/look"), nil).leadsTo("/review")
	mine := w.grid(w.reviewer).is(http.StatusOK)
	box := mine.find("td.check input[name=report]")
	if _, ticked := box.Attr("checked"); !ticked || !strings.Contains(mine.find("#report-"+w.at("%d")).Text(), "已看") {
		t.Error("the tick or the look was not kept")
	}
	if heads := mine.find("#grid thead").Text(); !strings.Contains(heads, "出院") {
		t.Errorf("the chosen column is missing: %s", heads)
	}
	if _, ticked := w.grid(w.chief).find("td.check input[name=report]").Attr("checked"); ticked {
		t.Error("a colleague sees the tick")
	}
	w.post(w.reviewer, "/review/choice", ofGrid).is(http.StatusSeeOther)
	if _, ticked := w.grid(w.reviewer).find("td.check input[name=report]").Attr("checked"); ticked {
		t.Error("the tick was not taken back")
	}
	w.post(w.clerk, "/review/choice", ofGrid).is(http.StatusForbidden)
}

func TestReturnManyWithOneReasonAndANote(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	values := url.Values{"report": {w.tick(), "999999.1"}, "form": {"township_monthly"}, "period": {july}}
	send := func() answer {
		return w.ask(w.reviewer, http.MethodPost, "/review/return", strings.NewReader(values.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	}
	send().is(http.StatusSeeOther)
	if w.state() != reporting.Submitted {
		t.Fatal("returned without a reason")
	}
	values.Set("reason", "请核对床位")
	values.Set("note."+w.at("%d"), "另请补附件")
	send().leadsTo("/review?form=township_monthly&period=2026-07")
	r, err := w.svc.Get(t.Context(), w.clerk, w.report.ID)
	if err != nil || r.State != reporting.Returned || r.Reason != "请核对床位;另请补附件" {
		t.Errorf("%s with %q: %v", r.State, r.Reason, err)
	}
	w.ask(w.clerk, http.MethodPost, "/review/return", strings.NewReader(values.Encode()), "Content-Type", "application/x-www-form-urlencoded").is(http.StatusForbidden)
}

func TestTwoLevelsOnTheScreen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rule := map[string]string{"form": "township_monthly", "two_level": "1", "days": "2"}
	w.post(w.reviewer, "/review/settings", rule).is(http.StatusForbidden)
	w.post(w.chief, "/review/settings", map[string]string{"form": "township_monthly", "days": "0"}).is(http.StatusUnprocessableEntity).has("审核时限")
	w.post(w.chief, "/review/settings", rule).leadsTo("/review/settings")
	w.get(w.reviewer, "/review/settings").is(http.StatusOK).has("初审和终审")
	w.submitted()
	w.get(w.reviewer, "/review").is(http.StatusOK).has("初审")
	w.get(w.reviewer, w.at("/reporting/%d")).is(http.StatusOK).has("初审通过")
	w.post(w.reviewer, w.at("/reporting/%d/acceptance"), map[string]string{"submission": "1"}).leadsTo("/review")
	if w.state() != reporting.Checked {
		t.Fatalf("the report is %s", w.state())
	}
	w.get(w.clerk, w.at("/reporting/%d")).is(http.StatusOK).has("正在等待终审")
	if n := w.get(w.reviewer, w.at("/reporting/%d")).find("#accept").Length(); n != 0 {
		t.Error("whoever checked it is offered to accept it")
	}
	director := orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionReview, reporting.ActionApprove)
	w.get(director, "/review?only=final").is(http.StatusOK).has("终审", "麦新镇")
	w.json(w.reviewer, http.MethodPost, w.at("/api/v1/reports/%d/acceptance"), `{}`).is(http.StatusForbidden)
	w.json(director, http.MethodPost, w.at("/api/v1/reports/%d/check"), `{}`).is(http.StatusConflict)
	w.post(director, "/review/acceptance", map[string]string{"report": w.tick()}).leadsTo("/review")
	if w.state() != reporting.Accepted {
		t.Errorf("the report is %s", w.state())
	}
}

func TestCorrectionsOnTheScreen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	w.post(w.reviewer, w.at("/reporting/%d/acceptance"), nil).leadsTo("/review")
	w.get(w.clerk, w.at("/reporting/%d")).is(http.StatusOK).has("申请更正")
	w.post(w.clerk, w.at("/reporting/%d/corrections"), nil).is(http.StatusUnprocessableEntity).has("请填写更正原因")
	w.post(w.stranger, w.at("/reporting/%d/corrections"), map[string]string{"reason": "x"}).is(http.StatusNotFound)
	w.post(w.clerk, w.at("/reporting/%d/corrections"), map[string]string{"reason": "漏统计夜间门诊"}).leadsTo(w.at("/reporting/%d"))
	list, err := w.svc.Corrections(t.Context(), w.clerk, w.report.Month, 0)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d corrections: %v", len(list), err)
	}
	if page := w.get(w.clerk, w.at("/reporting/%d")).has("等待批准"); strings.Contains(page.body, `action="`+w.at("/reporting/%d/corrections")) {
		t.Error("a second correction is offered")
	}
	w.get(w.chief, "/review").is(http.StatusOK).has("1 项更正申请等待批准", `href="/corrections"`)
	if strings.Contains(w.get(w.reviewer, "/review").body, "等待批准") {
		t.Error("whoever may not decide is asked to")
	}
	decision := "/corrections/" + w.key(list[0].ID)
	w.get(w.chief, "/corrections?period=2026-07").is(http.StatusOK).has("漏统计夜间门诊", "待批准", decision+"/approval")
	if n := strings.Count(w.get(w.chief, "/corrections?period=2026-07").body, decision+"/approval"); n != 1 {
		t.Errorf("the request stands %d times", n)
	}
	if strings.Contains(w.get(w.clerk, "/corrections?period=2026-07").body, decision) {
		t.Error("the clerk is offered to decide")
	}
	w.post(w.reviewer, decision+"/approval", nil).is(http.StatusForbidden)
	w.post(w.chief, decision+"/refusal", nil).is(http.StatusUnprocessableEntity)
	w.post(w.chief, decision+"/approval", nil).leadsTo("/corrections")
	if w.state() != reporting.Returned {
		t.Errorf("the report is %s", w.state())
	}
	file := w.post(w.clerk, "/corrections/export?period=2026-07", nil).is(http.StatusOK)
	if !strings.HasPrefix(file.body, "PK") {
		t.Error("the export is no workbook")
	}
	if found, err := w.svc.Corrections(t.Context(), w.stranger, w.report.Month, 0); err != nil || len(found) != 0 {
		t.Errorf("another unit sees %d corrections: %v", len(found), err)
	}
}

func (w *world) key(n int64) string { return strconv.FormatInt(n, 10) }

func TestStatementIsSignedAndSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	who := accounttest.Account(t, w.db, w.county.ID, w.hospital, actor.InstitutionReporter)
	w.clerk.AccountID, w.clerk.Username, w.clerk.SessionID = who.ID, who.Username, 1
	paper := w.at("/reporting/%d/print")
	w.get(w.clerk, paper).is(http.StatusOK).has("未在系统中签认", "单位(公章)", "还没有签认")
	w.post(w.reviewer, w.at("/reporting/%d/signature"), map[string]string{"signer": "李院长"}).is(http.StatusForbidden)
	sign := func(signer, password string) answer {
		return w.post(w.clerk, w.at("/reporting/%d/signature"), map[string]string{"signer": signer, "submission": "1", "password": password})
	}
	sign("李院长", "").is(http.StatusUnprocessableEntity).has("请输入您的登录密码")
	sign("李院长", "a guess").is(http.StatusUnprocessableEntity).has("登录密码不正确", "李院长")
	sign("王芳", accounttest.Password).is(http.StatusUnprocessableEntity).has("与上报时填写的单位负责人姓名不一致")
	w.get(w.clerk, paper).has("还没有签认")
	for range 5 {
		sign("李院长", "a guess")
	}
	sign("李院长", accounttest.Password).is(http.StatusUnprocessableEntity).has("密码错误次数过多,请 30 秒后再试")
	w.clerk.SessionID = 2 // the wait is the place's
	sign("李院长", accounttest.Password).leadsTo(paper)
	signed := w.get(w.reviewer, paper).is(http.StatusOK).has("与签认时一致", "签认码", "李院长(经办账号:"+w.clerk.Name+" "+w.clerk.Username+")")
	if signed.find("#sign-form").Length() != 0 {
		t.Error("a signed statement is offered to be signed")
	}
}
