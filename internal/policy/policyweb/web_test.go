package policyweb_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"yigai/internal/actor"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/pgtest"
	"yigai/internal/policy"
	"yigai/internal/policy/policyweb"
	"yigai/internal/room"
	"yigai/web/ui"
)

// site is the room's routes on a county, asked as one actor. The route's action is checked as the app does.
type site struct {
	t      *testing.T
	routes *chi.Mux
	who    actor.Actor
	deny   actor.Actor
}

func newSite(t *testing.T) *site {
	t.Helper()
	db := pgtest.New(t)
	county, root := orgtest.County(t, db)
	s := &site{t: t, routes: chi.NewRouter(), who: orgtest.Actor(county, root, policy.ActionView, policy.ActionManage),
		deny: orgtest.Actor(county, orgtest.Institution(t, db, county, "township_hospital", "甲镇卫生院"), policy.ActionManage, policy.ActionView)}
	for _, route := range policyweb.Room(room.Deps{DB: db, Replica: db, Now: orgtest.Now}).Routes {
		s.routes.Method(route.Method, route.Path, page.Handler(func(w http.ResponseWriter, r *http.Request) error {
			if err := page.Who(r).Require(route.Action); err != nil {
				return err
			}
			return route.Handler(w, r)
		}))
	}
	return s
}

func (s *site) ask(who actor.Actor, status int, method, path string, form url.Values) *goquery.Document {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.routes.ServeHTTP(w, r.WithContext(ui.WithShell(actor.With(r.Context(), who), ui.Shell{User: "测试员"})))
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, status, w.Body.String())
	}
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func TestThePagesOfPolicy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/policies", "/policies/kailu_2024", "/policy-order", "/standards", "/standards/kl_platform", "/contradictions"} {
		s.ask(s.who, 200, "GET", path, nil)
		s.ask(actor.Actor{}, 403, "GET", path, nil)
	}
	s.ask(s.who, 404, "GET", "/policies/nothing", nil)
	s.ask(s.who, 404, "GET", "/standards/nothing", nil)
	if n := s.ask(s.who, 200, "GET", "/standards?document=", nil).Find("#standards tbody tr").Length(); n != 245 {
		t.Errorf("the list of all standards has %d rows", n)
	}

	order := url.Values{"rank_kailu_2024": {"2"}, "rank_qinyang_2023": {"1"}, "from": {"2026-08"}, "reason": {"试点"}}
	s.ask(s.who, 422, "POST", "/policy-order", url.Values{"rank_kailu_2024": {"x"}, "from": {"2026-08"}})
	s.ask(s.who, 422, "POST", "/policy-order", url.Values{"from": {"2026-08"}, "reason": {"没有选"}})
	s.ask(s.deny, 403, "POST", "/policy-order", order)
	s.ask(s.who, 303, "POST", "/policy-order", order)
	if n := s.ask(s.who, 200, "GET", "/standards", nil).Find("#standards tbody tr").Length(); n != len(policy.Known().Of("kailu_2024", "qinyang_2023")) {
		t.Errorf("the list of the chosen documents has %d rows", n)
	}
}

func TestANumberIsSetChosenAndEnded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.ask(s.who, 303, "POST", "/policy-order", url.Values{"rank_sanmen_dual_sinking": {"2"}, "rank_qinyang_2023": {"1"}, "from": {"2026-08"}, "reason": {"试点"}})
	set := "/standards/qy_beds_per_1000/overrides"
	good := url.Values{"operator": {">="}, "value": {"1.5"}, "from": {"2026-09"}, "reason": {"县里提高"}}
	for name, bad := range map[string]url.Values{
		"no number":        {"operator": {">="}, "from": {"2026-09"}, "reason": {"x"}},
		"no reason":        {"operator": {">="}, "value": {"1"}, "from": {"2026-09"}},
		"a word":           {"operator": {">="}, "value": {"多"}, "from": {"2026-09"}, "reason": {"x"}},
		"a reversed range": {"operator": {"between"}, "value": {"3"}, "max": {"1"}, "from": {"2026-09"}, "reason": {"x"}},
		"long ago":         {"operator": {">="}, "value": {"1"}, "from": {"1999-01"}, "reason": {"x"}},
		"a strange kind":   {"operator": {">="}, "value": {"1"}, "from": {"2026-09"}, "reason": {"x"}, "kind": {"castle"}},
	} {
		if s.ask(s.who, 422, "POST", set, bad).Find(".error-summary li").Length() == 0 {
			t.Errorf("%s is refused without a word", name)
		}
	}
	s.ask(s.deny, 403, "POST", set, good)
	s.ask(s.who, 303, "POST", set, good)
	good.Set("from", "2026-10")
	good.Set("value", "1.6")
	s.ask(s.who, 303, "POST", set, good) // follows the one before, which ends there
	if d := s.ask(s.who, 422, "POST", set, url.Values{"operator": {">="}, "value": {"2"}, "from": {"2026-09"}, "reason": {"x"}}); !strings.Contains(d.Find(".error-summary").Text(), "请先结束") {
		t.Errorf("an earlier number stands beside a later one: %s", d.Find(".error-summary").Text())
	}
	rows := s.ask(s.who, 200, "GET", "/standards/qy_beds_per_1000", nil).Find("#overrides tbody tr")
	if rows.Length() != 2 || !strings.Contains(rows.Eq(1).Text(), "2026-09") || rows.Find("form").Length() != 1 {
		t.Errorf("the history shows %s", rows.Text())
	}
	ending, _ := rows.Find("form").Attr("action")
	s.ask(s.who, 422, "POST", ending, url.Values{"to": {"2026-12"}})
	s.ask(s.who, 303, "POST", ending, url.Values{"to": {"2026-12"}, "ending": {"恢复"}})
	s.ask(s.who, 409, "POST", ending, url.Values{"to": {"2026-12"}, "ending": {"再来"}})

	s.ask(s.who, 404, "POST", "/contradictions", url.Values{"code": {"nothing"}, "from": {"2026-08"}})
	s.ask(s.who, 303, "POST", "/contradictions", url.Values{"code": {"sm_grassroots_visit_share"}, "from": {"2026-08"}, "reason": {"按三门"}})
	if said := s.ask(s.who, 200, "GET", "/standards/qy_grassroots_visit_rate", nil).Find("#chain tr.strong").Text(); !strings.Contains(said, "≥ 75%") {
		t.Errorf("what was chosen does not hold: %q", said)
	}
}
