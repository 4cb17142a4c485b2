package main

import (
	"context"
	"fmt"
	"time"

	"yigai/internal/indicator"
	"yigai/internal/period"
)

func (w *world) indicators() *indicator.Service {
	return indicator.New(w.db, time.Now, period.China())
}

// compute computes every month from nothing, once in a run, and the month in hand: the pages show what it stored.
func (w *world) compute(ctx context.Context) (indicator.Run, error) {
	if w.computed != nil {
		return *w.computed, nil
	}
	run, err := w.indicators().Compute(ctx, w.county.id, w.county.months, nil)
	if err != nil {
		return run, err
	}
	if _, err := w.indicators().Compute(ctx, w.county.id, []period.Month{w.county.inHand}, nil); err != nil {
		return run, err
	}
	w.computed = &run
	_, err = w.db.Exec(ctx, "VACUUM ANALYZE indicator_value")
	return run, err
}

func rebuild(ctx context.Context, w *world) ([]line, error) {
	const budget = 60 * time.Second
	run, err := w.compute(ctx)
	if err != nil {
		return nil, err
	}
	ceiling, _, err := w.setBased(ctx, w.county.months)
	if err != nil {
		return nil, err
	}
	return []line{{what: fmt.Sprintf("rebuild %d months from nothing (%d values)", len(w.county.months), run.Values), budget: "≤ 60 s",
		measured: ms(run.Took), ceiling: ms(ceiling) + " (one set-based SQL)", verdict: judge(share(run.Took, budget))}}, nil
}

// month computes one month again, everything, the figures being as they were.
func month(ctx context.Context, w *world) ([]line, error) {
	const budget = 2 * time.Second
	if _, err := w.compute(ctx); err != nil {
		return nil, err
	}
	last := w.county.months[len(w.county.months)-1:]
	values := 0
	times, err := repeat(5, func(int) error {
		run, err := w.indicators().Compute(ctx, w.county.id, last, nil)
		values = run.Values
		return err
	})
	if err != nil {
		return nil, err
	}
	var bare sample
	for range 5 {
		took, _, err := w.setBased(ctx, last)
		if err != nil {
			return nil, err
		}
		bare = append(bare, took)
	}
	took, ceiling := times.percentile(50), bare.percentile(50)
	return []line{{what: fmt.Sprintf("recompute one month, everything (%d values)", values), budget: "≤ 2 s and ≤ 3 × one set-based SQL",
		measured: fmt.Sprintf("%s (%.1f ×)", ms(took), float64(took)/float64(ceiling)), ceiling: ms(ceiling) + " (one set-based SQL)",
		verdict: judge(share(took, budget), share(took, 3*ceiling))}}, nil
}
