package formula

import "testing"

func TestFraction(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, num, den, factor string }{
		{"100*a/b", "a", "b", "100"},
		{"a/b*100", "a", "b", "100"},
		{"a/b/c", "a", "b*c", "1"},
		{"(a/b)/(c/d)", "a*d", "b*c", "1"},
		{"a/(b/(c/d))", "a*c", "b*d", "1"},
		{"100*(x-py(x))/py(x)", "x-py(x)", "py(x)", "100"},
		{"100*(a+b)/c", "a+b", "c", "100"},
		{"10*a*10/b", "a", "b", "100"},
		{"100*a/(12*b)", "a", "12*b", "100"},
		{"a/12", "a", "12", "1"},
		{"100/a", "100", "a", "1"},
		{"a/(b/100)", "a", "b", "100"},
		{"-100*a/b", "a", "b", "-100"},
		{"-a*c/b", "-a*c", "b", "1"},
		{"-(a/b)", "-a", "b", "1"},
		{"-1/a", "-1", "a", "1"},
		{"py(100*a/b)", "py(a)", "py(b)", "100"},
		{"100*a@grassroots/a", "a@grassroots", "a", "100"},
		{"a+b", "a+b", "", "1"},
		{"100*a", "100*a", "", "1"},
		{"a/b-1", "a/b-1", "", "1"},
		{"if(b>0,a/b,0)", "if(b > 0, a/b, 0)", "", "1"},
		{"a/b > 1", "a/b > 1", "", "1"},
		{"100*min(a,b)/max(a/c,b)", "min(a, b)", "max(a/c, b)", "100"},
	} {
		t.Run(c.src, func(t *testing.T) {
			t.Parallel()
			f := mustParse(t, c.src).Fraction()
			den := ""
			if f.Den != nil {
				den = f.Den.String()
			}
			if f.Num.String() != c.num || den != c.den || f.Factor.String() != c.factor {
				t.Errorf("got %s × %s ÷ %s, want %s × %s ÷ %s", f.Factor, f.Num, den, c.factor, c.num, c.den)
			}
		})
	}
}

func TestFractionEval(t *testing.T) {
	t.Parallel()
	env := figures(map[string]string{"a": "1007", "b": "1550", "z": "0", "n": "n", "neg": "-2", "two": "2"})
	for _, c := range []struct {
		src, num, den, value string // "" when not there
		reason               Reason
		cause                string
	}{
		{"100*a/b", "1007", "1550", "64.967741935483870968", "", ""},
		{"a+b", "2557", "", "2557", "", ""},
		{"1/8/two", "1", "16", "0.0625", "", ""},
		{"neg/3", "-2", "3", "-0.666666666666666667", "", ""},
		{"1/(two*1000000000000000000)", "1", "2000000000000000000", "0.000000000000000001", "", ""},
		{"z/b", "0", "1550", "0", "", ""},
		{"100*a/z", "1007", "0", "", ZeroDenominator, "z"},
		{"z/z", "0", "0", "", ZeroDenominator, "z"},
		{"a/(b-b)", "1007", "0", "", ZeroDenominator, ""},
		{"m/b", "", "1550", "", Missing, "m"},
		{"a/m", "1007", "", "", Missing, "m"},
		{"n/m", "", "", "", Missing, "m"},
		{"n/b", "", "1550", "", NotApplicable, "n"},
		{"m/z", "", "0", "", Missing, "m"},
		{"(a/b)/(two/z)", "0", "3100", "", ZeroDenominator, "z"},
		{"a/(b/0)", "1007", "1550", "", ZeroDenominator, ""},
	} {
		t.Run(c.src, func(t *testing.T) {
			t.Parallel()
			r := mustParse(t, c.src).Fraction().Eval(env)
			if r.HasNum != (c.num != "") || r.HasNum && r.Numerator.String() != c.num {
				t.Errorf("numerator %v %s, want %q", r.HasNum, r.Numerator, c.num)
			}
			if r.HasDen != (c.den != "") || r.HasDen && r.Denominator.String() != c.den {
				t.Errorf("denominator %v %s, want %q", r.HasDen, r.Denominator, c.den)
			}
			if r.Reason != c.reason || r.Cause.String() != c.cause {
				t.Errorf("reason %q because of %q, want %q because of %q", r.Reason, r.Cause, c.reason, c.cause)
			}
			if c.reason == "" && r.Value.String() != c.value {
				t.Errorf("value %s, want %s", r.Value, c.value)
			}
		})
	}
}

func TestFractionOfTheCallersOwnParts(t *testing.T) {
	t.Parallel()
	f := Fraction{Num: mustParse(t, "a"), Den: mustParse(t, "b"), Factor: limit}
	env := figures(map[string]string{"a": "2", "b": "1"})
	if r := f.Eval(env); r.Reason != Overflow || !r.HasNum || !r.HasDen {
		t.Errorf("Eval = %+v, want an overflow with both parts", r)
	}
	f.Factor = one
	if r := f.Eval(env); r.Value.String() != "2" {
		t.Errorf("Eval = %+v, want 2", r)
	}
}
