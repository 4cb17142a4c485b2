package formula

import "github.com/shopspring/decimal"

const (
	maxDigits   = 30  // figures beyond 10^30 are an overflow
	maxScale    = 100 // figures are not finer than 10^-100
	significant = 34  // digits a division keeps, as in decimal128
)

var (
	one   = decimal.NewFromInt(1)
	limit = decimal.New(1, maxDigits)
)

// quotient is an exact number: num, or num/den once something was divided. A
// formula is rounded once, at its end, so 1/3*3 is 1. The den is positive.
type quotient struct {
	num, den decimal.Decimal
	divided  bool
}

func whole(d decimal.Decimal) quotient { return quotient{num: d} }

// admit bounds a figure that comes from outside: arithmetic on 1e1000000000
// would take the machine's memory. Zero loses its exponent.
func admit(d decimal.Decimal) (decimal.Decimal, bool) {
	if d.IsZero() {
		return decimal.Zero, true
	}
	if d.Exponent() < -maxScale {
		return d, false
	}
	return d, fits(d)
}

// fits reports whether |d| is at most 10^30.
func fits(d decimal.Decimal) bool {
	switch m := magnitude(d); {
	case m <= maxDigits:
		return true
	case m > maxDigits+1:
		return false
	default:
		return d.Abs().Cmp(limit) <= 0
	}
}

// magnitude is the number of digits before the decimal point.
func magnitude(d decimal.Decimal) int64 {
	return int64(d.NumDigits()) + int64(d.Exponent())
}

func (x quotient) denominator() decimal.Decimal {
	if x.divided {
		return x.den
	}
	return one
}

func (x quotient) isZero() bool { return x.num.IsZero() }

func (x quotient) neg() quotient {
	x.num = x.num.Neg()
	return x
}

func (x quotient) abs() quotient {
	x.num = x.num.Abs()
	return x
}

func (x quotient) add(y quotient) quotient {
	if !x.divided && !y.divided {
		return whole(x.num.Add(y.num))
	}
	a, b := x.denominator(), y.denominator()
	return quotient{x.num.Mul(b).Add(y.num.Mul(a)), a.Mul(b), true}
}

func (x quotient) sub(y quotient) quotient {
	if !x.divided && !y.divided {
		return whole(x.num.Sub(y.num))
	}
	return x.add(y.neg())
}

func (x quotient) mul(y quotient) quotient {
	num := x.num.Mul(y.num)
	switch {
	case x.divided && y.divided:
		return quotient{num, x.den.Mul(y.den), true}
	case x.divided:
		return quotient{num, x.den, true}
	case y.divided:
		return quotient{num, y.den, true}
	default:
		return whole(num)
	}
}

// div needs a y that is not zero.
func (x quotient) div(y quotient) quotient {
	inverse := quotient{y.denominator(), y.num, true}
	if y.num.IsNegative() {
		inverse = quotient{inverse.num.Neg(), inverse.den.Neg(), true}
	}
	if !x.divided && !y.divided && inverse.num.Equal(one) {
		return quotient{x.num, inverse.den, true}
	}
	return x.mul(inverse)
}

func (x quotient) cmp(y quotient) int {
	if !x.divided && !y.divided {
		return x.num.Cmp(y.num)
	}
	return x.num.Mul(y.denominator()).Cmp(y.num.Mul(x.denominator()))
}

// decimal rounds the number to what a caller can keep: exact where it is a
// decimal, else to 34 significant digits.
func (x quotient) decimal() decimal.Decimal {
	if !x.divided {
		if x.num.Exponent() < -maxScale {
			return x.num.Round(maxScale)
		}
		return x.num
	}
	if x.num.IsZero() {
		return decimal.Zero
	}
	places := significant - magnitude(x.num) + magnitude(x.den)
	return x.num.DivRound(x.den, int32(min(max(places, 0), maxScale)))
}

// round rounds half up, away from zero, to a number of decimals.
func (x quotient) round(places int32) decimal.Decimal {
	if x.divided {
		return x.num.DivRound(x.den, places)
	}
	if x.num.Exponent() >= -places {
		return x.num
	}
	return x.num.Round(places)
}
