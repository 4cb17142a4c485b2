package reportweb_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/org/orgtest"
	"yigai/internal/pg"
	"yigai/internal/report"
)

// accepted writes what the acceptance of East's report leaves in the trail, and returns its number.
func (s *site) accepted() string {
	s.t.Helper()
	err := pg.Tx(context.Background(), s.DB, func(tx pgx.Tx) error {
		return audit.Record(context.Background(), tx, s.who, audit.Entry{Action: "reporting.review", Kind: "report", ID: "1", Name: "基层月报<东风>",
			InstitutionID: s.East.ID, Reason: "数据属实",
			Before: map[string]any{"state": "submitted", "same": 1}, After: map[string]any{"state": "accepted", "same": 1, "detail": map[string]any{"rows": 12345678901234567}}})
	})
	if err != nil {
		s.t.Fatal(err)
	}
	var id int64
	if err := s.DB.QueryRow(s.t.Context(), "SELECT id FROM audit_entry WHERE action = 'reporting.review'").Scan(&id); err != nil {
		s.t.Fatal(err)
	}
	return strconv.FormatInt(id, 10)
}

func TestTheTrailShowsDifferencesReadably(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.accepted()
	d := s.get(http.StatusOK, "/audit?kind=report")
	s.says(d, "#trail", "tester", "审核", "基层月报<东风>", "=东风镇卫生院", "状态", "已上报", "已审核")
	d = s.get(http.StatusOK, "/audit/"+id)
	s.says(d, "#entry", "数据属实", "审核", "等待封存")
	s.says(d, "#difference", "状态", "已上报", "已审核", "detail · 行数", "12345678901234567")
	if strings.Contains(d.Find("#difference").Text(), "same") {
		t.Error("what did not change is shown as a change")
	}
	s.says(s.get(http.StatusOK, "/audit/objects/report/1"), ".timeline", "审核", "数据属实", "已审核")
	s.get(http.StatusNotFound, "/audit/objects/report/999")
	s.get(http.StatusNotFound, "/audit/999999")
	s.get(http.StatusNotFound, "/audit/abc")
}

// What was refused is told in words, and an address or an import leads nowhere.
func TestRefusalsAreToldInWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, e := range []audit.Entry{
		{Action: "refused", Kind: "route", ID: "GET /accounts/new", Name: "audit.view", InstitutionID: s.East.ID},
		{Action: "org.import", Kind: "institution_import", Name: "机构导入", InstitutionID: s.East.ID},
		{Action: "report.export", Kind: "form", ID: "a/b", Name: "斜线", InstitutionID: s.East.ID},
	} {
		if err := audit.Record(t.Context(), s.DB, s.who, e); err != nil {
			t.Fatal(err)
		}
	}
	d := s.get(http.StatusOK, "/audit")
	s.says(d, "#trail", "越权被拒绝", "页面或接口 查看审计日志", "机构导入", "报表 斜线")
	for _, word := range []string{"refused", "route", "audit.view", "institution_import"} {
		if strings.Contains(d.Find("#trail").Text(), word) {
			t.Errorf("the trail says %s", word)
		}
	}
	d.Find("#trail tr[id]").Each(func(_ int, row *goquery.Selection) {
		entry := s.get(http.StatusOK, "/audit/"+strings.TrimPrefix(row.AttrOr("id", ""), "entry-"))
		if link, ok := entry.Find("#entry a[href^='/audit/objects']").Attr("href"); ok {
			s.get(http.StatusOK, link)
		}
	})
}

func TestTheTrailExplainsAWrongFilter(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.says(s.get(http.StatusUnprocessableEntity, "/audit?from=yesterday"), "main", "应为日期")
	s.get(http.StatusUnprocessableEntity, "/audit?cursor=x")
	s.press(http.StatusUnprocessableEntity, "/audit/trail.pdf")
	s.says(s.get(http.StatusOK, "/audit?text=nothing"), ".empty", "没有符合条件的审计记录")
}

func TestTheTrailIsExportedAsShown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.accepted()
	d := s.get(http.StatusOK, "/audit?kind=report&from=2026-01-01")
	link, ok := d.Find(`form[action^="/audit/trail.csv"]`).Attr("action")
	if !ok {
		t.Fatal("no export of the list")
	}
	lines := strings.Split(strings.TrimSpace(s.ask(http.StatusOK, "POST", link, "", "").Body.String()), "\r\n")
	if len(lines) != 2 || !strings.Contains(lines[1], "基层月报<东风>") {
		t.Errorf("exported %q", lines)
	}
	s.who = orgtest.Actor(s.County.County, s.Root, report.ActionTrail, report.ActionSecurity)
	s.ask(http.StatusOK, "POST", "/audit/trail.xlsx", "", "")
}

func TestTheAuditorsHomeShowsMonthAndChain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	panels, err := s.room.Home(t.Context(), s.who)
	if err != nil || len(panels) != 1 {
		t.Fatalf("%d panels, %v", len(panels), err)
	}
	auditor := s.who
	auditor.Roles = []string{actor.Auditor}
	if first, err := s.room.Home(t.Context(), auditor); err != nil || first[0].Order >= 10 || panels[0].Order < 20 {
		t.Errorf("month and chain do not come first for the auditor alone: %v", err)
	}
	var b strings.Builder
	if err := panels[0].Body.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2026年7月", "已审核 1/应报 2", "待封存", "/exports/indicator-values.xlsx?period=2026-07"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the panel lacks %q", want)
		}
	}
	if panels, err := s.room.Home(t.Context(), s.Clerk()); err != nil || len(panels) != 0 {
		t.Errorf("a clerk gets %d panels, %v", len(panels), err)
	}
}

func TestTheChainIsProvenOnDemand(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.accepted()
	if _, err := audit.Seal(t.Context(), s.DB); err != nil {
		t.Fatal(err)
	}
	d := s.press(http.StatusOK, "/audit/chain")
	s.says(d, "#chain", "审计链完整")
	s.says(d, "#proof", "已核对", "等待封存", "0 条")
	if _, err := s.DB.Exec(t.Context(), "ALTER TABLE audit_entry DISABLE TRIGGER USER"); err != nil {
		t.Fatal(err)
	}
	s.Exec("UPDATE audit_entry SET reason = '改过' WHERE county_id = $1 AND action = 'reporting.review'")
	s.says(s.press(http.StatusOK, "/audit/chain"), "#chain", "审计链不完整", "与封存时不一致")
}

// Looking ahead at links must neither fill the log nor read the whole trail.
func TestNothingIsMadeByALink(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for path, status := range map[string]int{"/exports/values.csv": http.StatusMethodNotAllowed, "/audit/trail.csv": http.StatusNotFound, "/audit/chain": http.StatusNotFound} {
		s.ask(status, "GET", path, "", "")
	}
	var logged int
	if err := s.DB.QueryRow(t.Context(), "SELECT count(*) FROM export_log").Scan(&logged); err != nil || logged != 0 {
		t.Errorf("%d exports logged (%v)", logged, err)
	}
	d := s.get(http.StatusOK, "/exports?kind=values")
	if d.Find("form#export[method=post]").Length() != 1 {
		t.Error("the form of an export is no post")
	}
}
