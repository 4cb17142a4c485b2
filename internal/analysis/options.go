package analysis

import (
	"cmp"
	"context"
	"slices"

	"yigai/internal/actor"
	"yigai/internal/org"
)

// Options is what a reader can put into a table.
type Options struct {
	Items     []Item
	Kinds     []Choice // of the institutions in scope
	Townships []Choice
	Parents   []Choice // institutions with others below them
	Levels    int      // of the tree
	Units     []Unit
}

// Options lists what who can put into a table.
func (s *Service) Options(ctx context.Context, who actor.Actor) (Options, error) {
	if err := who.Require(ActionView); err != nil {
		return Options{}, err
	}
	return s.options(ctx, who)
}

func (s *Service) options(ctx context.Context, who actor.Actor) (o Options, err error) {
	if o.Units, err = unitsInScope(ctx, s.replica, who); err != nil {
		return o, err
	}
	if o.Items, err = s.items(ctx, who); err != nil {
		return o, err
	}
	divisions, err := org.AllDivisions(ctx, s.replica, who.CountyID)
	if err != nil {
		return o, err
	}
	o.describe(divisions)
	return o, nil
}

// describe finds which kinds, townships and parents the institutions have.
func (o *Options) describe(divisions []org.Division) {
	kinds, townships, parents := map[string]bool{}, map[string]bool{}, map[int64]bool{}
	for _, u := range o.Units {
		kinds[u.Kind], townships[u.Township], parents[u.Parent] = true, true, true
		o.Levels = max(o.Levels, u.Level())
	}
	for _, k := range org.Kinds {
		if kinds[k.Name] {
			o.Kinds = append(o.Kinds, Choice{k.Name, k.Title})
		}
	}
	for _, d := range divisions {
		if len(d.Code) == townshipDigits && townships[d.Code] {
			o.Townships = append(o.Townships, Choice{d.Code, d.Name})
		}
	}
	for _, u := range o.Units {
		if parents[u.ID] {
			o.Parents = append(o.Parents, Choice{u.Code, u.Short})
		}
	}
	slices.SortStableFunc(o.Townships, func(a, b Choice) int { return cmp.Compare(a.Name, b.Name) })
}

// townshipDigits is the length of a township's statistical code.
const townshipDigits = 9

func (o *Options) townshipNames() map[string]string {
	names := make(map[string]string, len(o.Townships))
	for _, t := range o.Townships {
		names[t.Name] = t.Title
	}
	return names
}
