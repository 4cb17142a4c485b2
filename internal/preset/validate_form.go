package preset

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

func (p *Pack) checkForms() []error {
	var problems []error
	for _, f := range p.Forms {
		if err := f.checkHead(); err != nil {
			problems = append(problems, fmt.Errorf("form %s: %w", f.Slug, err))
		}
		numbers := map[string]bool{}
		for _, s := range f.Sections {
			for _, r := range s.Rows {
				if err := p.checkRow(f, r, numbers); err != nil {
					problems = append(problems, fmt.Errorf("form %s, row %s: %w", f.Slug, r.No, err))
				}
			}
		}
	}
	return problems
}

func (f Form) checkHead() error {
	switch {
	case f.Slug == "" || f.Title == "" || f.Version < 1 || f.EffectiveFrom == "":
		return errors.New("slug, title, version and effective month must be given")
	case f.Layout != LayoutRows && f.Layout != LayoutGrid:
		return fmt.Errorf("unknown layout %q", f.Layout)
	case f.Assign != AssignKind && f.Assign != AssignChosen:
		return fmt.Errorf("unknown assignment %q", f.Assign)
	case len(f.FillsKinds) == 0:
		return errors.New("nobody fills it")
	case f.Subject != SubjectSelf && f.Subject != SubjectChildren:
		return fmt.Errorf("unknown subject %q", f.Subject)
	case (f.Subject == SubjectChildren) != (len(f.SubjectKinds) > 0):
		return errors.New("subject kinds belong to forms about children, and only to them")
	case f.Due.Day < 1 || f.Due.Day > 28 || f.Due.NextMonths < 1:
		return errors.New("the deadline must be a day from 1 to 28 of a later month")
	}
	return nil
}

func (p *Pack) checkRow(f Form, r Row, numbers map[string]bool) error {
	if r.No == "" || numbers[r.No] {
		return errors.New("the row number is missing or taken")
	}
	numbers[r.No] = true
	if utf8.RuneCountInString(r.Name) > maxName {
		return fmt.Errorf("the label has more than %d characters", maxName)
	}
	if (r.Element == "") == (r.Derived == "") {
		return errors.New("a row is either entered or derived")
	}
	if r.Element != "" {
		return p.checkEntered(r)
	}
	return p.checkDerived(f, r)
}

func (p *Pack) checkEntered(r Row) error {
	e, ok := p.Element(r.Element)
	if !ok {
		return fmt.Errorf("no element %s", r.Element)
	}
	if e.Kind == Calendar || r.Over != "" {
		return errors.New("an entered row is neither a calendar figure nor a sum over children")
	}
	return nil
}

func (p *Pack) checkDerived(f Form, r Row) error {
	if r.Name == "" || r.Unit == "" || r.Required {
		return errors.New("a derived row has its own name and unit and is not required")
	}
	expr, err := p.checkFormula(r.Derived)
	if err != nil {
		return err
	}
	if expr.IsCondition() {
		return errors.New("a derived row is a number")
	}
	if _, bare := p.Element(r.Derived); r.Over == SubjectChildren && !bare {
		return errors.New("a sum over the institutions below names one element")
	}
	inputs, err := p.inputs(f, r.Over)
	if err != nil {
		return err
	}
	for _, ref := range expr.Refs() {
		if !slices.Contains(inputs, ref.Slug) {
			return fmt.Errorf("%s is not entered where the row takes its figures from", ref.Slug)
		}
	}
	return nil
}

// inputs lists what a derived row may use: the entries of its own form, or of
// the forms about the institutions below the one that fills it.
func (p *Pack) inputs(f Form, over string) ([]string, error) {
	switch over {
	case "", SubjectSelf:
		return f.Elements(), nil
	case SubjectChildren:
		var out []string
		for _, below := range p.Forms {
			if below.Subject == SubjectChildren {
				out = append(out, below.Elements()...)
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("unknown over %q", over)
}
