package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/jobs"
	"yigai/internal/pg"
)

// accept accepts submitted reports one by one and waits until the indicators of the month say so.
func accept(ctx context.Context, w *world) ([]line, error) {
	const budget = time.Second
	b, err := w.openWeb(ctx)
	if err != nil {
		return nil, err
	}
	idle, err := w.emptyJob(ctx)
	if err != nil {
		return nil, err
	}
	if b.worker == nil {
		working, end := context.WithCancel(ctx)
		if b.worker, err = b.app.StartWorker(working); err != nil {
			end()
			return nil, err
		}
		b.endSeals = end
	}
	times, err := w.acceptAll(ctx, b)
	if err != nil {
		return nil, err
	}
	p95 := times.percentile(95)
	return []line{{what: fmt.Sprintf("accept → indicator visible (%d reports, slowest %s)", len(times), ms(times.percentile(100))), budget: "≤ 1 s",
		measured: fmt.Sprintf("p50 %s, p95 %s", ms(times.percentile(50)), ms(p95)),
		ceiling:  "p50 " + ms(idle.percentile(50)) + " (an empty job, enqueued → done)", verdict: judge(share(times.percentile(100), budget))}}, nil
}

func (w *world) acceptAll(ctx context.Context, b *web) (times sample, err error) {
	rows, err := w.db.Query(ctx, `SELECT r.id FROM report r WHERE r.county_id = $1 AND r.period = $2 AND r.state = 'submitted' ORDER BY r.id LIMIT 12`,
		w.county.id, w.county.inHand)
	if err != nil {
		return nil, err
	}
	reports, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, err
	}
	for _, id := range reports {
		began := time.Now()
		if _, err := do(ctx, b.site.client, call{method: http.MethodPost, url: fmt.Sprintf("%s/reporting/%d/acceptance", b.site.base, id),
			cookie: b.bureau[0], kind: "application/x-www-form-urlencoded"}, http.StatusSeeOther); err != nil {
			return nil, err
		}
		if err := w.visible(ctx, began); err != nil {
			return nil, err
		}
		times = append(times, time.Since(began))
	}
	return times, nil
}

// visible waits until the month in hand was computed after a moment, in the county's own values.
func (w *world) visible(ctx context.Context, since time.Time) error {
	for time.Since(since) < 30*time.Second {
		var seen bool
		err := w.db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM indicator_run WHERE county_id = $1 AND period = $2 AND computed_at >= $3)`,
			w.county.id, w.county.inHand, since).Scan(&seen)
		if err != nil || seen {
			return err
		}
		wait(ctx, 2*time.Millisecond)
	}
	return fmt.Errorf("the indicators of %s did not follow within 30 s", w.county.inHand)
}

// ping is a job that does nothing.
type ping struct{}

// Kind names the event in the queue.
func (ping) Kind() string { return "bench.ping" }

// emptyJob is how long the queue itself takes from the transaction that enqueues to the job's end.
func (w *world) emptyJob(ctx context.Context) (times sample, err error) {
	done, registry := make(chan time.Time, 1), jobs.NewRegistry()
	jobs.On(registry, time.Minute, func(context.Context, ping) error {
		done <- time.Now()
		return nil
	})
	run, err := jobs.Run(ctx, w.db, registry, w.log)
	if err != nil {
		return nil, err
	}
	times, err = repeat(20, func(int) error {
		if err := pg.Tx(ctx, w.db, func(tx pgx.Tx) error { return jobs.Enqueue(ctx, tx, ping{}) }); err != nil {
			return err
		}
		select {
		case <-done:
			return nil
		case <-time.After(10 * time.Second):
			return fmt.Errorf("the job did not run")
		}
	})
	if stopped := run.Stop(ctx); err == nil {
		err = stopped
	}
	return times, err
}
