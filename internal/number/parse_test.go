package number_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"yigai/internal/number"
)

var (
	visits  = number.Rule{Unit: "人次"}
	yuan    = number.Rule{Unit: "元", Decimals: 2}
	percent = number.Rule{Unit: "%", Decimals: 2}
	change  = number.Rule{Decimals: 4, Negative: true}
)

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		rule number.Rule
		want string
	}{
		{"0", visits, "0"}, {"00", visits, "0"}, {"-0", visits, "0"}, {"1234", visits, "1234"},
		{" 1,234 ", visits, "1234"}, {"１，２３４", visits, "1234"}, {"1234 人次", visits, "1234"}, {"1234人次", visits, "1234"},
		{"12.0", visits, "12"}, {"+5", visits, "5"}, {"01000", visits, "1000"}, {"999999999999999", visits, "999999999999999"},
		{"12.5", yuan, "12.5"}, {"12。50", yuan, "12.5"}, {"１２．５元", yuan, "12.5"}, {"¥1,234,567.89", yuan, "1234567.89"}, {"￥ 3", yuan, "3"},
		{".5", yuan, "0.5"}, {"12.500", yuan, "12.5"},
		{"45.6%", percent, "45.6"}, {"45.6％", percent, "45.6"}, {"45.6", percent, "45.6"},
		{"-3.25", change, "-3.25"}, {"－3", change, "-3"}, {"−3", change, "-3"},
		{"12万元", number.Rule{Unit: "万元"}, "12"},
		{"\ufeff7\u3000", visits, "7"}, {"'123", visits, "123"},
	} {
		got, err := number.Parse(c.in, c.rule)
		if err != nil || !got.IsGiven() || !got.Value.Equal(decimal.RequireFromString(c.want)) {
			t.Errorf("Parse(%q) = %v, %v; want %s", c.in, got, err, c.want)
		}
	}
}

func TestEmptyZeroAndNotApplicableAreThreeThings(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]number.State{
		"": number.Empty, " ": number.Empty, "　": number.Empty, "-": number.Empty, "–": number.Empty, "—": number.Empty,
		"——": number.Empty, "－": number.Empty, "未报": number.Empty,
		"不适用": number.NotApplicable, "N/A": number.NotApplicable, "na": number.NotApplicable, "Ｎ／Ａ": number.NotApplicable,
		"0": number.Given, "0.00": number.Given,
	} {
		got, err := number.Parse(in, visits)
		if err != nil || got.State != want {
			t.Errorf("Parse(%q) = %v, %v; want state %v", in, got, err, want)
		}
	}
	empty, zero, none := number.Cell{}, number.Of(decimal.Zero), number.Cell{State: number.NotApplicable}
	if empty.Equal(zero) || zero.Equal(none) || empty.Equal(none) || !zero.Equal(number.Of(decimal.New(0, -2))) {
		t.Error("empty, zero and not applicable are mixed up")
	}
	if got := empty.String() + "|" + zero.String() + "|" + none.String(); got != "|0|不适用" {
		t.Errorf("shown as %q", got)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		rule number.Rule
		want string
	}{
		{"12万", yuan, "请按元填写,不要用“万”;如果是12万,请写 120000"},
		{"12.5千元", yuan, "请按元填写,不要用“千元”;如果是12.5千元,请写 12500"},
		{"1.23456万元", number.Rule{Unit: "元"}, "请按元填写,不要用“万元”"},
		{"3万人次", number.Rule{Unit: "人"}, "请按人填写,不要用“万人次”"},
		{"#REF!", visits, "“#REF!”是公式出错的结果,请改好公式或直接填数"},
		{"#DIV/0!", yuan, "“#DIV/0!”是公式出错的结果,请改好公式或直接填数"},
		{"2026-07-01", visits, "“2026-07-01”是日期,请按人次填整数(单元格格式请改为“常规”)"},
		{"2026年7月", visits, "“2026年7月”是日期,请按人次填整数(单元格格式请改为“常规”)"},
		{"3.5亿", yuan, "请按元填写,不要用“亿”;如果是3.5亿,请写 350000000"},
		{"12元", number.Rule{Unit: "万元"}, "“12元”的单位是元,请按万元填整数"},
		{"12人", visits, "“12人”的单位是人,请按人次填整数"},
		{"45%", visits, "“45%”带有“%”,这一项的单位是人次"},
		{"1.5e3", yuan, "“1.5e3”是科学计数法,请写成普通数字"},
		{"-3", visits, "“-3”是负数,这一项不能小于 0"},
		{"1.5", visits, "“1.5”带小数,这一项应为整数"},
		{"1.234", yuan, "“1.234”的小数超过 2 位,请先取舍"},
		{"1,23", visits, "“1,23”的千分位逗号位置不对,应如 1,234 或直接写 1234"},
		{"1,2,3", visits, "“1,2,3”的千分位逗号位置不对,应如 1,234 或直接写 1234"},
		{"1，2，3", visits, "“1,2,3”的千分位逗号位置不对,应如 1,234 或直接写 1234"},
		{"1 000", visits, "“1 000”中间有空格或撇号,请去掉"},
		{"1.2.3", yuan, "“1.2.3”有不止一个小数点,请按元填数字(最多 2 位小数)"},
		{"1.", yuan, "“1.”的小数点后没有数字,请按元填数字(最多 2 位小数)"},
		{"12a", visits, "“12a”不是数字,请按人次填整数"},
		{"十二", visits, "“十二”不是数字,请按人次填整数"},
		{"=1+1", visits, "“=1+1”是算式,请填算好的数字"},
		{"3+4", visits, "“3+4”是算式,请填算好的数字"},
		{"无", visits, "“无”的意思不明确:没有发生请填 0,未报请留空,不适用请填“不适用”"},
		{"1234567890123456", visits, "“1234567890123456”超过 15 位整数,请核对"},
		{strings.Repeat("9", 50), visits, "“99999999999999999999…”太长,请按人次填整数"},
		{"NaN", number.Rule{}, "“NaN”不是数字,请填整数"},
		{"١٢", visits, "“١٢”不是数字,请按人次填整数"},
		{"+", visits, "“+”不是数字,请按人次填整数"},
	} {
		got, err := number.Parse(c.in, c.rule)
		var problem *number.Error
		if !errors.As(err, &problem) {
			t.Errorf("Parse(%q) = %v, %v; want %q", c.in, got, err, c.want)
			continue
		}
		if problem.Message != c.want || problem.Typed != c.in {
			t.Errorf("Parse(%q): %q, want %q", c.in, problem.Message, c.want)
		}
	}
}

// checkSentence fails unless the outcome is a bounded number or one clean sentence.
func checkSentence(t *testing.T, in string, rule number.Rule) {
	t.Helper()
	cell, err := number.Parse(in, rule)
	if err == nil {
		if cell.IsGiven() && len(cell.Value.Abs().Truncate(0).String()) > 15 {
			t.Errorf("Parse(%q) = %v is out of bounds", in, cell)
		}
		return
	}
	message := err.Error()
	if message == "" || utf8.RuneCountInString(message) > 90 || !utf8.ValidString(message) {
		t.Errorf("Parse(%q): bad sentence %q", in, message)
	}
	for _, r := range message {
		if !unicode.IsPrint(r) {
			t.Errorf("Parse(%q): %q holds %U", in, message, r)
		}
	}
}

func TestNaughtyStrings(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/blns.json")
	if err != nil {
		t.Fatal(err)
	}
	var naughty []string
	if err := json.Unmarshal(data, &naughty); err != nil || len(naughty) < 500 {
		t.Fatalf("%d strings, %v", len(naughty), err)
	}
	for _, s := range naughty {
		for _, rule := range []number.Rule{visits, yuan, percent, change} {
			checkSentence(t, s, rule)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1,234.5元", "12万", "—", "\xff\xfe", "1e9", "N/A", "１２３", "-.5%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, rule := range []number.Rule{visits, yuan, percent, change} {
			checkSentence(t, s, rule)
		}
	})
}
