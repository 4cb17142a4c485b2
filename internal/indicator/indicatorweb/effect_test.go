package indicatorweb_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/period"
)

func TestEffects(t *testing.T) {
	t.Parallel()
	c := county(t)
	for _, days := range []string{"1100", "1200"} {
		c.Fact("2026-06", "bed_days_occupied", "A", days)
		if _, err := c.Service.Compute(t.Context(), c.County.ID, []period.Month{indicatortest.Month(t, "2026-06")}, nil); err != nil {
			t.Fatal(err)
		}
	}
	s := visit(t, c, c.Who("A", indicator.ActionView))
	rows := s.page(http.StatusOK, "/indicators/corrections?period=2026-06").Find("#effects tbody tr").FilterFunction(
		func(_ int, row *goquery.Selection) bool {
			return strings.HasSuffix(row.Find("a").AttrOr("href", ""), "/bed_occupancy/values/A/2026-06")
		})
	if got := rows.Text(); rows.Length() != 2 || !strings.Contains(rows.Eq(0).Text(), "70.97%77.42%") || !strings.Contains(rows.Eq(1).Text(), "64.97%70.97%") {
		t.Errorf("the effects are %q", got)
	}
	if n := visit(t, c, c.Who("B", indicator.ActionView)).page(http.StatusOK, "/indicators/corrections?period=2026-06").Find("#effects tbody a").Length(); n != 0 {
		t.Errorf("another unit sees %d of them", n)
	}
	s.page(http.StatusUnprocessableEntity, "/indicators/corrections?period=x")
	visit(t, c, c.Who("A")).page(http.StatusForbidden, "/indicators/corrections")
	if got := s.page(http.StatusOK, "/indicators/bed_occupancy/values/A/2026-06").Find("a[href='/indicators/corrections?period=2026-06']").Length(); got != 1 {
		t.Errorf("%d links from the value", got)
	}
}
