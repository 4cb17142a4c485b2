package formula

import (
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Limits of one formula; they hold for the source and for its canonical text.
const (
	MaxRunes = 2000
	MaxDepth = 50
	MaxRefs  = 200
)

// Binding powers, loosest first; the canonical printer uses them too.
const (
	powerNone = iota
	powerOr
	powerAnd
	powerNot
	powerCompare
	powerSum
	powerProduct
	powerNeg
	powerOperand
)

type infix struct {
	op    op
	power int
}

var infixes = map[string]infix{
	"or": {opOr, powerOr}, "and": {opAnd, powerAnd},
	"<": {opCompare, powerCompare}, "<=": {opCompare, powerCompare},
	">": {opCompare, powerCompare}, ">=": {opCompare, powerCompare},
	"=": {opCompare, powerCompare}, "<>": {opCompare, powerCompare},
	"+": {opAdd, powerSum}, "-": {opSub, powerSum},
	"*": {opMul, powerProduct}, "/": {opDiv, powerProduct},
}

type parser struct {
	lex       lexer
	tok       token
	window    Window
	depth     int
	refs      int
	positions map[Ref]int
}

// Parse reads a formula. The error is always a *SyntaxError.
func Parse(src string) (*Expr, error) {
	if n := utf8.RuneCountInString(src); n > MaxRunes {
		return nil, fail(MaxRunes+1, "公式太长,最多 %d 个字符,现在有 %d 个", MaxRunes, n)
	}
	p := &parser{lex: lexer{src: []rune(src)}, positions: make(map[Ref]int)}
	root, err := p.formula()
	if err != nil {
		return nil, err
	}
	e := newExpr(root, p.positions)
	if n := utf8.RuneCountInString(e.text); n > MaxRunes {
		return nil, fail(1, "公式整理后太长,最多 %d 个字符,现在有 %d 个", MaxRunes, n)
	}
	return e, nil
}

func (p *parser) formula() (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind == tokenEnd {
		return nil, fail(1, "公式是空的,请写出数据项和运算,例如 100*bed_days_occupied/bed_days_open")
	}
	root, err := p.expression(powerNone)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokenEnd {
		return nil, p.unexpectedAfterOperand()
	}
	return root, nil
}

func (p *parser) advance() error {
	tok, err := p.lex.next()
	p.tok = tok
	return err
}

// expression reads operators that bind tighter than power.
func (p *parser) expression(power int) (*node, error) {
	start := p.tok.pos
	left, err := p.prefix()
	for err == nil {
		in, ok := p.infix()
		if !ok || in.power <= power {
			break
		}
		if in.op == opCompare {
			left, err = p.comparison(left, start)
		} else {
			left, err = p.binary(left, start, in)
		}
	}
	return left, err
}

func (p *parser) infix() (infix, bool) {
	if p.tok.kind != tokenSymbol && p.tok.kind != tokenName {
		return infix{}, false
	}
	in, ok := infixes[p.tok.text]
	return in, ok
}

func (p *parser) binary(left *node, start int, in infix) (*node, error) {
	sign, want := p.tok.text, wantNumber
	if in.op == opAnd || in.op == opOr {
		want = wantCondition
	}
	if err := checkOperand(left, start, sign, want); err != nil {
		return nil, err
	}
	right, err := p.rightOperand(sign, in.power, want)
	if err != nil {
		return nil, err
	}
	return &node{op: in.op, args: []*node{left, right}}, nil
}

// rightOperand skips the operator and reads what stands after it.
func (p *parser) rightOperand(sign string, power int, want operandType) (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	start := p.tok.pos
	right, err := p.expression(power)
	if err != nil {
		return nil, err
	}
	return right, checkOperand(right, start, sign, want)
}

// comparison reads a whole chain, so that a >= b >= c means what it says.
func (p *parser) comparison(left *node, start int) (*node, error) {
	if err := checkOperand(left, start, p.tok.text, wantNumber); err != nil {
		return nil, err
	}
	n := &node{op: opCompare, args: []*node{left}}
	for {
		rel, ok := relations[p.tok.text]
		if !ok || p.tok.kind != tokenSymbol {
			return n, nil
		}
		n.relations = append(n.relations, rel)
		if !chains(n.relations) {
			return nil, fail(p.tok.pos, "连写的比较要朝同一个方向,例如 a >= b >= c;其他情况请用 and 连接")
		}
		right, err := p.rightOperand(p.tok.text, powerCompare, wantNumber)
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, right)
	}
}

var relations = map[string]relation{
	"<": less, "<=": lessEqual, ">": greater, ">=": greaterEqual, "=": equal, "<>": notEqual,
}

// chains reports whether relations may stand in one chain: all rising or all
// falling, equality allowed in both.
func chains(rels []relation) bool {
	up, down := false, false
	for _, rel := range rels {
		up = up || rel == less || rel == lessEqual
		down = down || rel == greater || rel == greaterEqual
		if rel == notEqual && len(rels) > 1 {
			return false
		}
	}
	return !up || !down
}

// checkOperand refuses a condition where a number belongs and the reverse.
func checkOperand(n *node, pos int, owner string, want operandType) error {
	switch {
	case want == wantNumber && n.isCondition():
		return fail(pos, "“%s”要用数来算,这里却是条件;需要时请用 if(条件, 1, 0) 转成数", owner)
	case want == wantCondition && !n.isCondition():
		return fail(pos, "“%s”要用条件(如 a > b),这里却是一个数", owner)
	}
	return nil
}

// descend guards the parser's own recursion.
func (p *parser) descend(pos int) error {
	if p.depth++; p.depth > MaxDepth {
		return fail(pos, "括号和函数套得太深,最多 %d 层", MaxDepth)
	}
	return nil
}

func parseNumber(tok token) (*node, error) {
	d, err := decimal.NewFromString(strings.TrimSuffix(tok.text, "."))
	if err != nil {
		return nil, fail(tok.pos, "数字“%s”写法不对", tok.text)
	}
	if _, ok := admit(d); !ok {
		return nil, fail(tok.pos, "数字太大或小数位太多,整数部分最多 %d 位,小数最多 %d 位", maxDigits, maxScale)
	}
	return &node{op: opNumber, number: d}, nil
}
