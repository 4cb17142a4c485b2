// Package jobs runs work outside the request: events that a transaction announced, periodic duties,
// and long work whose progress a person watches. The queue is River in the same PostgreSQL, so that
// an event is enqueued exactly when its transaction commits. Every job may run twice and must not mind.
package jobs

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Event is a typed announcement with a stable Kind; it is stored as JSON.
type Event = river.JobArgs

// Urgent is an event whose effect somebody waits for: workers of its own take it, past long work that waits already.
type Urgent interface{ Urgent() bool }

const urgentQueue = "urgent"

// inserter only inserts: it needs no pool, because it always joins the caller's transaction.
var inserter = sync.OnceValues(func() (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(nil), &river.Config{})
})

// Enqueue announces the event in the caller's transaction. An event may say `InsertOpts() river.InsertOpts`
// to be unique or delayed.
func Enqueue(ctx context.Context, tx pgx.Tx, e Event) error {
	client, err := inserter()
	if err != nil {
		return fmt.Errorf("open job queue: %w", err)
	}
	var opts *river.InsertOpts
	if u, ok := e.(Urgent); ok && u.Urgent() {
		opts = &river.InsertOpts{Queue: urgentQueue}
	}
	if _, err := client.InsertTx(ctx, tx, e, opts); err != nil {
		return fmt.Errorf("enqueue %s: %w", e.Kind(), err)
	}
	return nil
}

// Withdraw takes back a county's waiting events of a kind, for somebody who has done all that they ask in one go. The
// event tells its county as "county".
func Withdraw(ctx context.Context, tx pgx.Tx, kind string, county int32) error {
	_, err := tx.Exec(ctx, "DELETE FROM river_job WHERE kind = $1 AND state = 'available' AND args->>'county' = $2::int::text", kind, county)
	if err != nil {
		return fmt.Errorf("withdraw %s of county %d: %w", kind, county, err)
	}
	return nil
}

// Registry collects what the rooms want done; the worker runs it.
type Registry struct {
	adders    []func(*river.Workers) error
	handlers  map[string]any
	schedules []Schedule
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	r := &Registry{handlers: map[string]any{}}
	On(r, time.Hour, func(ctx context.Context, s slotArgs) error { return r.runSlot(ctx, s) })
	return r
}

// On subscribes to an event. Several subscribers of one event run one after the other in one job;
// when one fails, all run again. The timeout is finite, so that a lost job is always found.
func On[T Event](r *Registry, timeout time.Duration, do func(ctx context.Context, e T) error) {
	var zero T
	if h, ok := r.handlers[zero.Kind()].(*handler[T]); ok {
		h.do = append(h.do, do)
		h.timeout = max(h.timeout, timeout)
		return
	}
	h := &handler[T]{timeout: timeout, do: []func(context.Context, T) error{do}}
	r.handlers[zero.Kind()] = h
	r.adders = append(r.adders, func(w *river.Workers) error { return river.AddWorkerSafely(w, h) })
}

type handler[T Event] struct {
	river.WorkerDefaults[T]
	timeout time.Duration
	do      []func(context.Context, T) error
}

func (h *handler[T]) Timeout(*river.Job[T]) time.Duration { return h.timeout }

func (h *handler[T]) Work(ctx context.Context, j *river.Job[T]) error {
	for _, do := range h.do {
		if err := do(ctx, j.Args); err != nil {
			return err
		}
	}
	return nil
}
