package notice_test

import (
	"strings"
	"testing"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/notice"
	"yigai/internal/reporting"
)

// told lists the reminders of a person by their titles, oldest first.
func (w *world) told(t *testing.T, who actor.Actor) []string {
	t.Helper()
	found, _, err := w.svc.List(t.Context(), who, false, 0)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for i := len(found) - 1; i >= 0; i-- {
		if found[i].Kind == notice.KindReminder {
			titles = append(titles, found[i].Title+" "+found[i].Text)
		}
	}
	return titles
}

func (w *world) remind(t *testing.T, dates ...string) {
	t.Helper()
	for _, date := range dates {
		for range 2 { // a second run of a day says nothing twice
			if err := w.svc.Remind(t.Context(), morning(date)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAReturnedReportIsRemindedOfAfterTheCountysDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submit(t)
	if err := w.reporting.Return(t.Context(), w.reviewer, reporting.Seen{Report: w.report.ID}, "床位与上月不符", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.Exec(t.Context(), "UPDATE report SET returned_at = $2 WHERE id = $1", w.report.ID, morning("2026-08-05")); err != nil {
		t.Fatal(err)
	}
	w.remind(t, "2026-08-10")
	if got := w.told(t, w.clerk); len(got) != 0 {
		t.Errorf("after three working days: %q", got)
	}
	w.remind(t, "2026-08-11")
	if got := w.told(t, w.clerk); len(got) != 1 || !strings.Contains(got[0], "1 份退回的月报还没有改好重报") || !strings.Contains(got[0], "8月5日退回") {
		t.Errorf("after four: %q", got)
	}
	w.remind(t, "2026-08-15") // Saturday
	setting, err := w.svc.Setting(t.Context(), w.head)
	if err != nil {
		t.Fatal(err)
	}
	setting.Returned = 31
	if err := w.svc.SaveSetting(t.Context(), w.head, setting); !fault.IsInvalid(err) {
		t.Errorf("31 days: %v", err)
	}
	setting.Returned = 0
	if err := w.svc.SaveSetting(t.Context(), w.head, setting); err != nil {
		t.Fatal(err)
	}
	w.remind(t, "2026-08-17")
	if got := w.told(t, w.clerk); len(got) != 1 {
		t.Errorf("switched off: %q", got)
	}
}

func TestAnOldSubmissionIsRemindedOfToItsReviewers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submit(t)
	inbox, err := w.reporting.Inbox(t.Context(), w.reviewer)
	if err != nil || len(inbox) != 1 {
		t.Fatalf("inbox %d, %v", len(inbox), err)
	}
	due := inbox[0].ReviewDueAt
	w.remind(t, due.Format(time.DateOnly))
	if got := w.told(t, w.reviewer); len(got) != 0 {
		t.Errorf("before review is due: %q", got)
	}
	w.remind(t, due.AddDate(0, 0, 7).Format(time.DateOnly))
	if got := w.told(t, w.reviewer); len(got) != 1 || !strings.Contains(got[0], "1 份月报过了审核期限") {
		t.Errorf("a week after: %q", got)
	}
	if got := w.told(t, w.clerk); len(got) != 0 {
		t.Errorf("the clerk is told %q", got)
	}
}
