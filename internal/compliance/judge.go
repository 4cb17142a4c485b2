package compliance

import (
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/period"
	"yigai/internal/policy"
)

// Result is the outcome for one subject.
type Result string

// The outcomes.
const (
	Met      Result = "met"
	NotMet   Result = "not_met"
	NotKnown Result = "not_known"
)

// Title is the outcome in Chinese.
func (r Result) Title() string {
	return map[Result]string{Met: "达标", NotMet: "未达标", NotKnown: "无法判断"}[r]
}

// Fact is what is known of a subject.
type Fact struct {
	Value decimal.NullDecimal
	Yes   *bool  // declared without a number
	How   string // register, formula or declared; "" when nothing is known
	Note  string // where it comes from, or what is missing
}

// How a fact came about.
const (
	FromRegister = "register"
	FromFormula  = "formula"
	FromBureau   = "declared"
)

// Known reports whether there is anything to hold against the standard.
func (f Fact) Known() bool { return f.Value.Valid || f.Yes != nil }

// Verdict is the result of a fact held against a rule.
type Verdict struct {
	Result Result
	Gap    decimal.NullDecimal // how far the fact lies from the number, negative when it is too small; only when it does not meet it
	Note   string              // what is missing, or what has to be known with the result
}

var hundred = decimal.NewFromInt(100)

// Judge holds a fact of a month against the rule that holds for the subject.
func Judge(r policy.Rule, m Measure, f Fact, on period.Month) Verdict {
	switch {
	case r.Phase == policy.Ended:
		return Verdict{Result: NotKnown, Note: "这条标准已于 " + r.To.Format(time.DateOnly) + " 结束,不再考核"}
	case r.State == policy.Blank:
		return Verdict{Result: NotKnown, Note: "标准的数值由县填写"}
	case r.State == policy.Undated:
		return Verdict{Result: NotKnown, Note: "从哪月起执行由县填写"}
	case !f.Known():
		return Verdict{Result: NotKnown, Note: f.Note}
	}
	met, gap := compare(r, m, f)
	v := Verdict{Result: Met, Note: f.Note}
	if met {
		return v
	}
	v.Result, v.Gap = NotMet, gap
	return v.soften(r, m, f, on)
}

// soften keeps a subject from failing before the day on which it can be failed.
func (v Verdict) soften(r policy.Rule, m Measure, f Fact, on period.Month) Verdict {
	switch {
	case r.Phase == policy.Coming:
		v.Result, v.Note = NotKnown, "从 "+r.From.Format(time.DateOnly)+" 起考核,现在还没有达到"
	case m.Yearly && on.Month() != time.December && f.How != FromBureau:
		v.Result, v.Note = NotKnown, "到年底考核,今年到现在还没有达到"
	}
	return v
}

// compare holds the fact against the number; a yes or no answers for itself.
func compare(r policy.Rule, m Measure, f Fact) (met bool, gap decimal.NullDecimal) {
	if !f.Value.Valid {
		return *f.Yes, gap
	}
	value, low, high := f.Value.Decimal, r.Value.Decimal, r.Max.Decimal
	op := r.Operator
	if m.Share && f.How != FromBureau {
		op, low = "=", hundred // the number stands inside the figure: all have to meet it
	}
	if m.Decimals >= 0 {
		value = value.Round(m.Decimals)
	}
	switch op {
	case ">=":
		met = value.GreaterThanOrEqual(low)
	case "<=":
		met = value.LessThanOrEqual(low)
	case "between":
		met = value.GreaterThanOrEqual(low) && value.LessThanOrEqual(high)
		if value.GreaterThan(high) {
			low = high
		}
	default:
		met = value.Equal(low)
	}
	if met {
		return true, gap
	}
	return false, decimal.NullDecimal{Decimal: value.Sub(low), Valid: true}
}
