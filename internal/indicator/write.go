package indicator

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/formula"
	"yigai/internal/jobs"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Create adds an indicator. One that is there already is a Conflict.
func (s *Service) Create(ctx context.Context, who actor.Actor, d Draft) (Indicator, error) {
	made, created, err := s.Ensure(ctx, who, d)
	if err == nil && !created {
		err = fault.Conflict("编码 %s 已经有指标“%s”在用", made.Slug, made.NameZH)
	}
	return made, err
}

// Ensure is Create for programs that may ask twice: an indicator that is as stated stays, one that differs is a Conflict.
func (s *Service) Ensure(ctx context.Context, who actor.Actor, d Draft) (made Indicator, created bool, err error) {
	d = d.normal()
	err = s.change(ctx, who, func(tx pgx.Tx) error {
		expr, err := s.check(ctx, tx, who.CountyID, d)
		if err != nil {
			return err
		}
		there, err := bySlug(ctx, tx, who.CountyID, d.Slug)
		if fault.IsNotFound(err) {
			created = true
			made, err = s.create(ctx, tx, who, d, expr)
			return err
		}
		if err == nil && !d.says(there, expr) {
			err = fault.Conflict("编码 %s 已经是“%s”,而且定义与提交的不同;要修改请用 PATCH 或在页面上建新版本", d.Slug, there.NameZH)
		}
		made, created = there, false
		return err
	})
	return made, created, err
}

// change runs a change of definitions: permission first, then one transaction.
func (s *Service) change(ctx context.Context, who actor.Actor, do func(tx pgx.Tx) error) error {
	if err := who.Require(ActionManage); err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, do)
}

// check collects what is wrong with a draft, the formula included.
func (s *Service) check(ctx context.Context, q pg.Querier, county int32, d Draft) (*formula.Expr, error) {
	known, err := s.elements(ctx, q, county)
	if err != nil {
		return nil, err
	}
	wrong := d.problems()
	expr, err := d.expression(known)
	if len(wrong) == 0 {
		return expr, err
	}
	if err != nil && !fault.IsInvalid(err) {
		return nil, err
	}
	return nil, fault.Invalid(append(wrong, fault.Problems(err)...)...)
}

// says reports whether an indicator that is there is what the draft states.
func (d Draft) says(i Indicator, expr *formula.Expr) bool {
	same := DraftOf(i)
	same.Formula, same.From, d.Formula, d.From = "", period.Month{}, "", period.Month{}
	d.Numerator, d.Denominator, d.Factor, d.Revision = "", "", "", same.Revision
	return same == d && i.Latest().Formula == expr.String()
}

func (s *Service) create(ctx context.Context, tx pgx.Tx, who actor.Actor, d Draft, expr *formula.Expr) (Indicator, error) {
	i := d.indicator()
	id, err := insertIndicator(ctx, tx, who.CountyID, i)
	if err != nil {
		return Indicator{}, err
	}
	if err := insertVersion(ctx, tx, who, id, Version{Number: 1, From: d.From, Formula: expr.String()}); err != nil {
		return Indicator{}, err
	}
	return s.settle(ctx, tx, who, Indicator{}, d.Slug, "")
}

// indicator is the definition a draft states; what a draft does not state stays as it was.
func (d Draft) indicator() Indicator {
	return Indicator{Slug: d.Slug, NameZH: d.NameZH, Unit: d.Unit, Decimals: int32(d.Decimals), Direction: d.Direction, Level: d.Level,
		Topic: d.Topic, Definition: d.Definition, Source: d.Source, Note: d.Note, Enabled: !d.Disabled}
}

// settle ends a change: it reads the definition as it is now, records the difference and has its values computed.
func (s *Service) settle(ctx context.Context, tx pgx.Tx, who actor.Actor, was Indicator, slug, reason string) (Indicator, error) {
	now, err := bySlug(ctx, tx, who.CountyID, slug)
	if err != nil {
		return now, err
	}
	entry := audit.Entry{Action: ActionManage, Kind: "indicator", ID: slug, Name: now.NameZH, After: traced(now), Reason: reason}
	if was.ID != 0 {
		entry.Before = traced(was)
	}
	if err := audit.Record(ctx, tx, who, entry); err != nil {
		return now, err
	}
	return now, jobs.Enqueue(ctx, tx, DefinitionChanged{County: who.CountyID, Indicator: now.ID})
}

// traced is what the audit trail keeps of a definition.
func traced(i Indicator) map[string]any {
	latest := i.Latest()
	return map[string]any{"name_zh": i.NameZH, "unit": i.Unit, "decimals": i.Decimals, "direction": i.Direction, "level": i.Level,
		"topic": i.Topic, "definition": i.Definition, "source": i.Source, "note": i.Note, "enabled": i.Enabled,
		"version": latest.Number, "formula": latest.Formula, "effective_from": latest.From}
}

// Edit states an indicator anew. A formula that differs, or one that is to hold earlier, becomes a new version; earlier
// versions stay. An edit that was made upon another revision than the one that stands is a Conflict.
func (s *Service) Edit(ctx context.Context, who actor.Actor, d Draft) (made Indicator, err error) {
	d = d.normal()
	err = s.change(ctx, who, func(tx pgx.Tx) error {
		was, err := s.locked(ctx, tx, who.CountyID, d.Slug)
		if err != nil {
			return err
		}
		expr, err := s.check(ctx, tx, who.CountyID, d)
		if err != nil {
			return err
		}
		made, err = s.edit(ctx, tx, who, was, d, expr)
		return err
	})
	return made, err
}

func (s *Service) locked(ctx context.Context, tx pgx.Tx, county int32, slug string) (Indicator, error) {
	if err := lockIndicator(ctx, tx, county, slug); err != nil {
		return Indicator{}, err
	}
	return bySlug(ctx, tx, county, slug)
}

func (s *Service) edit(ctx context.Context, tx pgx.Tx, who actor.Actor, was Indicator, d Draft, expr *formula.Expr) (Indicator, error) {
	latest := was.Latest()
	sameFormula := latest.covers(expr, d.From)
	if sameFormula && d.says(was, expr) {
		return was, nil
	}
	if d.Revision != 0 && d.Revision != was.Revision {
		return was, fault.Conflict("指标“%s”刚被别人修改过,请核对现在的内容后再保存", was.NameZH)
	}
	i := d.indicator()
	// A formula changed by the county no longer is the one printed in the official text.
	i.ID, i.Official = was.ID, was.Official && latest.Formula == expr.String()
	if err := updateIndicator(ctx, tx, who.CountyID, i); err != nil {
		return was, err
	}
	if !sameFormula {
		v := Version{Number: latest.Number + 1, From: d.From, Formula: expr.String()}
		if err := insertVersion(ctx, tx, who, was.ID, v); err != nil {
			return was, err
		}
	}
	if !i.Enabled {
		if err := deleteValues(ctx, tx, who.CountyID, was.ID); err != nil {
			return was, err
		}
	}
	return s.settle(ctx, tx, who, was, d.Slug, "")
}

// Enable takes an indicator into use, or out of it with all its computed values; back in use, all of them are computed
// again.
func (s *Service) Enable(ctx context.Context, who actor.Actor, slug string, enabled bool) (made Indicator, err error) {
	err = s.change(ctx, who, func(tx pgx.Tx) error {
		was, err := s.locked(ctx, tx, who.CountyID, slug)
		if err != nil {
			return err
		}
		d := DraftOf(was)
		d.Disabled = !enabled
		expr, err := s.check(ctx, tx, who.CountyID, d)
		if err != nil {
			return err
		}
		made, err = s.edit(ctx, tx, who, was, d, expr)
		return err
	})
	return made, err
}

// bySlug reads one definition.
func bySlug(ctx context.Context, q pg.Querier, county int32, slug string) (Indicator, error) {
	all, err := definitions(ctx, q, county)
	if err != nil {
		return Indicator{}, fmt.Errorf("read indicator %s: %w", slug, err)
	}
	n := slices.IndexFunc(all, func(i Indicator) bool { return i.Slug == slug })
	if n < 0 {
		return Indicator{}, notFound(slug)
	}
	return all[n], nil
}
