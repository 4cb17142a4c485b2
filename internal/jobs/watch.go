package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Job is long work that a person started and may watch.
type Job struct {
	ID         int64           `json:"id"`
	Kind       string          `json:"kind"`
	Title      string          `json:"title"`
	State      string          `json:"state"` // waiting, running, done, failed
	Done       int64           `json:"done"`
	Total      int64           `json:"total"` // 0 while unknown
	Message    string          `json:"message"`
	Result     json.RawMessage `json:"result"`
	CreatedAt  time.Time       `json:"created_at"`
	StartedAt  *time.Time      `json:"started_at"`
	FinishedAt *time.Time      `json:"finished_at"`
}

// Open records long work in the transaction that enqueues it and returns its number.
func Open(ctx context.Context, tx pg.Querier, who actor.Actor, kind, title string) (id int64, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO job (county_id, kind, title, account_id) VALUES ($1, $2, $3, NULLIF($4, 0)) RETURNING id`,
		who.CountyID, kind, title, who.AccountID).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("open job %s: %w", kind, err)
	}
	return id, nil
}

// Progress says how far the work is. It is cheap; call it a few times a second at most.
func Progress(ctx context.Context, q pg.Querier, county int32, id, done, total int64) error {
	_, err := q.Exec(ctx, `UPDATE job SET state = 'running', started_at = coalesce(started_at, now()), done = $3, total = $4
		WHERE county_id = $1 AND id = $2`, county, id, done, total)
	if err != nil {
		return fmt.Errorf("note progress of job %d: %w", id, err)
	}
	return nil
}

// Finish closes the work with a result for the person; a non-nil failure closes it as failed with a Chinese sentence.
func Finish(ctx context.Context, q pg.Querier, county int32, id int64, message string, result any, failure error) error {
	state := "done"
	if failure != nil {
		state = "failed"
	}
	encoded, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("encode result of job %d: %w", id, err)
	}
	_, err = q.Exec(ctx, `UPDATE job SET state = $3, message = $4, result = $5, finished_at = now(),
		started_at = coalesce(started_at, now()) WHERE county_id = $1 AND id = $2`, county, id, state, message, encoded)
	if err != nil {
		return fmt.Errorf("close job %d: %w", id, err)
	}
	return nil
}

// Get returns the actor's own job; anybody else's is not found.
func Get(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (Job, error) {
	rows, err := q.Query(ctx, `
		SELECT id, kind, title, state, done, total, message, coalesce(result, 'null'), created_at, started_at, finished_at
		FROM job WHERE county_id = $1 AND id = $2 AND account_id = $3`, who.CountyID, id, who.AccountID)
	if err != nil {
		return Job{}, fmt.Errorf("read job %d: %w", id, err)
	}
	j, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Job])
	if pg.NoRows(err) {
		return Job{}, fault.NotFound("这项后台任务")
	}
	if err != nil {
		return Job{}, fmt.Errorf("read job %d: %w", id, err)
	}
	return j, nil
}
