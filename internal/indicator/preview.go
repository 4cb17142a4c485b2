package indicator

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// previewed is how many institutions a preview shows.
const previewed = 20

// Preview computes a draft's formula on a month's figures without storing anything: the county first, then institutions.
func (s *Service) Preview(ctx context.Context, who actor.Actor, d Draft, m period.Month) ([]Value, error) {
	if err := who.Require(ActionManage); err != nil {
		return nil, err
	}
	if m.IsZero() {
		return nil, fault.Field("month", "请选择试算的月份")
	}
	d = d.normal()
	known, err := s.elements(ctx, s.db, who.CountyID)
	if err != nil {
		return nil, err
	}
	expr, err := d.expression(known)
	if err != nil {
		return nil, err
	}
	i := d.indicator()
	i.Versions = []Version{{Number: 1, From: m, Formula: expr.String()}}
	p, _, err := s.newPlan(i, m, known)
	if err != nil {
		return nil, err
	}
	return s.preview(ctx, who, p, m)
}

func (s *Service) preview(ctx context.Context, who actor.Actor, p plan, m period.Month) ([]Value, error) {
	places, err := readTree(ctx, s.db, who.CountyID)
	if err != nil {
		return nil, err
	}
	results, err := compute(ctx, s.db, who.CountyID, task{month: m}, places, []plan{p})
	if err != nil {
		return nil, err
	}
	mine, err := org.InScope(ctx, s.db, who, org.Filter{})
	if err != nil {
		return nil, err
	}
	var values []Value
	for _, r := range results {
		n := slices.IndexFunc(mine, func(i org.Institution) bool { return i.ID == r.institution })
		if n >= 0 && len(values) < previewed {
			values = append(values, r.value(mine[n], p.indicator, m))
		}
	}
	return values, nil
}

// value is a result as it is shown.
func (r result) value(at org.Institution, i Indicator, m period.Month) Value {
	known := func(d decimal.Decimal, ok bool) decimal.NullDecimal {
		return decimal.NullDecimal{Decimal: d, Valid: ok}
	}
	return Value{Indicator: i.Slug, InstitutionID: at.ID, InstitutionCode: at.Code, Institution: at.Name, Month: m, Version: r.version,
		Numerator: known(r.ratio.Numerator, r.ratio.HasNum), Denominator: known(r.ratio.Denominator, r.ratio.HasDen),
		Value: known(r.ratio.Value, r.ratio.Reason == ""), Decimals: i.Decimals, Reason: r.ratio.Reason,
		Reporting: r.reporting, Expected: r.expected}
}

// Ask has a month computed anew in the background, with every month that looks back to it.
func (s *Service) Ask(ctx context.Context, who actor.Actor, m period.Month) error {
	if err := who.Require(ActionCompute); err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := audit.Record(ctx, tx, who, audit.Entry{Action: ActionCompute, Kind: "month", ID: m.String(), Name: m.Chinese()}); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, ComputationAsked{County: who.CountyID, Months: []period.Month{m}})
	})
}
