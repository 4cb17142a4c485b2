package indicator

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// Wish says what an overview shows: indicators of the focus, and one by which institutions are ranked.
type Wish struct {
	Month period.Month // zero: the latest
	Slugs []string
	By    string   // slug; unknown or "": the first of Slugs that institutions have
	Kinds []string // of the ranked institutions
}

// Overview is chosen indicators of the focus with their trends, and the ranking by one of them.
type Overview struct {
	Month   period.Month
	Fresh   Freshness
	Focus   Place      // as on a board; ID 0: none
	Items   []Headline // in the wished order, with TrendMonths of trend; those not computed for the focus are left out
	By      Indicator
	Ranking []Ranked    // over all institutions of the kinds in scope; not Present where nothing is due
	Choices []Indicator // that institutions can be ranked by
}

// Overview shows a month in the indicators wished for. What is unknown or disabled is left out.
func (s *Service) Overview(ctx context.Context, who actor.Actor, w Wish) (o Overview, err error) {
	if err := who.Require(ActionView); err != nil {
		return o, err
	}
	if o.Month = w.Month; o.Month.IsZero() {
		if o.Month, err = s.LatestMonth(ctx, who); err != nil {
			return o, err
		}
	}
	if o.Fresh, err = readRun(ctx, s.db, who.CountyID, o.Month); err != nil {
		return o, err
	}
	if o.Focus, err = s.focus(ctx, who); err != nil {
		return o, err
	}
	all, err := definitions(ctx, s.db, who.CountyID)
	if err != nil {
		return o, err
	}
	all = slices.DeleteFunc(all, func(i Indicator) bool { return !i.Enabled })
	if err := s.overviewItems(ctx, who, w, all, &o); err != nil {
		return o, err
	}
	return o, s.overviewRanking(ctx, who, w, all, &o)
}

func (s *Service) overviewItems(ctx context.Context, who actor.Actor, w Wish, all []Indicator, o *Overview) error {
	wished := named(all, w.Slugs)
	ids := enabledIDs(wished)
	now, err := pointsOf(ctx, s.db, who.CountyID, o.Month, ids, []int64{o.Focus.ID})
	if err != nil {
		return err
	}
	trends, err := trendsOf(ctx, s.db, who.CountyID, o.Focus.ID, ids, o.Month.Add(1-TrendMonths), o.Month)
	if err != nil {
		return err
	}
	for _, i := range wished {
		j, trend := judge(i, o.Focus.Kind, o.Month, now, o.Focus.ID), trends[i.ID]
		if j.Present || trend != nil {
			if trend == nil {
				trend = make([]*decimal.Decimal, TrendMonths)
			}
			o.Items = append(o.Items, Headline{Indicator: i, Now: j, Trend: trend})
		}
	}
	return nil
}

// named are the indicators with these slugs, in the order of the slugs.
func named(all []Indicator, slugs []string) []Indicator {
	var out []Indicator
	for _, slug := range slugs {
		if n := slices.IndexFunc(all, func(i Indicator) bool { return i.Slug == slug }); n >= 0 {
			out = append(out, all[n])
		}
	}
	return out
}

func (s *Service) overviewRanking(ctx context.Context, who actor.Actor, w Wish, all []Indicator, o *Overview) error {
	o.Choices = slices.DeleteFunc(slices.Clone(all), func(i Indicator) bool { return i.Level == preset.LevelCounty })
	asked := append(named(o.Choices, []string{w.By}), named(o.Choices, w.Slugs)...)
	if asked = append(asked, o.Choices...); len(asked) == 0 {
		return nil
	}
	o.By = asked[0]
	places, err := placesOf(ctx, s.db, who, w.Kinds, o.Month)
	if err != nil {
		return err
	}
	points, err := pointsOf(ctx, s.db, who.CountyID, o.Month, []int32{o.By.ID}, idsOf(places))
	if err != nil {
		return err
	}
	o.Ranking = rank(o.By, o.Month, places, points)
	for _, p := range places {
		if _, due := points[spot{o.By.ID, p.ID}]; !due {
			o.Ranking = append(o.Ranking, Ranked{Place: p})
		}
	}
	return nil
}
