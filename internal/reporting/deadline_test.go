package reporting_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"yigai/internal/fault"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
	"yigai/internal/sheet"
)

func date(t *testing.T, text string) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

// headOf may do everything with deadlines in the county.
func (w *world) extender() *world {
	w.chief = w.chief.Grant(reporting.ActionExtend)
	return w
}

func (w *world) requireDue(t *testing.T, due, until string) {
	t.Helper()
	r := w.find(t, "township_monthly", july)
	got, gotUntil := r.DueAt.In(period.Shanghai).Format(time.DateOnly), r.OnTimeUntil().In(period.Shanghai).Format(time.DateOnly)
	if got != due || gotUntil != until {
		t.Errorf("due %s, on time until %s, want %s and %s", got, gotUntil, due, until)
	}
}

// The local festival falls on the deadline, Wednesday 2026-08-05.
func TestTheCountysOwnDaysMoveOpenDeadlines(t *testing.T) {
	t.Parallel()
	w := newWorld(t).extender()
	ctx := t.Context()
	moved, err := w.svc.SetCalendarDay(ctx, w.chief, date(t, "2026-08-05"), false, "那达慕大会")
	if err != nil || moved == 0 {
		t.Fatalf("%d moved, %v", moved, err)
	}
	w.requireDue(t, "2026-08-06", "2026-08-06")
	if _, err := w.svc.ClearCalendarDay(ctx, w.chief, date(t, "2026-08-05")); err != nil {
		t.Fatal(err)
	}
	w.requireDue(t, "2026-08-05", "2026-08-05")
	t.Run("what the national calendar says already is refused", func(t *testing.T) {
		if _, err := w.svc.SetCalendarDay(ctx, w.chief, date(t, "2026-08-08"), false, "周六"); !fault.IsInvalid(err) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the past and the far future are refused", func(t *testing.T) {
		for _, day := range []string{"2026-08-02", "2028-01-03"} {
			if _, err := w.svc.SetCalendarDay(ctx, w.chief, date(t, day), true, "x"); !fault.IsInvalid(err) {
				t.Errorf("%s: %v", day, err)
			}
		}
	})
	t.Run("a clerk may not", func(t *testing.T) {
		if _, err := w.svc.SetCalendarDay(ctx, w.clerk, date(t, "2026-08-06"), false, "x"); !fault.IsForbidden(err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestGraceIsOnTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t).extender()
	if err := w.svc.SetGrace(t.Context(), w.chief, "township_monthly", 3); err != nil {
		t.Fatal(err)
	}
	w.requireDue(t, "2026-08-05", "2026-08-10") // Thursday, Friday, Monday
	r := w.find(t, "township_monthly", july)
	inside, after := r.DueAt.Add(time.Hour), r.OnTimeUntil().Add(time.Second)
	if r.Late(inside) || !r.InGrace(inside) || !r.Late(after) || r.InGrace(after) {
		t.Error("within the grace a report is not late, after it it is")
	}
	for _, days := range []int{-1, 16} {
		if err := w.svc.SetGrace(t.Context(), w.chief, "township_monthly", days); !fault.IsInvalid(err) {
			t.Errorf("%d days: %v", days, err)
		}
	}
	if err := w.svc.SetGrace(t.Context(), w.chief, "nothing", 1); !fault.IsNotFound(err) {
		t.Errorf("no such form: %v", err)
	}
}

func TestExtension(t *testing.T) {
	t.Parallel()
	w := newWorld(t).extender()
	ctx, ids := t.Context(), []int64{w.report.ID}
	until := date(t, "2026-08-14")
	if err := w.svc.SetGrace(ctx, w.chief, "township_monthly", 3); err != nil {
		t.Fatal(err)
	}
	t.Run("is refused to whom it is not given, without reason, and for a day that is over", func(t *testing.T) {
		if err := w.svc.Extend(ctx, w.reviewer, ids, until, "停电"); !fault.IsForbidden(err) {
			t.Errorf("a reviewer: %v", err)
		}
		for _, err := range []error{w.svc.Extend(ctx, w.chief, ids, until, " "), w.svc.Extend(ctx, w.chief, nil, until, "停电"),
			w.svc.Extend(ctx, w.chief, ids, date(t, "2026-08-02"), "停电"), w.svc.Extend(ctx, w.chief, ids, date(t, "2026-08-04"), "提前"),
			w.svc.Extend(ctx, w.chief, ids, date(t, "2027-08-04"), "停电")} {
			if !fault.IsInvalid(err) {
				t.Errorf("got %v", err)
			}
		}
	})
	t.Run("moves the deadline, ends the grace, and is not moved by the calendar", func(t *testing.T) {
		if err := w.svc.Extend(ctx, w.chief, ids, until, "停电"); err != nil {
			t.Fatal(err)
		}
		w.requireDue(t, "2026-08-14", "2026-08-14")
		if _, err := w.svc.SetCalendarDay(ctx, w.chief, date(t, "2026-08-14"), false, "庙会"); err != nil {
			t.Fatal(err)
		}
		w.requireDue(t, "2026-08-14", "2026-08-14")
	})
	t.Run("is kept with who, why and what was before", func(t *testing.T) {
		found, err := w.svc.Extensions(ctx, w.clerk, period.Month{}, w.report.ID)
		if err != nil || len(found) != 1 || found[0].Reason != "停电" || found[0].WasDueAt.In(period.Shanghai).Format(time.DateOnly) != "2026-08-05" {
			t.Errorf("%+v, %v", found, err)
		}
	})
	t.Run("of a report that has come is refused", func(t *testing.T) {
		w.submitted(t)
		if err := w.svc.Extend(ctx, w.chief, ids, date(t, "2026-08-20"), "停电"); !fault.IsInvalid(err) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("of a foreign report is not found", func(t *testing.T) {
		county, root := orgtest.County(t, w.db)
		if err := w.svc.Extend(ctx, orgtest.Actor(county, root, reporting.ActionExtend), ids, until, "停电"); !fault.IsNotFound(err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTimelinessSumsReports(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, "2026-06", map[string]string{"bed_days_open": "1500"})
	set := func(form, received, due string) {
		if _, err := w.db.Exec(t.Context(), `UPDATE report r SET received_at = NULLIF($2, '')::timestamptz, due_at = $3::timestamptz, grace_until = NULL
			FROM form f WHERE f.id = r.form_id AND f.slug = $1 AND r.period = '2026-07-01'`, form, received, due); err != nil {
			t.Fatal(err)
		}
	}
	forms := w.count(t, `SELECT count(*) FROM report WHERE period = '2026-07-01'`)
	set("township_monthly", "2026-08-02T10:00:00Z", "2026-08-01T10:00:00Z")
	got, err := w.svc.Timeliness(t.Context(), w.clerk, 2026, "")
	if err != nil || len(got.Rows) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if july := got.Months[6]; july.Late != 1 || july.Open != forms-1 || july.Owed() != 1 {
		t.Errorf("july %+v", july)
	}
	if b, err := w.svc.Board(t.Context(), w.clerk, reportingtest.Month(t, "2026-07")); err != nil || b.Tally != got.Months[6] {
		t.Errorf("the board counts %+v, %v", b.Tally, err)
	}
	if june := got.Months[5]; june.OnTime != 1 || got.Sum.Owed() != 2 || got.Sum.Timely().Decimal.String() != "50" || got.Sum.Complete().Decimal.String() != "100" {
		t.Errorf("june %+v, sum %+v", june, got.Sum)
	}
	if got.Months[0].Timely().Valid {
		t.Error("a month that owed nothing has no rate")
	}
	var out bytes.Buffer
	if err := w.svc.ExportTimeliness(t.Context(), w.clerk, 2026, "township_monthly", sheet.CSV, &out); err != nil || !strings.Contains(out.String(), "2026-07,1,0,1,0,0,100") {
		t.Errorf("%v\n%s", err, out.String())
	}
	if _, err := w.svc.Timeliness(t.Context(), w.clerk, 1900, ""); !fault.IsInvalid(err) {
		t.Errorf("1900: %v", err)
	}
}
