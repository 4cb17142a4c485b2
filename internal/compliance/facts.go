package compliance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/indicator"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
)

// evidence is everything that the standards of a month are held against.
type evidence struct {
	tree       *tree
	holdings   holdings
	outcomes   map[string]map[int64]indicator.Outcome // by formula text
	statements statements
	formulas   map[string]string // of indicators, by slug
	exprs      map[string]*formula.Expr
	names      map[string]string // of data elements
}

// gather reads what some measures ask for, each source once.
func (s *Service) gather(ctx context.Context, q pg.Querier, county int32, m period.Month, measures []Measure) (e *evidence, err error) {
	e = &evidence{exprs: map[string]*formula.Expr{}}
	if e.tree, err = readTree(ctx, q, county, m); err != nil {
		return nil, err
	}
	if e.formulas, err = indicatorFormulas(ctx, q, county, m); err != nil {
		return nil, err
	}
	if e.names, err = elementNames(ctx, q, county); err != nil {
		return nil, err
	}
	if e.statements, err = readStatements(ctx, q, county, m); err != nil {
		return nil, err
	}
	elements, formulas, err := e.asked(measures)
	if err != nil {
		return nil, err
	}
	if e.holdings, err = readRegisters(ctx, q, county, m, elements, e.tree); err != nil {
		return nil, err
	}
	e.outcomes, err = s.indicator.Evaluate(ctx, q, county, m, formulas)
	return e, err
}

// asked lists the register elements and the formulas that measures need.
func (e *evidence) asked(measures []Measure) (elements []string, formulas map[string]string, err error) {
	formulas = map[string]string{}
	for _, m := range measures {
		for _, text := range []string{m.Register, e.formulaOf(m), condition(m)} {
			if text == "" {
				continue
			}
			if e.exprs[text], err = formula.Parse(text); err != nil {
				return nil, nil, fmt.Errorf("measure %s: %w", m.Code, err)
			}
			if text != m.Register {
				formulas[text] = text
				continue
			}
			for _, ref := range e.exprs[text].Refs() {
				elements = append(elements, ref.Slug)
			}
		}
	}
	slices.Sort(elements)
	return slices.Compact(elements), formulas, nil
}

// condition is the formula that says whether an institution is a subject: 1 or 0.
func condition(m Measure) string {
	if m.When == "" || m.When == given {
		return ""
	}
	return "if(" + m.When + ",1,0)"
}

// given is the condition that the register has a figure of the institution.
const given = "given"

// products are the formulas that the product ships its indicators with.
func products() (map[string]string, error) {
	pack, err := preset.Load(preset.Names()...)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, i := range pack.Indicators {
		found[i.Slug] = i.Formula
	}
	return found, nil
}

func (e *evidence) formulaOf(m Measure) string {
	if m.Indicator != "" {
		return e.formulas[m.Indicator]
	}
	return m.Formula
}

// subjects lists whom a standard is about; unsure are those of whom the condition cannot be said, with what is missing.
func (e *evidence) subjects(m Measure) (list []org.Node, unsure map[int64]string) {
	unsure = map[int64]string{}
	for _, n := range e.tree.of(m.Kinds) {
		switch text := condition(m); {
		case m.When == given && e.holdings[m.Register] != nil:
			if _, ok := e.holdings[m.Register][n.ID]; !ok {
				continue
			}
		case text != "":
			o, ok := e.outcomes[text][n.ID]
			if ok && o.Value.Valid && o.Value.Decimal.IsZero() {
				continue
			}
			if !ok || !o.Value.Valid {
				unsure[n.ID] = "不知道是否属于这一档:" + e.missing(text)
			}
		}
		list = append(list, n)
	}
	return list, unsure
}

// fact is what is known of a subject: from the register, else by formula, else by declaration.
func (e *evidence) fact(m Measure, key string, at org.Node) Fact {
	f := e.measured(m, at)
	if f.Known() {
		return f
	}
	if d, ok := e.statements.at(key, at.ID, e.tree); ok {
		return d.fact()
	}
	return f
}

func (e *evidence) measured(m Measure, at org.Node) Fact {
	f := Fact{Note: "没有登记可以测量,请申报"}
	if m.Register != "" {
		if f = (Fact{Note: "登记未建,可以先申报"}); e.holdings.has(e.exprs[m.Register]) {
			f = e.holdings.at(e.exprs[m.Register], e.tree.below[at.ID])
		}
	}
	text := e.formulaOf(m)
	if f.Known() || text == "" {
		return f
	}
	return e.reported(text, at)
}

// reported is the outcome of a formula over reported figures.
func (e *evidence) reported(text string, at org.Node) Fact {
	o, ok := e.outcomes[text][at.ID]
	switch {
	case !ok:
		return Fact{Note: "没有填报" + e.missing(text)}
	case o.Reason == formula.Missing:
		return Fact{Note: fmt.Sprintf("缺%s,已报 %d/%d 家", e.missing(text), o.Reporting, o.Expected)}
	case o.Reason != "":
		return Fact{Note: o.Reason.Text()}
	case o.Uneven:
		return Fact{Note: fmt.Sprintf("分子、分母的单位不一致,已报 %d/%d 家", o.Reporting, o.Expected)}
	}
	f := Fact{Value: decimal.NullDecimal{Decimal: o.Value.Decimal, Valid: true}, How: FromFormula}
	if o.Reporting < o.Expected {
		f.Note = fmt.Sprintf("已报 %d/%d 家", o.Reporting, o.Expected)
	}
	return f
}

// missing names the figures of a formula.
func (e *evidence) missing(text string) string {
	var names []string
	for _, ref := range e.exprs[text].Refs() {
		name := e.names[ref.Slug]
		if name == "" {
			name = ref.Slug
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 3 {
		return "“" + strings.Join(names[:3], "”“") + "”等"
	}
	return "“" + strings.Join(names, "”“") + "”"
}
