package analysis

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yigai/internal/org"
)

// Line is one line of a description: what was asked, in words.
type Line struct{ Label, Text string }

// Describe says in words what a table shows, for the sheet beside it and for print.
func (t Table) Describe(o Options) []Line {
	q := t.Query
	lines := []Line{{"时间", t.Period() + "," + "按" + TitleOf(Grains, q.Grain)}, {"单位", fmt.Sprintf("%s,共 %d 家", q.unitWords(o), t.Units)}}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, Line{label, text})
		}
	}
	add("合并", q.sumWords())
	for n, i := range t.Items {
		add("项目 "+strconv.Itoa(n+1), i.words())
	}
	var measures []string
	for _, m := range q.Measures {
		measures = append(measures, TitleOf(Measures, m))
	}
	add("显示", strings.Join(measures, "、"))
	if t.Page != "" {
		add("分页", TitleOf(t.Pages, t.Page))
	}
	add("排列", q.orderWords(t))
	for _, n := range t.Notes {
		add("注意", n)
	}
	add("口径", "数值取审核通过和导入的数;流量按月、按单位相加,存量和累计数取期末月;指标为分子之和÷分母之和;空白表示没有要求填报,– 表示未报或未审核,0 表示零")
	add("比较", "同比、环比只比较两期都有数的单位;单位为 % 的指标,变化是百分点之差")
	return lines
}

func (q Query) unitWords(o Options) string {
	if len(q.Codes) > 0 {
		return "选定的单位"
	}
	var said []string
	add := func(text string) {
		if text != "" {
			said = append(said, text)
		}
	}
	if len(q.Kinds) == 0 {
		add("数据范围内各类机构")
	}
	for _, k := range q.Kinds {
		add(org.KindTitle(k))
	}
	add(TitleOf(Groups, q.Group))
	add(TitleOf(o.Townships, q.Township))
	if above := TitleOf(o.Parents, q.Under); above != "" {
		add(above + "的下级")
	}
	if q.Level > 0 {
		add(fmt.Sprintf("第 %d 层", q.Level))
	}
	words := strings.Join(said, "、")
	if q.Deep {
		words += "(数据项含下级单位)"
	}
	return words
}

func (q Query) sumWords() string {
	if q.By != ByUnit {
		return TitleOf(Groupings, q.By)
	}
	return TitleOf(Subtotals, q.Subtotal)
}

func (q Query) orderWords(t Table) string {
	var said []string
	if by := max(q.Sort, -q.Sort); by > 0 && by <= len(t.Columns) {
		order := "从小到大"
		if q.Sort < 0 {
			order = "从大到小"
		}
		said = append(said, "按“"+t.Columns[by-1].Full()+"”"+order)
	}
	if q.Top > 0 {
		said = append(said, fmt.Sprintf("只列前 %d 行,合计含全部", q.Top))
	}
	if q.Hide {
		said = append(said, "没有数的行不列出")
	}
	return strings.Join(said, ";")
}

// kindWords says how an element's figures go together.
var kindWords = map[string]string{"flow": "流量", "stock": "存量", "cumulative": "本年累计"}

func (i *Item) words() string {
	said := []string{i.Title}
	if i.Unit != "" {
		said = append(said, i.Unit)
	}
	if i.IsIndicator() {
		said = append(said, "指标")
	} else {
		said = append(said, "数据项", kindWords[string(i.element.Kind)])
	}
	return strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), ",")
}
