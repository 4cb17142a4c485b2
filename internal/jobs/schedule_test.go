package jobs

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/pgtest"
)

func TestDueSlots(t *testing.T) {
	t.Parallel()
	monthly := Monthly(time.UTC)
	for name, c := range map[string]struct {
		all          bool
		last, now    string
		want         int
		first, final string
	}{
		"every missed month":       {true, "2026-03-01 00:00", "2026-07-05 08:00", 4, "2026-04-01 00:00", "2026-07-01 00:00"},
		"only the latest":          {false, "2026-03-01 00:00", "2026-07-05 08:00", 1, "2026-07-01 00:00", "2026-07-01 00:00"},
		"to the minute":            {true, "2026-06-01 00:00", "2026-07-01 00:00", 1, "2026-07-01 00:00", "2026-07-01 00:00"},
		"at most three years":      {true, "2000-01-01 00:00", "2026-07-05 08:00", 36, "2023-08-01 00:00", "2026-07-01 00:00"},
		"nothing before its time":  {true, "2026-07-01 00:00", "2026-07-31 23:59", 0, "", ""},
		"nothing when clocks fall": {true, "2026-07-01 00:00", "2026-06-30 23:59", 0, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := Schedule{Next: monthly, All: c.all}.due(at(c.last), at(c.now))
			if len(got) != c.want {
				t.Fatalf("%d slots %v, want %d", len(got), got, c.want)
			}
			if c.want > 0 && (!got[0].Equal(at(c.first)) || !got[len(got)-1].Equal(at(c.final))) {
				t.Errorf("slots %v, want %s to %s", got, c.first, c.final)
			}
		})
	}
}

func TestSlotsOfTheCalendar(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("CST", 8*60*60)
	for name, c := range map[string]struct {
		next        func(time.Time) time.Time
		after, want string
	}{
		"daily, later today":       {Daily(shanghai, 3, 20), "2026-07-04 19:00", "2026-07-04 19:20"},
		"daily, tomorrow":          {Daily(shanghai, 3, 20), "2026-07-04 19:20", "2026-07-05 19:20"},
		"monthly, in the office":   {Monthly(shanghai), "2026-07-31 15:59", "2026-07-31 16:00"},
		"monthly, over a new year": {Monthly(shanghai), "2026-12-31 16:00", "2027-01-31 16:00"},
		"every quarter of an hour": {Interval(15 * time.Minute), "2026-07-04 19:15", "2026-07-04 19:30"},
	} {
		if got := c.next(at(c.after)); !got.Equal(at(c.want)) {
			t.Errorf("%s: after %s comes %s, want %s", name, c.after, got.UTC(), c.want)
		}
	}
}

// duty is a registry with one monthly duty that catches up.
func duty(all bool) *Registry {
	r := NewRegistry()
	r.Every(Schedule{Name: "test.monthly", Next: Monthly(time.UTC), All: all, Do: func(context.Context, time.Time) error { return nil }})
	return r
}

func slots(t *testing.T, db *pgxpool.Pool) int {
	t.Helper()
	return number(t, db, "SELECT count(*) FROM river_job WHERE kind = 'kernel.slot'")
}

func TestANewDutyRunsOnceAtFirstStart(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for range 3 {
		if err := duty(true).tick(t.Context(), db, at("2026-07-05 08:00")); err != nil {
			t.Fatal(err)
		}
	}
	if n := slots(t, db); n != 1 {
		t.Errorf("%d slots enqueued, want 1", n)
	}
}

func TestMissedSlotsAreCaughtUpOnceOverManyProcesses(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	exec(t, db, "INSERT INTO job_schedule (name, last_slot) VALUES ('test.monthly', $1)", at("2026-03-01 00:00"))
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if err := duty(true).tick(context.Background(), db, at("2026-07-05 08:00")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := slots(t, db); n != 4 {
		t.Errorf("%d slots enqueued, want April to July", n)
	}
	if n := number(t, db, "SELECT count(DISTINCT args->>'slot') FROM river_job WHERE kind = 'kernel.slot'"); n != 4 {
		t.Errorf("%d different slots, want 4", n)
	}
}

func TestADutyThatOnlyWantsTheLatestSkipsTheRest(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	exec(t, db, "INSERT INTO job_schedule (name, last_slot) VALUES ('test.monthly', $1)", at("2026-03-01 00:00"))
	for _, now := range []string{"2026-07-05 08:00", "2026-07-06 08:00"} {
		if err := duty(false).tick(t.Context(), db, at(now)); err != nil {
			t.Fatal(err)
		}
	}
	if n := slots(t, db); n != 1 {
		t.Errorf("%d slots enqueued, want July alone", n)
	}
}

func TestADutyThatCannotBeScheduledDoesNotKeepBackTheNext(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r := NewRegistry()
	for _, name := range []string{"bad\x00name", "test.monthly"} { // no text of the database holds a NUL
		r.Every(Schedule{Name: name, Next: Monthly(time.UTC), Do: func(context.Context, time.Time) error { return nil }})
	}
	if err := r.tick(t.Context(), db, at("2026-07-05 08:00")); err == nil {
		t.Error("the failure was not told")
	}
	if n := slots(t, db); n != 1 {
		t.Errorf("%d slots enqueued, want the second duty's", n)
	}
}
