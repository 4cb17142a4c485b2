package reportingweb

import (
	"testing"

	"yigai/internal/period"
	"yigai/internal/reporting"
)

func TestReviewOpensOnTheMonthThatWaits(t *testing.T) {
	t.Parallel()
	october, err := period.Parse("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	november := october.Next()
	if got := (review{}).waitingMonth(october); got != october {
		t.Errorf("an empty inbox opens on %s", got)
	}
	v := review{inbox: []reporting.Report{{Month: october, FormSlug: "a"}, {Month: november, FormSlug: "a"}, {Month: november, FormSlug: "b"}}}
	if v.month = v.waitingMonth(october); v.month != november {
		t.Errorf("most wait in %s, it opens on %s", november, v.month)
	}
	if a, b, c := v.waitingOf("a"), v.waitingOf("b"), v.waitingOf("c"); a != 1 || b != 1 || c != 0 {
		t.Errorf("tabs count %d, %d, %d", a, b, c)
	}
	v.inbox = v.inbox[:2]
	if got := v.waitingMonth(october.Prev()); got != november {
		t.Errorf("of two with as many the earlier: %s", got)
	}
}
