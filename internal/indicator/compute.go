package indicator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/period"
	"yigai/internal/pg"
)

// Run says what a computation did.
type Run struct {
	Values int // computed, changed or not
	Took   time.Duration
}

// task is one month to compute: for some institutions and those above them, for some indicators; nil means all.
type task struct {
	month        period.Month
	institutions []int64
	indicators   []int32
}

// Compute computes the months of a county anew: for the given institutions and those above them, or for all (nil).
// It may run twice, and runs of one county wait for each other.
func (s *Service) Compute(ctx context.Context, county int32, months []period.Month, only []int64) (Run, error) {
	tasks := make([]task, len(months))
	for i, m := range months {
		tasks[i] = task{month: m, institutions: only}
	}
	return s.perform(ctx, county, tasks)
}

func (s *Service) perform(ctx context.Context, county int32, tasks []task) (Run, error) {
	var run Run
	began := time.Now()
	for _, t := range tasks {
		n, err := s.computeMonth(ctx, county, t)
		if err != nil {
			return run, fmt.Errorf("compute indicators of %s: %w", t.month, err)
		}
		run.Values += n
	}
	run.Took = time.Since(began)
	return run, nil
}

// lockFamily is the class of the advisory lock that serialises the computations of a county.
const lockFamily = 0x696e6469 // "indi"

func (s *Service) computeMonth(ctx context.Context, county int32, t task) (n int, err error) {
	began := time.Now()
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1, $2)", lockFamily, county); err != nil {
			return fmt.Errorf("wait for other computations: %w", err)
		}
		places, err := readTree(ctx, tx, county)
		if err != nil {
			return err
		}
		plans, err := s.plans(ctx, tx, county, t)
		if err != nil {
			return err
		}
		results, err := compute(ctx, tx, county, t, places, plans)
		if err != nil {
			return err
		}
		n = len(results)
		o := outcome{county: county, task: t, at: s.now(), results: results}
		if t.institutions != nil {
			o.places = places.listed(places.upwards(t.institutions))
		}
		return o.store(ctx, tx, began)
	})
	return n, err
}

// plans prepares the enabled indicators of a task that have begun.
func (s *Service) plans(ctx context.Context, q pg.Querier, county int32, t task) ([]plan, error) {
	all, err := definitions(ctx, q, county)
	if err != nil {
		return nil, err
	}
	known, err := s.elements(ctx, q, county)
	if err != nil {
		return nil, err
	}
	var plans []plan
	for _, i := range all {
		if !i.Enabled || t.indicators != nil && !slices.Contains(t.indicators, i.ID) {
			continue
		}
		p, ok, err := s.newPlan(i, t.month, known)
		if err != nil {
			return nil, err
		}
		if ok {
			plans = append(plans, p)
		}
	}
	return plans, nil
}

// compute is the arithmetic of a task on the figures as they stand.
func compute(ctx context.Context, q pg.Querier, county int32, t task, places *tree, plans []plan) ([]result, error) {
	figures, err := load(ctx, q, county, t.month, places, plans)
	if err != nil {
		return nil, err
	}
	r := newRollup(places, figures, t.month)
	wanted := places.upwards(t.institutions)
	var results []result
	for _, p := range plans {
		results = append(results, r.evaluate(p, wanted)...)
	}
	return results, nil
}
