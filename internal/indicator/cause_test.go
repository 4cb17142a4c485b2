package indicator

import (
	"testing"
	"time"

	"yigai/internal/reporting"
)

func TestTheCauseOfAReplacedValue(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2026, 8, 5, hour, 0, 0, 0, time.UTC) }
	visits := reporting.Element{Slug: "visits_total"}
	e := Explained{Inputs: []Input{{Element: visits}}, Facts: []Fact{{InstitutionID: 7}}}
	was := Correction{Version: 1, NewVersion: 1, ComputedAt: at(9), ReplaceAt: at(12)}
	done := reporting.Correction{Decision: reporting.Approved, To: 2, AcceptedAt: at(11),
		Changes: []reporting.Corrected{{SubjectID: 7, Element: visits}}}
	check := func(name string, want, got bool) {
		if got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	check("a correction of the fact", true, was.follows(done) && e.uses(done))

	other := done
	other.Changes = []reporting.Corrected{{SubjectID: 8, Element: visits}}
	check("another unit's figure", false, e.uses(other))
	other.Changes = []reporting.Corrected{{SubjectID: 7, Element: reporting.Element{Slug: "beds"}}}
	check("another figure of the unit", false, e.uses(other))

	early, late, open, refused, restated := done, done, done, done, was
	early.AcceptedAt, late.AcceptedAt = at(8), at(13)
	open.To, refused.Decision, restated.NewVersion = 0, reporting.Rejected, 2
	check("accepted before the value was computed", false, was.follows(early))
	check("accepted after it was replaced", false, was.follows(late))
	check("not accepted yet", false, was.follows(open))
	check("refused", false, was.follows(refused))
	check("another formula", false, restated.follows(done))
}
