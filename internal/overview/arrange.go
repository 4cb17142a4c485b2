package overview

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Arrangement is what a county may change about its overview.
type Arrangement struct {
	Slugs   []string // chosen key indicators; none: the defaults hold
	Choices []indicator.Indicator
	Sites   []Site // row 0: not placed
	Seen    Stamps
}

// Stamps say which arrangement somebody looked at: whatever is stored moves the stamp of its part.
type Stamps struct{ Indicators, Tiles string }

// Arrangement returns what the county chose.
func (s *Service) Arrangement(ctx context.Context, who actor.Actor) (a Arrangement, err error) {
	if err := s.mayArrange(ctx, who); err != nil {
		return a, err
	}
	if a.Seen, err = readStamps(ctx, s.db, who.CountyID); err != nil { // first: what changes meanwhile is refused later
		return a, err
	}
	if a.Slugs, err = chosenSlugs(ctx, s.db, who.CountyID); err != nil {
		return a, err
	}
	if a.Choices, err = s.indicator.Indicators(ctx, who, indicator.Filter{State: "enabled"}); err != nil {
		return a, err
	}
	a.Sites, err = readSites(ctx, s.db, who, period.MonthOf(s.now()))
	return a, err
}

// mayArrange asks for the permission and for the whole county: the overview is the same for everybody.
func (s *Service) mayArrange(ctx context.Context, who actor.Actor) error {
	if err := who.Require(ActionArrange); err != nil {
		return err
	}
	root, err := org.Root(ctx, s.db, who.CountyID)
	if err != nil {
		return err
	}
	if !slices.Contains(who.Scope.Subtrees, root.Path) {
		return fault.Forbidden("县域总览对全县有效,只有数据范围为全县的账号可以设置")
	}
	return nil
}

// ChooseIndicators sets the key indicators in order; none brings the defaults back. Seen is the stamp of those that were
// shown.
func (s *Service) ChooseIndicators(ctx context.Context, who actor.Actor, seen string, slugs []string) error {
	if err := s.mayArrange(ctx, who); err != nil {
		return err
	}
	if len(slugs) > MaxIndicators {
		return fault.Field("slug", "最多选择 %d 个指标", MaxIndicators)
	}
	for n, slug := range slugs {
		if slices.Contains(slugs[:n], slug) {
			return fault.Field(fmt.Sprintf("slug%d", n+1), "同一个指标只能选一次")
		}
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		now, err := lockArrangement(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		if now.Indicators != seen {
			return fault.Conflict("主要指标刚被别人改过,请刷新后再改")
		}
		before, err := chosenSlugs(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		known, err := replaceIndicators(ctx, tx, who.CountyID, slugs)
		if err != nil {
			return err
		}
		if known != len(slugs) {
			return fault.Field("slug1", "所选指标中有不存在或已停用的,请重新选择")
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionArrange, Kind: "overview", ID: "indicators", Name: "县域总览的主要指标",
			Before: map[string]any{"indicators": before}, After: map[string]any{"indicators": slugs}})
	})
}

// PlaceTiles sets where the institutions stand on the grid; one that is left out follows below the others. Those that
// have closed keep their places for past months, unless another takes them. Seen is the stamp of the places that were
// shown.
func (s *Service) PlaceTiles(ctx context.Context, who actor.Actor, seen string, placed []Site) error {
	if err := s.mayArrange(ctx, who); err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		now, err := lockArrangement(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		if now.Tiles != seen {
			return fault.Conflict("乡镇位置刚被别人改过,请刷新后再改")
		}
		sites, err := readSites(ctx, tx, who, period.MonthOf(s.now()))
		if err != nil {
			return err
		}
		if err := checkPlaces(placed, sites); err != nil {
			return err
		}
		if err := replaceTiles(ctx, tx, who.CountyID, sites, placed); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionArrange, Kind: "overview", ID: "tiles", Name: "县域总览的乡镇位置",
			Before: map[string]any{"tiles": where(sites)}, After: map[string]any{"tiles": where(placed)}})
	})
}

// checkPlaces refuses places off the grid, two institutions at one place, and institutions that do not stand on it.
func checkPlaces(placed, sites []Site) error {
	taken := map[[2]int]bool{}
	for _, p := range placed {
		field, at := fmt.Sprintf("tile%d", p.ID), [2]int{p.Row, p.Column}
		switch {
		case p.Row < 1 || p.Row > MaxRow || p.Column < 1 || p.Column > MaxColumn:
			return fault.Field(field, "行应为 1 到 %d,列应为 1 到 %d", MaxRow, MaxColumn)
		case taken[at]:
			return fault.Field(field, "第 %d 行第 %d 列已经放了另一家机构", p.Row, p.Column)
		case !slices.ContainsFunc(sites, func(s Site) bool { return s.ID == p.ID }):
			return fault.NotFound("机构")
		}
		taken[at] = true
	}
	return nil
}

// where says places for the audit trail, without those that nobody chose.
func where(sites []Site) map[string]string {
	said := map[string]string{}
	for _, s := range sites {
		if s.Row > 0 {
			said[fmt.Sprint(s.ID)] = fmt.Sprintf("%d,%d", s.Row, s.Column)
		}
	}
	return said
}
