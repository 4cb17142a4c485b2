package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// ActionManageRules is the permission to keep check rules and the settings around them; the room of data quality
// declares it.
const ActionManageRules = "validation.manage_rules"

// OutlierSetting returns how the county reckons usual ranges.
func (s *Service) OutlierSetting(ctx context.Context, who actor.Actor) (OutlierSetting, error) {
	if err := who.Require(ActionView); err != nil {
		return OutlierSetting{}, err
	}
	return readOutlierSetting(ctx, s.db, who.CountyID)
}

// SaveOutlierSetting changes how the county reckons usual ranges; the version is the one that was seen. It
// answers how many open reports are counted again because of it.
func (s *Service) SaveOutlierSetting(ctx context.Context, who actor.Actor, n OutlierSetting) (touched int, err error) {
	if err := who.Require(ActionManageRules); err != nil {
		return 0, err
	}
	if err := n.check(); err != nil {
		return 0, err
	}
	n.By, n.At = who.Name, s.now()
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := requireWholeCounty(ctx, tx, who); err != nil {
			return err
		}
		if err := moveStamp(ctx, tx, who.CountyID); err != nil {
			return err
		}
		before, err := readOutlierSetting(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		if before.Version != n.Version {
			return fault.Conflict("设置刚被别人改过,请重新打开再改")
		}
		if err := writeOutlierSetting(ctx, tx, who.CountyID, n); err != nil {
			return err
		}
		if touched, err = s.countAll(ctx, tx, who.CountyID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionManageRules, Kind: "outlier_setting", Name: "异常值和单位检查",
			Before: before.traced(), After: n.traced()})
	})
	if err != nil {
		return 0, fmt.Errorf("save outlier setting: %w", err)
	}
	return touched, nil
}

// countAll has every open report of the county counted again.
func (s *Service) countAll(ctx context.Context, tx pgx.Tx, county int32) (int, error) {
	c, err := s.catalogue(ctx, tx, county)
	if err != nil {
		return 0, err
	}
	return countTouched(ctx, tx, county, c.allForms(), period.Month{})
}

func (s OutlierSetting) traced() map[string]any {
	return map[string]any{"enabled": s.Enabled, "months": s.Months, "spread": s.Spread, "floor_percent": s.FloorPercent, "least": s.Least,
		"peers": s.Peers, "peer_spread": s.PeerSpread, "units": s.Units}
}

func (s OutlierSetting) check() error {
	var problems []fault.Problem
	between := func(field, name string, d decimal.Decimal, low, high int64) {
		if d.LessThan(decimal.NewFromInt(low)) || d.GreaterThan(decimal.NewFromInt(high)) {
			problems = append(problems, fault.Problem{Field: field, Message: fmt.Sprintf("%s应在 %d 到 %d 之间", name, low, high)})
		}
	}
	between("months", "至少有数的月数", decimal.NewFromInt(int64(s.Months)), 1, rangeMonths)
	between("spread", "倍数", s.Spread, 1, 50)
	between("floor_percent", "最小幅度", s.FloorPercent, 0, 500)
	between("least", "最少相差", s.Least, 0, 1000)
	between("peer_spread", "同类倍数", s.PeerSpread, 1, 50)
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

func readOutlierSetting(ctx context.Context, q pg.Querier, county int32) (OutlierSetting, error) {
	s := DefaultOutliers()
	err := q.QueryRow(ctx, `SELECT enabled, months, spread, floor_percent, least, peers, peer_spread, units, version, by_name, at
		FROM outlier_setting WHERE county_id = $1`, county).
		Scan(&s.Enabled, &s.Months, &s.Spread, &s.FloorPercent, &s.Least, &s.Peers, &s.PeerSpread, &s.Units, &s.Version, &s.By, &s.At)
	if err != nil && !pg.NoRows(err) {
		return s, fmt.Errorf("read outlier setting: %w", err)
	}
	return s, nil
}

func writeOutlierSetting(ctx context.Context, q pg.Querier, county int32, s OutlierSetting) error {
	_, err := q.Exec(ctx, `
		INSERT INTO outlier_setting (county_id, enabled, months, spread, floor_percent, peers, peer_spread, units, version, by_name, at, least)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9 + 1, $10, $11, $12)
		ON CONFLICT (county_id) DO UPDATE SET enabled = $2, months = $3, spread = $4, floor_percent = $5, peers = $6,
			peer_spread = $7, units = $8, version = outlier_setting.version + 1, by_name = $10, at = $11, least = $12`,
		county, s.Enabled, s.Months, s.Spread, s.FloorPercent, s.Peers, s.PeerSpread, s.Units, s.Version, s.By, s.At, s.Least)
	if err != nil {
		return fmt.Errorf("write outlier setting: %w", err)
	}
	return nil
}
