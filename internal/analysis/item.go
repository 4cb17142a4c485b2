package analysis

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/formula"
	"yigai/internal/indicator"
	"yigai/internal/period"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// Item is an element or an indicator that a table can show.
type Item struct {
	Key   string // e:slug or i:slug, as a query names it
	Slug  string
	Title string
	Unit  string
	Group string // where it stands in the list: form and section, or the topic

	places    int32
	element   *reporting.Element
	indicator *indicator.Indicator
	formulas  map[int]parsed // of an indicator, by version
}

// parsed is a version of an indicator's formula as far as sums need it.
type parsed struct {
	text   string
	factor decimal.Decimal
	ratio  bool
	toDate bool // reads sums since January already
}

// IsIndicator reports whether the item is an indicator.
func (i *Item) IsIndicator() bool { return i.indicator != nil }

// percent reports whether changes are said in percentage points.
func (i *Item) percent() bool { return i.Unit == "%" }

// single reports whether only the last month of a span counts.
func (i *Item) single() bool { return i.element != nil && i.element.Kind != preset.Flow }

// adds reports whether the figures of several institutions add up.
func (i *Item) adds() bool { return i.element != nil && i.element.Aggregation == preset.AggregateSum }

// items lists what who may put into a table, elements by form first.
func (s *Service) items(ctx context.Context, who actor.Actor) ([]Item, error) {
	var out []Item
	if who.May(reporting.ActionView) {
		catalogue, err := s.reporting.CatalogueOf(ctx, s.replica, who.CountyID)
		if err != nil {
			return nil, err
		}
		out = elementItems(catalogue)
	}
	if !who.May(indicator.ActionView) {
		return out, nil
	}
	known, err := s.indicator.Indicators(ctx, who, indicator.Filter{State: "enabled"})
	if err != nil {
		return nil, err
	}
	for n := range known {
		i := &known[n]
		out = append(out, Item{Key: "i:" + i.Slug, Slug: i.Slug, Title: i.NameZH, Unit: i.Unit, Group: "指标 · " + cmp.Or(i.Topic, "其他"),
			places: i.Decimals, indicator: i})
	}
	return out, nil
}

// elementItems puts the elements under the first form that asks for them.
func elementItems(c *reporting.Catalogue) []Item {
	var out []Item
	seen := map[string]bool{}
	add := func(e *reporting.Element, group string) {
		if !seen[e.Slug] && e.Kind != preset.Calendar {
			seen[e.Slug] = true
			out = append(out, Item{Key: "e:" + e.Slug, Slug: e.Slug, Title: e.NameZH, Unit: e.Unit, Group: group, places: int32(e.Decimals), element: e})
		}
	}
	for _, f := range c.Forms {
		if !f.Enabled || len(f.Layouts) == 0 {
			continue
		}
		for _, section := range f.Layouts[0].Sections {
			for _, row := range section.Rows {
				if row.Element != nil {
					add(row.Element, f.Title+" · "+section.Title)
				}
			}
		}
	}
	for n := range c.Elements {
		add(&c.Elements[n], "不在报表里的数据项")
	}
	return out
}

// chosen finds the items of a query in its order; keys of things that are not there (any more) are told apart.
func chosen(all []Item, keys []string) (found []*Item, lost []string) {
	for _, key := range keys {
		n := slices.IndexFunc(all, func(i Item) bool { return i.Key == key })
		if n < 0 {
			lost = append(lost, strings.TrimPrefix(strings.TrimPrefix(key, "e:"), "i:"))
			continue
		}
		found = append(found, &all[n])
	}
	return found, lost
}

// parse reads the formulas of an indicator; they were checked when they were stored.
func (i *Item) parse() error {
	if i.indicator == nil {
		return nil
	}
	i.formulas = map[int]parsed{}
	for _, v := range i.indicator.Versions {
		expr, err := formula.Parse(v.Formula)
		if err != nil {
			return err
		}
		f := expr.Fraction()
		i.formulas[v.Number] = parsed{text: v.Formula, factor: f.Factor, ratio: f.Den != nil, toDate: slices.ContainsFunc(expr.Refs(), sinceJanuary)}
	}
	return nil
}

func sinceJanuary(r formula.Ref) bool {
	return r.Window == formula.YTD || r.Window == formula.PrevYearYTD
}

// toDate reports whether the indicator's formula of a month reads sums since January, so that months do not add up.
func (i *Item) toDate(m period.Month) bool {
	v, ok := i.indicator.InForce(m)
	return ok && i.formulas[v.Number].toDate
}
