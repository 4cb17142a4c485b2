package jobs

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/pg"
)

// happened is an event for tests.
type happened struct {
	Text   string `json:"text"`
	County int32  `json:"county"`
}

func (happened) Kind() string { return "test.happened" }

func announce(t *testing.T, db *pgxpool.Pool, text string) {
	t.Helper()
	err := pg.Tx(context.Background(), db, func(tx pgx.Tx) error { return Enqueue(context.Background(), tx, happened{Text: text}) })
	if err != nil {
		t.Fatal(err)
	}
}

// start runs the registry until the test ends.
func start(t *testing.T, db *pgxpool.Pool, r *Registry) *Runner {
	t.Helper()
	run, err := Run(context.Background(), db, r, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return run
}

// number answers a query for one number.
func number(t *testing.T, db *pgxpool.Pool, sql string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func exec(t *testing.T, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(context.Background(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// until waits for something to become true.
func until(t *testing.T, what string, true func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !true(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 30 s", what)
		}
	}
}

func at(text string) time.Time {
	v, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return v
}
