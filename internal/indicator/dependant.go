package indicator

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Recompute computes the months whose facts changed, and every month whose formulas look back to one of them, for the
// institutions concerned and those above them (nil: all).
func (s *Service) Recompute(ctx context.Context, county int32, changed []period.Month, only []int64) (Run, error) {
	tasks, err := s.dependants(ctx, county, changed, only)
	if err != nil {
		return Run{}, err
	}
	return s.perform(ctx, county, tasks)
}

// dependants lists the changed months whole, and the later months that look back for the indicators that do.
func (s *Service) dependants(ctx context.Context, county int32, changed []period.Month, only []int64) ([]task, error) {
	all, err := definitions(ctx, s.db, county)
	if err != nil {
		return nil, err
	}
	var tasks []task
	whole := map[period.Month]bool{}
	for _, m := range changed {
		if !whole[m] {
			whole[m] = true
			tasks = append(tasks, task{month: m, institutions: only})
		}
	}
	later, err := lookingBack(all, changed, whole)
	if err != nil {
		return nil, err
	}
	months, err := monthsWithFigures(ctx, s.db, county, keys(later))
	if err != nil {
		return nil, err
	}
	for _, m := range months {
		tasks = append(tasks, task{month: m, institutions: only, indicators: later[m]})
	}
	return tasks, nil
}

// lookingBack finds the indicators of later months that read one of the changed ones.
func lookingBack(all []Indicator, changed []period.Month, whole map[period.Month]bool) (map[period.Month][]int32, error) {
	later := map[period.Month][]int32{}
	for _, i := range all {
		formulas, err := i.formulas()
		if err != nil {
			return nil, err
		}
		if !i.Enabled || !looksBack(formulas) {
			continue
		}
		for m := range after(changed) {
			version, ok := i.InForce(m)
			if ok && !whole[m] && readsAny(formulas[version.Number], m, changed) {
				later[m] = append(later[m], i.ID)
			}
		}
	}
	return later, nil
}

// after is every month that a formula of ours could look back from: the rest of the year and the year after it.
func after(changed []period.Month) map[period.Month]bool {
	months := map[period.Month]bool{}
	for _, c := range changed {
		for m := c.Next(); m.Year() <= c.Year()+1 && !m.IsZero(); m = m.Next() {
			months[m] = true
		}
	}
	return months
}

func (i Indicator) formulas() (map[int]*formula.Expr, error) {
	out := make(map[int]*formula.Expr, len(i.Versions))
	for _, v := range i.Versions {
		expr, err := v.parse()
		if err != nil {
			return nil, fmt.Errorf("indicator %s: %w", i.Slug, err)
		}
		out[v.Number] = expr
	}
	return out, nil
}

func looksBack(formulas map[int]*formula.Expr) bool {
	for _, expr := range formulas {
		for _, ref := range expr.Refs() {
			if ref.Window != formula.This {
				return true
			}
		}
	}
	return false
}

func readsAny(expr *formula.Expr, m period.Month, changed []period.Month) bool {
	for _, c := range changed {
		if reads(expr, m, c) {
			return true
		}
	}
	return false
}

func keys[V any](m map[period.Month]V) []period.Month {
	out := make([]period.Month, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}

// monthsEver lists every month for which figures were given or values computed. It steps from one month of figures to
// the next: a figure of a far-off year costs no more than any other, and no month is read whole.
func monthsEver(ctx context.Context, q pg.Querier, county int32) ([]period.Month, error) {
	rows, err := q.Query(ctx, `
		WITH RECURSIVE given AS (
			SELECT min(period) AS period FROM reporting_fact WHERE county_id = $1
			UNION ALL
			SELECT (SELECT min(f.period) FROM reporting_fact f WHERE f.county_id = $1 AND f.period > g.period) FROM given g WHERE g.period IS NOT NULL)
		SELECT period FROM given WHERE period IS NOT NULL
		UNION SELECT period FROM indicator_run WHERE county_id = $1 ORDER BY 1`, county)
	if err != nil {
		return nil, fmt.Errorf("look for all months: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[period.Month])
	if err != nil {
		return nil, fmt.Errorf("look for all months: %w", err)
	}
	return found, nil
}

// monthsWithFigures keeps the months for which anything is due or given, in order.
func monthsWithFigures(ctx context.Context, q pg.Querier, county int32, months []period.Month) ([]period.Month, error) {
	rows, err := q.Query(ctx, `
		SELECT m FROM unnest($2::text[]::date[]) AS m
		WHERE EXISTS (SELECT FROM reporting_fact f WHERE f.county_id = $1 AND f.period = m)
		   OR EXISTS (SELECT FROM reporting_due d WHERE d.county_id = $1 AND d.period = m)
		ORDER BY m`, county, firstDays(months))
	if err != nil {
		return nil, fmt.Errorf("look for months with figures: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[period.Month])
	if err != nil {
		return nil, fmt.Errorf("look for months with figures: %w", err)
	}
	return found, nil
}
