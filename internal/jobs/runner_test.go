package jobs

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pg"
	"yigai/internal/pgtest"
)

// notes collects what subscribers saw.
type notes struct {
	mu   sync.Mutex
	seen []string
}

func (n *notes) add(text string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen = append(n.seen, text)
	return len(n.seen)
}

func (n *notes) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.seen)
}

func TestAnEventReachesEverySubscriberInOrder(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r, seen := NewRegistry(), &notes{}
	for _, name := range []string{"first", "second"} {
		On(r, time.Minute, func(_ context.Context, e happened) error { seen.add(name + " " + e.Text); return nil })
	}
	announce(t, db, "accepted")
	start(t, db, r)
	until(t, "both subscribers", func() bool { return len(seen.all()) == 2 })
	if got := seen.all(); !slices.Equal(got, []string{"first accepted", "second accepted"}) {
		t.Errorf("saw %q", got)
	}
}

func TestWhenOneSubscriberFailsAllRunAgain(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r, seen := NewRegistry(), &notes{}
	On(r, time.Minute, func(context.Context, happened) error { seen.add("first"); return nil })
	On(r, time.Minute, func(context.Context, happened) error {
		if seen.add("second") == 2 {
			return errors.New("not yet")
		}
		return nil
	})
	announce(t, db, "accepted")
	start(t, db, r)
	until(t, "the second try", func() bool { return len(seen.all()) == 4 })
	if got := seen.all(); !slices.Equal(got, []string{"first", "second", "first", "second"}) {
		t.Errorf("saw %q", got)
	}
}

func TestWithdrawnEventsAreNotDone(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r, seen := NewRegistry(), &notes{}
	On(r, time.Minute, func(_ context.Context, e happened) error { seen.add(e.Text); return nil })
	err := pg.Tx(t.Context(), db, func(tx pgx.Tx) error {
		return errors.Join(Enqueue(t.Context(), tx, happened{Text: "withdrawn", County: 1}),
			Enqueue(t.Context(), tx, happened{Text: "another county's", County: 2}),
			Withdraw(t.Context(), tx, happened{}.Kind(), 1))
	})
	if err != nil {
		t.Fatal(err)
	}
	announce(t, db, "stands")
	start(t, db, r)
	until(t, "the events that stand", func() bool { return len(seen.all()) == 2 })
	if got := seen.all(); slices.Contains(got, "withdrawn") {
		t.Errorf("saw %q", got)
	}
}

func TestAnEventGoesWithItsTransaction(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	gone := errors.New("the change failed")
	err := pg.Tx(t.Context(), db, func(tx pgx.Tx) error {
		if err := Enqueue(t.Context(), tx, happened{Text: "never"}); err != nil {
			return err
		}
		return gone
	})
	if !errors.Is(err, gone) {
		t.Fatal(err)
	}
	if n := number(t, db, "SELECT count(*) FROM river_job"); n != 0 {
		t.Errorf("%d jobs of a change that never was", n)
	}
}

func TestTwoRunnersWorkEachSlotOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	exec(t, db, "INSERT INTO job_schedule (name, last_slot) VALUES ('test.past', $1)", at("2026-01-01 00:00"))
	past := []time.Time{at("2026-02-01 00:00"), at("2026-03-01 00:00"), at("2026-04-01 00:00")}
	next := func(after time.Time) time.Time {
		for _, slot := range past {
			if slot.After(after) {
				return slot
			}
		}
		return at("2999-01-01 00:00")
	}
	seen := &notes{}
	for range 2 {
		r := NewRegistry()
		r.Every(Schedule{Name: "test.past", Next: next, All: true, Do: func(_ context.Context, slot time.Time) error {
			seen.add(slot.UTC().Format("01"))
			return nil
		}})
		start(t, db, r)
	}
	until(t, "every slot", func() bool {
		return number(t, db, "SELECT count(*) FROM river_job WHERE kind = 'kernel.slot' AND state = 'completed'") == 3
	})
	got := seen.all()
	slices.Sort(got)
	if !slices.Equal(got, []string{"02", "03", "04"}) {
		t.Errorf("ran %q", got)
	}
}

func TestJobsOfADeadWorkerAreWorkedAgain(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	announce(t, db, "left lying")
	exec(t, db, "UPDATE river_job SET state = 'running', attempted_at = now(), attempt = 1, attempted_by = '{dead-1}'")
	r, seen := NewRegistry(), &notes{}
	On(r, time.Minute, func(_ context.Context, e happened) error { seen.add(e.Text); return nil })
	start(t, db, r)
	until(t, "the job", func() bool { return len(seen.all()) == 1 })
}

func TestJobsOfALivingWorkerAreLeftAlone(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	living := &Runner{id: "living-1"}
	if err := living.showAlive(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	announce(t, db, "in work")
	exec(t, db, "UPDATE river_job SET state = 'running', attempted_at = now(), attempt = 1, attempted_by = '{dead-1,living-1}'")
	running := func() int { return number(t, db, "SELECT count(*) FROM river_job WHERE state = 'running'") }
	if err := requeueDead(t.Context(), db); err != nil || running() != 1 {
		t.Errorf("%d jobs running (%v), want the living worker's", running(), err)
	}
	// The process dies: its connection ends, and with it the lock.
	conn := living.alive.Hijack()
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	locks := `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
		WHERE l.locktype = 'advisory' AND l.classid = $1::bigint::oid`
	until(t, "the lock's end", func() bool { return number(t, db, locks, lockFamily) == 0 })
	if err := requeueDead(t.Context(), db); err != nil || running() != 0 {
		t.Errorf("%d jobs still running (%v)", running(), err)
	}
}

func TestAWorkerWhoseConnectionWasCutTakesItsLockAgain(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	living := &Runner{id: "living-1"}
	if err := living.showAlive(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	announce(t, db, "in work")
	exec(t, db, "UPDATE river_job SET state = 'running', attempted_at = now(), attempt = 1, attempted_by = '{living-1}'")
	exec(t, db, `SELECT pg_terminate_backend(l.pid, 10000) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
		WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.classid = $1::bigint::oid`, lockFamily)
	if alive, err := WorkerAlive(t.Context(), db); err != nil || alive {
		t.Fatalf("the lock outlived its connection: %v", err)
	}
	if err := living.lookAfter(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if alive, err := WorkerAlive(t.Context(), db); err != nil || !alive {
		t.Errorf("the worker looks dead: %v", err)
	}
	if n := number(t, db, "SELECT count(*) FROM river_job WHERE state = 'running'"); n != 1 {
		t.Errorf("%d jobs running, want the worker's own left alone", n)
	}
	if err := living.leave(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAStoppedWorkerNoLongerLooksAlive(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	run, err := Run(ctx, db, NewRegistry(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if alive, err := WorkerAlive(ctx, db); err != nil || !alive {
		t.Fatalf("a running worker looks dead: %v", err)
	}
	if err := run.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if alive, err := WorkerAlive(ctx, db); err != nil || alive {
		t.Fatalf("a stopped worker looks alive: %v", err)
	}
}
