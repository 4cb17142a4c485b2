package formula

import "strings"

// Text shows the formula in Chinese, element names from the caller; a slug the
// caller has no name for is shown as it is.
func (e *Expr) Text(name func(slug string) string) string {
	d := display{leaf: func(r Ref) string { return r.text(name) }}
	return d.text(e.root, powerNone)
}

// Numbers shows the same shape with the caller's formatted figures.
func (e *Expr) Numbers(name func(Ref) string) string {
	return display{leaf: name}.text(e.root, powerNone)
}

// display writes a formula for people: spaced, with the signs of arithmetic
// lessons, a constant multiplier at the end.
type display struct {
	leaf func(Ref) string
}

var displaySigns = map[op]string{
	opAdd: " + ", opSub: " − ", opMul: " × ", opDiv: " ÷ ", opAnd: " 且 ", opOr: " 或 ",
	opMin: "最小值", opMax: "最大值", opAbs: "绝对值", opNot: "并非", opEmpty: "未填报",
}

var displayRelations = [...]string{
	less: " < ", lessEqual: " ≤ ", greater: " > ", greaterEqual: " ≥ ", equal: " = ", notEqual: " ≠ ",
}

func (d display) text(n *node, least int) string {
	text := d.bare(n)
	if displayPower(n) < least {
		return "(" + text + ")"
	}
	return text
}

// displayPower differs from the grammar where Chinese words stand for brackets.
func displayPower(n *node) int {
	switch n.op {
	case opIf, opImplies, opIff:
		return powerNone
	case opNot:
		return powerOperand
	default:
		return n.power()
	}
}

func (d display) bare(n *node) string {
	switch n.op {
	case opNumber:
		return n.number.String()
	case opRef:
		return d.leaf(n.ref)
	case opNeg:
		return "−" + d.right(n.args[0], powerNeg)
	case opMul, opDiv:
		return d.product(n)
	case opAdd, opSub, opAnd, opOr:
		return d.text(n.args[0], n.power()) + displaySigns[n.op] + d.right(n.args[1], n.power()+1)
	case opCompare:
		return d.comparison(n)
	case opIf, opImplies, opIff:
		return d.sentence(n)
	default:
		return d.call(n)
	}
}

// right writes an operand that follows a sign; a negative one gets brackets.
func (d display) right(n *node, least int) string {
	text := d.text(n, least)
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "−") {
		return "(" + text + ")"
	}
	return text
}

// product writes 100*a/b as a ÷ b × 100, the way percentages are explained.
func (d display) product(n *node) string {
	steps := factors(n)
	if len(steps) > 1 && steps[0].op == opNumber && steps[1].sign == opMul && steps[1].op != opNumber {
		steps = append(steps[1:], factor{opMul, steps[0].node})
	}
	var b strings.Builder
	b.WriteString(d.text(steps[0].node, powerProduct+1))
	for _, step := range steps[1:] {
		b.WriteString(displaySigns[step.sign])
		b.WriteString(d.right(step.node, powerProduct+1))
	}
	return b.String()
}

// factor is one step of a chain of × and ÷.
type factor struct {
	sign op
	*node
}

func factors(n *node) []factor {
	if n.op != opMul && n.op != opDiv {
		return []factor{{opMul, n}}
	}
	left, right := n.args[0], n.args[1]
	if left.op == opDiv && n.op == opDiv && right.op == opDiv {
		return []factor{{opMul, left}, {opDiv, right}} // (a ÷ b) ÷ (c ÷ d) reads better than a ÷ b ÷ (c ÷ d)
	}
	return append(factors(left), factor{n.op, right})
}

func (d display) comparison(n *node) string {
	text := d.text(n.args[0], powerSum)
	for i, rel := range n.relations {
		text += displayRelations[rel] + d.text(n.args[i+1], powerSum)
	}
	return text
}

func (d display) sentence(n *node) string {
	first, second := d.text(n.args[0], powerOr), d.text(n.args[1], powerOr)
	switch n.op {
	case opImplies:
		return "若 " + first + " 则 " + second
	case opIff:
		return first + " 当且仅当 " + second
	default:
		return "如果 " + first + " 则 " + second + " 否则 " + d.text(n.args[2], powerOr)
	}
}

func (d display) call(n *node) string {
	args := make([]string, len(n.args))
	for i, arg := range n.args {
		args[i] = d.text(arg, powerNone)
	}
	return displaySigns[n.op] + "(" + strings.Join(args, ",") + ")"
}
