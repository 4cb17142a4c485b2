package reporting

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
)

// PublishForm adds a form, or a new version of one, in force from its effective month on; reports that are open keep
// the version they were opened with. A version that is there and says the same is left alone, another one is a Conflict.
func (s *Service) PublishForm(ctx context.Context, who actor.Actor, f preset.Form) (created bool, err error) {
	if err := who.Require(ActionConfigure); err != nil {
		return false, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := requireWholeCounty(ctx, tx, who); err != nil {
			return err
		}
		if err := moveStamp(ctx, tx, who.CountyID); err != nil {
			return err
		}
		c, err := s.catalogue(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		if err := c.checkForm(f); err != nil {
			return err
		}
		if there, ok := c.Form(f.Slug); ok && there.layout(f.Version) != nil {
			return sameVersion(ctx, tx, who.CountyID, f)
		}
		created = true
		return s.publish(ctx, tx, who, c, f)
	})
	if err != nil {
		return false, fmt.Errorf("publish form %s: %w", f.Slug, err)
	}
	return created, nil
}

func (s *Service) publish(ctx context.Context, tx pgx.Tx, who actor.Actor, c *Catalogue, f preset.Form) error {
	if there, ok := c.Form(f.Slug); ok && !there.Layouts[0].EffectiveFrom.Before(effectiveMonth(f)) {
		return fault.Field("effective_from", "新版本应从 %s 之后的月份开始", there.Layouts[0].EffectiveFrom.Chinese())
	}
	var n installed
	if err := n.form(ctx, tx, who.CountyID, len(c.Forms)+1, f); err != nil {
		return err
	}
	// Read once more, so that a form that the catalogue cannot use is refused here and not on somebody's screen.
	if err := moveStamp(ctx, tx, who.CountyID); err != nil {
		return err
	}
	if _, err := s.catalogue(ctx, tx, who.CountyID); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Entry{Action: ActionConfigure, Kind: "form", Name: f.Title,
		After: map[string]any{"slug": f.Slug, "version": f.Version, "effective_from": f.EffectiveFrom}})
}

// effectiveMonth is the first month of a form that checkForm let through.
func effectiveMonth(f preset.Form) period.Month {
	m, err := period.Parse(f.EffectiveFrom)
	if err != nil {
		return period.Month{}
	}
	return m
}

// sameVersion compares a form with what is stored under its version.
func sameVersion(ctx context.Context, q pg.Querier, county int32, f preset.Form) error {
	stored, err := readLayout(ctx, q, county, f.Slug, f.Version)
	if err != nil {
		return err
	}
	var there preset.Form
	if err := json.Unmarshal(stored, &there); err != nil {
		return fmt.Errorf("read layout: %w", err)
	}
	if !reflect.DeepEqual(there, f) {
		return fault.Conflict("“%s”的第 %d 版已经存在,且内容不同;修改请发布新版本", f.Title, f.Version)
	}
	return nil
}
