// Package preset holds what a county starts with: data elements, forms, check
// rules and indicators, as embedded data files that a health officer can read
// and review (data/*.csv, data/forms/*.json). It parses and validates them; it
// stores nothing and knows no database. The rooms copy a Pack into a county's
// tables, where each row can be overridden.
//
// Words: an element is a number somebody enters (or the calendar gives); a form
// arranges elements in sections and rows; a check is a condition that must hold;
// an indicator is a formula over elements. One element appears at most once per
// kind of institution over all forms, so that a sum over a subtree of
// institutions never counts a figure twice. docs/decisions/0007-one-vocabulary.md
// maps the slugs of the policy seeds to the slugs used here.
package preset

// Standard is the pack every other pack builds on: all elements, the forms, the
// check rules and the built-in indicators.
const Standard = "standard"

// Pack is the content of one or several policy presets, validated as a whole.
type Pack struct {
	Names       []string // the presets it was loaded from, Standard first
	Elements    []Element
	Groups      []Group
	Forms       []Form
	Checks      []Check
	Indicators  []Indicator
	Derivations []Derivation
	Terms       []Term // slugs of the policy seeds that are called differently here
}

// Element finds an element by its slug.
func (p *Pack) Element(slug string) (Element, bool) {
	return find(p.Elements, func(e Element) bool { return e.Slug == slug })
}

// Form finds a form by its slug.
func (p *Pack) Form(slug string) (Form, bool) {
	return find(p.Forms, func(f Form) bool { return f.Slug == slug })
}

// Indicator finds an indicator by its slug.
func (p *Pack) Indicator(slug string) (Indicator, bool) {
	return find(p.Indicators, func(i Indicator) bool { return i.Slug == slug })
}

// Group finds an institution group by the name formulas use after @.
func (p *Pack) Group(slug string) (Group, bool) {
	return find(p.Groups, func(g Group) bool { return g.Slug == slug })
}

func find[T any](list []T, is func(T) bool) (T, bool) {
	for _, x := range list {
		if is(x) {
			return x, true
		}
	}
	var none T
	return none, false
}
