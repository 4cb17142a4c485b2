package indicator

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/period"
	"yigai/internal/pg"
)

// Run says what a computation did. It may have done what others asked for, and others its own.
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
// It may run twice; it returns when the months are computed, by itself or by another computation of the county.
func (s *Service) Compute(ctx context.Context, county int32, months []period.Month, only []int64) (Run, error) {
	tasks := wholeMonths(months)
	for i := range tasks {
		tasks[i].institutions = only
	}
	return s.perform(ctx, county, tasks)
}

func wholeMonths(months []period.Month) []task {
	tasks := make([]task, len(months))
	for i, m := range months {
		tasks[i].month = m
	}
	return tasks
}

func (s *Service) perform(ctx context.Context, county int32, tasks []task) (Run, error) {
	if err := s.request(ctx, county, tasks); err != nil {
		return Run{}, err
	}
	return s.work(ctx, county, wait)
}

// computeMonth computes a task and stores what it found.
func (s *Service) computeMonth(ctx context.Context, tx pgx.Tx, county int32, t task) (n int, err error) {
	began := time.Now()
	places, err := readTree(ctx, tx, county)
	if err != nil {
		return 0, err
	}
	plans, err := s.plans(ctx, tx, county, t)
	if err != nil {
		return 0, err
	}
	results, err := compute(ctx, tx, county, t, places, plans)
	if err != nil {
		return 0, err
	}
	o := outcome{county: county, task: t, at: s.now(), results: results}
	if t.institutions != nil {
		o.places = places.listed(places.upwards(t.institutions))
	}
	return len(results), o.store(ctx, tx, began)
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
