package formula

// prefix reads one operand with the signs before it.
func (p *parser) prefix() (*node, error) {
	tok := p.tok
	switch {
	case tok.kind == tokenNumber:
		return p.number()
	case tok.kind == tokenWord:
		return p.word()
	case tok.is("("):
		return p.bracket()
	case tok.is("-"):
		return p.sign(opNeg, powerNeg, wantNumber)
	case tok.is("not"):
		return p.sign(opNot, powerNot, wantCondition)
	case tok.kind == tokenName && !tok.is("and") && !tok.is("or"):
		return p.call()
	default:
		return nil, p.missingOperand()
	}
}

func (p *parser) number() (*node, error) {
	n, err := parseNumber(p.tok)
	if err != nil {
		return nil, err
	}
	return n, p.advance()
}

func (p *parser) sign(o op, power int, want operandType) (*node, error) {
	if err := p.descend(p.tok.pos); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	// One less, so that a sign may follow a sign.
	arg, err := p.rightOperand(p.tok.text, power-1, want)
	if err != nil {
		return nil, err
	}
	return &node{op: o, args: []*node{arg}}, nil
}

func (p *parser) bracket() (*node, error) {
	open := p.tok.pos
	if err := p.descend(open); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return nil, err
	}
	inner, err := p.expression(powerNone)
	if err != nil {
		return nil, err
	}
	return inner, p.closeBracket(open)
}

func (p *parser) closeBracket(open int) error {
	if p.tok.is(")") {
		return p.advance()
	}
	if p.tok.kind == tokenEnd {
		return fail(p.tok.pos, "缺少右括号“)”,与第 %d 个字符的左括号配对", open)
	}
	return p.unexpectedAfterOperand()
}

// word reads an element with its group; unknown functions show up here too.
func (p *parser) word() (*node, error) {
	tok := p.tok
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.is("(") {
		return nil, fail(tok.pos, "没有函数“%s”,可用的函数有 %s", tok.text, functionList)
	}
	ref := Ref{Slug: tok.text, Window: p.window}
	if p.tok.is("@") {
		group, err := p.group()
		if err != nil {
			return nil, err
		}
		ref.Group = group
	}
	return p.reference(ref, tok.pos)
}

func (p *parser) group() (string, error) {
	if err := p.advance(); err != nil {
		return "", err
	}
	if p.tok.kind != tokenWord {
		return "", fail(p.tok.pos, "“@”后面缺少机构类别,例如 grassroots(基层)、hospital(医院)")
	}
	group := p.tok.text
	return group, p.advance()
}

func (p *parser) reference(ref Ref, pos int) (*node, error) {
	if p.refs++; p.refs > MaxRefs {
		return nil, fail(pos, "引用的数据项太多,最多 %d 处", MaxRefs)
	}
	if _, ok := p.positions[ref]; !ok {
		p.positions[ref] = pos
	}
	return &node{op: opRef, ref: ref}, nil
}

// call reads a function or a window with its arguments.
func (p *parser) call() (*node, error) {
	name := p.tok
	if err := p.descend(name.pos); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.tok.is("(") {
		return nil, fail(p.tok.pos, "函数“%s”后面缺少左括号,写法是 %s", name.text, usage(name.text))
	}
	if w, ok := windowNames[name.text]; ok {
		return p.windowed(name, w)
	}
	return p.function(name, functions[name.text])
}

func usage(name string) string {
	if f, ok := functions[name]; ok {
		return f.usage
	}
	return windowUsage[name]
}

// windowed reads py(…), pp(…) or ytd(…): the references inside take the window.
func (p *parser) windowed(name token, w Window) (*node, error) {
	inner, ok := w.within(p.window)
	if !ok {
		return nil, fail(name.pos, "py、pp、ytd 不能这样套用,只有 py(ytd(数据项)) 和 ytd(py(数据项)) 可以,都表示去年同期累计")
	}
	outer, before := p.window, p.refs
	p.window = inner
	args, err := p.arguments(name, function{min: 1, max: 1, operands: all(wantAny)})
	p.window = outer
	if err != nil {
		return nil, err
	}
	if p.refs == before {
		return nil, fail(name.pos, "“%s”里面没有数据项,写法是 %s", name.text, usage(name.text))
	}
	return args[0], nil
}

func (p *parser) function(name token, f function) (*node, error) {
	args, err := p.arguments(name, f)
	if err != nil {
		return nil, err
	}
	return &node{op: f.op, args: args}, nil
}

func (p *parser) arguments(name token, f function) ([]*node, error) {
	open := p.tok.pos
	var args []*node
	for sep := "("; p.tok.is(sep); sep = "," {
		if err := p.advance(); err != nil {
			return nil, err
		}
		if len(args) == 0 && p.tok.is(")") {
			break
		}
		arg, err := p.argument(name, f, args)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if err := p.closeBracket(open); err != nil {
		return nil, err
	}
	return args, checkCount(name, f, len(args))
}

func (p *parser) argument(name token, f function, before []*node) (*node, error) {
	start := p.tok.pos
	arg, err := p.expression(powerNone)
	if err != nil || len(before) >= f.max {
		return arg, err // a surplus argument is reported with the count
	}
	want := f.operands(len(before))
	if want == wantSame {
		if before[len(before)-1].isCondition() != arg.isCondition() {
			return nil, fail(start, "“%s”的两个结果要么都是数,要么都是条件", name.text)
		}
		return arg, nil
	}
	return arg, checkOperand(arg, start, name.text, want)
}

func checkCount(name token, f function, n int) error {
	switch {
	case n < f.min:
		return fail(name.pos, "函数“%s”的参数不够,写法是 %s,现在有 %d 个", name.text, usage(name.text), n)
	case n > f.max:
		return fail(name.pos, "函数“%s”的参数太多,写法是 %s,现在有 %d 个", name.text, usage(name.text), n)
	}
	return nil
}

// unexpectedAfterOperand explains what stands where an operator was expected.
func (p *parser) unexpectedAfterOperand() error {
	switch {
	case p.tok.is(")"):
		return fail(p.tok.pos, "多了一个右括号“)”,前面没有与它配对的左括号")
	case p.tok.is(","):
		return fail(p.tok.pos, "这里不能写逗号,逗号只用来分开函数的参数,数字里也不写千位逗号")
	case p.tok.is("@"):
		return fail(p.tok.pos, "“@”要紧跟在数据项编码后面,例如 visits_total@grassroots")
	default:
		return fail(p.tok.pos, "“%s”前面缺少运算符号,例如 + - * / 或 and", p.tok.text)
	}
}

// missingOperand explains what stands where a value was expected.
func (p *parser) missingOperand() error {
	const expected = "这里应写数据项编码、数字、函数或左括号"
	if p.tok.kind == tokenEnd {
		return fail(p.tok.pos, "公式没有写完,%s", expected)
	}
	return fail(p.tok.pos, "%s,却写了“%s”", expected, p.tok.text)
}
