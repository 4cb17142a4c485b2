package reporting

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// everyElement in a rule's list stands for all entered elements of a form.
const everyElement = "*"

// rule is a stored check.
type rule struct {
	Code      string
	Version   int
	Level     preset.Level
	Condition string
	Marks     []string
	Each      []string
	Forms     []string
	Message   string
	From      period.Month
	Until     period.Month // first month of the next version; zero: still in force
}

// check is a rule put to work on one layout: $ replaced, parsed, marks reduced to its cells.
type check struct {
	key     string // code, or code:slug for a rule over a list
	code    string
	version int
	level   preset.Level
	expr    *formula.Expr
	marks   []string
	message string
	from    period.Month
	until   period.Month
}

// inForce reports whether the check applies to reports of a month.
func (c check) inForce(m period.Month) bool {
	return !c.from.After(m) && (c.until.IsZero() || m.Before(c.until))
}

// place says where a formula on a form may find its figures.
type place struct {
	form     *Form
	layout   *Layout
	elements map[string]*Element
	below    map[string]bool // elements of proxy forms, summed over the institutions below
	beside   map[string]bool // elements of other forms that the same institution fills
}

// compile puts the rules to work on a layout.
func (p place) compile(rules []rule) error {
	for _, r := range rules {
		if len(r.Forms) > 0 && !slices.Contains(r.Forms, p.form.Slug) {
			continue
		}
		for _, slug := range p.instances(r) {
			if err := p.add(r, slug); err != nil {
				return fmt.Errorf("check %s: %w", r.Code, err)
			}
		}
	}
	for _, row := range p.layout.derived {
		p.note(row.expr, row.Children)
	}
	return nil
}

// instances lists what $ stands for; one empty string for a rule without it.
func (p place) instances(r rule) []string {
	switch {
	case len(r.Each) == 0:
		return []string{""}
	case !slices.Contains(r.Each, everyElement):
		return r.Each
	}
	var all []string
	for _, row := range p.layout.Entered() {
		if !row.Element.Negative {
			all = append(all, row.Element.Slug)
		}
	}
	return all
}

// add compiles one instance if the layout has its first mark and knows all its figures.
func (p place) add(r rule, slug string) error {
	c := check{key: r.Code, code: r.Code, version: r.Version, level: r.Level, message: r.Message, from: r.From, until: r.Until}
	if slug != "" {
		c.key += ":" + slug
		// Said in the message with its name; elsewhere the sentence already says the name.
		c.message = strings.ReplaceAll(c.message, "{$}", "{"+named+slug+"}")
	}
	expr, err := formula.Parse(strings.ReplaceAll(r.Condition, "$", slug))
	if err != nil {
		return err
	}
	c.expr = expr
	for i, mark := range r.Marks {
		mark = strings.ReplaceAll(mark, "$", slug)
		if _, ok := p.layout.rows[mark]; ok {
			c.marks = append(c.marks, mark)
		} else if i == 0 {
			return nil
		}
	}
	if len(c.marks) == 0 || !p.knows(expr) || p.layout.limited(r.Code, slug) {
		return nil
	}
	p.note(expr, false)
	p.layout.checks = append(p.layout.checks, c)
	return nil
}

// knows reports whether every figure of the formula can be found on this form, in the calendar, below or beside it.
func (p place) knows(expr *formula.Expr) bool {
	for _, ref := range expr.Refs() {
		_, here := p.layout.rows[ref.Slug]
		e, known := p.elements[ref.Slug]
		calendar := known && e.Kind == preset.Calendar
		if !here && !calendar && !p.below[ref.Slug] && !p.beside[ref.Slug] {
			return false
		}
	}
	return true
}

// note remembers which figures have to be read besides the form's own.
func (p place) note(expr *formula.Expr, children bool) {
	for _, ref := range expr.Refs() {
		_, here := p.layout.rows[ref.Slug]
		if (children || !here) && p.below[ref.Slug] && !slices.Contains(p.layout.children, ref.Slug) {
			p.layout.children = append(p.layout.children, ref.Slug)
		}
		if !here && !p.below[ref.Slug] && p.beside[ref.Slug] && !slices.Contains(p.layout.beside, ref.Slug) {
			p.layout.beside = append(p.layout.beside, ref.Slug)
		}
		if ref.Window == formula.YTD || ref.Window == formula.PrevYearYTD {
			p.layout.ytd = true
		}
	}
}

// named marks a placeholder that is filled with name and figure instead of the figure alone.
const named = "$"

var placeholder = regexp.MustCompile(`\{(\$?)([a-z][a-z0-9_]*)\}`)

// say fills the placeholders of the message with this month's figures.
func (c check) say(elements map[string]*Element, env formula.Env) string {
	return placeholder.ReplaceAllStringFunc(c.message, func(found string) string {
		parts := placeholder.FindStringSubmatch(found)
		figure := "未填"
		if v := env(formula.Ref{Slug: parts[2]}); v.Reason == "" {
			figure = grouped(v.Decimal)
		} else if v.Reason == formula.NotApplicable {
			figure = "不适用"
		}
		if parts[1] == named {
			return nameOf(elements, parts[2]) + "(" + figure + ")"
		}
		return figure
	})
}
