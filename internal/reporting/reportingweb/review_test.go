package reportingweb_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

func TestSubmission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	t.Run("with gaps it is refused, every gap beside its cell, the name kept", func(t *testing.T) {
		w.autosave(w.clerk, "visits_total", "5400", 0)
		page := w.post(w.clerk, w.at("/reporting/%d/submission"), map[string]string{"responsible": "李院长"}).is(http.StatusUnprocessableEntity)
		if got := page.value("responsible"); got != "李院长" {
			t.Errorf("responsible is %q", got)
		}
		if page.find("#error-summary li").Length() < 5 || page.find(".cell-message .field-problem").Length() < 20 {
			t.Error("problems are missing")
		}
	})
	t.Run("without the responsible person it is refused", func(t *testing.T) {
		page := w.post(w.clerk, w.at("/reporting/%d/submission"), nil).is(http.StatusUnprocessableEntity)
		if page.find("#f-responsible-problem").Length() != 1 {
			t.Error("no problem beside the name")
		}
	})
	t.Run("what stands in the form is saved and handed in", func(t *testing.T) {
		values := map[string]string{"base": w.get(w.clerk, w.at("/reporting/%d")).value("base"), "responsible": "李院长"}
		for slug, v := range plausible {
			values[w.field(slug)] = v
		}
		w.post(w.clerk, w.at("/reporting/%d/submission"), values).leadsTo(w.at("/reporting/%d"))
		if got := w.state(); got != reporting.Submitted {
			t.Errorf("state is %s", got)
		}
		w.get(w.clerk, w.at("/reporting/%d")).is(http.StatusOK).has("正在等待审核", "王芳")
	})
	t.Run("twice is a conflict", func(t *testing.T) {
		late := w.post(w.clerk, w.at("/reporting/%d/submission"), map[string]string{"responsible": "李院长", w.field("visits_total"): "1"}).is(http.StatusConflict)
		if got := late.find(".callout.tone-bad").Text(); !strings.Contains(got, "已上报") || !strings.Contains(got, "1 个数不在里面") {
			t.Errorf("the second clerk is told %q", got)
		}
		late.has("正在等待审核")
	})
}

func TestReview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	t.Run("the inbox shows what waits", func(t *testing.T) {
		page := w.get(w.reviewer, "/review").is(http.StatusOK)
		if page.find(fmt.Sprintf("#report-%d input[name=report]", w.report.ID)).Length() != 1 {
			t.Error("the report is not in the inbox")
		}
		w.get(w.clerk, "/review").is(http.StatusForbidden)
	})
	t.Run("the grid shows chosen figures side by side and keeps the choice", func(t *testing.T) {
		usual := w.get(w.reviewer, "/review?form=township_monthly&period=2026-07").is(http.StatusOK).find("#grid thead").Text()
		for _, want := range []string{"总诊疗", "实际占用总床日", "医疗收入", "上报", "差异"} {
			if !strings.Contains(usual, want) {
				t.Errorf("the usual columns %q lack %s", usual, want)
			}
		}
		w.grid(w.reviewer).has("5,400", "首报")
		w.get(w.reviewer, "/review?form=nonsense").is(http.StatusNotFound)
	})
	t.Run("a return without reason is refused and keeps the remarks", func(t *testing.T) {
		remark := "m." + w.field("visits_total")
		page := w.post(w.reviewer, w.at("/reporting/%d/return"), map[string]string{remark: "请核对门诊日志"}).is(http.StatusUnprocessableEntity)
		if got := page.value(remark); got != "请核对门诊日志" {
			t.Errorf("remark is %q", got)
		}
		if page.find("#f-reason-problem").Length() != 1 {
			t.Error("no problem beside the reason")
		}
	})
	t.Run("a return shows the clerk reason and remark, and only what changed differs afterwards", func(t *testing.T) {
		w.post(w.reviewer, w.at("/reporting/%d/return"), map[string]string{"reason": "诊疗人次与去年相差太大",
			"m." + w.field("visits_total"): "请核对门诊日志"}).leadsTo("/review")
		page := w.get(w.clerk, w.at("/reporting/%d")).is(http.StatusOK).has("诊疗人次与去年相差太大")
		if page.find(".remark").Length() != 1 {
			t.Error("the remark is not beside the cell")
		}
		w.autosave(w.clerk, "visits_total", "5450", 1)
		if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
			t.Fatal(err)
		}
		read := w.get(w.reviewer, w.at("/reporting/%d")).is(http.StatusOK)
		if n := read.find(".changed-from").Length(); n != 1 {
			t.Errorf("%d changed cells", n)
		}
		w.get(w.reviewer, w.at("/reporting/%d/differences")).is(http.StatusOK).has("5,400", "5,450")
	})
	t.Run("acceptance locks, says by whom, and reopening asks for a reason", func(t *testing.T) {
		w.post(w.reviewer, w.at("/reporting/%d/acceptance"), nil).leadsTo("/review")
		w.get(w.clerk, w.at("/reporting/%d")).has("已审核通过并锁定", "张强")
		w.post(w.reviewer, w.at("/reporting/%d/acceptance"), nil).is(http.StatusConflict)
		w.post(w.chief, w.at("/reporting/%d/reopening"), map[string]string{"reason": " "}).is(http.StatusUnprocessableEntity)
		w.post(w.chief, w.at("/reporting/%d/reopening"), map[string]string{"reason": "更正出院人数"}).leadsTo(w.at("/reporting/%d"))
		if got := w.state(); got != reporting.Returned {
			t.Errorf("state is %s", got)
		}
	})
}

func TestWhatTheInstitutionsOwe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	t.Run("remarks can be sent without returning", func(t *testing.T) {
		w.post(w.reviewer, w.at("/reporting/%d/remarks"), nil).is(http.StatusUnprocessableEntity).has("还没有在任何一行写意见")
		w.post(w.clerk, w.at("/reporting/%d/remarks"), map[string]string{"m." + w.field("deaths"): "x"}).is(http.StatusForbidden)
		w.post(w.reviewer, w.at("/reporting/%d/remarks"), map[string]string{"m." + w.field("deaths"): "请说明死因"}).leadsTo(w.at("/reporting/%d"))
		w.get(w.clerk, w.at("/reporting/%d")).has("请说明死因")
	})
	if err := w.svc.Return(t.Context(), w.reviewer, reporting.Seen{Report: w.report.ID}, "请核对", nil); err != nil {
		t.Fatal(err)
	}
	if rows := w.get(w.reviewer, "/review?list=returned").is(http.StatusOK).has("请核对", "共 1 份").find("#waiting tbody tr").Length(); rows != 1 {
		t.Errorf("%d returned reports", rows)
	}
	if rows := w.get(w.reviewer, "/review?list=missing").is(http.StatusOK).find("#waiting tbody tr").Length(); rows != 0 {
		t.Errorf("%d missing reports, two days before the deadline", rows)
	}
}

func TestAcceptMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	w.post(w.reviewer, "/review/acceptance", nil).leadsTo("/review")
	w.post(w.clerk, "/review/acceptance", map[string]string{"report": fmt.Sprintf("%d.1", w.report.ID)}).is(http.StatusForbidden)
	t.Run("whoever handed it in does not accept it", func(t *testing.T) {
		both := w.clerk.Grant(reporting.ActionReview)
		w.post(both, w.at("/reporting/%d/acceptance"), nil).is(http.StatusForbidden).has("应由他人审核")
		page := w.get(both, w.at("/reporting/%d")).is(http.StatusOK).has("应由他人审核")
		if page.find("#accept").Length() > 0 {
			t.Error("the button is offered")
		}
	})
	t.Run("a page that shows an earlier submission accepts nothing", func(t *testing.T) {
		for _, path := range []string{"/review", "/review?form=township_monthly&period=2026-07"} {
			if got := w.get(w.reviewer, path).value("report"); got != fmt.Sprintf("%d.1", w.report.ID) {
				t.Errorf("%s offers %q", path, got)
			}
		}
		if got := w.get(w.reviewer, w.at("/reporting/%d")).find("form[action$=acceptance] [name=submission]").AttrOr("value", ""); got != "1" {
			t.Errorf("the report's page says submission %q", got)
		}
		w.post(w.reviewer, w.at("/reporting/%d/acceptance"), map[string]string{"submission": "2"}).is(http.StatusConflict).has("王芳")
		w.post(w.reviewer, w.at("/reporting/%d/acceptance"), map[string]string{"submission": "x"}).is(http.StatusUnprocessableEntity)
		w.post(w.reviewer, "/review/acceptance", map[string]string{"report": fmt.Sprintf("%d.2", w.report.ID)}).leadsTo("/review")
		if got := w.state(); got != reporting.Submitted {
			t.Errorf("state is %s", got)
		}
	})
	w.post(w.reviewer, "/review/acceptance", map[string]string{"report": fmt.Sprintf("%d.1", w.report.ID), "form": "township_monthly", "period": july}).
		leadsTo("/review?form=township_monthly&period=2026-07")
	if got := w.state(); got != reporting.Accepted {
		t.Errorf("state is %s", got)
	}
}

// What the reviewer did not see is neither returned nor spoken about: the page comes back as it stands now.
func TestReturnOfAnotherSubmission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	if got := w.get(w.reviewer, w.at("/reporting/%d")).find("#return [name=submission]").AttrOr("value", ""); got != "1" {
		t.Fatalf("the form says submission %q", got)
	}
	w.returned("请核对", "第一次的意见")
	w.correct("visits_total", "5450")
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	old := map[string]string{"submission": "1", "reason": "还是不对", "m." + w.field("visits_total"): "请核对门诊日志"}
	page := w.post(w.reviewer, w.at("/reporting/%d/return"), old).is(http.StatusConflict).has("您看的是第 1 次上报", "5,450")
	if page.find("#return [name=submission]").AttrOr("value", "") != "2" || page.find("[name=reason]").Text() != "还是不对" || page.value("m."+w.field("visits_total")) != "请核对门诊日志" {
		t.Error("the new state does not hold what was typed")
	}
	w.post(w.reviewer, w.at("/reporting/%d/remarks"), old).is(http.StatusConflict).has("请看过新的数再发意见")
	w.post(w.reviewer, w.at("/reporting/%d/acceptance"), old).is(http.StatusConflict).has("请看过新的数再通过", "5,450")
	cell := w.at("/reporting/%d") + fmt.Sprintf("/cells/%d/visits_total", w.hospital.ID)
	w.post(w.reviewer, cell+"/remarks", map[string]string{"submission": "1", "text": "请核对"}).is(http.StatusConflict).has("您看的是第 1 次上报", "请核对")
	api := fmt.Sprintf("/api/v1/reports/%d/return", w.report.ID)
	w.json(w.reviewer, http.MethodPost, api, `{"reason":"x","submission":1}`).is(http.StatusConflict)
	w.json(w.reviewer, http.MethodPost, api, `{"reason":"x","submission":-1}`).is(http.StatusUnprocessableEntity)
	if got := w.state(); got != reporting.Submitted {
		t.Errorf("state is %s", got)
	}
	w.json(w.reviewer, http.MethodPost, api, `{"reason":"x","submission":2}`).is(http.StatusOK)
}

func TestCellDetails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.autosave(w.clerk, "visits_total", "5400", 0)
	cell := w.at("/reporting/%d") + fmt.Sprintf("/cells/%d/visits_total", w.hospital.ID)
	page := w.get(w.clerk, cell).is(http.StatusOK).has("修改记录", "王芳", "5,400")
	if page.find("svg.plot .point").Length() != 12 {
		t.Error("the line does not show twelve months")
	}
	t.Run("the drawer gets only its content", func(t *testing.T) {
		piece := w.ask(w.clerk, "GET", cell, nil, "X-Requested-With", "fetch").is(http.StatusOK)
		if strings.Contains(piece.body, "<html") || piece.find("[data-cell]").AttrOr("data-v", "") != "1" {
			t.Errorf("piece: %.200s", piece.body)
		}
	})
	t.Run("a comment stays beside the figure", func(t *testing.T) {
		w.post(w.clerk, cell+"/comment", map[string]string{"comment": "含义诊"}).leadsTo(cell)
		if got := w.cell("visits_total"); got.Comment != "含义诊" || got.String() != "5400" {
			t.Errorf("cell is %+v", got)
		}
		piece := w.ask(w.clerk, "POST", cell+"/comment", strings.NewReader("shown=含义诊&comment=含义诊"),
			"X-Requested-With", "fetch", "Content-Type", "application/x-www-form-urlencoded").is(http.StatusOK)
		if got := piece.find("[role=status]").Text(); !strings.Contains(got, "备注已保存") {
			t.Errorf("the drawer confirms with %q", got)
		}
		long := strings.Repeat("长", 501)
		again := w.post(w.clerk, cell+"/comment", map[string]string{"shown": "含义诊", "comment": long}).is(http.StatusUnprocessableEntity)
		if again.find("#cell-comment").Text() != long || again.find("#cell-remark").Text() != "" {
			t.Error("what was typed is not where it was typed")
		}
	})
	t.Run("a comment is not written over one that was not shown", func(t *testing.T) {
		for _, shown := range []string{"", "别的"} {
			w.post(w.clerk, cell+"/comment", map[string]string{"shown": shown, "comment": "不含义诊"}).is(http.StatusConflict).has("含义诊", "王芳", "不含义诊")
		}
		if got := w.cell("visits_total").Comment; got != "含义诊" {
			t.Errorf("the comment is %s", got)
		}
		w.autosave(w.clerk, "visits_total", "5500", 2)
		w.post(w.clerk, cell+"/comment", map[string]string{"shown": "含义诊", "comment": "含两次义诊"}).leadsTo(cell)
	})
	t.Run("a remark is answered", func(t *testing.T) {
		w.post(w.clerk, cell+"/remarks", map[string]string{"text": "已核对"}).leadsTo(cell)
		w.get(w.clerk, cell).has("已核对")
		w.post(w.clerk, cell+"/remarks", map[string]string{"text": " "}).is(http.StatusUnprocessableEntity).has("请填写意见")
	})
	w.get(w.clerk, w.at("/reporting/%d")+fmt.Sprintf("/cells/%d/nonsense", w.hospital.ID)).is(http.StatusNotFound)
}

func TestListBoardAndPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	if rows := w.get(w.clerk, "/reporting").is(http.StatusOK).find("#reports tbody tr").Length(); rows != 2 {
		t.Errorf("the clerk sees %d reports", rows)
	}
	if rows := w.get(w.reviewer, "/reporting?period=2026-07&state=submitted").is(http.StatusOK).find("#reports tbody tr").Length(); rows != 1 {
		t.Errorf("the bureau sees %d submitted reports", rows)
	}
	w.get(w.reviewer, "/reporting?period=2026-13").is(http.StatusUnprocessableEntity)
	board := w.get(w.reviewer, "/reporting/board?period=2026-07").is(http.StatusOK).has("已报")
	if rows := board.find("#board tbody tr").Length(); rows != 2 {
		t.Errorf("%d institutions on the board", rows)
	}
	paper := w.get(w.clerk, w.at("/reporting/%d/print")).is(http.StatusOK).has("单位负责人:李院长", "填表人:王芳", "审核人:")
	if paper.find(".paper input").Length() > 0 {
		t.Error("the paper has inputs")
	}
	nobody := orgtest.Actor(w.county, w.hospital)
	for _, path := range []string{"/reporting", "/reporting/board", "/forms", "/elements"} {
		w.get(nobody, path).is(http.StatusForbidden)
	}
}

func TestOpening(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(w.reviewer, "/reporting/opening", map[string]string{"period": "2026-06"}).is(http.StatusForbidden)
	w.post(w.chief, "/reporting/opening", map[string]string{"period": "June"}).is(http.StatusUnprocessableEntity)
	w.post(w.chief, "/reporting/opening", map[string]string{"period": "2026-06"}).leadsTo("/reporting?period=2026-06")
	if rows := w.get(w.chief, "/reporting?period=2026-06").find("#reports tbody tr").Length(); rows != 3 {
		t.Errorf("%d reports are open", rows)
	}
}
