package indicator

import (
	"context"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// NextMonth is from when a changed formula leaves every published figure alone: the month after the last one of which
// anything was accepted, but not before this month.
func (s *Service) NextMonth(ctx context.Context, who actor.Actor) (period.Month, error) {
	if err := who.Require(ActionManage); err != nil {
		return period.Month{}, err
	}
	next := period.MonthOf(s.now())
	last, err := lastAccepted(ctx, s.db, who.CountyID)
	if err == nil && !last.IsZero() && !last.Before(next) {
		next = last.Next()
	}
	return next, err
}

// Rewrites counts the months with values that an edit would compute by another formula than before.
func (s *Service) Rewrites(ctx context.Context, who actor.Actor, d Draft) (int, error) {
	i, err := s.Get(ctx, who, d.Slug)
	if err != nil {
		return 0, err
	}
	known, err := s.elements(ctx, s.db, who.CountyID)
	if err != nil {
		return 0, err
	}
	expr, err := d.normal().expression(known)
	if err != nil {
		return 0, err
	}
	if i.Latest().covers(expr, d.From) {
		return 0, nil
	}
	return monthsWithValues(ctx, s.db, who.CountyID, i.ID, d.From)
}

// covers reports whether the version already is this formula from this month on.
func (v Version) covers(expr *formula.Expr, from period.Month) bool {
	return v.Formula == expr.String() && !from.Before(v.From)
}

func lastAccepted(ctx context.Context, q pg.Querier, county int32) (m period.Month, err error) {
	err = q.QueryRow(ctx, "SELECT period FROM indicator_run WHERE county_id = $1 AND accepted > 0 ORDER BY period DESC LIMIT 1", county).Scan(&m)
	if err != nil && !pg.NoRows(err) {
		return m, fmt.Errorf("find the last month with accepted reports: %w", err)
	}
	return m, nil
}

func monthsWithValues(ctx context.Context, q pg.Querier, county, indicator int32, from period.Month) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT count(DISTINCT period) FROM indicator_value
		WHERE county_id = $1 AND indicator_id = $2 AND period >= $3 AND value IS NOT NULL`, county, indicator, from).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count months with values of indicator %d: %w", indicator, err)
	}
	return n, nil
}
