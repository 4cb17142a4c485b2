package notice_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"yigai/internal/notice"
	"yigai/internal/period"
)

// morning is 8:30 in the office on a date.
func morning(date string) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, date, period.Shanghai)
	if err != nil {
		panic(err)
	}
	return day.Add(8*time.Hour + 30*time.Minute)
}

// July is due on Wednesday 2026-08-05.
func TestRemindersComeOnTheirDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	days := map[string]string{
		"2026-07-30": "",          // 4 working days before
		"2026-07-31": "还有 3 个工作日", // Friday
		"2026-08-02": "",          // Sunday
		"2026-08-03": "",          // 2 before
		"2026-08-04": "还有 1 个工作日",
		"2026-08-05": "今天截止",
		"2026-08-06": "已逾期 1 天",
		"2026-08-08": "", // Saturday
		"2026-08-10": "已逾期 5 天",
	}
	for date, want := range days {
		before := len(w.inbox(t, w.clerk))
		if err := w.svc.Remind(t.Context(), morning(date)); err != nil {
			t.Fatal(err)
		}
		found, _, err := w.svc.List(t.Context(), w.clerk, false, 0)
		if err != nil {
			t.Fatal(err)
		}
		switch came := len(found) - before; {
		case want == "" && came != 0:
			t.Errorf("%s: unasked %+v", date, found[0])
		case want != "" && (came != 1 || !strings.Contains(found[0].Text, want)):
			t.Errorf("%s: %d came, want one with %q: %+v", date, came, want, found)
		}
	}
	w.requireInbox(t, w.reviewer)
}

// Two workers and a second run of the same day say everything once.
func TestRemindersAreSaidOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reach(t, w.clerk)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			if err := w.svc.Remind(context.Background(), morning("2026-08-05")); err != nil {
				t.Error(err)
			}
		})
	}
	workers.Wait()
	if err := w.svc.Remind(t.Context(), morning("2026-08-05").Add(5*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := w.inbox(t, w.clerk); len(got) != 1 {
		t.Errorf("said %d times: %q", len(got), got)
	}
	if n := w.one(t, `SELECT count(*)::text FROM outbox`); n != "1" {
		t.Errorf("%s texts leave, want 1", n)
	}
}

func TestRemindersFollowTheCountysSetting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	setting, err := w.svc.Setting(t.Context(), w.head)
	if err != nil {
		t.Fatal(err)
	}
	setting.RemindBefore, setting.Overdue = []int{2}, notice.OverdueWeekly
	if err := w.svc.SaveSetting(t.Context(), w.head, setting); err != nil {
		t.Fatal(err)
	}
	for _, date := range []string{"2026-07-31", "2026-08-03", "2026-08-04", "2026-08-06", "2026-08-07", "2026-08-10", "2026-08-11"} {
		if err := w.svc.Remind(t.Context(), morning(date)); err != nil {
			t.Fatal(err)
		}
	}
	w.requireInboxDays(t, "还有 2 个工作日", "已逾期 5 天")
}

// requireInboxDays compares what the clerk was told, oldest first.
func (w *world) requireInboxDays(t *testing.T, want ...string) {
	t.Helper()
	found, _, err := w.svc.List(t.Context(), w.clerk, false, 0)
	if err != nil || len(found) != len(want) {
		t.Fatalf("%+v, %v", found, err)
	}
	for i, m := range found {
		if !strings.Contains(m.Text, want[len(want)-1-i]) {
			t.Errorf("%q lacks %q", m.Text, want[len(want)-1-i])
		}
	}
}

// An extension silences the reminders until the new deadline comes near, and grace is said as grace.
func TestRemindersKnowExtensionAndGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.reporting.SetGrace(t.Context(), w.head, "township_monthly", 2); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Remind(t.Context(), morning("2026-08-06")); err != nil {
		t.Fatal(err)
	}
	w.requireInboxDays(t, "宽限到8月7日")
	if err := w.reporting.Extend(t.Context(), w.head, []int64{w.report.ID}, time.Date(2026, 8, 14, 0, 0, 0, 0, time.UTC), "停电"); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Remind(t.Context(), morning("2026-08-10")); err != nil {
		t.Fatal(err)
	}
	w.requireInboxDays(t, "宽限到8月7日")
}

// The first county has no institution at its head; the people of the one behind it hear of their reports all the same.
func TestOneCountyDoesNotKeepAnotherFromItsReminders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.db.Exec(t.Context(), `INSERT INTO county (code, name) VALUES ('100000', '坏县')`); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Remind(t.Context(), morning("2026-08-05")); err == nil || !strings.Contains(err.Error(), "100000") {
		t.Errorf("the failure was not told: %v", err)
	}
	if n := len(w.inbox(t, w.clerk)); n != 1 {
		t.Errorf("the clerk of the second county has %d messages", n)
	}
}
