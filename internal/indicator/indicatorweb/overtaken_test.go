package indicatorweb_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestTwoPeopleEditOneIndicator(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	const path = "/indicator-definitions/bed_occupancy"
	doc := s.page(http.StatusOK, path+"/edit")
	opened, _ := doc.Find("input[name=revision]").Attr("value")
	mine := func(revision, name string) []string {
		return []string{"name_zh", name, "formula", "100*bed_days_occupied/bed_days_open", "unit", "%", "decimals", "2",
			"direction", "range", "level", "both", "effective_from", "2026-08", "revision", revision}
	}
	s.post(http.StatusSeeOther, path, mine(opened, "病床使用率(先)")...)
	doc, _ = s.post(http.StatusConflict, path, mine(opened, "病床使用率(后)")...)
	if got := text(doc, ".callout"); !strings.Contains(got, "别人刚刚改过") || !strings.Contains(got, "病床使用率(后) → 病床使用率(先)") {
		t.Errorf("the page says %q", got)
	}
	if got, _ := doc.Find("input[name=name_zh]").Attr("value"); got != "病床使用率(后)" {
		t.Errorf("what was typed became %q", got)
	}
	now, _ := doc.Find("input[name=revision]").Attr("value")
	s.post(http.StatusSeeOther, path, mine(now, "病床使用率(后)")...)
	s.post(http.StatusConflict, path, mine("x", "乱")...)
	t.Run("over the API", func(t *testing.T) {
		const api = "/api/v1/indicators/bed_occupancy"
		if got := s.json(http.StatusOK, "PATCH", api, `{"note":"一","revision":3}`); !strings.Contains(got, `"revision":4`) {
			t.Error(got)
		}
		s.json(http.StatusConflict, "PATCH", api, `{"note":"二","revision":3}`)
		s.json(http.StatusUnprocessableEntity, "PATCH", api, `{"note":"二","revision":0}`)
		if got := s.json(http.StatusOK, "PATCH", api, `{"note":"二"}`); !strings.Contains(got, `"note":"二"`) {
			t.Error(got)
		}
	})
}
