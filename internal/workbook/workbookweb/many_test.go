package workbookweb_test

import (
	"net/http"
	"strings"
	"testing"

	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

func plausible() map[string]any {
	figures := map[string]any{}
	for slug, figure := range reportingtest.Plausible {
		figures[slug] = figure
	}
	return figures
}

func TestOneWorkbookForManyClinics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, sheet := w.path(w.proxy, ""), w.proxy.FormTitle
	book := inRow(t, w.take(w.clerk, own+"/workbook.xlsx"), sheet, w.clinics[0].Code, map[string]any{"visits_village_proxy": 180})
	book = inRow(t, book, sheet, w.clinics[1].Code, map[string]any{"visits_village_proxy": "２０ 人次"})
	w.apply(w.clerk, w.upload(w.clerk, own+"/upload", xlsx(book)).has("东街卫生室", "西街卫生室", "改动 2 格")).leadsTo(own)
	for i, want := range []string{"180", "20"} {
		if got := w.cell(w.proxy, w.clinics[i].ID, "visits_village_proxy").String(); got != want {
			t.Errorf("clinic %d has %s, want %s", i, got, want)
		}
	}
}

func TestOneWorkbookForTheWholeCounty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get(w.bureau, "/workbooks?period="+july).is(http.StatusOK).has(w.own.FormTitle, w.proxy.FormTitle)
	w.get(w.reviewer, "/workbooks").is(http.StatusForbidden)
	first, second := w.own, w.find("township_monthly", 1)
	content := w.take(w.bureau, "/workbooks/month.xlsx?period="+july)
	fill := func(figures ...map[string]any) []byte {
		book := content
		for i, f := range figures {
			book = inRow(t, book, first.FormTitle, w.hospitals[i].Code, f)
		}
		return book
	}
	t.Run("all units or none", func(t *testing.T) {
		book := fill(map[string]any{"nurses": 12}, map[string]any{"nurses": "十二"})
		w.upload(w.bureau, "/workbooks", xlsx(book)).is(http.StatusUnprocessableEntity).has("“十二”不是数字", "1 格认不出来")
		if got := w.ownCell("nurses"); got != "" {
			t.Errorf("stored %s", got)
		}
	})
	t.Run("those under review are refused by name, or left out when asked", func(t *testing.T) {
		if _, err := w.db.Exec(t.Context(), `UPDATE report SET state = 'submitted' WHERE id = $1`, second.ID); err != nil {
			t.Fatal(err)
		}
		book := fill(map[string]any{"nurses": 12}, map[string]any{"nurses": 7})
		preview := w.upload(w.bureau, "/workbooks", xlsx(book)).has("只导入可以填报的 1 份", "不导入:已上报")
		w.apply(w.bureau, preview).is(http.StatusUnprocessableEntity).has("东风镇中心卫生院")
		w.apply(w.bureau, preview, "skip", "1").leadsTo("/workbooks?period=" + july)
		if got := w.ownCell("nurses"); got != "12" {
			t.Errorf("stored %q", got)
		}
	})
	t.Run("every change is listed with its report, as its form writes it; what is left over is named with its cell", func(t *testing.T) {
		book := inRow(t, content, first.FormTitle, w.hospitals[0].Code, map[string]any{"income_total": 1500000, "责任人": "李院长"})
		preview := w.upload(w.bureau, "/workbooks", xlsx(book))
		row := preview.find("#changes details tbody tr").Text()
		for _, want := range []string{"总收入", "1,500,000.00", "空"} {
			if !strings.Contains(row, want) {
				t.Errorf("the change says %q, not %q", row, want)
			}
		}
		w.apply(w.bureau, preview, "submit", "1").leadsTo("/workbooks?period=" + july)
		w.get(w.bureau, "/workbooks?period="+july).has(w.path(first, "?cell=todo"))
		if r, err := w.svc.Get(t.Context(), w.bureau, first.ID); err != nil || r.ResponsiblePerson != "李院长" {
			t.Errorf("the responsible person is %q (%v)", r.ResponsiblePerson, err)
		}
	})
	t.Run("filled and handed in at once; what is not complete stays", func(t *testing.T) {
		if _, err := w.db.Exec(t.Context(), `UPDATE report SET state = 'not_started' WHERE id = $1`, second.ID); err != nil {
			t.Fatal(err)
		}
		content = w.take(w.bureau, "/workbooks/month.xlsx?period="+july+"&form=township_monthly")
		full := plausible()
		full["责任人"], full["bed_days_occupied"] = "李院长", 1600
		book := fill(full, map[string]any{"nurses": 7})
		preview := w.upload(w.bureau, "/workbooks", xlsx(book)).has("现在看可以上报 0 份")
		why := preview.find("#findings [form=apply]")
		w.apply(w.bureau, preview, "submit", "1", why.AttrOr("name", ""), "流感加床").leadsTo("/workbooks?period=" + july)
		for id, want := range map[int64]reporting.State{first.ID: reporting.Submitted, second.ID: reporting.Draft} {
			if r, err := w.svc.Get(t.Context(), w.bureau, id); err != nil || r.State != want {
				t.Errorf("%s is %s with %d unexplained (%v): %s", r.Name(), r.State, r.Unexplained, err, preview.find("#findings").Text())
			}
		}
	})
}

// The institutions send their workbooks, the bureau takes all of them at once.
func TestManyWorkbooksAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	second := w.find("township_monthly", 1)
	a := sent{"麦新.xlsx", typed(t, w.take(w.bureau, w.path(w.own, "/workbook.xlsx")), map[string]any{"nurses": 12})}
	b := sent{"东风.xlsx", typed(t, w.take(w.bureau, w.path(second, "/workbook.xlsx")), map[string]any{"nurses": 7})}
	w.upload(w.bureau, "/workbooks", a, a).is(http.StatusUnprocessableEntity).has("“麦新.xlsx”:和“麦新.xlsx”填的是同一份月报")
	w.upload(w.bureau, "/workbooks", a, sent{"坏.xlsx", []byte("PK\x03\x04")}).is(http.StatusUnprocessableEntity).has("“坏.xlsx”:工作簿已损坏")
	w.upload(w.clerk, "/workbooks", b).is(http.StatusUnprocessableEntity).has("不在您数据范围内")
	w.apply(w.bureau, w.upload(w.bureau, "/workbooks", a, b).has("2 份月报改动 2 格")).leadsTo("/workbooks?period=" + july)
	if got := w.ownCell("nurses") + " " + w.cell(second, w.hospitals[1].ID, "nurses").String(); got != "12 7" {
		t.Errorf("stored %s", got)
	}
}
