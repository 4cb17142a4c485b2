package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"yigai/internal/pg"
)

const (
	tickEvery  = 15 * time.Second
	lockFamily = 0x79676169 // "ygai": advisory locks that say which worker is alive
)

// Runner works the queue of one process.
type Runner struct {
	client *river.Client[pgx.Tx]
	id     string
	alive  *pgxpool.Conn // holds the worker's lock; nil while it is lost
	stop   context.CancelFunc
	ticked chan struct{}
}

// Run starts working: it first puts back the jobs of workers that died, then fetches, ticks the
// schedules and goes on until Stop.
func Run(ctx context.Context, db *pgxpool.Pool, r *Registry, log *slog.Logger) (*Runner, error) {
	workers := river.NewWorkers()
	for _, add := range r.adders {
		if err := add(workers); err != nil {
			return nil, fmt.Errorf("register job: %w", err)
		}
	}
	run := &Runner{id: fmt.Sprintf("%s-%d-%s", hostname(), os.Getpid(), rand.Text()[:8]), ticked: make(chan struct{})}
	client, err := river.NewClient(riverpgxv5.New(db), &river.Config{
		ID:                   run.id,
		Logger:               slog.New(levelAtLeast{log.Handler(), slog.LevelWarn}),
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}, urgentQueue: {MaxWorkers: 2}},
		FetchCooldown:        20 * time.Millisecond,
		FetchPollInterval:    500 * time.Millisecond,
		RescueStuckJobsAfter: 2 * time.Hour,
		Workers:              workers,
	})
	if err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	run.client = client
	if err := run.showAlive(ctx, db); err != nil {
		return nil, err
	}
	if err := requeueDead(ctx, db); err != nil {
		return nil, errors.Join(err, run.leave(ctx))
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	run.stop = stop
	if err := client.Start(work); err != nil {
		stop()
		return nil, errors.Join(fmt.Errorf("start job queue: %w", err), run.leave(ctx))
	}
	go run.tick(work, db, r, log)
	return run, nil
}

// Stop lets running jobs finish for a few seconds, then cancels them; a cancelled job runs again at the next start.
func (r *Runner) Stop(ctx context.Context) error {
	soft, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err := r.client.Stop(soft)
	if errors.Is(err, context.DeadlineExceeded) {
		err = r.client.StopAndCancel(ctx)
	}
	r.stop()
	<-r.ticked
	if err = errors.Join(err, r.leave(ctx)); err != nil {
		return fmt.Errorf("stop job queue: %w", err)
	}
	return nil
}

// leave gives the worker's lock back and closes the connection that held it: back in the pool it would keep the worker
// looking alive, and closed alone it would for as long as the server takes to notice.
func (r *Runner) leave(ctx context.Context) error {
	if r.alive == nil {
		return nil
	}
	conn := r.alive.Hijack()
	_, err := conn.Exec(ctx, "SELECT pg_advisory_unlock_all()")
	if conn.IsClosed() {
		return nil // the database went away, and the lock with it
	}
	return errors.Join(err, conn.Close(ctx))
}

// showAlive holds a session lock for as long as this process lives. It is a shared one, because the server may not have
// noticed yet that the connection which held it before is gone.
func (r *Runner) showAlive(ctx context.Context, db *pgxpool.Pool) error {
	conn, err := db.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("take a connection for the worker's lock: %w", err)
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock_shared($1, hashtext($2))", lockFamily, r.id); err != nil {
		conn.Release()
		return fmt.Errorf("take the worker's lock: %w", err)
	}
	r.alive = conn
	return nil
}

// stayAlive takes the lock again when its connection was lost: without it this worker's own jobs look abandoned.
func (r *Runner) stayAlive(ctx context.Context, db *pgxpool.Pool) error {
	if r.alive != nil {
		asked, done := context.WithTimeout(ctx, tickEvery)
		lost := r.alive.Ping(asked)
		done()
		if lost == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		r.alive.Release() // a broken connection is closed and not pooled again
		r.alive = nil
	}
	return r.showAlive(ctx, db)
}

// requeueDead makes jobs available again whose worker no longer holds its lock.
// Without it a job that ran when the machine went down would wait for the rescue time.
func requeueDead(ctx context.Context, db *pgxpool.Pool) error {
	_, err := db.Exec(ctx, `
		UPDATE river_job SET state = 'available', scheduled_at = now()
		WHERE state = 'running' AND NOT EXISTS (
			SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
			WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
			  AND l.classid = $1::bigint::oid
			  AND l.objid::bigint = hashtext(river_job.attempted_by[array_upper(river_job.attempted_by, 1)])::bigint & 4294967295)`,
		lockFamily)
	if err != nil {
		return fmt.Errorf("put back jobs of dead workers: %w", err)
	}
	return nil
}

func (r *Runner) tick(ctx context.Context, db *pgxpool.Pool, reg *Registry, log *slog.Logger) {
	defer close(r.ticked)
	clock := time.NewTicker(tickEvery)
	defer clock.Stop()
	for {
		if err := errors.Join(reg.tick(ctx, db, time.Now()), r.lookAfter(ctx, db)); err != nil && ctx.Err() == nil {
			log.Error("定时任务安排失败", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-clock.C:
		}
	}
}

// lookAfter puts back the jobs of dead workers, but only while this worker itself can be seen to live.
func (r *Runner) lookAfter(ctx context.Context, db *pgxpool.Pool) error {
	if err := r.stayAlive(ctx, db); err != nil {
		return err
	}
	return requeueDead(ctx, db)
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return name
}

// levelAtLeast drops the queue's chatter below a level.
type levelAtLeast struct {
	slog.Handler
	min slog.Level
}

func (h levelAtLeast) Enabled(_ context.Context, l slog.Level) bool { return l >= h.min }

// WorkerAlive reports whether any process works the queue of this database.
func WorkerAlive(ctx context.Context, q pg.Querier) (alive bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
		WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
		  AND l.classid = $1::bigint::oid)`, lockFamily).Scan(&alive)
	return alive, err
}
