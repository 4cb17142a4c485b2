package overview

import (
	"cmp"
	"context"
	"slices"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/period"
)

// townships are the kinds of institution that stand on the grid.
var townships = indicator.Tabs[1].Kinds

// View is the overview of a month.
type View struct {
	indicator.Overview
	Tiles []Tile // by row and column
	Own   int64  // the reader's own institution
}

// Tile is a township institution on the grid.
type Tile struct {
	indicator.Ranked
	Label       string // the township, or the institution where a township has two
	Row, Column int    // from 1
}

// Show returns the overview of a month, the zero month being the latest, with the townships by an indicator.
func (s *Service) Show(ctx context.Context, who actor.Actor, m period.Month, by string) (View, error) {
	if err := who.Require(indicator.ActionView); err != nil {
		return View{}, err
	}
	slugs, err := keySlugs(ctx, s.db, who.CountyID)
	if err != nil {
		return View{}, err
	}
	found, err := s.indicator.Overview(ctx, who, indicator.Wish{Month: m, Slugs: slugs, By: by, Kinds: townships})
	if err != nil {
		return View{}, err
	}
	sites, err := readSites(ctx, s.db, who, found.Month)
	if err != nil {
		return View{}, err
	}
	return View{Overview: found, Tiles: tiles(found.Ranking, place(sites)), Own: who.InstitutionID}, nil
}

// LatestMonth is the month shown first.
func (s *Service) LatestMonth(ctx context.Context, who actor.Actor) (period.Month, error) {
	return s.indicator.LatestMonth(ctx, who)
}

// Stamp changes as soon as anything changes that Show reads.
func (s *Service) Stamp(ctx context.Context, who actor.Actor) (string, error) {
	stamp, err := s.indicator.Stamp(ctx, who)
	if err != nil {
		return "", err
	}
	own, err := readStamps(ctx, s.db, who.CountyID)
	return stamp + " " + own.Indicators + " " + own.Tiles, err
}

func tiles(ranking []indicator.Ranked, placed []Site) []Tile {
	at := make(map[int64]Site, len(placed))
	for _, p := range placed {
		at[p.ID] = p
	}
	list := make([]Tile, len(ranking))
	for n, r := range ranking {
		p := at[r.Place.ID]
		list[n] = Tile{Ranked: r, Label: p.Label, Row: p.Row, Column: p.Column}
	}
	slices.SortFunc(list, func(a, b Tile) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column)) })
	return list
}
