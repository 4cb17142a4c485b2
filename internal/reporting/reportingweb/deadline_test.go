package reportingweb_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

// extender may put deadlines off.
func (w *world) extender() actor.Actor {
	return orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionExtend)
}

func TestDeadlinePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boss := w.extender()
	w.get(w.clerk, "/deadlines").is(http.StatusForbidden)
	w.get(boss, "/deadlines").is(http.StatusOK).has("遇休息日顺延", "没有与国家安排不同的日子")
	t.Run("grace", func(t *testing.T) {
		w.post(boss, "/deadlines/grace", map[string]string{"form": "township_monthly", "grace": "99"}).is(http.StatusUnprocessableEntity).has("0 到 15")
		w.post(boss, "/deadlines/grace", map[string]string{"form": "township_monthly", "grace": "2"}).leadsTo("/deadlines")
		w.get(w.reviewer, "/reporting/"+strconv.FormatInt(w.report.ID, 10)).has("宽限到 2026-08-07")
	})
	t.Run("a day of the county's own", func(t *testing.T) {
		w.post(boss, "/deadlines/calendar", map[string]string{"day": "", "reason": "x"}).is(http.StatusUnprocessableEntity).has("请填写日期")
		w.post(boss, "/deadlines/calendar", map[string]string{"day": "2026-08-01", "worked": "rest", "reason": "x"}).is(http.StatusUnprocessableEntity)
		w.post(boss, "/deadlines/calendar", map[string]string{"day": "2026-08-05", "worked": "rest", "reason": "那达慕大会"}).leadsTo("/deadlines")
		w.get(boss, "/deadlines").has("2026-08-05 周三", "那达慕大会")
		w.post(boss, "/deadlines/calendar/removal", map[string]string{"day": ""}).is(http.StatusUnprocessableEntity)
		w.post(boss, "/deadlines/calendar/removal", map[string]string{"day": "2026-08-05"}).leadsTo("/deadlines")
		w.post(boss, "/deadlines/calendar/removal", map[string]string{"day": "2026-08-05"}).is(http.StatusNotFound)
	})
}

func TestExtensionPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boss, report := w.extender(), strconv.FormatInt(w.report.ID, 10)
	values := map[string]string{"period": july, "report": report, "until": "2026-08-14", "reason": ""}
	w.get(w.reviewer, "/extensions").is(http.StatusForbidden)
	w.post(boss, "/extensions?period="+july, values).is(http.StatusUnprocessableEntity).has("请填写延期原因")
	values["reason"] = "停电三天"
	w.post(boss, "/extensions?period="+july, values).leadsTo("/extensions?period=" + july)
	w.get(boss, "/extensions?period="+july).is(http.StatusOK).has("停电三天", "2026-08-14", "已延期")
	w.get(w.clerk, "/reporting").has("已延期")
	delete(values, "report")
	w.post(boss, "/extensions?period="+july, values).is(http.StatusUnprocessableEntity)
}

func TestTimelinessPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted()
	page := w.get(w.clerk, "/timeliness?year=2026").is(http.StatusOK).has("麦新镇中心卫生院")
	if strings.Contains(page.body, "东风镇") {
		t.Error("a clerk sees another township")
	}
	w.get(w.clerk, "/timeliness?year=today").is(http.StatusUnprocessableEntity)
	csv := w.post(w.clerk, "/timeliness/export?year=2026&format=csv", nil).is(http.StatusOK).has("2026-07")
	if kind := csv.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/csv") {
		t.Errorf("the file is %s", kind)
	}
	var logged int
	if err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM export_log WHERE kind = 'timeliness'`).Scan(&logged); err != nil || logged != 1 {
		t.Errorf("%d lines in the export log, %v", logged, err)
	}
}
