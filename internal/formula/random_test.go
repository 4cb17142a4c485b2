package formula

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/shopspring/decimal"
)

const randomFormulas = 4000

// grower makes random formulas of the right types.
type grower struct{ *rand.Rand }

func newGrower(seed uint64) grower { return grower{rand.New(rand.NewPCG(seed, 1))} }

func (g grower) number(depth int) *node {
	if depth == 0 || g.IntN(5) == 0 {
		return g.leaf()
	}
	switch g.IntN(9) {
	case 0, 1, 2, 3, 4:
		o := []op{opAdd, opSub, opMul, opDiv, opDiv}[g.IntN(5)]
		return &node{op: o, args: []*node{g.number(depth - 1), g.number(depth - 1)}}
	case 5:
		return &node{op: []op{opNeg, opAbs}[g.IntN(2)], args: []*node{g.number(depth - 1)}}
	case 6:
		return &node{op: opIf, args: []*node{g.condition(depth - 1), g.number(depth - 1), g.number(depth - 1)}}
	case 7:
		return &node{op: []op{opMin, opMax}[g.IntN(2)], args: g.numbers(depth-1, 2+g.IntN(2))}
	default:
		return g.leaf()
	}
}

func (g grower) leaf() *node {
	if g.IntN(4) == 0 {
		// Built the way the parser does: without idle zeros.
		d := decimal.New(g.Int64N(300), -int32(g.IntN(3)))
		return &node{op: opNumber, number: decimal.RequireFromString(d.String())}
	}
	ref := Ref{Slug: string(rune('a' + g.IntN(6))), Window: Window(g.IntN(len(windowForms)))}
	if g.IntN(4) == 0 {
		ref.Group = []string{"grassroots", "cdc"}[g.IntN(2)]
	}
	return &node{op: opRef, ref: ref}
}

func (g grower) numbers(depth, n int) []*node {
	args := make([]*node, n)
	for i := range args {
		args[i] = g.number(depth)
	}
	return args
}

func (g grower) condition(depth int) *node {
	if depth <= 0 || g.IntN(2) == 0 {
		rels := [][]relation{{less}, {greaterEqual}, {equal}, {notEqual}, {less, lessEqual}, {greater, equal, greaterEqual}}[g.IntN(6)]
		return &node{op: opCompare, relations: rels, args: g.numbers(max(depth-1, 0), len(rels)+1)}
	}
	switch g.IntN(8) {
	case 0:
		return &node{op: opNot, args: []*node{g.condition(depth - 1)}}
	case 1:
		return &node{op: opEmpty, args: []*node{g.number(depth - 1)}}
	case 2:
		return &node{op: opIf, args: []*node{g.condition(depth - 1), g.condition(depth - 1), g.condition(depth - 1)}}
	default:
		o := []op{opAnd, opOr, opAnd, opOr, opImplies, opIff}[g.IntN(6)]
		return &node{op: o, args: []*node{g.condition(depth - 1), g.condition(depth - 1)}}
	}
}

// env gives every reference a figure of its own, some of them absent or zero.
func (g grower) env() Env {
	known := map[Ref]Value{}
	return func(r Ref) Value {
		v, ok := known[r]
		if !ok {
			v = Number(decimal.New(g.Int64N(2001)-1000, -int32(g.IntN(4))))
			switch g.IntN(24) {
			case 0:
				v = Absent(Missing)
			case 1:
				v = Absent(NotApplicable)
			case 2:
				v = Number(decimal.Zero)
			}
			known[r] = v
		}
		return v
	}
}

func TestCanonicalTextOfRandomFormulasParsesToItself(t *testing.T) {
	t.Parallel()
	g := newGrower(20260701)
	for range randomFormulas {
		root := g.number(5)
		if g.IntN(2) == 0 {
			root = g.condition(5)
		}
		text := root.canonical()
		e, err := Parse(text)
		if err != nil {
			if len(text) < MaxRunes {
				t.Fatalf("%s: %v", text, err)
			}
			continue
		}
		if !reflect.DeepEqual(e.root, root) {
			t.Fatalf("%s parses to %s", text, e)
		}
	}
}

func TestRandomFormulasAgainstExactFractions(t *testing.T) {
	t.Parallel()
	g, reasons := newGrower(20260702), map[Reason]int{}
	for range randomFormulas {
		root, env := g.number(5), g.env()
		if g.IntN(3) == 0 {
			root = g.condition(5)
		}
		e := newExpr(root, nil)
		got, want := e.Eval(env), reckon(root, env)
		reasons[want.reason]++
		if got.Reason != want.reason {
			t.Fatalf("%s: reason %q, want %q", e, got.Reason, want.reason)
		}
		if got.Reason != "" {
			if got.Ref != (Ref{}) && got.Reason != ZeroDenominator && env(got.Ref).Reason != got.Reason {
				t.Fatalf("%s: blames %s for %q", e, got.Ref, got.Reason)
			}
			continue
		}
		if !near(got.Decimal, want.rat, 30) {
			t.Fatalf("%s = %s, want %s", e, got.Decimal, want.rat.FloatString(40))
		}
		compareFraction(t, e, env, want.rat)
	}
	for _, r := range []Reason{"", Missing, NotApplicable, ZeroDenominator} {
		if reasons[r] < randomFormulas/100 {
			t.Errorf("the formulas ended only %d times with %q", reasons[r], r)
		}
	}
}

// Taking a formula apart changes neither its value nor the reason for having none.
func compareFraction(t *testing.T, e *Expr, env Env, want *big.Rat) {
	t.Helper()
	r := e.Fraction().Eval(env)
	if r.Reason != "" || r.Value.StringFixed(ratioPlaces) != halfUp(want, ratioPlaces) {
		t.Fatalf("%s: the fraction gives %s %q, want %s", e, r.Value, r.Reason, halfUp(want, ratioPlaces))
	}
}

func TestRandomFractionsKeepTheReason(t *testing.T) {
	t.Parallel()
	g := newGrower(20260703)
	for range randomFormulas {
		env := g.env()
		e := newExpr(&node{op: opDiv, args: []*node{g.number(4), g.number(4)}}, nil)
		if v, r := e.Eval(env), e.Fraction().Eval(env); v.Reason != r.Reason {
			t.Fatalf("%s: %q as a whole, %q as a fraction", e, v.Reason, r.Reason)
		}
	}
}

// halfUp prints x to a number of decimals by schoolbook rounding.
func halfUp(x *big.Rat, places int) string {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	n := new(big.Int).Mul(new(big.Int).Abs(x.Num()), scale)
	n.Add(n.Lsh(n, 1), x.Denom()).Quo(n, new(big.Int).Lsh(x.Denom(), 1))
	if x.Sign() < 0 {
		n.Neg(n)
	}
	return decimal.NewFromBigInt(n, -int32(places)).StringFixed(int32(places))
}

// near reports whether d has the first digits of x.
func near(d decimal.Decimal, x *big.Rat, digits int64) bool {
	diff := new(big.Rat).Sub(d.Rat(), x)
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(digits), nil))
	return diff.Abs(diff).Mul(diff, scale).Cmp(new(big.Rat).Abs(x)) <= 0
}

// reckoned is the outcome of the slow second implementation.
type reckoned struct {
	rat    *big.Rat
	reason Reason
}

func reckonTruth(b bool) reckoned {
	if b {
		return reckoned{rat: big.NewRat(1, 1)}
	}
	return reckoned{rat: new(big.Rat)}
}

func (r reckoned) is(b bool) bool { return r.reason == "" && (r.rat.Sign() != 0) == b }

// worst is the first reason of the list that occurs.
func worst(rs ...reckoned) Reason {
	for _, reason := range []Reason{Missing, NotApplicable, Overflow, ZeroDenominator} {
		for _, r := range rs {
			if r.reason == reason {
				return reason
			}
		}
	}
	return ""
}

// reckon evaluates every branch first and decides afterwards.
func reckon(n *node, env Env) reckoned {
	args := make([]reckoned, len(n.args))
	for i, arg := range n.args {
		args[i] = reckon(arg, env)
	}
	switch n.op {
	case opNumber:
		return reckoned{rat: n.number.Rat()}
	case opRef:
		v := env(n.ref)
		return reckoned{v.Decimal.Rat(), v.Reason}
	case opEmpty:
		return reckonTruth(args[0].reason == Missing)
	case opIf:
		if args[0].reason != "" {
			return args[0]
		}
		if args[0].is(true) {
			return args[1]
		}
		return args[2]
	case opAnd, opOr, opImplies, opCompare:
		return reckonDecided(n, args)
	}
	if reason := worst(args...); reason != "" {
		return reckoned{reason: reason}
	}
	return reckonKnown(n.op, args)
}

func reckonDecided(n *node, args []reckoned) reckoned {
	decisive := n.op != opAnd && n.op != opCompare
	switch n.op {
	case opImplies:
		if args[0].reason == "" {
			args[0] = reckonTruth(args[0].is(false))
		}
	case opCompare:
		args = reckonPairs(n.relations, args)
	}
	for _, arg := range args {
		if arg.is(decisive) {
			return reckonTruth(decisive)
		}
	}
	if reason := worst(args...); reason != "" {
		return reckoned{reason: reason}
	}
	return reckonTruth(!decisive)
}

func reckonPairs(rels []relation, args []reckoned) []reckoned {
	pairs := make([]reckoned, len(rels))
	for i, rel := range rels {
		if pairs[i].reason = worst(args[i], args[i+1]); pairs[i].reason != "" {
			continue
		}
		order := args[i].rat.Cmp(args[i+1].rat)
		pairs[i] = reckonTruth(map[relation]bool{
			less: order < 0, lessEqual: order <= 0, greater: order > 0,
			greaterEqual: order >= 0, equal: order == 0, notEqual: order != 0,
		}[rel])
	}
	return pairs
}

func reckonKnown(o op, args []reckoned) reckoned {
	x := new(big.Rat).Set(args[0].rat)
	switch o {
	case opNeg:
		x.Neg(x)
	case opAbs:
		x.Abs(x)
	case opNot:
		return reckonTruth(x.Sign() == 0)
	case opIff:
		return reckonTruth((x.Sign() == 0) == (args[1].rat.Sign() == 0))
	case opAdd:
		x.Add(x, args[1].rat)
	case opSub:
		x.Sub(x, args[1].rat)
	case opMul:
		x.Mul(x, args[1].rat)
	case opDiv:
		if args[1].rat.Sign() == 0 {
			return reckoned{reason: ZeroDenominator}
		}
		x.Quo(x, args[1].rat)
	case opMin, opMax:
		for _, arg := range args[1:] {
			if c := arg.rat.Cmp(x); c < 0 && o == opMin || c > 0 && o == opMax {
				x.Set(arg.rat)
			}
		}
	default:
		panic(fmt.Sprintf("no second implementation of operation %d", o))
	}
	return reckoned{rat: x}
}
