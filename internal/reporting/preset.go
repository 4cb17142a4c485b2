package reporting

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// InstallPreset copies a pack's elements, forms and checks into the county of who, in the caller's transaction.
// What is already there by slug, version or code stays as the county made it, so it may be repeated.
func InstallPreset(ctx context.Context, tx pgx.Tx, who actor.Actor, pack *preset.Pack) error {
	if err := who.Require(ActionConfigure); err != nil {
		return err
	}
	if err := moveStamp(ctx, tx, who.CountyID); err != nil {
		return err
	}
	added := installed{}
	for _, step := range []func(context.Context, pgx.Tx, int32, *preset.Pack) error{
		added.elements, added.forms, added.checks, added.derivations} {
		if err := step(ctx, tx, who.CountyID, pack); err != nil {
			return fmt.Errorf("install preset: %w", err)
		}
	}
	if added == (installed{}) {
		return nil
	}
	return audit.Record(ctx, tx, who, audit.Entry{Action: ActionConfigure, Kind: "preset", Name: fmt.Sprint(pack.Names), After: added})
}

// installed counts what a preset brought.
type installed struct {
	Elements int64 `json:"elements"`
	Forms    int64 `json:"forms"`
	Versions int64 `json:"form_versions"`
	Checks   int64 `json:"checks"`

	Derivations int64 `json:"derivations"`
}

func (n *installed) elements(ctx context.Context, tx pgx.Tx, county int32, pack *preset.Pack) error {
	for _, e := range pack.Elements {
		_, added, err := insertElement(ctx, tx, county, Element{Slug: e.Slug, NameZH: e.NameZH, Unit: e.Unit, Kind: e.Kind,
			Decimals: e.Decimals, Money: e.Money, Aggregation: e.Aggregation, Code: e.Code, Definition: e.Definition, Source: e.Source})
		if err != nil {
			return fmt.Errorf("element %s: %w", e.Slug, err)
		}
		if added {
			n.Elements++
		}
	}
	return nil
}

func (n *installed) forms(ctx context.Context, tx pgx.Tx, county int32, pack *preset.Pack) error {
	for i, f := range pack.Forms {
		if err := n.form(ctx, tx, county, i+1, f); err != nil {
			return fmt.Errorf("form %s: %w", f.Slug, err)
		}
	}
	return nil
}

func (n *installed) form(ctx context.Context, tx pgx.Tx, county int32, position int, f preset.Form) error {
	added, err := insertForm(ctx, tx, county, position, f)
	if err != nil {
		return err
	}
	n.Forms += added
	from, err := period.Parse(f.EffectiveFrom)
	if err != nil {
		return err
	}
	layout, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("write layout: %w", err)
	}
	added, err = insertVersion(ctx, tx, county, f, from, layout)
	if err != nil {
		return err
	}
	n.Versions += added
	if added == 0 {
		return nil
	}
	return insertItems(ctx, tx, county, f)
}

func (n *installed) checks(ctx context.Context, tx pgx.Tx, county int32, pack *preset.Pack) error {
	for _, c := range pack.Checks {
		if c.Structural() {
			continue
		}
		from, err := period.Parse(c.EffectiveFrom)
		if err != nil {
			return fmt.Errorf("check %s: %w", c.Code, err)
		}
		added, err := insertRule(ctx, tx, county, c, from)
		if err != nil {
			return fmt.Errorf("check %s: %w", c.Code, err)
		}
		n.Checks += added
	}
	return nil
}

func (n *installed) derivations(ctx context.Context, tx pgx.Tx, county int32, pack *preset.Pack) error {
	for _, d := range pack.Derivations {
		added, err := insertDerivation(ctx, tx, county, d)
		if err != nil {
			return fmt.Errorf("derivation of %s: %w", d.Element, err)
		}
		n.Derivations += added
	}
	return nil
}
