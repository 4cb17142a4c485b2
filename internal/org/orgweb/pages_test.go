package orgweb_test

import (
	"crypto/sha256"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yigai/internal/audit"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
)

func TestImportPreviewStoresNothingAndAppliesOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	preview := s.send(200, "divisions", sample(t, "150523_kailu.csv"))
	says(t, preview, "#preview", "新增 286 行", "未变 1 行", "拒绝 0 行")
	says(t, s.get(200, "/divisions"), "main", "没有行政区划")

	s.kailu()
	again := s.send(200, "institutions", sample(t, "kailu_institutions.csv"))
	says(t, again, "#preview", "未变 286 行", "完全一致")
	if again.Find("#apply button").Length() != 0 {
		t.Error("nothing to import, but a button to do it")
	}
}

func TestImportShowsFindingsByRow(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	file := "机构编码,机构名称,机构类型,上级机构编码\nA1,甲院,县级医院,150523\nA2,乙院,什么院,150523\n"
	preview := s.send(200, "institutions", file)
	says(t, preview, "#findings tbody tr", "3机构类型什么院")
	refused := s.apply(200, "/institutions/import/refused", preview, url.Values{"format": {"csv"}})
	if got := refused.Body.String(); !strings.Contains(got, "A2,乙院,什么院") || strings.Contains(got, "甲院") || !strings.Contains(got, "没有“什么院”") {
		t.Errorf("refused rows: %s", got)
	}
	s.apply(422, "/institutions/import", preview, url.Values{})
	s.apply(303, "/institutions/import", preview, url.Values{"partial": {"1"}})
	if s.institution("A1").Name != "甲院" {
		t.Error("the good row was not stored")
	}
	changing := s.send(200, "institutions", "机构编码,机构名称,机构类型,上级机构编码,电话\nA1,甲医院,县级医院,150523,0475-1\n")
	says(t, changing, "#preview", "更新 1 行")
	says(t, changing, "#replaced-card", "名称 1 行", "名称:甲院 → 甲医院", "电话:(空) → 0475-1")
	says(t, s.send(200, "institutions", "机构编码,机构名称,机构类型\n"), "#preview", "只有表头")
	says(t, s.send(422, "institutions", "\x89PNG\r\n"), "#f-file-problem", "请上传 xlsx 或 csv")
}

func TestListAndTree(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.kailu()
	d := s.get(200, "/institutions")
	if n := d.Find("#institutions tbody tr").Length(); n != 50 {
		t.Fatalf("%d rows on the first page", n)
	}
	says(t, d, ".pager", "共 287 家")
	next, _ := d.Find(".pager a[rel=next]").Attr("href")
	if d = s.get(200, next); d.Find(".pager a[rel=prev]").Length() != 1 {
		t.Error("the second page has no way back")
	}
	d = s.get(200, "/institutions?kind=township_hospital&q=麦新&township=150523103&state=open&sort=-name")
	says(t, d, "#institutions tbody", "K-T04", "麦新镇卫生院")
	s.get(422, "/institutions?cursor=x")
	s.get(200, "/institutions?sort=nonsense&kind=nonsense")

	d = s.get(200, "/institutions/tree")
	if n := d.Find("[data-testid=tree-group]").Length(); n != 14 {
		t.Errorf("%d groups, want the county and 13 townships", n)
	}
	says(t, d, "#tree", "开鲁镇", "54 家", "K-V262")
	if n := d.Find("#tree a").Length(); n != 287 {
		t.Errorf("%d institutions in the tree", n)
	}
}

func TestDetail(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.kailu()
	i := s.institution("K-T04")
	d := s.get(200, "/institutions/"+strconv.FormatInt(i.ID, 10))
	says(t, d, "h1", "麦新镇卫生院")
	says(t, d, "#facts", "K-T04", "乡镇卫生院", "开鲁县", "麦新镇")
	says(t, d, "#below", "共 18 家")
	says(t, d, "#history", "导入", "tester")
	s.get(404, "/institutions/999999")
	s.get(404, "/institutions/x")

	s.as(org.ActionView)
	d = s.get(200, "/institutions/"+strconv.FormatInt(i.ID, 10))
	if d.Find("a[href$='/edit'], a[href$='/closure']").Length() != 0 {
		t.Error("a reader sees buttons of the administrator")
	}
	other := orgtest.Actor(s.county, s.institution("K-T05"), org.ActionView)
	s.who = &other
	s.get(404, "/institutions/"+strconv.FormatInt(i.ID, 10))
}

func TestNewEditClose(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.kailu()
	if got := s.get(200, "/institutions/new").Find("#f-opened_on").AttrOr("value", ""); got != "2026-08-03" {
		t.Errorf("a new institution opens on %q, want today", got)
	}
	bad := s.post(422, "/institutions", url.Values{"code": {"K-T01"}, "name": {"新院"}, "kind": {"township_hospital"}, "parent": {"150523"}, "opened_on": {"昨天"}})
	says(t, s.read(bad), "#f-opened_on-problem", "开办日期")
	if got := s.read(bad).Find("#f-name").AttrOr("value", ""); got != "新院" {
		t.Errorf("what was typed is lost: %q", got)
	}
	bad = s.post(422, "/institutions", url.Values{"code": {"K-T01"}, "name": {"新院"}, "kind": {"township_hospital"}, "parent": {"150523"}})
	says(t, s.read(bad), "#f-code-problem", "已经有机构在用")
	made := s.post(303, "/institutions", url.Values{"code": {"K-T19"}, "name": {"新院"}, "kind": {"township_hospital"}, "parent": {"150523"}, "division": {"150523103"}})
	at := made.Header().Get("Location")

	d := s.get(200, at+"/edit")
	version := d.Find("input[name=version]").AttrOr("value", "")
	change := url.Values{"version": {version}, "code": {"K-T19"}, "name": {"改名院"}, "kind": {"township_hospital"}, "parent": {"150523"}}
	s.post(303, at, change)
	change.Set("name", "再改名")
	stale := s.read(s.post(409, at, change))
	says(t, stale, "main .callout", "别人刚刚改过", "再改名", "改名院")
	change.Set("version", stale.Find("input[name=version]").AttrOr("value", ""))
	s.post(303, at, change)

	s.get(200, at+"/closure")
	says(t, s.read(s.post(422, at+"/closure", url.Values{})), "#f-on-problem", "关闭日期")
	version = strconv.Itoa(s.institution("K-T19").Version)
	above := s.read(s.post(422, "/institutions/"+strconv.FormatInt(s.institution("150523").ID, 10)+"/closure", url.Values{"version": {"1"}, "on": {"2026-08-01"}, "reason": {"撤并全县"}}))
	says(t, above, "main", "不能关闭")
	says(t, above, "textarea[name=reason]", "撤并全县")
	long := s.post(422, "/institutions", url.Values{"code": {"K-T20"}, "name": {strings.Repeat("长", 81)}, "kind": {"township_hospital"}, "parent": {"150523"}})
	says(t, s.read(long), "#f-name-problem", "最多 80 个字,现在有 81 个")
	s.post(303, at+"/closure", url.Values{"version": {version}, "on": {"2026-08-01"}, "reason": {"合并"}})
	says(t, s.get(200, at), "main .callout", "已于 2026-08-01 关闭", "合并")
	s.post(409, at+"/reopening", url.Values{"version": {version}, "reason": {"误操作"}})
	version = strconv.Itoa(s.institution("K-T19").Version)
	s.post(303, at+"/reopening", url.Values{"version": {version}, "reason": {"误操作"}})
}

func TestDivisionsPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.kailu()
	says(t, s.get(200, "/divisions"), "[data-testid=division-note]", "乡镇 13 个", "村 273 个", "机构 276 家")
	says(t, s.get(200, "/divisions?q=五家"), "#divisions tbody", "150523100200")
	d := s.get(200, "/divisions/150523103")
	says(t, d, "#villages", "150523103")
	says(t, d, "#institutions-here", "K-T04")
	s.get(200, "/divisions/150523103200")
	s.get(404, "/divisions/331022001")
	s.ask(303, "GET", "/divisions/150523", "", "")
}

func TestCommunityPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.kailu()
	says(t, s.get(200, "/communities"), "main", "还没有医共体")
	s.get(200, "/communities/new")
	says(t, s.read(s.post(422, "/communities", url.Values{"name": {"医共体"}, "lead": {"K-T01"}, "joined_on": {"2024-01-01"}})), "#f-lead-problem", "牵头医院应为")
	at := s.post(303, "/communities", url.Values{"name": {"医共体"}, "lead": {"K-H1"}, "joined_on": {"2024-01-01"}}).Header().Get("Location")
	s.post(303, at+"/members", url.Values{"members": {"K-T01", "K-T02"}, "joined_on": {"2024-02-01"}})
	says(t, s.read(s.post(422, at+"/members", url.Values{"joined_on": {"2024-02-01"}})), "main", "请选择要加入的成员单位")
	says(t, s.get(200, at), "#members", "牵头", "K-T02")
	leaving := url.Values{"institution": {strconv.FormatInt(s.institution("K-T02").ID, 10)}, "left_on": {"2025-01-01"}}
	s.post(303, at+"/departures", leaving)
	s.post(409, at+"/departures", leaving)
	s.get(200, at+"/edit")
	s.post(303, at, url.Values{"version": {"1"}, "name": {"开鲁县医共体"}, "lead": {"K-H2"}, "joined_on": {"2025-01-01"}})
	s.post(409, at, url.Values{"version": {"1"}, "name": {"开鲁县医共体"}, "lead": {"K-H2"}, "joined_on": {"2025-01-01"}})
	s.get(404, "/communities/999")
	says(t, s.get(200, "/institutions/"+strconv.FormatInt(s.institution("K-V001").ID, 10)), "#membership", "开鲁县医共体", "随开鲁镇卫生院")
}

func TestExports(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.kailu()
	s.as(org.ActionView, org.ActionImport, audit.ActionExport)
	got := s.ask(200, "POST", "/institutions/export?format=csv&kind=cdc", "", "").Body.String()
	if strings.Count(got, "\n") != 2 || !strings.Contains(got, "K-CDC,开鲁县疾病预防控制中心") {
		t.Errorf("export: %s", got)
	}
	for path, method := range map[string]string{"/institutions/export": "POST", "/divisions/export": "POST", "/institutions/import/template?kind=divisions": "GET"} {
		if w := s.ask(200, method, path, "", ""); !strings.HasPrefix(w.Body.String(), "PK") {
			t.Errorf("%s is no workbook", path)
		}
	}
	s.post(422, "/institutions/export?format=pdf", nil)
	var logged int
	sum := sha256.Sum256([]byte(got))
	err := s.db.QueryRow(t.Context(), `SELECT count(*) FROM export_log WHERE kind = 'institutions' AND format = 'csv' AND rows = 1
		AND sha256 = $1 AND filter = '{"kinds": "cdc"}'`, sum[:]).Scan(&logged)
	if err != nil || logged != 1 {
		t.Errorf("the file stands %d times in the log (%v)", logged, err)
	}
	s.as(org.ActionView)
	s.post(403, "/institutions/export", nil)
	if menu := s.get(200, "/institutions").Find("form[action*=export]"); menu.Length() != 0 {
		t.Error("an export is offered to who may take nothing out")
	}
}

func TestNoAccess(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.as(org.ActionView)
	for _, path := range []string{"/institutions/new", "/institutions/import", "/institutions/1/edit", "/institutions/1/closure", "/communities/new", "/communities/1/edit"} {
		s.get(403, path)
	}
	for _, path := range []string{"/institutions", "/institutions/1", "/institutions/1/closure", "/institutions/1/reopening", "/institutions/import",
		"/institutions/import/refused", "/communities", "/communities/1", "/communities/1/members", "/communities/1/departures"} {
		s.post(403, path, url.Values{})
	}
	s.as()
	for _, path := range []string{"/institutions", "/institutions/tree", "/institutions/1", "/divisions", "/divisions/1", "/communities", "/communities/1"} {
		s.get(403, path)
	}
}
