package number

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
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
		return "", r.wrongScale(typed)
	case typed == "%" || typed == "‰":
		return "", r.wrongPercent(text, typed)
	case slices.Contains(known, typed):
		return "", fmt.Sprintf("“%s”的单位是%s,%s", echo(text), typed, r.expected())
	}
	return text, ""
}

func (r Rule) wrongScale(typed string) string {
	if r.Unit == "" {
		return fmt.Sprintf("请写完整的数字,不要用“%s”", echo(typed))
	}
	return fmt.Sprintf("请按%s填写,不要用“%s”", r.Unit, echo(typed))
}

func (r Rule) wrongPercent(text, typed string) string {
	if r.Unit == "" {
		return fmt.Sprintf("“%s”带有“%s”,这一项请只填数字", echo(text), typed)
	}
	return fmt.Sprintf("“%s”带有“%s”,这一项的单位是%s", echo(text), typed, r.Unit)
}
