package preset

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
)

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

func (p *Pack) checkChecks() []error {
	var problems []error
	seen := map[string]bool{}
	for _, c := range p.Checks {
		if seen[c.Code] {
			problems = append(problems, fmt.Errorf("check %s: listed twice", c.Code))
		}
		seen[c.Code] = true
		if err := p.checkCheck(c); err != nil {
			problems = append(problems, fmt.Errorf("check %s: %w", c.Code, err))
		}
	}
	return problems
}

func (p *Pack) checkCheck(c Check) error {
	if c.Level != Error && c.Level != Warning {
		return fmt.Errorf("unknown level %q", c.Level)
	}
	if c.Structural() && c.Note == "" {
		return errors.New("a structural rule says what enforces it")
	}
	for _, form := range c.Forms {
		if _, ok := p.Form(form); !ok {
			return fmt.Errorf("no form %s", form)
		}
	}
	for _, one := range c.Instances() {
		if err := p.checkInstance(one); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pack) checkInstance(c Check) error {
	expr, err := p.checkFormula(c.Condition)
	if err != nil {
		return err
	}
	if !expr.IsCondition() {
		return fmt.Errorf("%q is not a condition", c.Condition)
	}
	if len(c.Marks) == 0 || c.MessageZH == "" {
		return errors.New("a rule marks a cell and says what is wrong")
	}
	return p.checkNamed(c)
}

// checkNamed makes sure that everything a rule marks or names is an element.
func (p *Pack) checkNamed(c Check) error {
	named := slices.Clone(c.Marks)
	for _, m := range placeholder.FindAllStringSubmatch(c.MessageZH, -1) {
		named = append(named, m[1])
	}
	for _, slug := range named {
		if _, ok := p.Element(slug); !ok {
			return fmt.Errorf("no element %s", slug)
		}
	}
	return nil
}

func (p *Pack) checkIndicators() []error {
	var problems []error
	seen := map[string]bool{}
	for _, i := range p.Indicators {
		if seen[i.Slug] {
			problems = append(problems, fmt.Errorf("indicator %s: listed twice", i.Slug))
		}
		seen[i.Slug] = true
		if err := p.checkIndicator(i); err != nil {
			problems = append(problems, fmt.Errorf("indicator %s: %w", i.Slug, err))
		}
	}
	return problems
}

func (p *Pack) checkIndicator(i Indicator) error {
	expr, err := p.checkFormula(i.Formula)
	switch {
	case err != nil:
		return err
	case expr.IsCondition():
		return errors.New("an indicator is a number")
	case i.NameZH == "" || utf8.RuneCountInString(i.NameZH) > maxName:
		return fmt.Errorf("the name must have 1 to %d characters", maxName)
	case !slices.Contains([]Direction{Up, Down, Range, Watch}, i.Direction):
		return fmt.Errorf("unknown direction %q", i.Direction)
	case !slices.Contains([]string{LevelCounty, LevelBody, LevelBoth}, i.Level):
		return fmt.Errorf("unknown level %q", i.Level)
	case i.Definition == "" || i.Source == "" || i.Group == "" || i.EffectiveFrom == "":
		return errors.New("definition, source, group and effective month must be given")
	}
	return i.Target.check()
}

func (t Target) check() error {
	switch {
	case !slices.Contains([]string{"", ">=", "<=", "=", "between"}, t.Op):
		return fmt.Errorf("unknown target operator %q", t.Op)
	case (t.Op != "") != t.Value.Valid:
		return errors.New("a target has an operator and a value, or neither")
	case (t.Op == "between") != t.Max.Valid:
		return errors.New("the target operator between, and only it, has an upper bound")
	case t.Op != "" && t.Source == "":
		return errors.New("a target names its source")
	case t.Op == "" && t.Official:
		return errors.New("there is no target to be official")
	}
	return nil
}
