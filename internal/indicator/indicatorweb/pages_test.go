package indicatorweb_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/indicator/indicatorweb"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// county has bed figures of two township hospitals and a clinic below the first, computed for June 2026.
func county(t *testing.T) *indicatortest.County {
	t.Helper()
	return prepared.New(t)
}

var prepared = indicatortest.Prepare(func(c *indicatortest.County) {
	for _, i := range [][3]string{{"A", "township_hospital", ""}, {"B", "township_hospital", ""}, {"A1", "village_clinic", "A"}} {
		c.Institution(i[0], i[1], i[2])
	}
	c.Open("2026-06")
	for code, figures := range map[string][2]string{"A": {"1007", "1550"}, "B": {"500", "1000"}} {
		c.Fact("2026-06", "bed_days_occupied", code, figures[0])
		c.Fact("2026-06", "bed_days_open", code, figures[1])
	}
	c.Compute("2026-06")
})

var all = []string{indicator.ActionView, indicator.ActionManage, indicator.ActionCompute, "report.export"}

func TestBoardPage(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	doc := s.page(http.StatusOK, "/indicators")
	if got := text(doc, "#i-bed_occupancy td:nth-child(2)"); got != "59.10 ✗" {
		t.Errorf("the county's figure reads %q", got)
	}
	if got := text(doc, "#i-bed_occupancy td:nth-child(4)"); got != "未达标" {
		t.Errorf("its status reads %q", got)
	}
	link, _ := doc.Find("#i-bed_occupancy td:nth-child(6) a").Attr("href")
	if link != "/indicators/bed_occupancy/values/A/2026-06" {
		t.Errorf("a figure leads to %s", link)
	}
	if !strings.Contains(doc.Find("#i-bed_occupancy .help-box").Text(), "实际占用总床日数 ÷ 实际开放总床日数 × 100") {
		t.Error("the indicator does not explain itself")
	}
	if !strings.Contains(text(doc, ".subtitle"), "更新于 2026-08-03 10:00:00 · 全县已审核 0/") && !strings.Contains(text(doc, ".subtitle"), "更新于 10:00:00") {
		t.Errorf("freshness reads %q", text(doc, ".subtitle"))
	}
	clinics := s.page(http.StatusOK, "/indicators?tab=clinic")
	if got := text(clinics, "#board"); clinics.Find("#board tbody td a").Length() == 0 && !strings.Contains(text(clinics, "main"), "这类机构这个月没有指标值") {
		t.Errorf("the clinics' board without values says %q", got)
	}
	for _, tab := range []string{"county", "hospital", "clinic", "nonsense"} {
		s.page(http.StatusOK, "/indicators?tab="+tab+"&order=bed_occupancy&topic=服务效率")
	}
	s.page(http.StatusUnprocessableEntity, "/indicators?period=soon")
	s.page(http.StatusUnprocessableEntity, "/indicators?page=-1")
	s.page(http.StatusUnprocessableEntity, "/indicators?sort=x")
	s.page(http.StatusNotFound, "/indicators?order=nobody&tab=township")
}

func TestBoardOfThreeHundredInstitutions(t *testing.T) {
	t.Parallel()
	c := county(t)
	c.Exec(`WITH made AS (SELECT nextval(pg_get_serial_sequence('institution', 'id')) AS id, n, p.id AS parent, p.path
			FROM generate_series(1, 300) n JOIN institution p ON p.county_id = $1 AND p.code = 'A')
		INSERT INTO institution (county_id, id, code, name, kind, parent_id, path) OVERRIDING SYSTEM VALUE
		SELECT $1, id, 'V' || n, '卫生室' || n, 'village_clinic', parent, path || id::text FROM made`)
	c.Exec(`INSERT INTO fact (county_id, period, element_id, institution_id, state, value)
		SELECT $1, '2026-06-01', e.id, i.id, 'value', 10 + e.id FROM institution i, element e
		WHERE i.county_id = $1 AND i.kind = 'village_clinic' AND e.county_id = $1 AND e.kind <> 'calendar'
		ON CONFLICT DO NOTHING`)
	if _, err := c.Service.Compute(t.Context(), c.County.ID, []period.Month{indicatortest.Month(t, "2026-06")}, nil); err != nil {
		t.Fatal(err)
	}
	doc := visit(t, c, c.Who(c.County.Code, all...)).page(http.StatusOK, "/indicators?tab=clinic&page=2")
	if n := doc.Find("#board thead th").Length(); n != 4+20+1 {
		t.Errorf("%d columns, want twenty institutions and five others", n)
	}
	if rows := doc.Find("#board tbody tr").Length(); rows < 20 {
		t.Errorf("only %d indicators", rows)
	}
	if note := text(doc, ".pager-note"); note != "第 2/16 页,共 301 家" {
		t.Errorf("the pager reads %q", note)
	}
}

func TestDetailPage(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	doc := s.page(http.StatusOK, "/indicators/bed_occupancy?period=2026-06")
	if got := text(doc, "#ranking tbody tr:first-child td:first-child"); got != "机构A" {
		t.Errorf("the first is %q", got)
	}
	if !strings.Contains(doc.Text(), "默认口径(非官方)") {
		t.Error("a formula that is not official does not say so")
	}
	if got := text(doc, "#targets tbody tr:first-child td:nth-child(4)"); got != "默认,非官方" {
		t.Errorf("the target says %q", got)
	}
	s.page(http.StatusNotFound, "/indicators/nobody")
	s.page(http.StatusOK, "/indicators/primary_visit_share?period=2026-06")
}

func TestValuePage(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	doc := s.page(http.StatusOK, "/indicators/bed_occupancy/values/A/2026-06")
	if got := text(doc, ".provenance-value"); got != "64.97 %" {
		t.Errorf("the value reads %q", got)
	}
	if got := text(doc, ".formula dd:last-of-type"); got != "1,007 ÷ 1,550 × 100 = 64.97" {
		t.Errorf("worked out as %q", got)
	}
	if n := doc.Find(".sources li").Length(); n != 2 || doc.Find("#facts").Length() != 0 {
		t.Errorf("%d sources, want 2 and no list that repeats them", n)
	}
	whole := s.page(http.StatusOK, "/indicators/bed_occupancy/values/"+c.County.Code+"/2026-06")
	if n := whole.Find("#facts tbody tr").Length(); n != 4 {
		t.Errorf("%d facts of the county, want 4", n)
	}
	s.page(http.StatusNotFound, "/indicators/bed_occupancy/values/A/2020-06")
	s.page(http.StatusNotFound, "/indicators/bed_occupancy/values/A/never")
	s.page(http.StatusNotFound, "/indicators/bed_occupancy/values/nobody/2026-06")
	s.page(http.StatusUnprocessableEntity, "/indicators/bed_occupancy/values/A/2026-06?page=x")
	t.Run("a printed total is held against the sum and not added to it", func(t *testing.T) {
		c := county(t)
		c.Fact("2026-06", "bed_days_occupied", c.County.Code, "1510")
		if _, err := c.Service.Compute(t.Context(), c.County.ID, []period.Month{indicatortest.Month(t, "2026-06")}, nil); err != nil {
			t.Fatal(err)
		}
		doc := visit(t, c, c.Who(c.County.Code, all...)).page(http.StatusOK, "/indicators/bed_occupancy/values/"+c.County.Code+"/2026-06")
		if got := text(doc, ".sources"); !strings.Contains(got, "核对总数 1,510,成员之和 1,507,差 3") {
			t.Errorf("the page says %q", got)
		}
		if got := text(doc, "#facts"); strings.Count(got, "不计入合计") != 1 {
			t.Errorf("the facts are %q", got)
		}
	})
	t.Run("a foreign institution is not found", func(t *testing.T) {
		visit(t, c, c.Who("B", indicator.ActionView)).page(http.StatusNotFound, "/indicators/bed_occupancy/values/A/2026-06")
	})
	t.Run("what is missing is named", func(t *testing.T) {
		c.Forget("2026-06", "bed_days_open", "B")
		if _, err := c.Service.Compute(t.Context(), c.County.ID, []period.Month{indicatortest.Month(t, "2026-06")}, nil); err != nil {
			t.Fatal(err)
		}
		doc := s.page(http.StatusOK, "/indicators/bed_occupancy/values/B/2026-06")
		if !strings.Contains(text(doc, ".callout"), "缺少 “实际开放总床日数”") || !strings.Contains(text(doc, "#missing"), "实际开放总床日数") ||
			!strings.Contains(text(doc, "#missing"), "未开始") {
			t.Errorf("the page says %q and lists %q", text(doc, ".callout"), text(doc, "#missing"))
		}
	})
}

func TestValuePageOfAComparison(t *testing.T) {
	t.Parallel()
	c := county(t)
	for code, figures := range map[string][2]string{"A": {"100", "110"}, "B": {"300", ""}} {
		c.Fact("2025-06", "visits_outp_emerg", code, figures[0])
		c.Fact("2026-06", "visits_outp_emerg", code, figures[1])
	}
	if _, err := c.Service.Compute(t.Context(), c.County.ID, []period.Month{indicatortest.Month(t, "2026-06")}, nil); err != nil {
		t.Fatal(err)
	}
	doc := visit(t, c, c.Who(c.County.Code, all...)).page(http.StatusOK, "/indicators/outp_visit_growth/values/"+c.County.Code+"/2026-06")
	if got := text(doc, ".provenance-value"); got != "10.00 %" {
		t.Errorf("the value reads %q", got)
	}
	if !strings.Contains(text(doc, "main"), "应报 2 家,按已审核的 1 家同口径比较") {
		t.Errorf("the page does not say who is compared: %s", text(doc, "main"))
	}
}

func TestNoAccess(t *testing.T) {
	t.Parallel()
	c := county(t)
	nobody, reader := visit(t, c, c.Who("A")), visit(t, c, c.Who("A", indicator.ActionView))
	for _, route := range indicatorweb.Room(deps(c)).Routes {
		path := strings.NewReplacer("{slug}", "bed_occupancy", "{institution}", "A", "{period}", "2026-06", "{id}", "1").Replace(route.Path)
		nobody.json(http.StatusForbidden, route.Method, path, "")
		if route.Action != indicator.ActionView {
			reader.json(http.StatusForbidden, route.Method, path, "")
		}
	}
}

func TestDefiningAnIndicator(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	s.page(http.StatusOK, "/indicator-definitions/new")
	good := []string{"slug", "new_rate", "name_zh", "新比率", "formula", "100*bed_days_open/bed_days_occupied", "decimals", "1", "unit", "%",
		"direction", "up", "level", "both", "effective_from", "2026-01", "month", "2026-06"}
	t.Run("a wrong formula is shown again with what was typed", func(t *testing.T) {
		bad := append([]string{}, good...)
		bad[5] = "100*bed_days_open/"
		doc, _ := s.post(http.StatusUnprocessableEntity, "/indicator-definitions", bad...)
		if got := doc.Find("textarea[name=formula]").Text(); got != "100*bed_days_open/" {
			t.Errorf("the formula typed is %q", got)
		}
		if got := text(doc, ".field-bad .field-problem"); !strings.Contains(got, "第 19 个字符") {
			t.Errorf("beside it stands %q", got)
		}
		if got := text(doc, "#formula-check"); got != "" {
			t.Errorf("it is said a second time: %q", got)
		}
	})
	t.Run("mistakes are listed in the order of the fields", func(t *testing.T) {
		wrong := append([]string{}, good...)
		wrong[1], wrong[5], wrong[9], wrong[11], wrong[17] = "New", "100*bed_days_open/bed_days_occupied", strings.Repeat("长", 21), "sideways", "2026-01"
		doc, _ := s.post(http.StatusUnprocessableEntity, "/indicator-definitions", wrong...)
		var listed []string
		doc.Find("#error-summary li").Each(func(_ int, li *goquery.Selection) { listed = append(listed, li.Text()) })
		if len(listed) != 3 || !strings.Contains(listed[0], "编码") || !strings.Contains(listed[1], "单位") || !strings.Contains(listed[2], "方向") {
			t.Errorf("mistakes are listed as %q", listed)
		}
	})
	t.Run("a preview stores nothing", func(t *testing.T) {
		doc, _ := s.post(http.StatusOK, "/indicator-definitions/preview", good...)
		if got := text(doc, "#preview tbody tr:nth-child(2) td:nth-child(4)"); got != "153.9" {
			t.Errorf("the preview reads %q", got)
		}
		s.page(http.StatusNotFound, "/indicators/new_rate")
	})
	t.Run("an empty formula is asked for in the words of the page", func(t *testing.T) {
		empty := append([]string{}, good...)
		empty[5] = " "
		doc, _ := s.post(http.StatusUnprocessableEntity, "/indicator-definitions", empty...)
		if got := text(doc, ".field-bad .field-problem"); got != "请写公式" {
			t.Errorf("beside it stands %q", got)
		}
		doc, _ = s.post(http.StatusOK, "/indicator-definitions/check", "formula", "")
		if got := text(doc, "#formula-check"); got != "请写公式" {
			t.Errorf("the live check says %q", got)
		}
	})
	t.Run("the live check understands or points", func(t *testing.T) {
		doc, _ := s.post(http.StatusOK, "/indicator-definitions/check", "formula", "deaths/discharges")
		if got := text(doc, "#formula-check"); got != "死亡人数 ÷ 出院人数" {
			t.Errorf("understood as %q", got)
		}
		doc, _ = s.post(http.StatusOK, "/indicator-definitions/check", "formula", "deaths/nobody")
		if got := text(doc, "#formula-check"); !strings.Contains(got, "第 8 个字符") {
			t.Errorf("pointed at with %q", got)
		}
	})
	t.Run("a good one leads to its page", func(t *testing.T) {
		_, to := s.post(http.StatusSeeOther, "/indicator-definitions", good...)
		if to != "/indicators/new_rate" {
			t.Errorf("leads to %s", to)
		}
		s.post(http.StatusConflict, "/indicator-definitions", good...)
	})
	t.Run("another formula becomes a new version", func(t *testing.T) {
		doc := s.page(http.StatusOK, "/indicator-definitions/new_rate/edit")
		if got, _ := doc.Find("input[name=effective_from]").Attr("value"); got != "2026-08" {
			t.Errorf("an edit begins with %s", got)
		}
		changed := append([]string{}, good...)
		changed[5], changed[15] = "bed_days_open", "2026-05"
		if _, err := c.Service.Compute(t.Context(), c.County.ID, []period.Month{indicatortest.Month(t, "2026-06")}, nil); err != nil {
			t.Fatal(err)
		}
		doc, _ = s.post(http.StatusUnprocessableEntity, "/indicator-definitions/new_rate", changed...)
		if got := doc.Find("#definition .field-bad .field-problem").Text(); !strings.Contains(got, "已有 1 个月算出了数值") {
			t.Errorf("before the past changes it says %q", got)
		}
		s.post(http.StatusSeeOther, "/indicator-definitions/new_rate", append(changed, "confirmed", "2026-05")...)
		doc = s.page(http.StatusOK, "/indicators/new_rate?period=2026-06")
		if !strings.Contains(doc.Text(), "v2(2026年6月适用)") {
			t.Error("the second version is not in force")
		}
		s.post(http.StatusNotFound, "/indicator-definitions/nobody", changed...)
	})
	t.Run("it is switched off and on", func(t *testing.T) {
		s.post(http.StatusSeeOther, "/indicator-definitions/new_rate/disablement")
		if got := text(s.page(http.StatusOK, "/indicator-definitions?state=disabled"), "#i-new_rate .badge-state"); got != "停用" {
			t.Errorf("it is %q", got)
		}
		s.post(http.StatusSeeOther, "/indicator-definitions/new_rate/enablement")
	})
}

func TestTargetsOfAnIndicator(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	path := "/indicator-definitions/tcm_visit_share/targets"
	doc, _ := s.post(http.StatusUnprocessableEntity, path, "operator", ">=", "value", "many", "from", "2026-01", "official", "1")
	if got := text(doc, "#targets-card .field-problem"); !strings.Contains(got, "many") || !strings.Contains(got, "文件和条款") {
		t.Errorf("the problems are %q", got)
	}
	s.post(http.StatusSeeOther, path, "operator", ">=", "value", "25", "from", "2026-01", "source", "县医改办 3 号")
	doc = s.page(http.StatusOK, "/indicator-definitions/tcm_visit_share/edit")
	if got := text(doc, "#targets tbody tr:first-child td:nth-child(2)"); got != "≥25%" {
		t.Errorf("the target reads %q", got)
	}
	end, _ := doc.Find("#targets form").Attr("action")
	s.post(http.StatusSeeOther, end)
	s.post(http.StatusNotFound, path+"/999999/end")
}

func TestAskingForAComputation(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	if _, to := s.post(http.StatusSeeOther, "/indicators/computation", "period", "2026-06"); to != "/indicators?period=2026-06" {
		t.Errorf("leads to %s", to)
	}
	s.post(http.StatusUnprocessableEntity, "/indicators/computation", "period", "soon")
}

func TestHomeAndSearch(t *testing.T) {
	t.Parallel()
	c := county(t)
	r := indicatorweb.Room(deps(c))
	for code, want := range map[string]string{c.County.Code: "未达标的指标", "A": "本月主要指标"} {
		panels, err := r.Home(t.Context(), c.Who(code, indicator.ActionView))
		if err != nil || len(panels) != 1 {
			t.Fatalf("%d panels at %s: %v", len(panels), code, err)
		}
		var b strings.Builder
		if err := panels[0].Body.Render(t.Context(), &b); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("the panel of %s does not say %s: %v", code, want, err)
		}
	}
	c.Fact("2026-06", "visits_village_proxy", "A1", "248")
	c.Fact("2026-06", "income_total", "A1", "6982.5")
	panels, err := r.Home(t.Context(), c.Who("A1", indicator.ActionView))
	if err != nil || len(panels) != 1 {
		t.Fatalf("%d panels of the clinic: %v", len(panels), err)
	}
	var figures strings.Builder
	if err := panels[0].Body.Render(t.Context(), &figures); err != nil || !strings.Contains(figures.String(), "248") ||
		!strings.Contains(figures.String(), "6,982.50") {
		t.Errorf("the clinic does not see its figures: %v", err)
	}
	c.Institution("N", "township_hospital", "")
	c.Open("2026-06")
	c.Exec("DELETE FROM fact WHERE county_id = $1")
	if _, err := c.Service.Compute(t.Context(), c.County.ID, []period.Month{indicatortest.Month(t, "2026-06")}, nil); err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]string{c.County.Code: "还没有可以与目标比较的指标", "N": "审核通过后,主要指标会出现在这里"} {
		panels, err := r.Home(t.Context(), c.Who(code, indicator.ActionView))
		if err != nil || len(panels) != 1 {
			t.Fatalf("%d panels at %s before anything is accepted: %v", len(panels), code, err)
		}
		var b strings.Builder
		if err := panels[0].Body.Render(t.Context(), &b); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("the panel of %s does not say %s: %v", code, want, err)
		}
	}
	hits, err := r.Search(t.Context(), c.Who("A", indicator.ActionView), "病床")
	if err != nil || len(hits) != 1 || hits[0].URL != "/indicators/bed_occupancy" {
		t.Errorf("found %v: %v", hits, err)
	}
	if hits, err := r.Search(t.Context(), c.Who("A"), "病床"); err != nil || len(hits) != 0 {
		t.Errorf("without the permission %v: %v", hits, err)
	}
}

func TestHomeShowsTheLastMonthThatWasAccepted(t *testing.T) {
	t.Parallel()
	c := county(t)
	r := indicatorweb.Room(deps(c))
	c.Fact("2026-07", "bed_days_open", "B", "1000")
	c.Fact("2026-07", "bed_days_occupied", "B", "700")
	c.Fact("2026-07", "bed_days_open", "A", "")
	c.Fact("2026-07", "bed_days_occupied", "A", "")
	if _, err := c.Service.Compute(t.Context(), c.County.ID, []period.Month{indicatortest.Month(t, "2026-07")}, nil); err != nil {
		t.Fatal(err)
	}
	panels, err := r.Home(t.Context(), c.Who("A", indicator.ActionView))
	if err != nil || len(panels) != 1 {
		t.Fatalf("%d panels: %v", len(panels), err)
	}
	var b strings.Builder
	if err := panels[0].Body.Render(t.Context(), &b); err != nil || !strings.Contains(b.String(), "2026年6月,2026年7月的月报还没有审核通过") {
		t.Errorf("the panel does not say why it shows June: %v %s", err, b.String())
	}
}

// TestEveryIndicatorHasAPage opens the page and the form of each preset.
func TestEveryIndicatorHasAPage(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	pack, err := preset.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range pack.Indicators {
		doc := s.page(http.StatusOK, fmt.Sprintf("/indicators/%s?period=2026-06", i.Slug))
		if got := text(doc, "h1"); got != i.NameZH {
			t.Errorf("the page of %s is headed %q", i.Slug, got)
		}
		s.page(http.StatusOK, fmt.Sprintf("/indicator-definitions/%s/edit", i.Slug))
	}
}
