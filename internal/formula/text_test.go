package formula

import (
	"testing"

	"github.com/shopspring/decimal"
)

func TestFormulasReadAsChinese(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{"100*bed_days_occupied/bed_days_open", "实际占用总床日数 ÷ 实际开放总床日数 × 100"},
		{"visits_total/physicians/workdays", "总诊疗人次数 ÷ 执业(助理)医师(期内平均) ÷ 本期工作日数"},
		{"100*(income_outp_drug+income_inp_drug)/income_medical", "(门诊药品收入 + 住院药品收入) ÷ 医疗收入 × 100"},
		{"100*(visits_total-py(visits_total))/py(visits_total)", "(总诊疗人次数 − 去年同期(总诊疗人次数)) ÷ 去年同期(总诊疗人次数) × 100"},
		{"100*visits_total@grassroots/visits_total", "基层医疗卫生机构的(总诊疗人次数) ÷ 总诊疗人次数 × 100"},
		{"ytd(discharges@township_hospital)", "本年累计(乡镇卫生院的(出院人数))"},
		{"py(ytd(discharges))-pp(discharges)", "去年同期累计(出院人数) − 上期(出院人数)"},
		{"unknown@somewhere", "somewhere的(unknown)"},
		{"(a/b)/(c/d)", "(a ÷ b) ÷ (c ÷ d)"},
		{"100*(a/b)/(c/d)", "(a ÷ b) ÷ (c ÷ d) × 100"},
		{"a/(b*c)", "a ÷ (b × c)"},
		{"100/a", "100 ÷ a"},
		{"2*3*a", "2 × 3 × a"},
		{"a--b*-2", "a − (−b × (−2))"},
		{"-(a+b)", "−(a + b)"},
		{"a>=b>=0 and not c<>d", "a ≥ b ≥ 0 且 并非(c ≠ d)"},
		{"(a>0 or b>0) and c<=1", "(a > 0 或 b > 0) 且 c ≤ 1"},
		{"implies(a>0 and b>0, 5<=c/d<=500)", "若 a > 0 且 b > 0 则 5 ≤ c ÷ d ≤ 500"},
		{"iff(a=0,implies(b=0,c=0))", "a = 0 当且仅当 (若 b = 0 则 c = 0)"},
		{"1+if(a>0,min(a,b),abs(c))", "1 + (如果 a > 0 则 最小值(a,b) 否则 绝对值(c))"},
		{"empty(a) or max(a,b,1)>0", "未填报(a) 或 最大值(a,b,1) > 0"},
	} {
		t.Run(c.src, func(t *testing.T) {
			t.Parallel()
			if got := mustParse(t, c.src).Text(sampleName); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFiguresTakeThePlaceOfNames(t *testing.T) {
	t.Parallel()
	figures := map[Ref]string{
		{Slug: "a"}:                   "1,007",
		{Slug: "b"}:                   "1,550",
		{Slug: "c"}:                   "-3",
		{Slug: "a", Window: PrevYear}: "缺报",
	}
	figure := func(r Ref) string { return figures[r] }
	for src, want := range map[string]string{
		"100*a/b":             "1,007 ÷ 1,550 × 100",
		"100*(a-py(a))/py(a)": "(1,007 − 缺报) ÷ 缺报 × 100",
		"c+a-c":               "-3 + 1,007 − (-3)",
		"-c/c":                "−(-3) ÷ (-3)",
		"if(a>0,a,b)":         "如果 1,007 > 0 则 1,007 否则 1,550",
	} {
		if got := mustParse(t, src).Numbers(figure); got != want {
			t.Errorf("%s: got %s, want %s", src, got, want)
		}
	}
}

func TestReasonsHaveWords(t *testing.T) {
	t.Parallel()
	seen := map[string]Reason{}
	for _, r := range []Reason{Missing, NotApplicable, ZeroDenominator, Overflow} {
		text := r.Text()
		if other, ok := seen[text]; ok || text == "" || text == string(r) {
			t.Errorf("%q has the text %q, also of %q", r, text, other)
		}
		seen[text] = r
	}
	if Number(decimal.Zero).Reason.Text() != "" {
		t.Error("a present value has a reason")
	}
}
