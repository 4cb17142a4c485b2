package workbookweb_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yigai/internal/reporting"
)

func TestWorkbookOfOneReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, up := w.path(w.own, ""), w.path(w.own, "/upload")
	w.get(w.clerk, up).is(http.StatusOK)
	w.get(w.reviewer, up).is(http.StatusForbidden)
	stranger := w.clerk
	stranger.Scope.Subtrees = []string{w.hospitals[1].Path}
	w.get(stranger, own+"/workbook.xlsx").is(http.StatusNotFound)
	w.upload(stranger, up).is(http.StatusNotFound)

	t.Run("figures are looked at before anything is stored, and stored when applied", func(t *testing.T) {
		w.enter(w.clerk, "nurses", "11")
		book := typed(t, w.take(w.clerk, own+"/workbook.xlsx"), map[string]any{"visits_total": 5400, "deaths": 0, "discharges": "不适用"})
		preview := w.upload(w.clerk, up, xlsx(book)).is(http.StatusOK).has("1 份月报改动 3 格", "还没有保存", "5,400", "不适用")
		if got := w.ownCell("visits_total"); got != "" {
			t.Errorf("stored before it was applied: %s", got)
		}
		w.apply(w.clerk, preview).leadsTo(own)
		for slug, want := range map[string]string{"visits_total": "5400", "deaths": "0", "discharges": "不适用", "nurses": "11"} {
			if got := w.ownCell(slug); got != want {
				t.Errorf("%s = %q, want %q", slug, got, want)
			}
		}
		var entries int
		err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM audit_entry WHERE object_kind = 'workbook' AND (after->>'cells')::int = 3`).Scan(&entries)
		if err != nil || entries != 1 {
			t.Errorf("%d audit entries (%v)", entries, err)
		}
	})
	t.Run("an emptied cell is cleared, and said so", func(t *testing.T) {
		book := typed(t, w.take(w.clerk, own+"/workbook.xlsx"), map[string]any{"deaths": nil})
		preview := w.upload(w.clerk, up, xlsx(book)).is(http.StatusOK)
		if got := preview.find("#changes tbody tr").Text(); !strings.Contains(got, "清空") {
			t.Errorf("the preview says %q", got)
		}
		w.apply(w.clerk, preview).leadsTo(own)
		if got := w.ownCell("deaths"); got != "" {
			t.Errorf("deaths = %s", got)
		}
	})
	t.Run("what cannot be read is named with sheet, row and column, and nothing is stored", func(t *testing.T) {
		book := typed(t, w.take(w.clerk, own+"/workbook.xlsx"), map[string]any{"visits_total": "五千", "nurses": 12})
		preview := w.upload(w.clerk, up, xlsx(book)).is(http.StatusUnprocessableEntity).has("“五千”不是数字", "1 格认不出来")
		if preview.find("#apply").Length() != 0 || w.ownCell("nurses") != "11" {
			t.Error("it can be applied, or was stored")
		}
		if got := preview.find("#unreadable tbody tr td").First().Text(); !strings.Contains(got, "工作表“") || !strings.Contains(got, " E 列") {
			t.Errorf("the place is %q", got)
		}
	})
	t.Run("a workbook without changes says so", func(t *testing.T) {
		w.upload(w.clerk, up, xlsx(w.take(w.clerk, own+"/workbook.xlsx"))).is(http.StatusOK).has("没有要导入的改动", "“合计”行")
	})
}

func TestSomebodyElsesFigureIsNotWrittenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, up := w.path(w.own, ""), w.path(w.own, "/upload")
	w.enter(w.clerk, "visits_total", "5400")
	book := typed(t, w.take(w.clerk, own+"/workbook.xlsx"), map[string]any{"visits_total": 5500, "deaths": 0})
	w.enter(w.colleague, "visits_total", "6000")
	preview := w.upload(w.clerk, up, xlsx(book)).is(http.StatusOK).has("下载以后别人改过", "赵同事", "6,000", "5500")
	t.Run("theirs stays unless asked", func(t *testing.T) {
		w.apply(w.clerk, preview, "conflicts", "theirs").leadsTo(own)
		if got := w.ownCell("visits_total") + " " + w.ownCell("deaths"); got != "6000 0" {
			t.Errorf("stored is %s", got)
		}
	})
	t.Run("asked for, mine goes over what the preview showed", func(t *testing.T) {
		again := w.upload(w.clerk, up, xlsx(book))
		w.apply(w.clerk, again, "conflicts", "mine").leadsTo(own)
		if got := w.ownCell("visits_total"); got != "5500" {
			t.Errorf("stored is %s", got)
		}
	})
	t.Run("what changed since the preview refuses the whole", func(t *testing.T) {
		next := typed(t, w.take(w.clerk, own+"/workbook.xlsx"), map[string]any{"visits_total": 5600, "admissions": 70})
		preview := w.upload(w.clerk, up, xlsx(next))
		w.enter(w.colleague, "visits_total", "6100")
		w.apply(w.clerk, preview).is(http.StatusUnprocessableEntity).has("赵同事 刚把这一格改为 6100")
		if got := w.ownCell("admissions"); got != "" {
			t.Errorf("half of it was stored: %s", got)
		}
	})
	t.Run("a preview belongs to who made it", func(t *testing.T) {
		other := w.clerk
		other.AccountID = w.clerk.AccountID + 1000
		w.apply(other, preview).is(http.StatusUnprocessableEntity).has("请重新上传")
	})
}

func TestWrongWorkbookIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, up := w.path(w.own, ""), w.path(w.own, "/upload")
	refused := func(content []byte, want ...string) {
		t.Helper()
		w.upload(w.clerk, up, xlsx(content)).is(http.StatusUnprocessableEntity).has(want...)
	}
	mine := w.take(w.clerk, own+"/workbook.xlsx")
	foreign := w.take(w.bureau, w.path(w.find("township_monthly", 1), "/workbook.xlsx"))
	refused(foreign, "这是 东风镇中心卫生院 2026年7月", "当前是 麦新镇中心卫生院 2026年7月")
	refused(w.take(w.clerk, w.path(w.proxy, "/workbook.xlsx")), "这是 麦新镇中心卫生院", w.proxy.FormTitle)
	refused(edit(t, mine, func(b *excelize.File) { check(t, b.DeleteSheet("系统信息")) }), "不是从系统下载的模板")
	refused(edit(t, mine, func(b *excelize.File) { check(t, b.SetCellStr("系统信息", "B3", "other 第 9 版")) }), "系统信息被改动过")
	refused(edit(t, mine, func(b *excelize.File) {
		rows, err := b.GetRows("系统信息")
		check(t, err)
		seal := rows[len(rows)-1][1]
		check(t, b.SetCellStr("系统信息", fmt.Sprintf("B%d", len(rows)), "A"+seal[1:]))
	}), "系统信息被改动过")
	refused(edit(t, mine, func(b *excelize.File) {
		name := b.GetSheetName(0)
		check(t, b.SetCellStr(name, "A"+at(t, b, name, "visits_total", "本月")[1:], "visits_totl"))
	}), "的编码“visits_totl”不在这张表里")
	refused(edit(t, mine, func(b *excelize.File) { check(t, b.SetSheetName(b.GetSheetName(0), "改名")) }), "找不到工作表")
	w.upload(w.clerk, up).is(http.StatusUnprocessableEntity).has("请选择填好的工作簿")
	refused(make([]byte, 6<<20), "文件超过 5 MB")
	if _, err := w.db.Exec(t.Context(), `UPDATE report SET state = 'submitted' WHERE id = $1`, w.own.ID); err != nil {
		t.Fatal(err)
	}
	page := w.upload(w.clerk, up, xlsx(typed(t, mine, map[string]any{"nurses": 3}))).is(http.StatusOK).has("都不能填报", "正在等待审核")
	if page.find("#apply").Length() != 0 {
		t.Error("a report under review can be filled")
	}
}

func TestAWorkbookLooksLikeThePaperForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enter(w.clerk, "visits_total", "5400")
	content := w.take(w.clerk, w.path(w.own, "/workbook.xlsx"))
	edit(t, content, func(b *excelize.File) {
		name := b.GetSheetName(0)
		if visible, err := b.GetSheetVisible("系统信息"); err != nil || visible {
			t.Errorf("the stamp is visible (%v)", err)
		}
		if merged, err := b.GetMergeCells(name); err != nil || len(merged) < 10 {
			t.Errorf("%d merged heads (%v)", len(merged), err)
		}
		if lists, err := b.GetDataValidations(name); err != nil || len(lists) != 1 || !strings.Contains(lists[0].Formula1, "不适用") {
			t.Errorf("choices: %+v (%v)", lists, err)
		}
		if p, err := b.GetSheetProtection(name); err != nil || !p.SelectUnlockedCells {
			t.Errorf("protection: %+v (%v)", p, err)
		}
		if !strings.Contains(text(t, b, name, "A2"), "麦新镇中心卫生院") || text(t, b, name, "A1") != w.own.FormTitle {
			t.Errorf("heads: %q %q", text(t, b, name, "A1"), text(t, b, name, "A2"))
		}
		if locked(t, b, name, at(t, b, name, "visits_total", "本月")) || !locked(t, b, name, "C9") {
			t.Error("the wrong cells are locked")
		}
		if !hasFormula(t, b, name) {
			t.Error("no derived row is a formula")
		}
	})
	sum := sha256.Sum256(content)
	var logged int
	err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM export_log WHERE kind = 'workbook' AND sha256 = $1 AND account_id = $2`, sum[:], w.clerk.AccountID).Scan(&logged)
	if err != nil || logged != 1 {
		t.Errorf("%d lines in the export log (%v)", logged, err)
	}
}

func text(t *testing.T, b *excelize.File, sheet, at string) string {
	t.Helper()
	s, err := b.GetCellValue(sheet, at)
	check(t, err)
	return s
}

func locked(t *testing.T, b *excelize.File, sheet, at string) bool {
	t.Helper()
	id, err := b.GetCellStyle(sheet, at)
	check(t, err)
	style, err := b.GetStyle(id)
	check(t, err)
	return style.Protection == nil || style.Protection.Locked
}

func hasFormula(t *testing.T, b *excelize.File, sheet string) bool {
	t.Helper()
	for row := 1; row < 200; row++ {
		f, err := b.GetCellFormula(sheet, fmt.Sprintf("E%d", row))
		check(t, err)
		if strings.HasPrefix(f, "IF(COUNT(") {
			return true
		}
	}
	return false
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAWorkbookCanBeHandedInAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := w.path(w.own, "")
	book := typed(t, w.take(w.clerk, own+"/workbook.xlsx"), plausible())
	book = typed(t, book, map[string]any{"责任人": "李院长"})
	preview := w.upload(w.clerk, own+"/upload", xlsx(book)).is(http.StatusOK)
	w.apply(w.clerk, preview, "submit", "1").leadsTo(own)
	r, err := w.svc.Get(t.Context(), w.clerk, w.own.ID)
	if err != nil || r.State != reporting.Submitted || r.ResponsiblePerson != "李院长" {
		t.Errorf("it is %s under %q (%v)", r.State, r.ResponsiblePerson, err)
	}
}
