package indicator

import (
	"context"
	"fmt"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// Computed announces that a month's values were computed anew.
type Computed struct {
	County int32        `json:"county"`
	Month  period.Month `json:"month"`
}

// Kind names the event in the queue.
func (Computed) Kind() string { return "indicator.computed" }

// Outcome is what a formula comes to at an institution.
type Outcome struct {
	Value               decimal.NullDecimal
	Reason              formula.Reason
	Reporting, Expected int
	Uneven              bool // partial on one side of the quotient only: not to be held against anything
}

// Evaluate computes formulas that are no indicators on a month's figures, for every institution that gives or owes one:
// by the name they are asked under, then by institution. One that names an element the county does not have is left out.
func (s *Service) Evaluate(ctx context.Context, q pg.Querier, county int32, m period.Month, formulas map[string]string) (map[string]map[int64]Outcome, error) {
	known, err := s.elements(ctx, q, county)
	if err != nil {
		return nil, err
	}
	plans, names, err := s.adhoc(m, formulas, known)
	if err != nil {
		return nil, err
	}
	places, err := readTree(ctx, q, county)
	if err != nil {
		return nil, err
	}
	results, err := compute(ctx, q, county, task{month: m}, places, plans)
	if err != nil {
		return nil, err
	}
	found := map[string]map[int64]Outcome{}
	for _, name := range names {
		found[name] = map[int64]Outcome{}
	}
	for _, r := range results {
		found[names[r.indicator]][r.institution] = r.outcome()
	}
	return found, nil
}

func (r result) outcome() Outcome {
	return Outcome{Value: decimal.NullDecimal{Decimal: r.ratio.Value, Valid: r.ratio.Reason == ""}, Reason: r.ratio.Reason,
		Reporting: r.reporting, Expected: r.expected, Uneven: r.uneven}
}

// adhoc plans the formulas whose elements are all known; names says which plan is which.
func (s *Service) adhoc(m period.Month, formulas map[string]string, known map[string]reporting.Element) (plans []plan, names []string, err error) {
	for name, text := range formulas {
		expr, err := formula.Parse(text)
		if err != nil {
			return nil, nil, fmt.Errorf("read formula of %s: %w", name, err)
		}
		if !covers(known, expr) {
			continue
		}
		i := Indicator{ID: int32(len(names)), Slug: name, Level: preset.LevelBoth, Versions: []Version{{Number: 1, From: m, Formula: text}}}
		p, _, err := s.newPlan(i, m, known)
		if err != nil {
			return nil, nil, err
		}
		plans, names = append(plans, p), append(names, name)
	}
	return plans, names, nil
}

func covers(known map[string]reporting.Element, expr *formula.Expr) bool {
	for _, ref := range expr.Refs() {
		if _, ok := known[ref.Slug]; !ok {
			return false
		}
	}
	return true
}
