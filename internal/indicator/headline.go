package indicator

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/period"
)

// Headline is an indicator of one institution as the home page shows it.
type Headline struct {
	Indicator Indicator
	Now       Judged
	LastMonth Point
	Trend     []*decimal.Decimal // twelve months
}

// Headlines is what the home page shows of a month.
type Headlines struct {
	Month period.Month
	Place Place
	Items []Headline
}

// Red lists what misses its target most in the county's latest accepted month, at most n.
func (s *Service) Red(ctx context.Context, who actor.Actor, n int) (Headlines, error) {
	h, err := s.headlines(ctx, who)
	if err != nil {
		return h, err
	}
	h.Items = slices.DeleteFunc(h.Items, func(x Headline) bool { return x.Now.Status() != NotMet })
	slices.SortStableFunc(h.Items, func(a, b Headline) int { return b.Now.Gap().Cmp(a.Now.Gap()) })
	h.Items = h.Items[:min(n, len(h.Items))]
	return h, nil
}

// Own lists the main indicators of the reader's own institution: those with a target first, at most n.
func (s *Service) Own(ctx context.Context, who actor.Actor, n int) (Headlines, error) {
	h, err := s.headlines(ctx, who)
	if err != nil {
		return h, err
	}
	h.Items = slices.DeleteFunc(h.Items, func(x Headline) bool { return !x.Now.Value.Valid })
	slices.SortStableFunc(h.Items, func(a, b Headline) int {
		return boolInt(b.Now.HasTarget) - boolInt(a.Now.HasTarget)
	})
	h.Items = h.Items[:min(n, len(h.Items))]
	return h, nil
}

// headlines reads all enabled indicators of the reader's focus in the latest month.
func (s *Service) headlines(ctx context.Context, who actor.Actor) (h Headlines, err error) {
	if err := who.Require(ActionView); err != nil {
		return h, err
	}
	if h.Month, err = s.LatestMonth(ctx, who); err != nil {
		return h, err
	}
	if h.Place, err = s.focus(ctx, who); err != nil || h.Place.ID == 0 {
		return h, err
	}
	all, err := definitions(ctx, s.db, who.CountyID)
	if err != nil {
		return h, err
	}
	ids := enabledIDs(all)
	now, err := pointsOf(ctx, s.db, who.CountyID, h.Month, ids, []int64{h.Place.ID})
	if err != nil {
		return h, err
	}
	last, err := pointsOf(ctx, s.db, who.CountyID, h.Month.Prev(), ids, []int64{h.Place.ID})
	if err != nil {
		return h, err
	}
	trends, err := trendsOf(ctx, s.db, who.CountyID, h.Place.ID, ids, h.Month.Add(-11), h.Month)
	if err != nil {
		return h, err
	}
	for _, i := range all {
		if j := judge(i, h.Place.Kind, h.Month, now, h.Place.ID); i.Enabled && j.Present {
			h.Items = append(h.Items, Headline{Indicator: i, Now: j, LastMonth: last[spot{i.ID, h.Place.ID}], Trend: trends[i.ID]})
		}
	}
	return h, nil
}

func enabledIDs(all []Indicator) []int32 {
	var ids []int32
	for _, i := range all {
		if i.Enabled {
			ids = append(ids, i.ID)
		}
	}
	return ids
}
