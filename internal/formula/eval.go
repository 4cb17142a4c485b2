package formula

// result is a value inside the computation.
type result struct {
	quotient
	reason Reason
	ref    Ref
}

func truth(holds bool) result {
	if holds {
		return result{quotient: whole(one)}
	}
	return result{}
}

func (r result) holds() bool { return !r.isZero() }

// blame returns the weightier of two reasons, the first when they are equal.
func blame(a, b result) result {
	if b.reason.outranks(a.reason) {
		a = b
	}
	return result{reason: a.reason, ref: a.ref}
}

// Eval computes the formula. Conditions give 1 or 0.
func (e *Expr) Eval(env Env) Value { return e.root.eval(env).value() }

func (r result) value() Value {
	if r.reason != "" {
		return Value{Reason: r.reason, Ref: r.ref}
	}
	d := r.decimal()
	if !fits(d) {
		return Value{Reason: Overflow}
	}
	return Value{Decimal: d}
}

func (n *node) eval(env Env) result {
	switch n.op {
	case opNumber:
		return result{quotient: whole(n.number)}
	case opRef:
		return n.evalRef(env)
	case opAdd, opSub, opMul, opDiv:
		return n.evalArithmetic(env)
	case opNeg, opAbs, opNot, opEmpty:
		return n.evalUnary(env)
	case opCompare:
		return n.evalCompare(env)
	case opMin, opMax:
		return n.evalExtreme(env)
	default:
		return n.evalLogic(env)
	}
}

func (n *node) evalRef(env Env) result {
	v := env(n.ref)
	if v.Reason != "" {
		return result{reason: v.Reason, ref: n.ref}
	}
	d, ok := admit(v.Decimal)
	if !ok {
		return result{reason: Overflow, ref: n.ref}
	}
	return result{quotient: whole(d)}
}

func (n *node) evalArithmetic(env Env) result {
	a, b := n.args[0].eval(env), n.args[1].eval(env)
	if a.reason != "" || b.reason != "" {
		return blame(a, b)
	}
	switch n.op {
	case opAdd:
		a.quotient = a.add(b.quotient)
	case opSub:
		a.quotient = a.sub(b.quotient)
	case opMul:
		a.quotient = a.mul(b.quotient)
	default:
		if b.isZero() {
			return result{reason: ZeroDenominator, ref: n.args[1].ref}
		}
		a.quotient = a.div(b.quotient)
	}
	return a
}

func (n *node) evalUnary(env Env) result {
	a := n.args[0].eval(env)
	if n.op == opEmpty {
		return truth(a.reason == Missing)
	}
	if a.reason != "" {
		return a
	}
	switch n.op {
	case opNeg:
		a.quotient = a.neg()
	case opAbs:
		a.quotient = a.abs()
	default:
		return truth(!a.holds())
	}
	return a
}

// evalCompare is false as soon as one known pair is, whatever is missing.
func (n *node) evalCompare(env Env) result {
	out := truth(true)
	left := n.args[0].eval(env)
	for i, rel := range n.relations {
		right := n.args[i+1].eval(env)
		switch {
		case left.reason != "" || right.reason != "":
			out = blame(out, blame(left, right))
		case !rel.holds(left.cmp(right.quotient)):
			return truth(false)
		}
		left = right
	}
	return out
}

func (rel relation) holds(order int) bool {
	switch rel {
	case less:
		return order < 0
	case lessEqual:
		return order <= 0
	case greater:
		return order > 0
	case greaterEqual:
		return order >= 0
	case equal:
		return order == 0
	default:
		return order != 0
	}
}

func (n *node) evalExtreme(env Env) result {
	best := n.args[0].eval(env)
	for _, arg := range n.args[1:] {
		next := arg.eval(env)
		switch {
		case best.reason != "" || next.reason != "":
			best = blame(best, next)
		case (next.cmp(best.quotient) < 0) == (n.op == opMin):
			best = next
		}
	}
	return best
}

// evalLogic knows the outcome as soon as one known operand decides it.
func (n *node) evalLogic(env Env) result {
	a := n.args[0].eval(env)
	switch n.op {
	case opIf:
		return n.evalIf(a, env)
	case opAnd:
		return decide(a, n.args[1], env, false)
	case opOr:
		return decide(a, n.args[1], env, true)
	case opImplies:
		if a.reason == "" {
			a = truth(!a.holds())
		}
		return decide(a, n.args[1], env, true)
	default: // opIff
		b := n.args[1].eval(env)
		if a.reason != "" || b.reason != "" {
			return blame(a, b)
		}
		return truth(a.holds() == b.holds())
	}
}

func (n *node) evalIf(condition result, env Env) result {
	switch {
	case condition.reason != "":
		return condition
	case condition.holds():
		return n.args[1].eval(env)
	default:
		return n.args[2].eval(env)
	}
}

// decide joins two conditions of which one that equals decisive settles it.
func decide(a result, second *node, env Env, decisive bool) result {
	if a.reason == "" && a.holds() == decisive {
		return a
	}
	b := second.eval(env)
	switch {
	case b.reason == "" && b.holds() == decisive:
		return b
	case a.reason != "" || b.reason != "":
		return blame(a, b)
	default:
		return truth(!decisive)
	}
}
