package preset

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"yigai/internal/formula"
)

// maxName is the longest name that fits a table head.
const maxName = 40

// validate checks the pack as a whole and reports everything wrong with it.
func (p *Pack) validate() error {
	var problems []error
	for _, part := range []func() []error{p.checkElements, p.checkForms, p.checkOnceEachKind, p.checkChecks, p.checkDerivations, p.checkIndicators} {
		problems = append(problems, part()...)
	}
	return errors.Join(problems...)
}

func (p *Pack) checkElements() []error {
	var problems []error
	seen := map[string]bool{}
	for _, e := range p.Elements {
		if seen[e.Slug] {
			problems = append(problems, fmt.Errorf("element %s: listed twice", e.Slug))
		}
		seen[e.Slug] = true
		if err := e.check(); err != nil {
			problems = append(problems, fmt.Errorf("element %s: %w", e.Slug, err))
		}
	}
	return problems
}

func (e Element) check() error {
	switch {
	case e.NameZH == "" || utf8.RuneCountInString(e.NameZH) > maxName:
		return fmt.Errorf("the name must have 1 to %d characters", maxName)
	case !slices.Contains([]Kind{Flow, Stock, Cumulative, Calendar}, e.Kind):
		return fmt.Errorf("unknown kind %q", e.Kind)
	case !slices.Contains([]string{AggregateSum, AggregateMax, AggregateNone}, e.Aggregation):
		return fmt.Errorf("unknown aggregation %q", e.Aggregation)
	case e.Money && (e.Unit != "元" || e.Decimals != 2):
		return errors.New("money is in 元 with 2 decimals")
	case e.Definition == "" || e.Source == "" || e.Mark == "":
		return errors.New("definition, source and mark must be given")
	case e.Kind == Calendar && e.OnForm:
		return errors.New("a calendar element is not entered")
	case formula.Reserved(e.Slug):
		return errors.New("the slug is a word of the formula language")
	}
	return nil
}

// checkOnceEachKind refuses an element that two forms would collect from the
// same kind of institution: its sum over institutions would count it twice.
func (p *Pack) checkOnceEachKind() []error {
	var problems []error
	by := map[[2]string]string{}
	for _, f := range p.Forms {
		for _, kind := range f.RecordedAt() {
			for _, slug := range f.Elements() {
				key := [2]string{kind, slug}
				if other, ok := by[key]; ok {
					problems = append(problems, fmt.Errorf("element %s: recorded at %s by %s and by %s", slug, kind, other, f.Slug))
				}
				by[key] = f.Slug
			}
		}
	}
	return problems
}

// checkFormula parses a formula and refuses elements and groups nobody knows.
func (p *Pack) checkFormula(src string) (*formula.Expr, error) {
	expr, err := formula.Parse(src)
	if err != nil {
		return nil, fmt.Errorf("formula %q: %w", src, err)
	}
	for _, ref := range expr.Refs() {
		if _, ok := p.Element(ref.Slug); !ok {
			return nil, fmt.Errorf("formula %q: no element %s", src, ref.Slug)
		}
		if _, ok := p.Group(ref.Group); ref.Group != "" && !ok {
			return nil, fmt.Errorf("formula %q: no group %s", src, ref.Group)
		}
	}
	return expr, nil
}
