package reportingweb

import (
	"testing"
	"time"

	"yigai/internal/reporting"
)

func TestDueWords(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 8, 5, 15, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	returned := reporting.Report{State: reporting.Draft, DueAt: due, ReceivedAt: due.Add(-day), ReturnedAt: due.Add(-day / 2)}
	reopened := returned
	reopened.Reopened, reopened.ReturnedAt = true, due.Add(40*day)
	for name, c := range map[string]struct {
		report reporting.Report
		now    time.Time
		want   string
	}{
		"a returned draft is owed again":        {returned, due.Add(3 * day), "已超期 3 天"},
		"in time it says since when it is back": {returned, due.Add(-time.Minute), "退回 今天"},
		"a correction is not late":              {reopened, due.Add(42 * day), "解锁 2 天"},
		"handed in on time":                     {reporting.Report{State: reporting.Submitted, DueAt: due, ReceivedAt: due.Add(-day)}, due.Add(9 * day), "按时"},
	} {
		if got, _ := dueWords(c.report, c.now); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestReadyNamesWhatIsNotFilled(t *testing.T) {
	t.Parallel()
	if said := readyWords(nil); said != "可以上报" {
		t.Error(said)
	}
	if said := readyWords([]reporting.Incomplete{{Title: "代报"}}); said != "可以上报,但代报未填完" {
		t.Error(said)
	}
}
