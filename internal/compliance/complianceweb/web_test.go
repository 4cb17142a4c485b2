package complianceweb_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/compliance"
	"yigai/internal/compliance/complianceweb"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/policy"
	"yigai/internal/room"
	"yigai/web/ui"
)

// site is the room's routes on a county of two townships that follows two documents, asked as one actor.
type site struct {
	*indicatortest.County
	t      *testing.T
	routes *chi.Mux
	svc    *compliance.Service
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{County: indicatortest.New(t), t: t, routes: chi.NewRouter()}
	s.Institution("T1", "township_hospital", "")
	s.Institution("T2", "township_hospital", "")
	s.Institution("V1", "village_clinic", "T1")
	s.svc = compliance.New(s.DB, orgtest.Now, period.China())
	who := s.Who(s.County.County.Code, policy.ActionManage)
	order := policy.Order{From: indicatortest.Month(t, "2026-01"), Presets: []string{"kailu_2024", "qinyang_2023"}, Reason: "试点"}
	if err := policy.New(s.DB, orgtest.Now).Arrange(t.Context(), who, order); err != nil {
		t.Fatal(err)
	}
	s.Fact("2026-07", "beds_actual", "T1", "10")
	s.Fact("2026-07", "resident_pop", "T1", "20000")
	s.evaluate()
	for _, route := range complianceweb.Room(room.Deps{DB: s.DB, Replica: s.DB, Now: orgtest.Now, Calendar: period.China()}).Routes {
		s.routes.Method(route.Method, route.Path, page.Handler(func(w http.ResponseWriter, r *http.Request) error {
			if err := page.Who(r).Require(route.Action); err != nil {
				return err
			}
			return route.Handler(w, r)
		}))
	}
	return s
}

func (s *site) evaluate() {
	s.t.Helper()
	if err := s.svc.Evaluate(s.t.Context(), s.County.County.ID, indicatortest.Month(s.t, "2026-07")); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) ask(who actor.Actor, status int, method, path string, form url.Values) (*goquery.Document, http.Header) {
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
	return d, w.Header()
}

func TestThePagesOfCompliance(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	bureau := s.Who(s.County.County.Code, compliance.ActionView, compliance.ActionDeclare, audit.ActionExport)
	clerk := s.Who("T1", compliance.ActionView, compliance.ActionDeclare)
	t1, t2 := strconv.FormatInt(s.At("T1").ID, 10), strconv.FormatInt(s.At("T2").ID, 10)
	for _, path := range []string{"/compliance", "/compliance/unmet", "/compliance/standards/qy_beds_per_1000", "/compliance/institutions/" + t1} {
		s.ask(bureau, 200, "GET", path+"?period=2026-07", nil)
		s.ask(actor.Actor{}, 403, "GET", path, nil)
		s.ask(bureau, 422, "GET", path+"?period=July", nil)
	}
	s.ask(bureau, 422, "GET", "/compliance/unmet?after=nonsense", nil)
	s.ask(bureau, 404, "GET", "/compliance/standards/nothing", nil)
	s.ask(clerk, 404, "GET", "/compliance/institutions/"+t2, nil)
	board, _ := s.ask(bureau, 200, "GET", "/compliance?period=2026-07", nil)
	want := len(policy.Known().Of("kailu_2024", "qinyang_2023"))
	if n := board.Find("#rows tbody tr").Length(); n != want {
		t.Errorf("the board shows %d rows, want %d", n, want)
	}
	shown := 0
	for _, result := range []compliance.Result{compliance.Met, compliance.NotMet, compliance.NotKnown} {
		d, _ := s.ask(bureau, 200, "GET", "/compliance?period=2026-07&result="+string(result), nil)
		shown += d.Find("#rows tbody tr").Length()
	}
	if shown != want {
		t.Errorf("the three results show %d rows together, want %d", shown, want)
	}
	list, _ := s.ask(clerk, 200, "GET", "/compliance/institutions/"+t1+"?period=2026-07&below=1", nil)
	if said := list.Find("#checklist").Text(); !strings.Contains(said, "差 0.7") || !strings.Contains(said, "机构V1") {
		t.Errorf("the check-list says %s", said)
	}
	if clause, _ := list.Find("#checklist td[title]").First().Attr("title"); !strings.Contains(clause, "号") {
		t.Errorf("the clause is not said on hover: %q", clause)
	}
	_, head := s.ask(bureau, 200, "POST", "/compliance/export?format=csv&period=2026-07", nil)
	if !strings.Contains(head.Get("Content-Disposition"), ".csv") {
		t.Errorf("the file is %s", head.Get("Content-Disposition"))
	}
	s.ask(clerk, 403, "POST", "/compliance/export?format=csv", nil)
	s.ask(bureau, 404, "POST", "/compliance/export?format=exe", nil)
}

func TestADeclarationIsTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	bureau := s.Who(s.County.County.Code, compliance.ActionView, compliance.ActionDeclare)
	root := strconv.FormatInt(s.At(s.County.County.Code).ID, 10)
	path := "/compliance/standards/kl_shared_centres/declarations"
	good := url.Values{"institution": {root}, "from": {"2026-07"}, "value": {"5"}, "evidence_on": {"2026-07-20"}, "note": {"五个中心挂牌"}}
	for name, change := range map[string]url.Values{
		"neither number nor yes": {"value": {""}}, "both": {"met": {"yes"}}, "a word": {"value": {"五"}}, "no note": {"note": {""}}, "no place": {"institution": {""}},
		"a day to come": {"evidence_on": {"2027-01-01"}}, "a month to come": {"from": {"2026-12"}},
	} {
		bad := url.Values{}
		for k, v := range good {
			bad[k] = v
		}
		for k, v := range change {
			bad[k] = v
		}
		if d, _ := s.ask(bureau, 422, "POST", path, bad); d.Find(".error-summary li").Length() == 0 {
			t.Errorf("%s is refused without a word", name)
		}
	}
	s.ask(s.Who("T1", compliance.ActionView, compliance.ActionDeclare), 404, "POST", path, good)
	s.ask(s.Who("T1", compliance.ActionView), 403, "POST", path, good)
	s.ask(bureau, 303, "POST", path, good)
	s.evaluate()
	d, _ := s.ask(bureau, 200, "GET", "/compliance/standards/kl_shared_centres?period=2026-07", nil)
	if said := d.Find("#subjects").Text(); !strings.Contains(said, "达标") || !strings.Contains(said, "申报:5") || d.Find("#declarations tbody tr").Length() != 1 {
		t.Errorf("after the declaration the page says %s", said)
	}
}
