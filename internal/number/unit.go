package number

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// tail is the text after the last digit.
var tail = regexp.MustCompile(`^(.*\d)\s*([^\d.,]+)$`)

// scaled are spellings that multiply; taking them at face value would be wrong
// by orders of magnitude, so they are refused unless the rule asks for them.
var scaled = regexp.MustCompile(`^[十百千万亿]+`)

// known are the units people write after a figure; one that is not the expected
// unit is named in the refusal.
var known = []string{
	"元", "人", "人次", "次", "例", "户", "张", "床", "床日", "天", "日", "个", "所", "份", "台", "件",
	"家", "名", "分", "小时", "分钟", "平方米", "%", "‰", "岁", "条", "项",
}

// cutUnit removes the expected unit (or the yuan sign) from text, or says why
// what stands there is not the expected unit.
func (r Rule) cutUnit(text string) (body, problem string) {
	if r.Unit == "元" {
		text = strings.TrimSpace(strings.TrimPrefix(text, "¥"))
	}
	parts := tail.FindStringSubmatch(text)
	if parts == nil {
		return text, ""
	}
	typed := strings.TrimSpace(parts[2])
	switch {
	case typed == fold(r.Unit):
		return parts[1], ""
	case scaled.MatchString(typed):
		return "", r.wrongScale(parts[1], typed)
	case typed == "%" || typed == "‰":
		return "", r.wrongPercent(text, typed)
	case slices.Contains(known, typed):
		return "", fmt.Sprintf("“%s”的单位是%s,%s", echo(text), typed, r.expected())
	}
	return text, ""
}

// wrongScale refuses a multiplied figure. It is not converted in silence: whoever typed 12万 may have meant the column
// to be in 万元 already; the full figure is only proposed.
func (r Rule) wrongScale(body, typed string) string {
	refusal := fmt.Sprintf("请写完整的数字,不要用“%s”", echo(typed))
	if r.Unit != "" {
		refusal = fmt.Sprintf("请按%s填写,不要用“%s”", r.Unit, echo(typed))
	}
	if full := r.inFull(body, typed); full != "" {
		refusal += fmt.Sprintf(";如果是%s%s,请写 %s", echo(body), echo(typed), full)
	}
	return refusal
}

var powers = map[rune]int32{'十': 1, '百': 2, '千': 3, '万': 4, '亿': 8}

// inFull writes a multiplied figure out, "" when what follows is not the expected unit or it does not fit the rule.
func (r Rule) inFull(body, typed string) string {
	scale := scaled.FindString(typed)
	if rest := strings.TrimPrefix(typed, scale); rest != "" && rest != fold(r.Unit) {
		return ""
	}
	var shift int32
	for _, sign := range scale {
		shift += powers[sign]
	}
	value, err := decimal.NewFromString(strings.ReplaceAll(strings.TrimSpace(body), ",", ""))
	if err != nil || shift > 12 {
		return ""
	}
	full := value.Shift(shift)
	if -full.Exponent() > r.Decimals && !full.Equal(full.Truncate(r.Decimals)) || full.NumDigits() > maxIntegerDigits {
		return ""
	}
	return full.String()
}

func (r Rule) wrongPercent(text, typed string) string {
	if r.Unit == "" {
		return fmt.Sprintf("“%s”带有“%s”,这一项请只填数字", echo(text), typed)
	}
	return fmt.Sprintf("“%s”带有“%s”,这一项的单位是%s", echo(text), typed, r.Unit)
}
