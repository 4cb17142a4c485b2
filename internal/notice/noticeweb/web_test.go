package noticeweb_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/gateway"
	"yigai/internal/notice"
	"yigai/internal/notice/noticeweb"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/pgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
	"yigai/internal/room"
)

// site is the room's routes in a county whose reports of June are overdue.
type site struct {
	t           testing.TB
	db          *pgxpool.Pool
	head, clerk actor.Actor
	routes      http.Handler
}

var (
	permissions = actor.NewPermissions(append(append([]actor.Action{}, reporting.Actions...), notice.Actions...))
	prepared    = pgtest.Prepare(buildSite)
)

func buildSite(t testing.TB, db *pgxpool.Pool) (s site) {
	t.Helper()
	s.db = db
	county, root := orgtest.County(t, s.db)
	hospital := orgtest.Institution(t, s.db, county, "township_hospital", "麦新镇中心卫生院")
	reportingtest.Standard(t, s.db, county.ID)
	reportingtest.OpenMonth(t, s.db, county.ID, "2026-06")
	s.head = orgtest.Actor(county, root, permissions.Of([]string{actor.BureauAdmin})...)
	s.head.AccountID = accounttest.Account(t, s.db, county.ID, root, actor.BureauAdmin).ID
	s.clerk = orgtest.Actor(county, hospital, permissions.Of([]string{actor.InstitutionReporter})...)
	s.clerk.AccountID = accounttest.Account(t, s.db, county.ID, hospital, actor.InstitutionReporter).ID
	return s
}

func newSite(t testing.TB) *site {
	t.Helper()
	db, s := prepared.New(t)
	s.t, s.db = t, db
	config, err := gateway.ReadConfig(func(name string) string {
		return map[string]string{"YIGAI_SMTP_ADDRESS": "127.0.0.1:1", "YIGAI_SMTP_FROM": "yigai@example.cn"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	deps := room.Deps{DB: s.db, Now: orgtest.Now, Calendar: period.China(), Permissions: permissions, DataDir: t.TempDir(), BaseURL: "http://127.0.0.1"}
	for _, route := range noticeweb.Room(deps, config.Channels()).Routes {
		r.Method(route.Method, route.Path, page.Handler(func(w http.ResponseWriter, r *http.Request) error {
			if route.Action != "" {
				if err := page.Who(r).Require(route.Action); err != nil {
					return err
				}
			}
			return route.Handler(w, r)
		}))
	}
	s.routes = r
	return &s
}

func (s *site) ask(who actor.Actor, status int, method, path string, values url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.routes.ServeHTTP(w, r.WithContext(actor.With(r.Context(), who)))
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d\n%.900s", method, path, w.Code, status, w.Body.String())
	}
	return w
}

func (s *site) page(who actor.Actor, path string) *goquery.Document {
	s.t.Helper()
	d, err := goquery.NewDocumentFromReader(s.ask(who, 200, "GET", path, nil).Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func says(t *testing.T, d *goquery.Document, selector string, words ...string) {
	t.Helper()
	got := strings.Join(strings.Fields(d.Find(selector).Text()), " ")
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("%s lacks %q: %s", selector, w, got)
		}
	}
}

func TestACircularFromDraftToFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.ask(s.clerk, 403, "POST", "/circulars", url.Values{"month": {"2026-06"}, "kind": {"month"}})
	s.ask(s.head, 422, "POST", "/circulars", url.Values{"month": {"2026"}, "kind": {"month"}})
	s.ask(s.head, 422, "POST", "/circulars", url.Values{"month": {"2025-01"}, "kind": {"month"}})
	at := s.ask(s.head, 303, "POST", "/circulars", url.Values{"month": {"2026-06"}, "kind": {"month"}}).Header().Get("Location")
	says(t, s.page(s.head, at), "#circular", "2026年6月", "麦新镇中心卫生院", "未报", "草稿")
	s.ask(s.clerk, 404, "GET", at, nil)
	s.ask(s.head, 422, "POST", at, url.Values{"version": {"1"}, "title": {""}, "opening": {"x"}, "closing": {"x"}, "issuer": {"x"}})
	s.ask(s.head, 303, "POST", at, url.Values{"version": {"1"}, "title": {"关于6月的通报"}, "opening": {"各单位:\n情况如下。"}, "closing": {"特此通报。"}, "issuer": {"某局"}})
	s.ask(s.head, 409, "POST", at+"/issue", url.Values{"version": {"1"}})
	s.ask(s.head, 303, "POST", at+"/issue", url.Values{"version": {"2"}})
	d := s.page(s.clerk, at)
	says(t, d, "#circular", "卫健通报〔2026〕1号", "2026年8月3日", "某局")
	if d.Find("#issued-before").Length() != 0 {
		t.Error("the first circular about a month warns of itself")
	}
	again := s.ask(s.head, 303, "POST", "/circulars", url.Values{"month": {"2026-06"}, "kind": {"month"}}).Header().Get("Location")
	says(t, s.page(s.head, again), "#issued-before", "2026年6月已经印发过通报", "看 卫健通报〔2026〕1号")
	if d.Find("#circular-form").Length() != 0 {
		t.Error("an issued circular offers its words for change")
	}
	says(t, s.page(s.clerk, "/circulars"), "#circulars", "关于6月的通报", "已印发")
	if w := s.ask(s.clerk, 200, "GET", at+"/document.docx", nil); !strings.HasPrefix(w.Body.String(), "PK") {
		t.Error("the Word file is none")
	}
	s.ask(s.clerk, 200, "GET", at+"/table.xlsx", nil)
	s.ask(s.head, 409, "POST", at+"/deletion", url.Values{"version": {"3"}})
	says(t, s.page(s.clerk, "/account/messages"), "#messages", "通报", "关于6月的通报")
}

func TestPersonalWishes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.page(s.clerk, "/account/notifications")
	if checked := d.Find("#wishes input[checked]").Length(); checked != len(notice.Kinds)+4 {
		t.Errorf("%d boxes are ticked at first", checked)
	}
	s.ask(s.clerk, 422, "POST", "/account/notifications", url.Values{"email": {"wrong"}})
	s.ask(s.clerk, 303, "POST", "/account/notifications", url.Values{"email": {"wang@example.cn"}, "w.reminder.inbox": {"1"}})
	d = s.page(s.clerk, "/account/notifications")
	if d.Find("#wishes input[checked]").Length() != 1 || d.Find("[name=email]").AttrOr("placeholder", "") != "w***@example.cn" {
		t.Error("the wishes were not kept")
	}
	s.ask(s.clerk, 303, "POST", "/account/notifications", url.Values{"forget.email": {"1"}})
	if s.page(s.clerk, "/account/notifications").Find("[name=email]").AttrOr("placeholder", "") != "" {
		t.Error("the address was not forgotten")
	}
}

func TestTheCountysSetting(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.ask(s.clerk, 403, "GET", "/notice-setting", nil)
	if v := s.page(s.head, "/notice-setting").Find("[name=remind_before]").AttrOr("value", ""); v != "3、1" {
		t.Errorf("by default %q", v)
	}
	values := url.Values{"version": {"0"}, "remind_before": {"5,2"}, "overdue": {"weekly"}, "returned_after": {"7"}, "issuer": {"局"}, "symbol": {"通报"}, "heading": {"题"}, "opening": {"开"}, "closing": {"结"}}
	s.ask(s.head, 303, "POST", "/notice-setting", values)
	if v := s.page(s.head, "/notice-setting").Find("[name=returned_after]").AttrOr("value", ""); v != "7" {
		t.Errorf("returned after %q", v)
	}
	if v := s.page(s.head, "/notice-setting").Find("[name=remind_before]").AttrOr("value", ""); v != "5、2" {
		t.Errorf("stored %q", v)
	}
	s.ask(s.head, 409, "POST", "/notice-setting", values)
	values.Set("version", "1")
	for name, wrong := range map[string]string{"remind_before": "三天", "overdue": "hourly", "issuer": " ", "returned_after": "31"} {
		was := values.Get(name)
		values.Set(name, wrong)
		s.ask(s.head, 422, "POST", "/notice-setting", values)
		values.Set(name, was)
	}
	values.Set("remind_before", "20")
	s.ask(s.head, 422, "POST", "/notice-setting", values)
}

func TestTheOutboxPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.ask(s.clerk, 403, "GET", "/outbox", nil)
	says(t, s.page(s.head, "/outbox?state=dead"), ".empty", "没有外发消息")
	s.ask(s.head, 404, "POST", "/outbox/7/retry", nil)
	s.ask(s.head, 422, "GET", "/outbox?cursor=x", nil)
	s.ask(s.clerk, 404, "GET", "/account/messages/7", nil)
	s.ask(s.clerk, 422, "POST", "/account/messages/reading", nil)
	s.ask(s.clerk, 303, "POST", "/account/messages/reading", url.Values{"up_to": {"9"}})
}
