package reporting

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/preset"
)

// Against says what a figure is compared with.
type Against string

// What figures are compared with.
const (
	LastMonth Against = "month"
	LastYear  Against = "year"
)

// Title is the Chinese word.
func (a Against) Title() string {
	if a == LastYear {
		return "同比(比去年同月)"
	}
	return "环比(比上月)"
}

// shippedLimits are the rules of the standard preset about change; a limit of the county takes their place for its
// element.
var shippedLimits = map[string]Against{"L21a": LastMonth, "L21b": LastYear, "L21c": LastMonth, "L21d": LastYear}

// Codes of the findings that the program reckons by itself.
const (
	CodeOutlier   = "S01"
	CodeUnits     = "S02"
	CodeLastMonth = "S03"
	CodeLastYear  = "S04"
)

// limit is how much a figure may change before an explanation is asked for.
type limit struct {
	element string
	against Against
	percent decimal.Decimal
	least   decimal.Decimal // a change up to this is none
}

// limited reports whether a limit of the county takes the place of a rule for an element.
func (l *Layout) limited(code, slug string) bool {
	against, shipped := shippedLimits[code]
	return shipped && slices.ContainsFunc(l.limits, func(one limit) bool { return one.element == slug && one.against == against })
}

// limitsOn are the limits of the figures that a layout asks for.
func (c *Catalogue) limitsOn(l *Layout) []limit {
	var found []limit
	for _, one := range c.limits {
		if _, here := l.rows[one.element]; here {
			found = append(found, one)
		}
	}
	return found
}

// besideOf are the elements that the institutions of a form fill in on other forms of their own.
func (c *Catalogue) besideOf(f *Form) map[string]bool {
	found := map[string]bool{}
	for _, other := range c.Forms {
		if other == f || f.Proxy() || other.Proxy() || !slices.ContainsFunc(f.Kinds, func(k string) bool { return slices.Contains(other.Kinds, k) }) {
			continue
		}
		for _, l := range other.Layouts {
			for slug := range l.rows {
				found[slug] = true
			}
		}
	}
	return found
}

// overLimit compares a figure with an earlier one; a change is judged only where both are there and the earlier is not 0.
func (f *figures) overLimit(l limit, subject Subject) (Finding, bool) {
	k := CellKey{subject.ID, l.element}
	window, code, before := formula.Prev, CodeLastMonth, figure(f.last[k])
	if l.against == LastYear {
		window, code, before = formula.PrevYear, CodeLastYear, figure(f.lastYear[k])
	}
	now := figure(f.cells[k].Cell)
	if now.Reason != "" || before.Reason != "" || before.Decimal.IsZero() {
		return Finding{}, false
	}
	change := now.Decimal.Sub(before.Decimal)
	base := before.Decimal.Abs()
	if change.Abs().LessThanOrEqual(l.least) || change.Abs().Mul(hundred).LessThanOrEqual(l.percent.Mul(base)) {
		return Finding{}, false
	}
	found := f.reckon(code, k, subject, changeWords(f.nameOf(k), l, now.Decimal, before.Decimal))
	found.Figures += ";" + formula.Ref{Slug: l.element, Window: window}.String() + "=" + before.Decimal.String()
	return f.explainedBy(found), true
}

var hundred = decimal.NewFromInt(100)

func changeWords(name string, l limit, now, before decimal.Decimal) string {
	than, way := "上月", "增加"
	if l.against == LastYear {
		than = "去年同月"
	}
	change := now.Sub(before)
	if change.IsNegative() {
		way = "减少"
	}
	percent := change.Abs().Mul(hundred).DivRound(before.Abs(), 1)
	return fmt.Sprintf("%s(%s)比%s(%s)%s %s%%,超过 %s%%,请核实或说明", name, grouped(now), than, grouped(before), way,
		grouped(percent), l.percent)
}

func (f *figures) nameOf(k CellKey) string { return f.layout.rows[k.Element].Element.NameZH }

// reckon is a warning of the program itself about one figure; its explanation holds as long as the figure stands.
func (f *figures) reckon(code string, k CellKey, subject Subject, message string) Finding {
	found := Finding{Key: code + ":" + k.Element, Code: code, Level: preset.Warning, SubjectID: k.SubjectID, Element: k.Element,
		Marks: []string{k.Element}, Message: message, Figures: k.Element + "=" + f.cells[k].Value.String()}
	if f.form.Proxy() {
		found.Subject = subject.Name
	}
	return found
}

// reckoned is what the program finds about a subject without a rule: changes over the county's limits, figures out of
// their usual range, and units mixed up.
func (f *figures) reckoned(subject Subject) []Finding {
	var out []Finding
	for _, l := range f.layout.limits {
		if found, over := f.overLimit(l, subject); over {
			out = append(out, found)
		}
	}
	for _, row := range f.layout.Entered() {
		if found, strange := f.strange(row, subject); strange {
			out = append(out, f.explainedBy(found))
		}
	}
	return out
}
