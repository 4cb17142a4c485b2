package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"yigai/internal/jobs"
	"yigai/internal/pg"
)

// WithDatabase reaches the database without changing its schema; for commands that only look.
func WithDatabase(ctx context.Context, c Config, log *slog.Logger, do func(q pg.Querier) error) error {
	a := &App{Config: c}
	url, err := a.reachDatabase(ctx, Command, log)
	if err != nil {
		return err
	}
	db, err := pg.Connect(ctx, url)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	a.Deps.DB = db
	return errors.Join(do(db), a.Close())
}

// Examine writes what stands in the database and what waits there, for the administrator.
func Examine(ctx context.Context, q pg.Querier, out io.Writer) error {
	var counties, accounts, waiting, failed, unsealed int
	err := q.QueryRow(ctx, `SELECT (SELECT count(*) FROM county WHERE county_id <> 0), (SELECT count(*) FROM account WHERE active),
		(SELECT count(*) FROM river_job WHERE state IN ('available', 'retryable', 'scheduled')),
		(SELECT count(*) FROM river_job WHERE state = 'discarded'), (SELECT count(*) FROM audit_unsealed)`).
		Scan(&counties, &accounts, &waiting, &failed, &unsealed)
	if err != nil {
		return fmt.Errorf("count what is there: %w", err)
	}
	working, err := jobs.WorkerAlive(ctx, q)
	if err != nil {
		return fmt.Errorf("look for a worker: %w", err)
	}
	word := map[bool]string{true: "在运行", false: "没有运行"}[working]
	_, err = fmt.Fprintf(out, "县        %d\n启用账号  %d\n后台任务  进程%s,等待 %d,放弃 %d\n审计      待封存 %d 条\n",
		counties, accounts, word, waiting, failed, unsealed)
	return err
}

// ExamineReplica writes whether the replica answers and how far it is behind.
func ExamineReplica(ctx context.Context, url string, out io.Writer) error {
	db, err := pg.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("只读副本不能访问: %w", err)
	}
	defer db.Close()
	var follows bool
	var lag int
	err = db.QueryRow(ctx, `SELECT pg_is_in_recovery(), coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0)::int`).Scan(&follows, &lag)
	if err != nil {
		return fmt.Errorf("ask the replica: %w", err)
	}
	word := fmt.Sprintf("可访问,最近一次同步在 %d 秒前", lag)
	if !follows {
		word = "可访问,但它不是副本,而是可写的数据库"
	}
	_, err = fmt.Fprintf(out, "只读副本  %s\n", word)
	return err
}
