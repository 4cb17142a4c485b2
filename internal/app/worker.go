package app

import (
	"context"
	"fmt"
	"time"

	"yigai/internal/audit"
	"yigai/internal/jobs"
	"yigai/internal/pg"
)

// sealEvery is how soon a written audit entry is chained.
const sealEvery = 5 * time.Second

// Work runs the jobs of all rooms until ctx ends.
func (a *App) Work(ctx context.Context) error {
	run, err := a.StartWorker(ctx)
	if ctx.Err() != nil && run == nil {
		return nil // asked to stop before it had begun
	}
	if err != nil {
		return err
	}
	<-ctx.Done()
	return run.Stop(context.WithoutCancel(ctx))
}

// StartWorker starts the job runner and the audit sealer; Stop of the runner ends the jobs, ctx the sealer.
func (a *App) StartWorker(ctx context.Context) (*jobs.Runner, error) {
	registry := jobs.NewRegistry()
	for _, one := range a.Rooms {
		if one.Jobs != nil {
			one.Jobs(registry)
		}
	}
	run, err := jobs.Run(ctx, a.Deps.DB, registry, a.Deps.Log)
	if err != nil {
		return nil, err
	}
	go a.seal(ctx)
	return run, nil
}

func (a *App) seal(ctx context.Context) {
	clock := time.NewTicker(sealEvery)
	defer clock.Stop()
	for {
		if _, err := audit.Seal(ctx, a.Deps.DB); err != nil && ctx.Err() == nil {
			a.Deps.Log.Error("审计日志封存失败", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-clock.C:
		}
	}
}

func workerAlive(ctx context.Context, q pg.Querier) (bool, error) {
	alive, err := jobs.WorkerAlive(ctx, q)
	if err != nil {
		return false, fmt.Errorf("look for a worker: %w", err)
	}
	return alive, nil
}
