package formula

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

// figures is an Env written down: "m" is missing, "n" not applicable.
func figures(values map[string]string) Env {
	return func(r Ref) Value {
		switch text := values[r.String()]; text {
		case "", "m":
			return Absent(Missing)
		case "n":
			return Absent(NotApplicable)
		default:
			return Number(decimal.RequireFromString(text))
		}
	}
}

func TestEval(t *testing.T) {
	t.Parallel()
	env := figures(map[string]string{
		"a": "7", "b": "2", "z": "0", "neg": "-3", "m": "m", "n": "n",
		"py(a)": "5", "pp(a)": "6", "ytd(a)": "40", "py(ytd(a))": "30", "a@grassroots": "4",
		"third": "0.333", "money": "1234567.89",
	})
	for _, c := range []struct {
		src, want string
		reason    Reason
		ref       string
	}{
		{src: "a+b*2-1", want: "10"},
		{src: "(a+b)*2", want: "18"},
		{src: "a/b", want: "3.5"},
		{src: "a/neg", want: "-2.3333333333333333333333333333333333"},
		{src: "1/3", want: "0.3333333333333333333333333333333333"},
		{src: "1/3*3", want: "1"},
		{src: "0.1+0.2", want: "0.3"},
		{src: "-a/-b", want: "3.5"},
		{src: "z/a", want: "0"},
		{src: "a-py(a)+pp(a)+ytd(a)+py(ytd(a))+a@grassroots", want: "82"},
		{src: "abs(neg)+abs(a)", want: "10"},
		{src: "abs(a/neg)*3", want: "7"},
		{src: "min(a,b,neg)", want: "-3"},
		{src: "max(a/3,b,neg)", want: "2.3333333333333333333333333333333333"},
		{src: "if(a>b,a,b)", want: "7"},
		{src: "money*3", want: "3703703.67"},

		{src: "a >= b", want: "1"},
		{src: "a < b", want: "0"},
		{src: "a/3 = 7/3", want: "1"},
		{src: "7 <> a", want: "0"},
		{src: "a > b > neg", want: "1"},
		{src: "a > neg > b", want: "0"},
		{src: "not a > b", want: "0"},
		{src: "iff(a>0, b>0)", want: "1"},
		{src: "iff(a>0, z>0)", want: "0"},
		{src: "implies(z>0, m>0)", want: "1"},
		{src: "implies(a>0, b>0)", want: "1"},
		{src: "implies(a>0, z>0)", want: "0"},

		{src: "a+m", reason: Missing, ref: "m"},
		{src: "n+m", reason: Missing, ref: "m"},
		{src: "m+n", reason: Missing, ref: "m"},
		{src: "n*0", reason: NotApplicable, ref: "n"},
		{src: "a/z", reason: ZeroDenominator, ref: "z"},
		{src: "a/(b-2)", reason: ZeroDenominator},
		{src: "m/z", reason: Missing, ref: "m"},
		{src: "a/z+n", reason: NotApplicable, ref: "n"},
		{src: "py(b)", reason: Missing, ref: "py(b)"},
		{src: "-m", reason: Missing, ref: "m"},
		{src: "max(a,m)", reason: Missing, ref: "m"},
		{src: "max(n,a)", reason: NotApplicable, ref: "n"},
		{src: "a > m", reason: Missing, ref: "m"},
		{src: "not m > 0", reason: Missing, ref: "m"},
		{src: "iff(a>0, m>0)", reason: Missing, ref: "m"},

		{src: "if(a>0, b, m)", want: "2"},
		{src: "if(z>0, m, b)", want: "2"},
		{src: "if(b=0, 0, a/b)", want: "3.5"},
		{src: "if(z=0, 0, a/z)", want: "0"},
		{src: "if(m>0, a, b)", reason: Missing, ref: "m"},
		{src: "if(a>0, n, b)", reason: NotApplicable, ref: "n"},
		{src: "empty(m)", want: "1"},
		{src: "empty(a+m)", want: "1"},
		{src: "empty(z)", want: "0"},
		{src: "empty(n)", want: "0"},
		{src: "if(empty(m), 0, m)", want: "0"},
		{src: "z>0 and m>0", want: "0"},
		{src: "m>0 and z>0", want: "0"},
		{src: "a>0 and m>0", reason: Missing, ref: "m"},
		{src: "a>0 or m>0", want: "1"},
		{src: "m>0 or a>0", want: "1"},
		{src: "z>0 or m>0", reason: Missing, ref: "m"},
		{src: "n>0 or m>0", reason: Missing, ref: "m"},
		{src: "implies(m>0, a>0)", want: "1"},
		{src: "implies(m>0, z>0)", reason: Missing, ref: "m"},
		{src: "implies(a>0, m>0)", reason: Missing, ref: "m"},
		{src: "z > a > m", want: "0"},
		{src: "m > z > a", want: "0"},
		{src: "a > b > m", reason: Missing, ref: "m"},
	} {
		t.Run(c.src, func(t *testing.T) {
			t.Parallel()
			v := mustParse(t, c.src).Eval(env)
			if v.Reason != c.reason || c.ref != "" && v.Ref.String() != c.ref {
				t.Fatalf("got %q because of %s, want %q because of %s", v.Reason, v.Ref, c.reason, c.ref)
			}
			if c.reason == "" && v.Decimal.String() != c.want {
				t.Errorf("got %s, want %s", v.Decimal, c.want)
			}
		})
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	env := figures(map[string]string{"a": "7", "z": "0"})
	for src, want := range map[string][2]bool{
		"a > z": {true, true}, "a < z": {false, true}, "a < m": {false, false}, "a/z > 1": {false, false},
	} {
		if ok, known := Holds(mustParse(t, src), env); ok != want[0] || known != want[1] {
			t.Errorf("%s: Holds = %v, %v, want %v", src, ok, known, want)
		}
	}
}

// The official check rules that a formula can express, on figures that obey
// them; each is then broken by one changed figure.
func TestCheckRulesOnTheSample(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id, rule, slug string
		broken         int64
	}{
		{"L01", "visits_total >= visits_outp_emerg >= visits_appointed >= 0", "visits_appointed", 5011},
		{"L02", "bed_days_open <= beds_actual*31", "bed_days_open", 1551},
		{"L02 warning", "abs(bed_days_open-beds_actual*31) <= 0.1*beds_actual*31", "bed_days_open", 1394},
		{"L03", "bed_days_occupied <= bed_days_open*1.5", "bed_days_occupied", 2326},
		{"L04", "iff(discharges = 0, bed_days_discharged = 0)", "discharges", 0},
		{"L05", "implies(discharges > 0, bed_days_discharged >= discharges)", "bed_days_discharged", 117},
		{"L05 warning", "implies(discharges > 0, bed_days_discharged/discharges <= 30)", "bed_days_discharged", 3541},
		{"L06", "deaths <= discharges", "deaths", 119},
		{"L07", "implies(beds_actual = 0, bed_days_open = 0 and discharges = 0 and income_inp = 0)", "beds_actual", 0},
		{"L08", "income_medical >= income_outp+income_inp", "income_medical", 1179999},
		{"L09", "income_outp_drug <= income_outp and income_inp_drug <= income_inp", "income_inp_drug", 670001},
		{"L10", "income_essential_drug <= income_outp_drug+income_inp_drug", "income_essential_drug", 471001},
		{"L13", "staff_on_post >= health_techs >= physicians+nurses", "nurses", 34},
		{"L15", "ehr_standard <= ehr_total <= resident_pop*1.05", "ehr_total", 44101},
		{"L16", "htn_standard <= htn_managed and htn_controlled <= htn_managed", "htn_managed", 3275},
		{"L22", "implies(visits_outp_emerg > 0, 5 <= income_outp/visits_outp_emerg <= 500)", "income_outp", 510},
		{"L26", "contracts_key_valid <= contracts_valid <= resident_pop", "contracts_valid", 12700},
	} {
		t.Run(c.id, func(t *testing.T) {
			t.Parallel()
			e := mustParse(t, c.rule)
			if ok, known := Holds(e, sampleEnv); !ok || !known {
				t.Errorf("on the sample: %v, %v", ok, known)
			}
			changed := func(r Ref) Value {
				if r.Slug == c.slug {
					return Number(decimal.NewFromInt(c.broken))
				}
				return sampleEnv(r)
			}
			if ok, known := Holds(e, changed); ok || !known {
				t.Errorf("with %s = %d: %v, %v", c.slug, c.broken, ok, known)
			}
		})
	}
}

func TestFiguresOutOfBoundsOverflow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		src  string
		x    decimal.Decimal
		want Reason
	}{
		"the largest figure":          {"x", decimal.New(1, 30), ""},
		"one more":                    {"x", decimal.New(1, 30).Add(one), Overflow},
		"a huge exponent":             {"x", decimal.New(1, 2147483647), Overflow},
		"a tiny exponent":             {"x", decimal.New(1, -2147483647), Overflow},
		"zero with a huge exponent":   {"x+1", decimal.New(0, 2147483647), ""},
		"zero with a tiny exponent":   {"1/(x+1)", decimal.New(0, -2147483648), ""},
		"the outcome is too large":    {"x*x", decimal.New(1, 16), Overflow},
		"only a step is too large":    {"x*x/x", decimal.New(1, 16), ""},
		"a quotient is too large":     {"x/(1/x)", decimal.New(1, 16), Overflow},
		"many finest figures product": {strings.Repeat("x*", 199) + "x", decimal.New(1, -100), ""},
		"many large figures product":  {strings.Repeat("x*", 199) + "x", decimal.New(999, 27), Overflow},
		"many quotients summed":       {strings.Repeat("1/x+", 199) + "1/x", decimal.New(7, -90), Overflow},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := func(Ref) Value { return Number(c.x) }
			e := mustParse(t, c.src)
			if v := e.Eval(env); v.Reason != c.want {
				t.Errorf("Eval = %.80s %q, want %q", v.Decimal, v.Reason, c.want)
			}
			if r := e.Fraction().Eval(env); r.Reason != c.want {
				t.Errorf("Fraction.Eval = %.80s %q, want %q", r.Value, r.Reason, c.want)
			}
		})
	}
}
