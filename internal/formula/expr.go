package formula

import (
	"slices"

	"github.com/shopspring/decimal"
)

type op uint8

const (
	opNumber op = iota
	opRef
	opNeg
	opAdd
	opSub
	opMul
	opDiv
	opCompare // args[i] relations[i] args[i+1], for every i
	opNot
	opAnd
	opOr
	opMin
	opMax
	opAbs
	opIf
	opImplies
	opIff
	opEmpty
)

type relation uint8

const (
	less relation = iota
	lessEqual
	greater
	greaterEqual
	equal
	notEqual
)

// node is one step of a formula. It is never changed once built.
type node struct {
	op        op
	args      []*node
	number    decimal.Decimal
	ref       Ref
	relations []relation
}

func (n *node) isCondition() bool {
	switch n.op {
	case opCompare, opNot, opAnd, opOr, opImplies, opIff, opEmpty:
		return true
	case opIf:
		return n.args[1].isCondition()
	default:
		return false
	}
}

// walk visits the references from left to right.
func (n *node) walk(visit func(Ref)) {
	if n.op == opRef {
		visit(n.ref)
	}
	for _, arg := range n.args {
		arg.walk(visit)
	}
}

// Expr is a parsed formula. It is immutable and safe for concurrent use.
type Expr struct {
	root      *node
	text      string
	refs      []Ref
	positions map[Ref]int
}

func newExpr(root *node, positions map[Ref]int) *Expr {
	e := &Expr{root: root, text: root.canonical(), positions: positions}
	seen := make(map[Ref]bool)
	root.walk(func(r Ref) {
		if !seen[r] {
			seen[r] = true
			e.refs = append(e.refs, r)
		}
	})
	return e
}

// String is the canonical text; parsing it gives the same formula again.
func (e *Expr) String() string { return e.text }

// Refs lists the figures the formula needs, each once, in order of appearance.
func (e *Expr) Refs() []Ref { return slices.Clone(e.refs) }

// Pos is the 1-based rune position where a reference first stands in the
// source, so that an unknown element can be shown in its place; 0 when it does
// not occur.
func (e *Expr) Pos(r Ref) int { return e.positions[r] }

// IsCondition reports whether the formula yields true or false.
func (e *Expr) IsCondition() bool { return e.root.isCondition() }
