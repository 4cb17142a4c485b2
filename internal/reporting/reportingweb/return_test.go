package reportingweb_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"yigai/internal/reporting"
)

// returned is a report that came back with a remark on its visits.
func (w *world) returned(reason, remark string) {
	w.t.Helper()
	remarks := []reporting.Remark{{SubjectID: w.hospital.ID, Element: "visits_total", Text: remark}}
	if err := w.svc.Return(w.t.Context(), w.reviewer, reporting.Seen{Report: w.report.ID}, reason, remarks); err != nil {
		w.t.Fatalf("return: %v", err)
	}
}

// correct saves another figure of a cell.
func (w *world) correct(slug, typed string) {
	w.t.Helper()
	edit := reporting.Edit{SubjectID: w.hospital.ID, Element: slug, Typed: typed, Version: w.cell(slug).Version}
	done, err := w.svc.SaveCell(w.t.Context(), w.clerk, w.report.ID, edit)
	if err != nil || done.Saved[0].Conflict != nil || done.Saved[0].Problem != "" {
		w.t.Fatalf("correct: %v %+v", err, done.Saved)
	}
}

func TestReasonStaysUntilHandedInAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	w.returned("与门诊日志不符", "第一次的意见")
	w.correct("visits_total", "5401")
	if got := w.state(); got != reporting.Draft {
		t.Fatalf("state is %s", got)
	}
	page := w.get(w.clerk, w.at("/reporting/%d")).is(http.StatusOK).has("已退回,请修改后重新上报", "退回原因:与门诊日志不符", "张强", "审核意见 1 条", "第一次的意见")
	if n := page.find(".entry-tabs .thread-mark[title='未解决的批注 1 条,新意见 1 条']").Length(); n != 1 {
		t.Errorf("%d tabs lead to the remark", n)
	}
	home, err := w.room.Home(t.Context(), w.clerk)
	if err != nil || len(home) != 1 {
		t.Fatalf("%d panels, %v", len(home), err)
	}
	var b strings.Builder
	if err := home[0].Body.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"与门诊日志不符", "张强", "审核意见 1 条"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the home page lacks %s: %s", want, b.String())
		}
	}
	w.get(w.reviewer, "/review?list=returned").is(http.StatusOK).has("与门诊日志不符")

	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	w.returned("还要改", "第二次的意见")
	page = w.get(w.clerk, w.at("/reporting/%d")).has("还要改", "审核意见 1 条", "第二次的意见")
	if strings.Contains(page.body, "第一次的意见") {
		t.Error("a remark on an earlier submission is mixed in")
	}
	w.get(w.clerk, fmt.Sprintf("/reporting/%d/cells/%d/visits_total", w.report.ID, w.hospital.ID)).has("第一次的意见", "说的是第 1 次上报的数", "第二次的意见")
}

func TestReopenedIsNotCalledReturned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	if err := w.svc.Accept(t.Context(), w.reviewer, reporting.Seen{Report: w.report.ID}); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Reopen(t.Context(), w.chief, w.report.ID, "漏报夜间门诊"); err != nil {
		t.Fatal(err)
	}
	page := w.get(w.clerk, w.at("/reporting/%d")).has("已解锁更正", "解锁原因:漏报夜间门诊", w.chief.Name)
	for _, wrong := range []string{"已退回", "退回原因"} {
		if strings.Contains(page.body, wrong) {
			t.Errorf("the reopened report is called %s", wrong)
		}
	}
	w.get(w.reviewer, w.at("/reporting/%d")).has("已解锁更正,等待填报单位修改后重新上报", "解锁人", "张强")
}

func TestReviewOfAMonthBeforeTheForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get(w.reviewer, "/review?form=township_monthly&period=2020-01").is(http.StatusOK).has("2020年1月没有")
	w.get(w.reviewer, "/review?form=nonsense&period=2020-01").is(http.StatusNotFound)
}
