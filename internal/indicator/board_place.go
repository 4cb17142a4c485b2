package indicator

import (
	"cmp"
	"context"
	"slices"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/preset"
)

// boardPlaces finds the institutions of the tab that were open in the month, in the wanted order, and cuts out the page.
func (s *Service) boardPlaces(ctx context.Context, who actor.Actor, b *Board) (err error) {
	if b.Focus, err = s.focus(ctx, who); err != nil {
		return err
	}
	all, err := placesOf(ctx, s.db, who, nil, b.Query.Month)
	if err != nil {
		return err
	}
	all = b.choose(who, all)
	if b.Query.Order != "" {
		if err := s.order(ctx, who, b.Query, all); err != nil {
			return err
		}
	}
	b.cut(all)
	return nil
}

// choose finds the tabs that have institutions, settles on one, and keeps its institutions.
func (b *Board) choose(who actor.Actor, all []Place) []Place {
	all = slices.DeleteFunc(all, func(p Place) bool { return p.ID == b.Focus.ID })
	byTab := map[string][]Place{}
	for _, t := range Tabs {
		for _, p := range all {
			if slices.Contains(t.Kinds, p.Kind) {
				byTab[t.Name] = append(byTab[t.Name], p)
			}
		}
		if len(t.Kinds) == 0 || len(byTab[t.Name]) > 0 {
			b.Tabs = append(b.Tabs, t)
		}
	}
	if !slices.ContainsFunc(b.Tabs, func(t Tab) bool { return t.Name == b.Query.Tab }) {
		b.Query.Tab = b.firstTab(who)
	}
	return byTab[b.Query.Tab]
}

func (b *Board) cut(all []Place) {
	b.Total = len(all)
	b.Pages = max(1, (len(all)+BoardColumns-1)/BoardColumns)
	b.Query.Page = min(max(b.Query.Page, 1), b.Pages)
	from := (b.Query.Page - 1) * BoardColumns
	b.Institutions = all[from:min(from+BoardColumns, len(all))]
}

// firstTab is what somebody sees first: institutions of the kind they work at, else townships, else what there is.
func (b *Board) firstTab(who actor.Actor) string {
	for _, wanted := range []func(Tab) bool{
		func(t Tab) bool { return slices.Contains(t.Kinds, who.InstitutionKind) },
		func(t Tab) bool { return t.Name == Tabs[1].Name && b.Focus.Kind == org.KindCounty },
	} {
		if n := slices.IndexFunc(b.Tabs, wanted); n >= 0 {
			return b.Tabs[n].Name
		}
	}
	return Tabs[0].Name
}

// focus is the institution whose values stand first on the board.
func (s *Service) focus(ctx context.Context, who actor.Actor) (Place, error) {
	found, err := org.InScope(ctx, s.db, who, org.Filter{Kinds: []string{org.KindCounty}, Limit: 1})
	if err == nil && len(found) == 0 && who.InstitutionID != 0 {
		found, err = ownInstitution(ctx, s.db, who)
	}
	if err != nil || len(found) == 0 {
		return Place{}, err
	}
	return placeOf(found[0]), nil
}

func placeOf(i org.Institution) Place {
	return Place{ID: i.ID, Code: i.Code, Name: i.Name, Short: i.ShortName, Kind: i.Kind}
}

func idsOf(places []Place) []int64 {
	ids := make([]int64, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	return ids
}

// order sorts institutions by one indicator, the best first and those without a value last.
func (s *Service) order(ctx context.Context, who actor.Actor, query Query, places []Place) error {
	i, err := bySlug(ctx, s.db, who.CountyID, query.Order)
	if err != nil {
		return err
	}
	points, err := pointsOf(ctx, s.db, who.CountyID, query.Month, []int32{i.ID}, idsOf(places))
	if err != nil {
		return err
	}
	slices.SortStableFunc(places, func(a, b Place) int {
		return better(judge(i, a.Kind, query.Month, points, a.ID), judge(i, b.Kind, query.Month, points, b.ID), i.Direction)
	})
	return nil
}

// ranks reports whether a value has a place among others. In a band that is its gap to the target, which is not known
// of a value that is partial on one side.
func (j Judged) ranks(d preset.Direction) bool {
	return j.Value.Valid && !(d == preset.Range && j.HasTarget && j.Uneven)
}

// better orders two values: the better first, those without a place last.
func better(a, b Judged, d preset.Direction) int {
	switch {
	case !a.ranks(d) || !b.ranks(d):
		return cmp.Compare(boolInt(b.ranks(d)), boolInt(a.ranks(d)))
	case d == preset.Down:
		return a.Value.Decimal.Cmp(b.Value.Decimal)
	case d == preset.Range && a.HasTarget:
		return a.Gap().Cmp(b.Gap()) // inside the band nobody is better than another
	default:
		return b.Value.Decimal.Cmp(a.Value.Decimal)
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
