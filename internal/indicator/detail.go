package indicator

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// Detail is one indicator in a month: its definition, trend and ranking.
type Detail struct {
	Indicator Indicator
	Month     period.Month
	Fresh     Freshness
	Formulas  map[int]string // in Chinese, by version
	Tab       string
	Tabs      []Tab // those with institutions in scope
	Focus     Place
	FocusNow  Judged
	Trend     []*decimal.Decimal // of the focus, TrendMonths up to the month
	YearAgo   []*decimal.Decimal // the same a year before
	Ranking   []Ranked           // best first, those without a value last
}

// Ranked is an institution's place in a ranking.
type Ranked struct {
	Place Place
	Now   Judged
	Rank  int // from 1, equal values share one; 0 without a value
}

// Detail shows one indicator; the ranking holds the institutions of a tab.
func (s *Service) Detail(ctx context.Context, who actor.Actor, slug string, m period.Month, tab string) (Detail, error) {
	i, err := s.Get(ctx, who, slug)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Indicator: i, Month: m}
	if d.Month.IsZero() {
		if d.Month, err = s.LatestMonth(ctx, who); err != nil {
			return d, err
		}
	}
	if d.Fresh, err = readRun(ctx, s.db, who.CountyID, d.Month); err != nil {
		return d, err
	}
	texts, err := s.Texts(ctx, who, i)
	if err != nil {
		return d, err
	}
	d.Formulas = texts[i.ID]
	if d.Focus, err = s.focus(ctx, who); err != nil {
		return d, err
	}
	if err := s.trend(ctx, who, &d); err != nil {
		return d, err
	}
	return d, s.ranking(ctx, who, &d, tab)
}

func (s *Service) trend(ctx context.Context, who actor.Actor, d *Detail) error {
	from := d.Month.Add(1 - TrendMonths - 12)
	trends, err := trendsOf(ctx, s.db, who.CountyID, d.Focus.ID, []int32{d.Indicator.ID}, from, d.Month)
	if err != nil {
		return err
	}
	months := trends[d.Indicator.ID]
	if months == nil {
		months = make([]*decimal.Decimal, TrendMonths+12)
	}
	d.Trend, d.YearAgo = months[12:], months[:TrendMonths]
	return nil
}

// ranking orders the institutions of the tab; without one, of the first tab that has values.
func (s *Service) ranking(ctx context.Context, who actor.Actor, d *Detail, tab string) error {
	byTab := map[string][]Ranked{}
	for _, t := range Tabs[1:] {
		list, err := s.rankedOf(ctx, who, *d, t)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			byTab[t.Name] = list
			d.Tabs = append(d.Tabs, t)
		}
	}
	points, err := pointsOf(ctx, s.db, who.CountyID, d.Month, []int32{d.Indicator.ID}, []int64{d.Focus.ID})
	if err != nil {
		return err
	}
	d.FocusNow = judge(d.Indicator, d.Focus.Kind, d.Month, points, d.Focus.ID)
	if len(d.Tabs) == 0 {
		return nil
	}
	if _, ok := byTab[tab]; !ok {
		tab = d.Tabs[0].Name
	}
	d.Tab, d.Ranking = tab, byTab[tab]
	return nil
}

func (s *Service) rankedOf(ctx context.Context, who actor.Actor, d Detail, t Tab) ([]Ranked, error) {
	if d.Indicator.Level == preset.LevelCounty {
		return nil, nil
	}
	places, err := placesOf(ctx, s.db, who, t.Kinds, d.Month)
	if err != nil {
		return nil, err
	}
	points, err := pointsOf(ctx, s.db, who.CountyID, d.Month, []int32{d.Indicator.ID}, idsOf(places))
	if err != nil {
		return nil, err
	}
	return rank(d.Indicator, d.Month, places, points), nil
}

// rank orders the places that have a value or owe one.
func rank(i Indicator, m period.Month, places []Place, points map[spot]Point) []Ranked {
	var list []Ranked
	for _, p := range places {
		if now := judge(i, p.Kind, m, points, p.ID); now.Present {
			list = append(list, Ranked{Place: p, Now: now})
		}
	}
	slices.SortStableFunc(list, func(a, b Ranked) int { return better(a.Now, b.Now, i.Direction) })
	for n := range list {
		switch {
		case !list[n].Now.ranks(i.Direction):
		case n > 0 && better(list[n-1].Now, list[n].Now, i.Direction) == 0:
			list[n].Rank = list[n-1].Rank
		default:
			list[n].Rank = n + 1
		}
	}
	return list
}
