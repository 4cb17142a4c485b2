package number

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

var (
	scientific = regexp.MustCompile(`^[+-]?[\d.,]+[eE][+-]?\d+$`)
	innerBlank = regexp.MustCompile(`\d[\s\x{00a0}\x{3000}'’]+\d`)
	onlyDigits = regexp.MustCompile(`^[+-]?[\d.,]+$`)
	dated      = regexp.MustCompile(`^\d{4}(-\d{1,2}(-\d{1,2}( \d{2}:\d{2}(:\d{2})?)?)?|/\d{1,2}/\d{1,2}|年\d{1,2}月(\d{1,2}日)?)$`)
	broken     = regexp.MustCompile(`^#(REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|N/A|SPILL!|CALC!|GETTING_DATA)$`)
	arithmetic = regexp.MustCompile(`^=|\d\s*[+*/×÷-]\s*\d`)
)

// diagnose says what is wrong with text that is not a plain number.
func (r Rule) diagnose(text, body string) string {
	switch {
	case text == "无" || text == "没有" || text == "/" || text == "\\":
		return fmt.Sprintf("“%s”的意思不明确:没有发生请填 0,未报请留空,不适用请填“不适用”", text)
	case broken.MatchString(strings.ToUpper(body)):
		return fmt.Sprintf("“%s”是公式出错的结果,请改好公式或直接填数", echo(text))
	case dated.MatchString(body):
		return fmt.Sprintf("“%s”是日期,%s(单元格格式请改为“常规”)", echo(text), r.expected())
	case scientific.MatchString(body):
		return fmt.Sprintf("“%s”是科学计数法,请写成普通数字", echo(text))
	case innerBlank.MatchString(body):
		return fmt.Sprintf("“%s”中间有空格或撇号,请去掉", echo(text))
	case strings.Count(body, ".") > 1:
		return fmt.Sprintf("“%s”有不止一个小数点,%s", echo(text), r.expected())
	case onlyDigits.MatchString(body) && strings.Contains(body, ","):
		return fmt.Sprintf("“%s”的千分位逗号位置不对,应如 1,234 或直接写 1234", echo(text))
	case onlyDigits.MatchString(body):
		return fmt.Sprintf("“%s”的小数点后没有数字,%s", echo(text), r.expected())
	case arithmetic.MatchString(body):
		return fmt.Sprintf("“%s”是算式,请填算好的数字", echo(text))
	}
	return r.unreadable(text)
}

func (r Rule) unreadable(text string) string {
	return fmt.Sprintf("“%s”不是数字,%s", echo(text), r.expected())
}

func (r Rule) tooPrecise(text string) string {
	if r.Decimals == 0 {
		return fmt.Sprintf("“%s”带小数,这一项应为整数", echo(text))
	}
	return fmt.Sprintf("“%s”的小数超过 %d 位,请先取舍", echo(text), r.Decimals)
}

// expected describes what belongs in the cell.
func (r Rule) expected() string {
	what := "整数"
	if r.Decimals > 0 {
		what = fmt.Sprintf("数字(最多 %d 位小数)", r.Decimals)
	}
	if r.Unit == "" {
		return "请填" + what
	}
	return "请按" + r.Unit + "填" + what
}

// echo repeats what was typed, cut short and without characters that would
// disturb the sentence around it.
func echo(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == 20 {
			b.WriteString("…")
			break
		}
		if !unicode.IsPrint(r) {
			r = '□'
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
