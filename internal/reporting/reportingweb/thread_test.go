package reportingweb_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

func TestThread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	w.returned("与门诊日志不符", "请核对门诊人次")
	cell := w.at("/reporting/%d") + fmt.Sprintf("/cells/%d/visits_total", w.hospital.ID)
	remark := w.get(w.clerk, cell).has("请核对门诊人次").find("#cell-resolution [name=remark]").AttrOr("value", "")

	t.Run("is new to the clerk once, and listed before handing in", func(t *testing.T) {
		first := w.get(w.clerk, w.at("/reporting/%d"))
		if got := first.find(".remark .badge").Text(); got != "新" {
			t.Errorf("the remark is marked %q", got)
		}
		if got := first.find("#open-threads").Text(); !strings.Contains(got, "还有 1 条批注未解决") || !strings.Contains(got, "请核对门诊人次") {
			t.Errorf("before handing in stands %q", got)
		}
		if n := w.get(w.clerk, w.at("/reporting/%d")).find(".remark .badge").Length(); n != 0 {
			t.Error("a remark that was seen is still new")
		}
	})
	t.Run("is out of reach for others", func(t *testing.T) {
		w.post(w.stranger, cell+"/resolution", map[string]string{"remark": remark}).is(http.StatusNotFound)
		looker := orgtest.Actor(w.county, w.hospital, reporting.ActionView)
		w.post(looker, cell+"/resolution", map[string]string{"remark": remark}).is(http.StatusForbidden)
	})
	t.Run("is not resolved over words that were not seen", func(t *testing.T) {
		w.post(w.clerk, cell+"/remarks", map[string]string{"text": "已按门诊日志改正"}).leadsTo(cell)
		w.post(w.reviewer, cell+"/resolution", map[string]string{"remark": remark}).is(http.StatusConflict).has("刚有新的意见")
		w.post(w.reviewer, cell+"/resolution", nil).is(http.StatusConflict)
	})
	t.Run("is resolved, shown with who, and opened again by the next remark", func(t *testing.T) {
		answer := w.get(w.reviewer, cell).has("已按门诊日志改正").find("#cell-resolution [name=remark]").AttrOr("value", "")
		w.post(w.reviewer, cell+"/resolution", map[string]string{"remark": answer}).leadsTo(cell)
		done := w.get(w.clerk, cell)
		if got := done.find(".resolved").Text(); !strings.Contains(got, "已解决 张强") || done.find("#cell-resolution").Length() != 0 {
			t.Errorf("the thread says %q", got)
		}
		if w.get(w.clerk, w.at("/reporting/%d")).find("#open-threads").Length() != 0 {
			t.Error("a resolved thread is listed")
		}
		w.post(w.clerk, cell+"/remarks", map[string]string{"text": "还有一处"}).leadsTo(cell)
		if w.get(w.reviewer, cell).find("#cell-resolution").Length() != 1 {
			t.Error("a new remark does not open the thread")
		}
	})
	t.Run("stands in the reviewer's row", func(t *testing.T) {
		grid := w.get(w.reviewer, "/review?form=township_monthly&period=2026-07").is(http.StatusOK)
		if got := grid.find("#report-"+fmt.Sprint(w.report.ID)+" .thread-mark").AttrOr("title", ""); !strings.HasPrefix(got, "未解决的批注 1 条") {
			t.Errorf("the row says %q", got)
		}
	})
}
