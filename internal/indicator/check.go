package indicator

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/formula"
	"yigai/internal/reporting"
)

// FormulaError is an Invalid fault that also says at which character a formula is wrong.
type FormulaError struct {
	Field string
	Pos   int // 1-based character
	Said  string
}

func (e *FormulaError) Error() string { return fmt.Sprintf("第 %d 个字符:%s", e.Pos, e.Said) }

// Unwrap makes it a problem of its field.
func (e *FormulaError) Unwrap() error { return fault.Field(e.Field, "%s", e.Error()) }

// expression builds and checks the formula against the county's elements.
func (d Draft) expression(known map[string]reporting.Element) (*formula.Expr, error) {
	if d.Formula != "" {
		expr, err := whole(d.Formula, known)
		if err == nil {
			err = d.agrees(expr, known)
		}
		return expr, err
	}
	if d.Numerator == "" {
		return nil, fault.Field("formula", "请写公式,或者写分子和分母")
	}
	text, err := d.quotient(known)
	if err != nil {
		return nil, err
	}
	return whole(text, known)
}

// agrees refuses numerator, denominator or factor beside a formula that says something else.
func (d Draft) agrees(expr *formula.Expr, known map[string]reporting.Element) error {
	if d.Numerator == "" {
		return d.agreesApart(expr)
	}
	text, err := d.quotient(known)
	if err != nil {
		return err
	}
	parts, err := whole(text, known)
	if err == nil && parts.String() != expr.String() {
		err = fault.Field("formula", "公式是 %s,分子、分母和系数合起来是 %s,两者不一致;请只写其中一种", expr, parts)
	}
	return err
}

// agreesApart checks a factor or denominator without numerator: the formula is whole and has to hold it already.
func (d Draft) agreesApart(expr *formula.Expr) error {
	if d.Denominator != "" && d.Denominator != "1" {
		return fault.Field("denominator", "写了分母,请把分子也写上,或者只写公式")
	}
	if d.Factor == "" {
		return nil
	}
	factor, err := d.factor()
	if err != nil {
		return err
	}
	text, by := expr.String(), factor.String()
	if by != "1" && !strings.HasPrefix(text, by+"*") && !strings.HasSuffix(text, "*"+by) {
		return fault.Field("factor", "公式 %s 里没有系数 %s;请把系数写进公式,或者改写分子和分母", text, by)
	}
	return nil
}

func (d Draft) factor() (decimal.Decimal, error) {
	factor, err := decimal.NewFromString(d.Factor)
	if err != nil || factor.IsZero() || len(d.Factor) > 20 {
		return factor, fault.Field("factor", "系数应为不等于 0 的数,如 100")
	}
	return factor, nil
}

// whole checks a formula that stands alone: it reads at least one element, and is no division by 1.
func whole(text string, known map[string]reporting.Element) (*formula.Expr, error) {
	expr, err := checked("formula", text, known)
	if err != nil {
		return nil, err
	}
	if len(expr.Refs()) == 0 {
		return nil, &FormulaError{"formula", 1, "公式里没有数据项"}
	}
	if alwaysDividesByZero(expr) {
		return nil, fault.Field("formula", "分母总是 0,这个公式永远没有数值,请核对除号后面的部分")
	}
	return withoutOne(expr)
}

// quotient writes factor*(numerator)/(denominator); each part is checked by itself, so that positions are right.
func (d Draft) quotient(known map[string]reporting.Element) (string, error) {
	if _, err := checked("numerator", d.Numerator, known); err != nil {
		return "", err
	}
	text := "(" + d.Numerator + ")"
	if d.Factor != "" && d.Factor != "1" {
		factor, err := d.factor()
		if err != nil {
			return "", err
		}
		text = "(" + factor.String() + ")*" + text
	}
	if d.Denominator == "" || d.Denominator == "1" {
		return text, nil
	}
	if _, err := checked("denominator", d.Denominator, known); err != nil {
		return "", err
	}
	return text + "/(" + d.Denominator + ")", nil
}

// checked parses a formula and looks up what it names.
func checked(field, text string, known map[string]reporting.Element) (*formula.Expr, error) {
	expr, err := parsed(field, text)
	if err != nil {
		return nil, err
	}
	for _, ref := range expr.Refs() {
		if _, ok := known[ref.Slug]; !ok {
			return nil, &FormulaError{field, expr.Pos(ref), fmt.Sprintf("没有编码为“%s”的数据项", ref.Slug)}
		}
		if ref.Group != "" && len(kindsOf(ref.Group)) == 0 {
			return nil, &FormulaError{field, expr.Pos(ref), fmt.Sprintf("没有机构类别“%s”", ref.Group)}
		}
	}
	return expr, nil
}

// parsed reads a formula that gives a number.
func parsed(field, text string) (*formula.Expr, error) {
	expr, err := formula.Parse(text)
	var wrong *formula.SyntaxError
	if errors.As(err, &wrong) {
		return nil, &FormulaError{field, wrong.Pos, wrong.Message}
	}
	if err != nil {
		return nil, fmt.Errorf("parse formula: %w", err)
	}
	if expr.IsCondition() {
		return nil, &FormulaError{field, 1, "指标公式的结果应是数,现在写的是条件"}
	}
	return expr, nil
}

// Shown is a formula as it is understood.
type Shown struct {
	Canonical string
	Text      string // in Chinese
	Elements  []reporting.Element
}

// Check reads a formula without storing it; what is wrong with it is a FormulaError.
func (s *Service) Check(ctx context.Context, who actor.Actor, d Draft) (Shown, error) {
	if err := who.Require(ActionManage); err != nil {
		return Shown{}, err
	}
	known, err := s.elements(ctx, s.db, who.CountyID)
	if err != nil {
		return Shown{}, err
	}
	expr, err := d.normal().expression(known)
	if err != nil {
		return Shown{}, err
	}
	return shown(expr, known), nil
}

func shown(expr *formula.Expr, known map[string]reporting.Element) Shown {
	out := Shown{Canonical: expr.String(), Text: formulaText(expr, known)}
	seen := map[string]bool{}
	for _, ref := range expr.Refs() {
		if !seen[ref.Slug] {
			seen[ref.Slug] = true
			out.Elements = append(out.Elements, known[ref.Slug])
		}
	}
	return out
}
