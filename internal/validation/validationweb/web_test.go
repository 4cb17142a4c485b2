package validationweb_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
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
	"yigai/internal/audit"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/pgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
	"yigai/internal/room"
	"yigai/internal/validation"
	"yigai/internal/validation/validationweb"
	"yigai/web/ui"
)

// site is the room's routes on a county whose hospital had a strange May and has July open, asked as one actor. The
// route's action is checked as the app does.
type site struct {
	t            *testing.T
	db           *pgxpool.Pool
	svc          *validation.Service
	room         room.Room
	routes       http.Handler
	who          actor.Actor
	staff, clerk actor.Actor
	hospital     org.Institution
	report       reporting.Report // July, of the hospital
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, db: pgtest.New(t)}
	s.svc = validation.New(s.db, orgtest.Now, period.China())
	s.room = validationweb.Room(room.Deps{DB: s.db, Replica: s.db, Now: orgtest.Now, Log: slog.New(slog.DiscardHandler), Calendar: period.China()})
	county, root := orgtest.County(t, s.db)
	s.hospital = orgtest.Institution(t, s.db, county, org.KindTownshipHospital, "麦新镇中心卫生院")
	reportingtest.Standard(t, s.db, county.ID)
	reportingtest.Accepted(t, s.db, reportingtest.System(t, s.db, county.ID), s.hospital.Code, "2026-05", map[string]string{"visits_total": "100", "visits_outp_emerg": "250"})
	reportingtest.OpenMonth(t, s.db, county.ID, "2026-07")
	s.staff, s.clerk = s.person(county, root, actor.BureauAdmin), s.person(county, s.hospital, actor.InstitutionReporter)
	s.who = s.staff
	var err error
	if s.report, err = s.svc.Reporting().Find(t.Context(), s.clerk, "township_monthly", s.hospital.ID, reportingtest.Month(t, "2026-07")); err != nil {
		t.Fatal(err)
	}
	s.mount()
	return s
}

// person is an account that holds what a preset role holds.
func (s *site) person(county org.County, at org.Institution, role string) actor.Actor {
	a := accounttest.Account(s.t, s.db, county.ID, at, role)
	all := actor.NewPermissions(append(append([]actor.Action{}, reporting.Actions...), validation.Actions...))
	who := orgtest.Actor(county, at, all.Of([]string{role})...)
	who.AccountID, who.Name, who.Roles = a.ID, a.Name, []string{role}
	return who.Grant(audit.ActionExport)
}

func (s *site) mount() {
	r := chi.NewRouter()
	for _, route := range s.room.Routes {
		r.Method(route.Method, route.Path, page.Handler(func(w http.ResponseWriter, r *http.Request) error {
			if err := page.Who(r).Require(route.Action); err != nil {
				return err
			}
			return route.Handler(w, r)
		}))
	}
	s.routes = r
}

// ask sends a request and fails unless it is answered with the status.
func (s *site) ask(status int, method, path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.routes.ServeHTTP(w, r.WithContext(ui.WithShell(actor.With(r.Context(), s.who), ui.Shell{User: "测试员"})))
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, status, w.Body.String())
	}
	return w
}

// says fails unless the answer's selected text holds the words.
func (s *site) says(w *httptest.ResponseRecorder, selector string, words ...string) {
	s.t.Helper()
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	got := strings.Join(strings.Fields(d.Find(selector).Text()), " ")
	for _, one := range words {
		if !strings.Contains(got, one) {
			s.t.Errorf("%s lacks %q: %s", selector, one, got)
		}
	}
}

func (s *site) get(path, selector string, words ...string) {
	s.t.Helper()
	s.says(s.ask(http.StatusOK, "GET", path, nil), selector, words...)
}

// refused sends a form that is answered with 422 and a problem.
func (s *site) refused(path string, form url.Values, words ...string) {
	s.t.Helper()
	s.says(s.ask(http.StatusUnprocessableEntity, "POST", path, form), "main, #error-summary, .field-problem", words...)
}

// done sends a form that is answered by leading on, and returns where to.
func (s *site) done(path string, form url.Values) string {
	s.t.Helper()
	return s.ask(http.StatusSeeOther, "POST", path, form).Header().Get("Location")
}

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// but is a form with some fields changed.
func but(form url.Values, pairs ...string) url.Values {
	v := maps.Clone(form)
	maps.Copy(v, values(pairs...))
	return v
}

func TestEveryRouteAsksForItsAction(t *testing.T) {
	t.Parallel()
	s := &site{t: t, room: validationweb.Room(room.Deps{Now: orgtest.Now})}
	s.mount()
	for _, route := range s.room.Routes {
		s.ask(http.StatusForbidden, route.Method, strings.NewReplacer("{rule}", "L01a", "{id}", "1").Replace(route.Path), nil)
	}
}

// The pages of one county, asked one after the other: what is wrong with a form is said beside what was typed.
func TestDataQuality(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, part := range map[string]func(){
		"rules": s.rules, "settings": s.settings, "runs": s.runs, "follow-ups": s.followUps,
	} {
		t.Run(name, func(t *testing.T) {
			before := s.t
			s.t, s.who = t, s.staff
			defer func() { s.t = before }()
			part()
		})
	}
}

func (s *site) rules() {
	rule := values("code", "K01", "version", "0", "level", "warning", "expression", "visits_total<=6000", "message", "太多", "from", "2026-07",
		"enabled", "1", "reason", "核实过", "first", "2026-05", "last", "2026-06")
	s.get("/check-rules?q=L01a", "#rules", "L01a")
	s.get("/check-rules/new", "#rule-form", "编号", "试算从")
	s.get("/check-rules/elements?q=visits_total", "#element-list", "总诊疗人次数")
	s.says(s.ask(http.StatusOK, "POST", "/check-rules/check", values("expression", "visits_total<=nothing")), "#expression-check", "没有编码为“nothing”的数据项")
	s.says(s.ask(http.StatusOK, "POST", "/check-rules/check", values("expression", "visits_total<=6000")), "#expression-check", "总诊疗人次数")
	s.refused("/check-rules", but(rule, "from", "七月"), "开始月份")
	s.refused("/check-rules", but(rule, "expression", "visits_total<=", "reason", ""), "第 15 个字符", "请写明原因")
	s.refused("/check-rules/trial", but(rule, "last", "2026-04"), "试算")
	s.says(s.ask(http.StatusOK, "POST", "/check-rules/trial", but(rule, "expression", "visits_total>=200")), "#trial-card", "1 份月报里 1 处不符合", "麦新镇中心卫生院")
	if to := s.done("/check-rules", rule); to != "/check-rules/K01" {
		s.t.Errorf("saved, and leads to %s", to)
	}
	s.get("/check-rules/K01", "main", "太多", "核实过")
	s.get("/check-rules/K01/edit", "#rule-form", "visits_total<=6000")
	s.ask(http.StatusNotFound, "GET", "/check-rules/K99", nil)
	s.ask(http.StatusConflict, "POST", "/check-rules", but(rule, "version", "7"))
}

func (s *site) settings() {
	setting := values("version", "0", "enabled", "1", "months", "6", "spread", "5", "floor_percent", "20", "least", "3", "peers", "1", "peer_spread", "8", "units", "1")
	s.get("/check-settings", "#outliers", "默认,非官方")
	s.refused("/check-settings", but(setting, "months", "99"), "至少有数的月数")
	s.refused("/check-settings", but(setting, "spread", "99"), "倍数应在 1 到 50 之间")
	s.done("/check-settings", setting)
	s.ask(http.StatusConflict, "POST", "/check-settings", setting)
	limit := values("version", "0", "element", "visits_total", "against", "month", "percent", "40", "least", "10", "enabled", "1", "source", "默认")
	s.refused("/check-settings/limits", but(limit, "percent", "很多"), "幅度")
	s.refused("/check-settings/limits", but(limit, "element", "nothing"), "没有编码为“nothing”的数据项")
	s.done("/check-settings/limits", limit)
	s.get("/check-settings?limit=visits_total:month", "#limits", "总诊疗人次数", "40")
}

func (s *site) runs() {
	run := values("first", "2026-05", "last", "2026-06", "rules", "L01a", "by", "current")
	s.get("/validation", "main", "还没有复核过", "开始复核")
	s.refused("/validation", but(run, "first", "2026-07"), "月")
	s.refused("/validation", but(run, "last", ""), "结束月份")
	at := s.done("/validation", run)
	s.get(at+"/progress", "body", "正在复核")
	s.done(at+"/cancellation", nil)
	s.ask(http.StatusConflict, "POST", at+"/cancellation", nil)
	at = s.done("/validation", run)
	s.work()
	s.get(at, "#results", "麦新镇中心卫生院", "L01a")
	s.get(at+"?explained=yes", "main", "没有发现问题")
	s.ask(http.StatusNotFound, "GET", "/validation/99", nil)
	if w := s.ask(http.StatusOK, "GET", at+"/results.xlsx", nil); !strings.HasPrefix(w.Body.String(), "PK") {
		s.t.Error("the export is no workbook")
	}
}

// work does what the worker would with the newest run.
func (s *site) work() {
	s.t.Helper()
	var args []byte
	var e validation.Requested
	err := s.db.QueryRow(s.t.Context(), `SELECT args FROM river_job WHERE kind = $1 ORDER BY id DESC LIMIT 1`, e.Kind()).Scan(&args)
	if err == nil {
		err = json.Unmarshal(args, &e)
	}
	if err == nil {
		err = s.svc.Work(s.t.Context(), e)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) followUps() {
	mark := values("report", fmt.Sprint(s.report.ID), "subject", fmt.Sprint(s.hospital.ID), "element", "visits_total", "rule", "L01a",
		"note", "请核对门诊日志", "owner", fmt.Sprint(s.clerk.AccountID), "due_on", "2027-01-31")
	s.get("/follow-ups", "main", "没有要跟进的")
	s.get("/follow-ups/new?"+mark.Encode(), "#follow", "总诊疗人次数", "负责人")
	s.refused("/follow-ups", but(mark, "note", "", "owner", "0"), "请写明要核实什么", "请选择负责人")
	s.refused("/follow-ups", but(mark, "due_on", "明天"), "期限")
	s.ask(http.StatusNotFound, "POST", "/follow-ups", but(mark, "element", "nothing"))
	s.done("/follow-ups", mark)
	made, err := s.svc.FollowUps(s.t.Context(), s.staff, validation.FollowFilter{})
	if err != nil || len(made) != 1 {
		s.t.Fatalf("marked: %+v %v", made, err)
	}
	at := fmt.Sprintf("/follow-ups/%d", made[0].ID)
	s.who = s.clerk
	s.get("/follow-ups", "#follow-ups", "请核对门诊日志", "跟进中")
	s.refused(at+"/resolution", nil, "请写明核实结果")
	s.done(at+"/resolution", values("note", "门诊日志相符"))
	s.get(at, "main", "已办结", "门诊日志相符")
	s.ask(http.StatusConflict, "POST", at+"/resolution", values("note", "再一次"))
	s.ask(http.StatusNotFound, "GET", "/follow-ups/99", nil)
}
