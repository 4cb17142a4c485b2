package analysis

import (
	"slices"

	"yigai/internal/formula"
	"yigai/internal/org"
	"yigai/internal/period"
)

// Choice is one of the whitelisted values of a part of a query, with its Chinese name.
type Choice struct{ Name, Title string }

// Has reports whether a name is among the choices.
func Has(choices []Choice, name string) bool {
	return slices.ContainsFunc(choices, func(c Choice) bool { return c.Name == name })
}

// TitleOf is the Chinese name of a choice, "" for one that is not there.
func TitleOf(choices []Choice, name string) string {
	n := slices.IndexFunc(choices, func(c Choice) bool { return c.Name == name })
	if n < 0 {
		return ""
	}
	return choices[n].Title
}

// Where a dimension stands.
const (
	Rows    = "rows"
	Columns = "columns"
	Pages   = "page"
)

// Axes lists where a dimension can stand.
var Axes = []Choice{{Rows, "行"}, {Columns, "列"}, {Pages, "分页"}}

// The dimensions.
const (
	DimUnit   = "unit"
	DimItem   = "item"
	DimPeriod = "period"
)

// Dimensions lists the dimensions, the outermost first.
var Dimensions = []Choice{{DimUnit, "单位"}, {DimItem, "项目"}, {DimPeriod, "时间"}}

// Groups lists the groups of kinds that institutions can be narrowed to.
var Groups = []Choice{{org.GroupGrassroots, formula.GroupName(org.GroupGrassroots)}, {org.GroupHospital, formula.GroupName(org.GroupHospital)}}

// What institutions are put together by.
const (
	ByUnit     = "unit"
	ByKind     = "kind"
	ByTownship = "township"
	ByParent   = "parent"
	ByAll      = "all"
)

// Groupings lists how institutions become rows; Subtotals those that may stand between single institutions.
var (
	Groupings = []Choice{{ByUnit, "每个单位一行"}, {ByKind, "按机构类型合并"}, {ByTownship, "按乡镇合并"},
		{ByParent, "按上级单位合并"}, {ByAll, "只要合计"}}
	Subtotals = []Choice{{ByKind, "按机构类型小计"}, {ByTownship, "按乡镇小计"}, {ByParent, "按上级单位小计"}}
)

// What is shown of a figure.
const (
	Value     = "value"
	YearOn    = "yoy"
	PeriodOn  = "pop"
	Share     = "share"
	Rank      = "rank"
	Cumulated = "ytd"
)

// Measures lists what can be shown of a figure, in the order shown.
var Measures = []Choice{{Value, "数值"}, {YearOn, "同比"}, {PeriodOn, "环比"}, {Share, "占比"}, {Rank, "排名"}, {Cumulated, "本年累计"}}

// The months of a query, relative to the day it is opened, or a fixed range.
const (
	WhenLast   = "last"
	WhenYear   = "ytd"
	WhenTwelve = "last12"
	WhenRange  = "range"
)

// Whens lists how the months of a query can be said.
var Whens = []Choice{{WhenLast, "上月"}, {WhenYear, "本年至今"}, {WhenTwelve, "近 12 个月"}, {WhenRange, "指定月份"}}

// Grains lists the lengths of a span.
var Grains = []Choice{{"month", "月"}, {"quarter", "季度"}, {"half", "半年"}, {"year", "年"}}

// grainKinds are the lengths as the calendar knows them.
var grainKinds = map[string]period.Kind{"month": period.KindMonth, "quarter": period.KindQuarter, "half": period.KindHalf, "year": period.KindYear}
