package formula

import "strings"

// canonical writes the formula with as few brackets as the grammar needs.
func (n *node) canonical() string {
	var b strings.Builder
	n.write(&b, powerNone)
	return b.String()
}

var signs = map[op]string{
	opAdd: "+", opSub: "-", opMul: "*", opDiv: "/", opAnd: " and ", opOr: " or ",
	opNeg: "-", opNot: "not ",
	opMin: "min", opMax: "max", opAbs: "abs", opIf: "if", opImplies: "implies", opIff: "iff", opEmpty: "empty",
}

var relationSigns = [...]string{
	less: " < ", lessEqual: " <= ", greater: " > ", greaterEqual: " >= ", equal: " = ", notEqual: " <> ",
}

func (n *node) power() int {
	switch n.op {
	case opOr:
		return powerOr
	case opAnd:
		return powerAnd
	case opNot:
		return powerNot
	case opCompare:
		return powerCompare
	case opAdd, opSub:
		return powerSum
	case opMul, opDiv:
		return powerProduct
	case opNeg:
		return powerNeg
	default:
		return powerOperand
	}
}

// write puts brackets around what binds no tighter than its surroundings need.
func (n *node) write(b *strings.Builder, least int) {
	if n.power() < least {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	switch n.op {
	case opNumber:
		b.WriteString(n.number.String())
	case opRef:
		b.WriteString(n.ref.String())
	case opNeg, opNot:
		b.WriteString(signs[n.op])
		n.args[0].write(b, n.power())
	case opCompare:
		n.writeComparison(b)
	case opAdd, opSub, opMul, opDiv, opAnd, opOr:
		n.args[0].write(b, n.power())
		b.WriteString(signs[n.op])
		n.args[1].write(b, n.power()+1)
	default:
		n.writeCall(b)
	}
}

func (n *node) writeComparison(b *strings.Builder) {
	n.args[0].write(b, powerCompare+1)
	for i, rel := range n.relations {
		b.WriteString(relationSigns[rel])
		n.args[i+1].write(b, powerCompare+1)
	}
}

func (n *node) writeCall(b *strings.Builder) {
	b.WriteString(signs[n.op])
	b.WriteByte('(')
	for i, arg := range n.args {
		if i > 0 {
			b.WriteString(", ")
		}
		arg.write(b, powerNone)
	}
	b.WriteByte(')')
}
