package overviewweb_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/org/orgtest"
	"yigai/internal/overview"
	"yigai/internal/overview/overviewweb"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/room"
	"yigai/web/ui"
)

// site is the room's routes on a county of two townships, asked as one actor. The route's action is checked as the app does.
type site struct {
	*indicatortest.County
	t      *testing.T
	room   room.Room
	routes *chi.Mux
	who    actor.Actor
}

var prepared = indicatortest.Prepare(func(c *indicatortest.County) {
	c.Institution("T1", "township_hospital", "")
	c.Institution("T2", "township_hospital", "")
	c.Open("2026-07")
	for place, occupied := range map[string]string{"T1": "700", "T2": "300"} {
		c.Fact("2026-07", "bed_days_occupied", place, occupied)
		c.Fact("2026-07", "bed_days_open", place, "1000")
	}
	c.Compute("2026-07")
})

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{County: prepared.New(t), t: t, routes: chi.NewRouter()}
	s.who = s.Who(s.County.County.Code, indicator.ActionView, reporting.ActionView, overview.ActionArrange, audit.ActionExport)
	s.room = overviewweb.Room(room.Deps{DB: s.DB, Replica: s.DB, Now: orgtest.Now, Calendar: period.China()})
	for _, route := range s.room.Routes {
		s.routes.Method(route.Method, route.Path, page.Handler(func(w http.ResponseWriter, r *http.Request) error {
			if err := page.Who(r).Require(route.Action); err != nil {
				return err
			}
			return route.Handler(w, r)
		}))
	}
	return s
}

// ask sends a request, fails unless it is answered with the status, and reads the page.
func (s *site) ask(status int, method, path string, form url.Values) (*goquery.Document, http.Header) {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.routes.ServeHTTP(w, r.WithContext(ui.WithShell(actor.With(r.Context(), s.who), ui.Shell{User: "测试员"})))
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, status, w.Body.String())
	}
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return d, w.Header()
}

const july = "/overview?period=2026-07&by=bed_occupancy"

func TestEveryRouteAsksForItsAction(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.who.Actions = nil
	for _, route := range s.room.Routes {
		s.ask(http.StatusForbidden, route.Method, route.Path, nil)
	}
}

func TestTheMapAndTheTableSayTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d, _ := s.ask(http.StatusOK, "GET", july, nil)
	for _, selector := range []string{".tile-map", ".ov-ranking .rank", "#township-figures"} {
		for _, want := range []string{"机构T1", "70.00", "机构T2", "30.00"} {
			if !strings.Contains(d.Find(selector).Text(), want) {
				t.Errorf("%s lacks %s: %s", selector, want, d.Find(selector).Text())
			}
		}
	}
	if got := d.Find(".tile-map rect.map-1, .tile-map rect.map-3").Length(); got != 2 {
		t.Errorf("%d tiles are coloured by their class", got)
	}
	if text := d.Find(".stack").Text(); !strings.Contains(text, "未开始") || !strings.Contains(text, "0/2") {
		t.Errorf("the completeness is %s", text)
	}
	if href := d.Find(".tile-map a").First().AttrOr("href", ""); href != "/indicators/bed_occupancy/values/T1/2026-07" {
		t.Errorf("a tile leads to %s", href)
	}
}

func TestTheWallReloadsItselfWithoutNavigation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d, head := s.ask(http.StatusOK, "GET", july+"&screen=1", nil)
	if head.Get("Refresh") != "300" || d.Find(".side").Length() != 0 || d.Find("main.wall .tile-map").Length() != 1 {
		t.Errorf("the wall reloads after %q and has %d navigations", head.Get("Refresh"), d.Find(".side").Length())
	}
	s.ask(http.StatusUnprocessableEntity, "GET", "/overview?period=July", nil)
}

func TestTheCountyArrangesItsScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d, _ := s.ask(http.StatusOK, "GET", "/overview/arrangement", nil)
	seen := func(name string) []string { return []string{d.Find("input[name="+name+"]").AttrOr("value", "")} }
	indicators := seen("seen_indicators")
	s.ask(http.StatusSeeOther, "POST", "/overview/indicators", url.Values{"slug1": {""}, "slug2": {"bed_occupancy"}, "seen_indicators": indicators})
	s.ask(http.StatusConflict, "POST", "/overview/indicators", url.Values{"slug1": {""}, "seen_indicators": indicators})
	if d, _ := s.ask(http.StatusOK, "GET", "/overview?period=2026-07", nil); d.Find(".stat").Length() != 1 {
		t.Errorf("%d key indicators are shown, one was chosen", d.Find(".stat").Length())
	}
	d, _ = s.ask(http.StatusUnprocessableEntity, "POST", "/overview/indicators", url.Values{"slug1": {"bed_occupancy"}, "slug2": {"bed_occupancy"}})
	if !strings.Contains(d.Find("#f-slug2-problem").Text(), "只能选一次") {
		t.Error("a choice made twice is not explained beside it")
	}
	row, column := fmt.Sprintf("row%d", s.At("T2").ID), fmt.Sprintf("column%d", s.At("T2").ID)
	d, _ = s.ask(http.StatusUnprocessableEntity, "POST", "/overview/tiles", url.Values{row: {"0"}, column: {"1"}})
	if d.Find("#f-"+row).AttrOr("value", "") != "0" || d.Find("#places .is-invalid").Length() != 1 {
		t.Error("what was typed wrong is not shown again")
	}
	s.ask(http.StatusSeeOther, "POST", "/overview/tiles", url.Values{row: {"1"}, column: {"1"}, "seen_tiles": seen("seen_tiles")})
	d, _ = s.ask(http.StatusOK, "GET", july, nil)
	if first := d.Find(".tile-map a").First().Text(); !strings.Contains(first, "机构T2") {
		t.Errorf("the first tile is %s", first)
	}
}

func TestTheFileIsAWorkbook(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, head := s.ask(http.StatusOK, "POST", "/overview/export?period=2026-07", nil)
	if !strings.Contains(head.Get("Content-Disposition"), url.PathEscape("县域总览_2026-07.xlsx")) {
		t.Errorf("the file is sent as %s", head.Get("Content-Disposition"))
	}
}
