package formula

import "github.com/shopspring/decimal"

// Reason says why there is no value; "" means that there is one.
type Reason string

// The reasons a formula can have no value.
const (
	Missing         Reason = "missing"
	NotApplicable   Reason = "not_applicable"
	ZeroDenominator Reason = "zero_denominator"
	Overflow        Reason = "overflow"
)

// Text is the reason in Chinese, "" when there is a value.
func (r Reason) Text() string {
	switch r {
	case "":
		return ""
	case Missing:
		return "缺少数据"
	case NotApplicable:
		return "不适用"
	case ZeroDenominator:
		return "分母为 0"
	case Overflow:
		return "数值过大,超出计算范围"
	default:
		return string(r)
	}
}

// outranks decides which of two reasons is told: first what somebody can still
// report, last what only the arithmetic makes.
func (r Reason) outranks(other Reason) bool { return r.rank() > other.rank() }

func (r Reason) rank() int {
	switch r {
	case "":
		return 0
	case ZeroDenominator:
		return 1
	case Overflow:
		return 2
	case NotApplicable:
		return 3
	default:
		return 4
	}
}

// Value is a figure, or the reason why there is none.
type Value struct {
	Decimal decimal.Decimal
	Reason  Reason
	Ref     Ref // the reference that caused the reason, zero if none did
}

// Number is a present value.
func Number(d decimal.Decimal) Value { return Value{Decimal: d} }

// Absent is a value that is not there, for the reason given.
func Absent(reason Reason) Value { return Value{Reason: reason} }

// Env answers a formula's references with figures. It must not change while a
// formula is being evaluated.
type Env func(Ref) Value
