package formula

import (
	"errors"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

func FuzzParse(f *testing.F) {
	for _, p := range presets {
		f.Add(p.formula)
	}
	for _, src := range []string{
		"", "100 × （ａ－py(a)）÷ py(a)", "a>=b>=c>=0 and not b<>c", "if(empty(a@cdc), -1, --2.50)",
		"py(ytd(a/b))", "py(py(a))", "iff(a=0,b=0) or implies(a>0,5<=a/b<=500)", "a/(b/(c/0))", "1,000", "((((", "\xff\x00総",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, err := Parse(src)
		if err != nil {
			checkSyntaxError(t, src, err)
			return
		}
		again, err := Parse(e.String())
		if err != nil || !reflect.DeepEqual(again.root, e.root) {
			t.Fatalf("%q: the canonical text %q gives %v, %v", src, e, again, err)
		}
		if e.Text(sampleName) == "" || len(e.Refs()) > MaxRefs {
			t.Errorf("%q: no display text or too many references", src)
		}
		checkEvaluation(t, e)
	})
}

func checkSyntaxError(t *testing.T, src string, err error) {
	t.Helper()
	var wrong *SyntaxError
	if !errors.As(err, &wrong) || wrong.Message == "" || wrong.Pos < 1 || wrong.Pos > utf8.RuneCountInString(src)+1 {
		t.Fatalf("%q: a poor error: %v", src, err)
	}
}

// checkEvaluation computes with figures at the edges of what is admitted.
func checkEvaluation(t *testing.T, e *Expr) {
	t.Helper()
	for _, d := range []decimal.Decimal{decimal.Zero, one, limit, decimal.New(-7, -maxScale), decimal.New(3, 1<<30)} {
		env := func(Ref) Value { return Number(d) }
		v, r := e.Eval(env), e.Fraction().Eval(env)
		if v.Reason == "" && !fits(v.Decimal) || r.Reason == "" && !fits(r.Value) {
			t.Fatalf("%s with %.40s: a value beyond the bounds", e, d)
		}
		if v.Reason != r.Reason {
			t.Fatalf("%s with %.40s: %q as a whole, %q as a fraction", e, d, v.Reason, r.Reason)
		}
	}
}
