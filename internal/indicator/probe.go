package indicator

import (
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
)

// probes are figures for the elements of a formula, which differ in size and in order.
var probes = []func(n int) int64{
	func(int) int64 { return 1 },
	func(n int) int64 { return int64(n*n + 3) },
	func(n int) int64 { return int64(1_000_000_000 - n*n) },
	func(n int) int64 { return int64(1_000_003 * (n + 1)) },
}

// alwaysDividesByZero reports whether a formula has no value whatever is reported, like a/0 or a/(b-b).
func alwaysDividesByZero(expr *formula.Expr) bool {
	fraction := expr.Fraction()
	for _, probe := range probes {
		figures := map[formula.Ref]formula.Value{}
		for n, ref := range expr.Refs() {
			figures[ref] = formula.Number(decimal.NewFromInt(probe(n)))
		}
		ratio := fraction.Eval(func(ref formula.Ref) formula.Value { return figures[ref] })
		if ratio.Reason != formula.ZeroDenominator {
			return false
		}
	}
	return true
}
