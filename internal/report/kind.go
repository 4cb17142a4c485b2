package report

import (
	"context"
	"slices"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// Kind is one sort of export: what it is called, and what its request may or must say.
type Kind struct {
	Name  string
	Title string
	Hint  string // what is in it, in one sentence
	// Dated kinds take months; AllMonths ones go without, too.
	Dated, AllMonths bool
	Needs            []string // of form, institution, month (only one)
	Filters          []string // further filters it takes: institution, form, element, indicator
	Action           string   // asked instead of report.export

	build func(s *Service, ctx context.Context, q pg.Querier, who actor.Actor, r Request) (*table, error)
}

// Kinds lists the kinds in the order they are offered.
var Kinds = []Kind{
	{Name: KindReports, Title: "月报汇总", Hint: "一张报表,每个单位一行,每个数据项一列;只含审核通过的数",
		Dated: true, Needs: []string{"form"}, Filters: []string{"institution"}, build: (*Service).reportsTable},
	{Name: KindReport, Title: "单份月报", Hint: "一个单位一个月的一份月报,按表样逐行排列",
		Dated: true, Needs: []string{"form", "institution", "month"}},
	{Name: KindValues, Title: "数据明细", Hint: "每个数一行:单位、数据项、报告期、数值、来源、谁填谁审",
		Dated: true, Filters: []string{"institution", "form", "element"}, build: (*Service).valuesTable},
	{Name: KindIndicatorValues, Title: "指标值", Hint: "每个指标值一行:分子、分母、目标、公式版本、已报/应报",
		Dated: true, Filters: []string{"institution", "indicator"}, build: (*Service).indicatorValuesTable},
	{Name: KindCompleteness, Title: "报送情况", Hint: "每份月报一行:状态、截止、首次上报、是否迟报、审核",
		Dated: true, Filters: []string{"institution", "form"}, build: (*Service).completenessTable},
	{Name: KindInstitutions, Title: "机构名录", Hint: "机构编码、名称、类型、上级、开办与关闭日期",
		Filters: []string{"institution"}, build: (*Service).institutionsTable},
	{Name: KindAudit, Title: "审计日志", Hint: "谁在何时对什么做了什么,变更前后,链序号",
		Dated: true, AllMonths: true, Action: ActionTrail, build: (*Service).trailTable},
}

// KindOf finds a kind by its name.
func KindOf(name string) (Kind, bool) {
	n := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Name == name })
	if n < 0 {
		return Kind{}, false
	}
	return Kinds[n], true
}

// KindTitle is the Chinese name of a kind, or the name itself when it is unknown.
func KindTitle(name string) string {
	if k, ok := KindOf(name); ok {
		return k.Title
	}
	return wordOr(elsewhere, name)
}

// elsewhere are files that other rooms make on their own pages; the log names them too.
var elsewhere = map[string]string{"register": "机构台账", "divisions": "行政区划", "workbook": "月报填报模板", "analysis": "自定义表", "timeliness": "完整率和及时率", "circular": "通报", "corrections": "更正", "exchange": "数据交换", "codes": "编码对照"}

// Takes reports whether the kind knows a filter.
func (k Kind) Takes(filter string) bool {
	return slices.Contains(k.Needs, filter) || slices.Contains(k.Filters, filter)
}

// May reports whether who may export the kind.
func (k Kind) May(who actor.Actor) bool { return who.May(k.action()) }

func (k Kind) action() string {
	if k.Action == "" {
		return ActionExport
	}
	return k.Action
}
