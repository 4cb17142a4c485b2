package analysisweb_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"yigai/internal/actor"
	"yigai/internal/analysis"
	"yigai/internal/analysis/analysisweb"
	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/room"
	"yigai/web/ui"
)

// site is the room's routes on a small county, asked as one actor. The route's action is checked as the app does.
type site struct {
	*indicatortest.County
	t      *testing.T
	room   room.Room
	routes http.Handler
	who    actor.Actor
}

var prepared = indicatortest.Prepare(func(c *indicatortest.County) {
	c.Institution("T1", "township_hospital", "")
	c.Institution("T2", "township_hospital", "")
	c.Element("alpha", "flow", "sum")
	for place, v := range map[string]string{"T1": "10", "T2": "30"} {
		c.Fact("2026-06", "alpha", place, v)
		c.Fact("2026-07", "alpha", place, v+"5")
	}
})

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{County: prepared.New(t), t: t}
	s.who = s.Who(s.County.County.Code, reporting.ActionView, indicator.ActionView, analysis.ActionView, analysis.ActionKeep, analysis.ActionShare, analysis.ActionExport)
	s.room = analysisweb.Room(room.Deps{DB: s.DB, Replica: s.DB, Now: orgtest.Now, Calendar: period.China()})
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
	return s
}

// ask sends a request and fails unless it is answered with the status.
func (s *site) ask(status int, method, path string, form url.Values, head ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for n := 0; n+1 < len(head); n += 2 {
		r.Header.Set(head[n], head[n+1])
	}
	w := httptest.NewRecorder()
	s.routes.ServeHTTP(w, r.WithContext(ui.WithShell(actor.With(r.Context(), s.who), ui.Shell{User: "测试员"})))
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, status, w.Body.String())
	}
	return w
}

func (s *site) get(status int, path string, head ...string) *goquery.Document {
	s.t.Helper()
	return s.read(s.ask(status, "GET", path, nil, head...))
}

func (s *site) read(w *httptest.ResponseRecorder) *goquery.Document {
	s.t.Helper()
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// says fails unless the selected text holds the words.
func (s *site) says(d *goquery.Document, selector string, words ...string) {
	s.t.Helper()
	got := strings.Join(strings.Fields(d.Find(selector).Text()), " ")
	for _, w := range words {
		if !strings.Contains(got, w) {
			s.t.Errorf("%s lacks %q: %s", selector, w, got)
		}
	}
}

const twoMonths = "/analysis?item=e:alpha&kind=township_hospital&when=range&from=2026-06&to=2026-07"

func TestEveryRouteAsksForItsAction(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.who.Actions = nil
	for _, route := range s.room.Routes {
		s.ask(http.StatusForbidden, route.Method, strings.NewReplacer("{format}", "csv", "{id}", "1").Replace(route.Path), nil)
	}
}

func TestTheTableStandsBesideItsBuilder(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.says(s.get(http.StatusOK, "/analysis"), "#result", "先在“项目”里选")
	d := s.get(http.StatusOK, twoMonths+"&m=value&m=yoy&sort=-3")
	s.says(d, "#analysis-table", "alpha · 2026年6月", "数值", "同比", "机构T1", "105", "合计", "410")
	if first := d.Find("#analysis-table tbody tr td").First().Text(); first != "机构T2" {
		t.Errorf("sorted by the third column the first row is %s", first)
	}
	if got := d.Find("#analysis-table th[aria-sort=descending]").Length(); got != 1 {
		t.Errorf("%d columns are marked as sorted", got)
	}
	for _, ticked := range []string{"input[name=item][value='e:alpha']", "input[name=kind][value=township_hospital]", "input[name=m][value=yoy]"} {
		if _, ok := d.Find(".builder " + ticked).Attr("checked"); !ok {
			t.Errorf("%s is not ticked", ticked)
		}
	}
	if _, ok := d.Find("#f-when option[value=range]").Attr("selected"); !ok || d.Find("#f-from").AttrOr("value", "") != "2026-06" {
		t.Error("the months of the table are not in the builder")
	}
}

func TestAScriptGetsTheTableAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.ask(http.StatusOK, "GET", twoMonths+"&sort=&top=&township=", nil, "HX-Request", "true")
	if got := w.Header().Get("HX-Push-Url"); got != "/analysis?from=2026-06&item=e%3Aalpha&kind=township_hospital&to=2026-07&when=range" {
		t.Errorf("the address becomes %s", got)
	}
	d := s.read(w)
	if d.Find("form.builder").Length() != 0 || d.Find("#result #analysis-table").Length() != 1 {
		t.Error("a script got more or less than the table")
	}
	if d := s.get(http.StatusOK, twoMonths, "HX-Request", "true", "HX-History-Restore-Request", "true"); d.Find("form.builder").Length() != 1 {
		t.Error("going back shows the table without its builder")
	}
	s.says(s.get(http.StatusOK, "/analysis?item=e:alpha&when=range&from=2026-07&to=2026-06", "HX-Request", "true"), "#error-summary", "截止月份早于起始月份")
}

func TestAWrongQueryIsExplainedBesideItsField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.get(http.StatusUnprocessableEntity, "/analysis?item=e:alpha&when=range&from=July&to=2026-07")
	s.says(d, "#f-from-problem", "应为月份")
	if d.Find("#analysis-table").Length() != 0 {
		t.Error("a question that was not understood is answered with another table")
	}
	if typed := d.Find("#f-from").AttrOr("value", ""); typed != "July" {
		t.Errorf("what was typed became %q", typed)
	}
	s.says(s.get(http.StatusUnprocessableEntity, "/analysis?item=x"), "#f-item", "项目无法识别")
	s.says(s.get(http.StatusOK, "/analysis?item=e:gone"), "#result", "先在“项目”里选")
	s.says(s.get(http.StatusOK, "/analysis?item=e:alpha&kind=cdc"), "#result", "没有符合条件的单位")
	s.ask(http.StatusUnprocessableEntity, "POST", "/analysis/table.csv?item=e:alpha&by=x", nil)
	s.ask(http.StatusUnprocessableEntity, "POST", "/analysis/table.pdf?item=e:alpha", nil)
}

func TestPagesAreTabs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.get(http.StatusOK, twoMonths+"&at_period=page&page=2026-07")
	s.says(d, ".tabs", "2026年6月", "2026年7月")
	s.says(d, ".tabs [aria-current]", "2026年7月")
	s.says(d, "#analysis-table", "105")
}

func TestAFileIsNamedAndHashed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	link := s.get(http.StatusOK, twoMonths).Find(".result form[method=post][action^='/analysis/table.xlsx']").AttrOr("action", "")
	w := s.ask(http.StatusOK, "POST", link, nil)
	if !strings.Contains(w.Header().Get("Content-Disposition"), "alpha_2026") || !strings.HasPrefix(w.Header().Get("Repr-Digest"), "sha-256=:") {
		t.Errorf("headers %v", w.Header())
	}
}

func TestProgramsGetTheSameTable(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var got struct {
		Heads   []string
		Columns []struct{ Label, Unit, Measure string }
		Rows    []struct {
			Heads []string
			Sum   string
			Cells []struct{ State, Value string }
		}
	}
	w := s.ask(http.StatusOK, "GET", "/api/v1"+twoMonths, nil)
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Columns) != 2 || len(got.Rows) != 3 || got.Rows[2].Sum != "total" || got.Rows[2].Cells[1].Value != "410" || got.Rows[0].Cells[0].State != "value" {
		t.Errorf("programs get %+v", got)
	}
	s.ask(http.StatusUnprocessableEntity, "GET", "/api/v1/analysis?when=never", nil)
}

func TestATableIsKeptSharedAndRemoved(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	link := s.get(http.StatusOK, twoMonths).Find(".result a[href^='/analysis/views/new']").AttrOr("href", "")
	d := s.get(http.StatusOK, link)
	query := d.Find("input[name=query]").AttrOr("value", "")
	s.says(s.read(s.ask(http.StatusUnprocessableEntity, "POST", "/analysis/views", url.Values{"name": {""}, "query": {query}, "when": {"last"}})), "#f-name-problem", "请填写名称")
	at := s.ask(http.StatusSeeOther, "POST", "/analysis/views", url.Values{"name": {"门诊"}, "query": {query}, "when": {"last"}, "shared": {"1"}}).Header().Get("Location")
	to := s.ask(http.StatusSeeOther, "GET", at, nil).Header().Get("Location")
	d = s.get(http.StatusOK, to)
	s.says(d, "h1", "门诊")
	s.says(d, "#result", "2026年7月 · 2 家", "更新“门诊”")
	s.says(s.get(http.StatusOK, "/analysis/views"), "#views", "门诊", "全县共享", "测试员")
	s.says(s.get(http.StatusOK, at+"/edit"), "#view", "全县共享")
	changed := url.Values{"name": {"门诊人次"}, "query": {query}, "when": {"range"}, "version": {"1"}}
	s.ask(http.StatusSeeOther, "POST", at, changed)
	s.ask(http.StatusConflict, "POST", at, changed)
	if hits, err := s.room.Search(t.Context(), s.who, "人次"); err != nil || len(hits) != 1 || hits[0].URL != at {
		t.Errorf("search finds %v, %v", hits, err)
	}
	s.ask(http.StatusSeeOther, "POST", at+"/removal", nil)
	s.ask(http.StatusNotFound, "GET", at, nil)
	s.ask(http.StatusNotFound, "GET", fmt.Sprintf("/analysis/views/%s", "x"), nil)
}
