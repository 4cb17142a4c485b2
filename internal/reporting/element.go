package reporting

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/formula"
	"yigai/internal/number"
	"yigai/internal/preset"
)

// Element is one number that institutions enter.
type Element struct {
	ID          int32
	Slug        string
	NameZH      string
	Unit        string
	Kind        preset.Kind
	Decimals    int
	Money       bool
	Negative    bool // whether a negative number makes sense
	Aggregation string
	Code        string // official row code, also the DHIS2 code; may be empty
	Definition  string
	Source      string
	Revision    int // moves on with every change
}

// Rule says how a typed figure of this element is read.
func (e Element) Rule() number.Rule {
	return number.Rule{Unit: e.Unit, Decimals: int32(e.Decimals), Negative: e.Negative}
}

// same reports whether two definitions say the same, whatever their ids and revisions.
func (e Element) same(o Element) bool {
	e.ID, o.ID, e.Revision, o.Revision = 0, 0, 0, 0
	return e == o
}

var slugShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// codeShape is an institution's code as a cursor carries it.
var codeShape = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)

// withDefaults fills what may be left out.
func (e Element) withDefaults() Element {
	e.Slug, e.NameZH, e.Unit, e.Code = strings.TrimSpace(e.Slug), strings.TrimSpace(e.NameZH), strings.TrimSpace(e.Unit), strings.TrimSpace(e.Code)
	if e.Aggregation == "" {
		e.Aggregation = preset.AggregateSum
	}
	return e
}

// check says everything that is wrong with a definition.
func (e Element) check() error {
	var wrong []fault.Problem
	say := func(field, format string, args ...any) {
		wrong = append(wrong, fault.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	switch {
	case !slugShape.MatchString(e.Slug):
		say("slug", "编码由小写字母、数字和下划线组成,以字母开头,最多 63 个字符")
	case formula.Reserved(e.Slug):
		say("slug", "“%s”是公式里的保留字,不能作数据项编码", e.Slug)
	}
	if e.NameZH == "" {
		say("name_zh", "请填写名称")
	}
	if !slices.Contains([]preset.Kind{preset.Flow, preset.Stock, preset.Cumulative}, e.Kind) {
		say("kind", "类型应为 flow(流量)、stock(存量)或 cumulative(累计)")
	}
	if e.Decimals < 0 || e.Decimals > 6 {
		say("decimals", "小数位数应在 0 到 6 之间")
	}
	if !slices.Contains([]string{preset.AggregateSum, preset.AggregateMax, preset.AggregateNone}, e.Aggregation) {
		say("aggregation", "汇总方式应为 sum、max 或 none")
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}
