package preset

import (
	"fmt"
	"slices"
	"strings"

	"yigai/internal/formula"
)

// Level says what a broken check does.
type Level string

// The levels of a check.
const (
	Error   Level = "error"   // blocks submission
	Warning Level = "warning" // needs an explanation
)

// Check is one rule between figures of a report. It is evaluated only when all
// its inputs are known, unless it asks with empty().
type Check struct {
	Code          string   // L01, L16a …
	Level         Level    //
	Forms         []string // form slugs; empty: wherever its elements are
	Each          []string // elements put for $ one after another; empty: the rule has no $
	Condition     string   // must hold; empty for a structural rule
	Marks         []string // elements whose cells are marked, the first one shows the message
	MessageZH     string   // with {slug} where name and value are put in
	EffectiveFrom string   // first month it applies to
	Mark          Mark     // where the rule or its threshold comes from
	Note          string   // for structural rules: what enforces it
}

// Structural reports whether the rule is enforced by the build of the product
// (types, states) and has no condition to evaluate.
func (c Check) Structural() bool { return c.Condition == "" }

// Instances expands a rule over a list into one rule per element, with $
// replaced in condition, marks and message. A rule without $ yields itself, a
// structural one nothing.
func (c Check) Instances() []Check {
	if c.Structural() {
		return nil
	}
	if len(c.Each) == 0 {
		return []Check{c}
	}
	out := make([]Check, 0, len(c.Each))
	for _, slug := range c.Each {
		out = append(out, c.instance(slug))
	}
	return out
}

func (c Check) instance(slug string) Check {
	c.Each = nil
	c.Condition = strings.ReplaceAll(c.Condition, "$", slug)
	c.MessageZH = strings.ReplaceAll(c.MessageZH, "$", slug)
	marks := make([]string, len(c.Marks))
	for i, m := range c.Marks {
		marks[i] = strings.ReplaceAll(m, "$", slug)
	}
	c.Marks = marks
	return c
}

// ChecksFor lists the rules of one form, expanded by Instances: those that name
// the form, or name none, and whose figures the form shows.
func (p *Pack) ChecksFor(f Form) ([]Check, error) {
	figures := f.Figures()
	var out []Check
	for _, c := range p.Checks {
		if len(c.Forms) > 0 && !slices.Contains(c.Forms, f.Slug) {
			continue
		}
		for _, one := range c.Instances() {
			ok, err := p.within(one, figures)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, one)
			}
		}
	}
	return out, nil
}

// within reports whether a rule uses nothing but the figures and the calendar.
func (p *Pack) within(c Check, figures []string) (bool, error) {
	expr, err := formula.Parse(c.Condition)
	if err != nil {
		return false, fmt.Errorf("check %s: %w", c.Code, err)
	}
	for _, ref := range expr.Refs() {
		e, _ := p.Element(ref.Slug)
		if e.Kind != Calendar && !slices.Contains(figures, ref.Slug) {
			return false, nil
		}
	}
	return true, nil
}
