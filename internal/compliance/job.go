package compliance

import (
	"context"
	"slices"
	"time"

	"yigai/internal/indicator"
	"yigai/internal/jobs"
	"yigai/internal/period"
	"yigai/internal/policy"
)

// Jobs registers what this room does in the background.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.On(r, 10*time.Minute, func(ctx context.Context, e indicator.Computed) error { return s.Evaluate(ctx, e.County, e.Month) })
	jobs.On(r, 30*time.Minute, func(ctx context.Context, e policy.Changed) error { return s.evaluateFrom(ctx, e.County, e.From) })
	jobs.On(r, 30*time.Minute, func(ctx context.Context, e Declared) error { return s.evaluateFrom(ctx, e.County, e.From) })
}

// evaluateFrom evaluates the months that were evaluated before, from one on; a county without any gets the latest that
// is over. Months that are still to come are evaluated when they are computed.
func (s *Service) evaluateFrom(ctx context.Context, county int32, from period.Month) error {
	months, err := monthsFrom(ctx, s.db, county, from)
	if err != nil {
		return err
	}
	if last := period.MonthOf(s.now()).Prev(); !last.Before(from) && !slices.Contains(months, last) {
		months = append([]period.Month{last}, months...)
	}
	for _, m := range months {
		if err := s.Evaluate(ctx, county, m); err != nil {
			return err
		}
	}
	return nil
}
