package formula

// Holds evaluates a check rule: whether it holds, and whether that is known at
// all. A rule about figures that are not there is not known, and so not broken.
func Holds(e *Expr, env Env) (ok, known bool) {
	r := e.root.eval(env)
	return r.reason == "" && r.holds(), r.reason == ""
}

// WhyUnknown says why a check rule cannot be evaluated, "" when it can.
func WhyUnknown(e *Expr, env Env) Reason { return e.root.eval(env).reason }
