package indicator

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/period"
)

// Headline is an indicator of one institution as the home page shows it.
type Headline struct {
	Indicator Indicator
	Now       Judged
	Trend     []*decimal.Decimal // twelve months
}

// LastMonth is the value a month before, nil when there was none.
func (h Headline) LastMonth() *decimal.Decimal { return before(h.Trend, 1) }

// Headlines is what the home page shows of a month.
type Headlines struct {
	Month period.Month
	Later period.Month // the month people work on, when it says nothing of the place yet; else zero
	Place Place
	Items []Headline

	Asked  bool // some indicator has to do with the place
	Judged bool // some could be held against a target
}

// Headlines lists what the county misses most, at most red, for those who see all of it; for everybody else the main
// indicators of their own institution, those with a target first, at most own. The month is the latest that says
// something of the place: while its own report is being reviewed, that is an earlier one.
func (s *Service) Headlines(ctx context.Context, who actor.Actor, red, own int) (h Headlines, err error) {
	if err := who.Require(ActionView); err != nil {
		return h, err
	}
	if h.Place, err = s.focus(ctx, who); err != nil || h.Place.ID == 0 {
		return h, err
	}
	if h.Month, err = s.LatestMonth(ctx, who); err != nil {
		return h, err
	}
	latest := h.Month
	if h.Month, err = latestMonthOf(ctx, s.db, who.CountyID, h.Place.ID, latest); err != nil {
		return h, err
	}
	if h.Month != latest {
		h.Later = latest
	}
	if err := s.present(ctx, who, &h); err != nil {
		return h, err
	}
	if h.Place.Kind == org.KindCounty {
		h.Items = first(red, mostMissed(h.Items))
	} else {
		h.Items = first(own, withTarget(h.Items))
	}
	err = s.past(ctx, who, &h)
	return h, err
}

func first(n int, list []Headline) []Headline { return list[:min(n, len(list))] }

func mostMissed(all []Headline) []Headline {
	all = slices.DeleteFunc(all, func(x Headline) bool { return x.Now.Status() != NotMet })
	slices.SortStableFunc(all, func(a, b Headline) int { return b.Now.Gap().Cmp(a.Now.Gap()) })
	return all
}

func withTarget(all []Headline) []Headline {
	all = slices.DeleteFunc(all, func(x Headline) bool { return !x.Now.Value.Valid })
	slices.SortStableFunc(all, func(a, b Headline) int { return boolInt(b.Now.HasTarget) - boolInt(a.Now.HasTarget) })
	return all
}

// present reads this month of all enabled indicators; the past is read of those chosen only.
func (s *Service) present(ctx context.Context, who actor.Actor, h *Headlines) error {
	all, err := definitions(ctx, s.db, who.CountyID)
	if err != nil {
		return err
	}
	now, err := pointsOf(ctx, s.db, who.CountyID, h.Month, enabledIDs(all), []int64{h.Place.ID})
	if err != nil {
		return err
	}
	for _, i := range all {
		if j := judge(i, h.Place.Kind, h.Month, now, h.Place.ID); i.Enabled && j.Present {
			h.Items = append(h.Items, Headline{Indicator: i, Now: j})
			h.Asked, h.Judged = true, h.Judged || j.Status() == Met || j.Status() == NotMet
		}
	}
	return nil
}

// past adds the trends.
func (s *Service) past(ctx context.Context, who actor.Actor, h *Headlines) error {
	ids := make([]int32, len(h.Items))
	for n, x := range h.Items {
		ids[n] = x.Indicator.ID
	}
	trends, err := trendsOf(ctx, s.db, who.CountyID, h.Place.ID, ids, h.Month.Add(-11), h.Month)
	if err != nil {
		return err
	}
	for n := range h.Items {
		h.Items[n].Trend = trends[ids[n]]
	}
	return nil
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
