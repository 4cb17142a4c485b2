package formula

import "github.com/shopspring/decimal"

const ratioPlaces = 18 // decimals a ratio is stored with

// Fraction is a formula seen as Factor × Num ÷ Den, the shape in which an
// indicator is summed over months and institutions, stored and explained.
type Fraction struct {
	Num, Den *Expr // Den is nil when the formula is not a quotient
	Factor   decimal.Decimal

	// moved were denominators of the denominator: they stand in Num now, but
	// where one is zero there is still no value.
	moved []*node
}

// Ratio is an evaluated Fraction. Numerator and Denominator are kept where they
// are known, also when there is no Value.
type Ratio struct {
	Numerator, Denominator, Value decimal.Decimal
	HasNum, HasDen                bool
	Reason                        Reason // "" when there is a Value
	Cause                         Ref    // the reference that caused the reason, zero if none did
}

// Fraction takes the formula apart. Constant multipliers become the factor;
// constants that divide stay in the denominator, so nothing is rounded.
func (e *Expr) Fraction() Fraction {
	p := product{factor: one}
	p.collect(e.root, 0)
	if len(p.den) == 0 {
		return Fraction{Num: e, Factor: one}
	}
	num := p.numerator()
	return Fraction{
		Num:    newExpr(num, e.positions),
		Den:    newExpr(chain(p.den), e.positions),
		Factor: p.factor,
		moved:  p.moved,
	}
}

// product is a chain of multiplications and divisions, flattened.
type product struct {
	num, den, constants, moved []*node
	factor                     decimal.Decimal
	negative                   bool
}

// collect sorts the operands; each division turns over what stands below it.
func (p *product) collect(n *node, divisions int) {
	switch {
	case n.op == opMul:
		p.collect(n.args[0], divisions)
		p.collect(n.args[1], divisions)
	case n.op == opDiv:
		p.collect(n.args[0], divisions)
		p.collect(n.args[1], divisions+1)
	case n.op == opNeg:
		p.negative = !p.negative
		p.collect(n.args[0], divisions)
	case divisions%2 == 1:
		p.den = append(p.den, n)
	default:
		p.multiply(n, divisions > 0)
	}
}

func (p *product) multiply(n *node, moved bool) {
	if moved {
		p.moved = append(p.moved, n)
	}
	if n.op == opNumber {
		p.constants = append(p.constants, n)
		p.factor = p.factor.Mul(n.number)
		return
	}
	p.num = append(p.num, n)
}

// numerator builds the numerator and puts the sign where it reads best.
func (p *product) numerator() *node {
	if len(p.num) == 0 {
		p.num, p.constants, p.factor = p.constants, nil, one
	}
	switch {
	case p.negative && len(p.constants) > 0:
		p.factor = p.factor.Neg()
	case p.negative:
		p.num[0] = &node{op: opNeg, args: []*node{p.num[0]}}
	}
	return chain(p.num)
}

func chain(factors []*node) *node {
	n := factors[0]
	for _, next := range factors[1:] {
		n = &node{op: opMul, args: []*node{n, next}}
	}
	return n
}

// Eval computes numerator, denominator and value; the value is rounded half up
// to 18 decimals, from exact figures.
func (f Fraction) Eval(env Env) Ratio {
	num, den := f.Num.root.eval(env), truth(true)
	ratio := Ratio{HasNum: num.reason == "", Numerator: num.decimal()}
	if f.Den != nil {
		den = f.Den.root.eval(env)
		ratio.HasDen, ratio.Denominator = den.reason == "", den.decimal()
	}
	switch {
	case num.reason != "" || den.reason != "":
		ratio.fail(blame(num, den))
	case den.isZero():
		ratio.fail(result{reason: ZeroDenominator, ref: f.Den.root.ref})
	default:
		ratio.settle(f, env, num.quotient, den.quotient)
	}
	return ratio
}

func (r *Ratio) fail(why result) { r.Reason, r.Cause = why.reason, why.ref }

func (r *Ratio) settle(f Fraction, env Env, num, den quotient) {
	for _, n := range f.moved {
		if n.eval(env).isZero() {
			r.fail(result{reason: ZeroDenominator, ref: n.ref})
			return
		}
	}
	value := whole(f.Factor).mul(num)
	if f.Den != nil {
		value = value.div(den)
	}
	if r.Value = value.round(ratioPlaces); !fits(r.Value) {
		r.Value = decimal.Zero
		r.fail(result{reason: Overflow})
	}
}
