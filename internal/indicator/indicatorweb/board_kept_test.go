package indicatorweb_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/indicator/indicatorweb"
	"yigai/internal/period"
	"yigai/internal/room"
)

const bedFigure = "#i-bed_occupancy td:nth-child(6)"

// computeJune computes as another instance would: the service of the builder, not that of the pages.
func computeJune(t *testing.T, c *indicatortest.County) {
	t.Helper()
	if _, err := c.Service.Compute(t.Context(), c.County.ID, []period.Month{indicatortest.Month(t, "2026-06")}, nil); err != nil {
		t.Fatal(err)
	}
}

func TestBoardShowsEveryChangeAtOnce(t *testing.T) {
	t.Parallel()
	c := county(t)
	who := c.Who(c.County.Code, all...)
	one, other := visit(t, c, who), visit(t, c, who)
	shows := func(what, selector, want string) {
		t.Helper()
		for _, s := range []site{one, other, one} {
			if got := text(s.page(http.StatusOK, "/indicators?period=2026-06&tab=township"), selector); got != want {
				t.Errorf("after %s the board reads %q, want %q", what, got, want)
			}
		}
	}
	shows("the first run", bedFigure, "64.97")
	c.Fact("2026-06", "bed_days_occupied", "A", "1550")
	shows("a figure without a run", bedFigure, "64.97")
	computeJune(t, c)
	shows("a run of another instance at the same time of the clock", bedFigure, "100.00 ✗")

	beds, err := c.Service.Get(t.Context(), who, "bed_occupancy")
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range beds.Targets {
		if _, err := c.Service.EndTarget(t.Context(), who, "bed_occupancy", target.ID, indicatortest.Month(t, "2020-01")); err != nil {
			t.Fatal(err)
		}
	}
	shows("targets that are gone", bedFigure, "100.00")
	c.Exec("UPDATE institution SET short_name = '新名' WHERE county_id = $1 AND code = 'A'")
	shows("a new name", "#board thead th:nth-child(6)", "新名")
	c.Exec("UPDATE element SET name_zh = '床日' WHERE county_id = $1 AND slug = 'bed_days_open'")
	c.Exec("UPDATE reporting_catalogue SET stamp = DEFAULT WHERE county_id = $1")
	if help := one.page(http.StatusOK, "/indicators?period=2026-06&tab=township").Find("#i-bed_occupancy .help-box").Text(); !strings.Contains(help, "÷ 床日") {
		t.Errorf("after a new name of an element the formula reads %q", help)
	}
	one.post(http.StatusSeeOther, "/indicator-definitions/bed_occupancy/disablement")
	shows("it is no longer in use", "#i-bed_occupancy", "")
}

func TestHomePanelsShowARunAtOnce(t *testing.T) {
	t.Parallel()
	c := county(t)
	visible := homeOf(t, indicatorweb.Room(deps(c)), c.Who(c.County.Code, all...))
	if got := visible(); !strings.Contains(got, "59.10") {
		t.Errorf("the home page reads %q", got)
	}
	c.Fact("2026-06", "bed_days_occupied", "A", "1550")
	computeJune(t, c)
	if got := visible(); strings.Contains(got, "59.10") {
		t.Errorf("after a run the home page reads %q", got)
	}
}

// homeOf is the text of the room's panels of the home page, as one person sees them whenever asked.
func homeOf(t *testing.T, r room.Room, who actor.Actor) func() string {
	return func() string {
		t.Helper()
		panels, err := r.Home(t.Context(), who)
		if err != nil || len(panels) == 0 {
			t.Fatalf("%d panels, %v", len(panels), err)
		}
		var body strings.Builder
		if err := panels[0].Body.Render(t.Context(), &body); err != nil {
			t.Fatal(err)
		}
		return body.String()
	}
}

func TestScopesShareNothingThatIsKept(t *testing.T) {
	t.Parallel()
	c := county(t)
	r := indicatorweb.Room(deps(c)) // one instance for everybody
	readers := map[string]actor.Actor{"A": c.Who("A", all...), "B": c.Who("B", all...), c.County.Code: c.Who(c.County.Code, all...)}
	for range 2 {
		for code, who := range readers {
			doc := site{t, mountRoom(r, who)}.page(http.StatusOK, "/indicators?period=2026-06&tab=county")
			links := doc.Find("#board a[href*='/values/']")
			if links.Length() == 0 {
				t.Errorf("%s sees no figures", code)
			}
			links.Each(func(_ int, a *goquery.Selection) {
				if url, _ := a.Attr("href"); !strings.Contains(url, "/values/"+code+"/") {
					t.Errorf("%s sees %s", code, url)
				}
			})
			if code != c.County.Code && strings.Contains(homeOf(t, r, who)(), "全县,差得最多的在前") {
				t.Errorf("%s sees the county's panel", code)
			}
		}
	}
	t.Run("without the permission nothing kept is shown", func(t *testing.T) {
		who := c.Who(c.County.Code)
		site{t, mountRoom(r, who)}.page(http.StatusForbidden, "/indicators?period=2026-06&tab=county")
		if panels, err := r.Home(t.Context(), who); err != nil || len(panels) != 0 {
			t.Errorf("%d panels, %v", len(panels), err)
		}
	})
	t.Run("only who may compute is offered it", func(t *testing.T) {
		for may, who := range map[int]actor.Actor{1: readers[c.County.Code], 0: c.Who(c.County.Code, indicator.ActionView)} {
			doc := site{t, mountRoom(r, who)}.page(http.StatusOK, "/indicators?period=2026-06&tab=county")
			if n := doc.Find("form[action='/indicators/computation']").Length(); n != may {
				t.Errorf("%d forms to compute, want %d", n, may)
			}
		}
	})
}

func TestBoardIsCompressedAsAWhole(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	const address = "/indicators?period=2026-06&tab=township"
	plain := s.send(httptest.NewRequest(http.MethodGet, address, nil)).Body.String()
	req := httptest.NewRequest(http.MethodGet, address, nil)
	req.Header.Set("Accept-Encoding", "gzip")
	z, err := gzip.NewReader(s.send(req).Body)
	if err != nil {
		t.Fatal(err)
	}
	if unpacked, err := io.ReadAll(z); err != nil || string(unpacked) != plain || !strings.Contains(plain, "64.97") {
		t.Errorf("the compressed board is not the plain one: %v", err)
	}
}
