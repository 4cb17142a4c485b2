package indicator

import (
	"context"
	"slices"
	"strings"

	"yigai/internal/actor"
	"yigai/internal/reporting"
)

// Filter narrows the list of indicators; the zero value lets everything through.
type Filter struct {
	Topic string
	Text  string // part of the name or the slug
	State string // "enabled", "disabled", "" for both
}

// Indicators lists the definitions in the order shown.
func (s *Service) Indicators(ctx context.Context, who actor.Actor, f Filter) ([]Indicator, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	all, err := definitions(ctx, s.db, who.CountyID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(i Indicator) bool { return !f.lets(i) }), nil
}

func (f Filter) lets(i Indicator) bool {
	if f.Topic != "" && i.Topic != f.Topic || f.State == "enabled" && !i.Enabled || f.State == "disabled" && i.Enabled {
		return false
	}
	text := strings.ToLower(strings.TrimSpace(f.Text))
	return strings.Contains(strings.ToLower(i.NameZH), text) || strings.Contains(i.Slug, text)
}

// Topics lists the topics of the county's indicators in the order they first appear.
func Topics(all []Indicator) []string {
	var topics []string
	for _, i := range all {
		if i.Topic != "" && !slices.Contains(topics, i.Topic) {
			topics = append(topics, i.Topic)
		}
	}
	return topics
}

// Get returns an indicator by its slug.
func (s *Service) Get(ctx context.Context, who actor.Actor, slug string) (Indicator, error) {
	if err := who.Require(ActionView); err != nil {
		return Indicator{}, err
	}
	return bySlug(ctx, s.db, who.CountyID, slug)
}

// Texts shows formulas in Chinese, by indicator and version, for those who may see the indicators.
func (s *Service) Texts(ctx context.Context, who actor.Actor, list ...Indicator) (map[int32]map[int]string, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	known, err := s.elements(ctx, s.db, who.CountyID)
	if err != nil {
		return nil, err
	}
	out := make(map[int32]map[int]string, len(list))
	for _, i := range list {
		formulas, err := i.formulas()
		if err != nil {
			return nil, err
		}
		out[i.ID] = map[int]string{}
		for number, expr := range formulas {
			out[i.ID][number] = formulaText(expr, known)
		}
	}
	return out, nil
}

// Elements are the county's data elements by slug, for choosing in the formula editor.
func (s *Service) Elements(ctx context.Context, who actor.Actor) (map[string]reporting.Element, error) {
	if err := who.Require(ActionManage); err != nil {
		return nil, err
	}
	return s.elements(ctx, s.db, who.CountyID)
}
