package jobs

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pg"
	"yigai/internal/pgtest"
)

// accepted is an event that somebody waits for.
type accepted struct {
	Text string `json:"text"`
}

func (accepted) Kind() string { return "test.accepted" }
func (accepted) Urgent() bool { return true }

func TestAnUrgentEventDoesNotWaitForLongWork(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r, seen, release := NewRegistry(), &notes{}, make(chan struct{})
	On(r, time.Minute, func(context.Context, happened) error { <-release; return nil })
	On(r, time.Minute, func(_ context.Context, e accepted) error { seen.add(e.Text); return nil })
	for range 8 { // more than there are workers for it
		announce(t, db, "opened")
	}
	start(t, db, r)
	defer close(release)
	until(t, "long work", func() bool { return number(t, db, `SELECT count(*) FROM river_job WHERE state = 'running'`) > 0 })
	if err := pg.Tx(context.Background(), db, func(tx pgx.Tx) error {
		return Enqueue(context.Background(), tx, accepted{"accepted"})
	}); err != nil {
		t.Fatal(err)
	}
	until(t, "the urgent event", func() bool { return len(seen.all()) == 1 })
}
