package indicator

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// InstallPreset copies a pack's indicators with their first version and target into the county of who, in the caller's
// transaction. What is there already stays as the county made it, so it may be repeated.
func InstallPreset(ctx context.Context, tx pgx.Tx, who actor.Actor, pack *preset.Pack) error {
	if err := who.Require(ActionManage); err != nil {
		return err
	}
	there, err := definitions(ctx, tx, who.CountyID)
	if err != nil {
		return err
	}
	added := 0
	for n, p := range pack.Indicators {
		if slices.ContainsFunc(there, func(i Indicator) bool { return i.Slug == p.Slug }) {
			continue
		}
		if err := installOne(ctx, tx, who, p, n+1); err != nil {
			return fmt.Errorf("install indicator %s: %w", p.Slug, err)
		}
		added++
	}
	if added == 0 {
		return nil
	}
	return audit.Record(ctx, tx, who, audit.Entry{Action: ActionManage, Kind: "preset", Name: fmt.Sprint(pack.Names),
		After: map[string]int{"indicators": added}})
}

func installOne(ctx context.Context, tx pgx.Tx, who actor.Actor, p preset.Indicator, position int) error {
	from, err := period.Parse(p.EffectiveFrom)
	if err != nil {
		return err
	}
	expr, err := formula.Parse(p.Formula)
	if err != nil {
		return err
	}
	if expr, err = withoutOne(expr); err != nil {
		return err
	}
	i := Indicator{Slug: p.Slug, NameZH: p.NameZH, Unit: p.Unit, Decimals: int32(p.Decimals), Direction: p.Direction, Level: p.Level,
		Topic: p.Group, Definition: p.Definition, Source: p.Source, Note: p.Note, Official: p.Official, Enabled: p.OnByDefault, Position: position}
	if i.ID, err = insertIndicator(ctx, tx, who.CountyID, i); err != nil {
		return err
	}
	if err := insertVersion(ctx, tx, who, i.ID, Version{Number: 1, From: from, Formula: expr.String()}); err != nil {
		return err
	}
	if p.Target.Op == "" || !p.Target.Value.Valid {
		return nil
	}
	_, err = insertTarget(ctx, tx, who.CountyID, i.ID, Target{Operator: p.Target.Op, Value: p.Target.Value.Decimal, Max: p.Target.Max,
		From: from, Source: targetSource(p.Target), Official: p.Target.Official})
	return err
}

func targetSource(t preset.Target) string {
	if t.Year == "" {
		return t.Source
	}
	return t.Source + "(" + t.Year + "年)"
}

// withoutOne drops a denominator that is the constant 1: such an indicator is no ratio.
func withoutOne(expr *formula.Expr) (*formula.Expr, error) {
	f := expr.Fraction()
	if f.Den == nil || f.Den.String() != "1" {
		return expr, nil
	}
	text := f.Num.String()
	if !f.Factor.Equal(decimal.NewFromInt(1)) {
		text = f.Factor.String() + "*(" + text + ")"
	}
	return formula.Parse(text)
}
