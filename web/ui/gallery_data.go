package ui

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// The gallery's content is made up, but has the shape of the real thing: long names, gaps, outliers.

const galleryRows = 300

func galleryFrame() Frame {
	submitted := StatusFor("submitted").WithTitle("2026-08-03 10:12 由王×上报")
	export := ExportMenu("/ui?format=xlsx", "/ui?format=csv")
	return Frame{
		Title: "组件总览", Styles: []string{"overview.css"}, Subtitle: "应报 23 · 已报 21 · 迟报 2 · 更新于 10:31:07",
		Crumbs:  []Link{{Label: "月报", URL: "/ui"}, {Label: "审核", URL: "/ui"}, {Label: "基层月报"}},
		Period:  &Period{Label: Month(2026, 7), Prev: "/ui?period=2026-06", Next: "/ui?period=2026-08", Picker: "/ui", Value: "2026-07"},
		Status:  &submitted,
		Actions: []Action{{Label: "退回", Kind: Danger, Icon: "arrow-return-left", URL: "/ui", Post: true, Confirm: "退回所选 3 份报表?填报人会收到通知。", Reason: "退回原因"}},
		Menu:    &export,
		Primary: &Action{Label: "通过所选", URL: "/ui", Icon: "check-lg", Form: "review"},
	}
}

func galleryTabs() []Tab {
	return []Tab{
		{Label: "资源", URL: "/ui#1", Done: 12, Total: 12, Active: true},
		{Label: "收支", URL: "/ui#2", Done: 12, Total: 14},
		{Label: "服务", URL: "/ui#3", Done: 18, Total: 20, Problem: true},
		{Label: "公共卫生", URL: "/ui#4", Done: 16, Total: 16},
		{Label: "批注", URL: "/ui#5", Count: 3},
	}
}

func galleryStates() []Option {
	var out []Option
	for _, code := range []string{"not_started", "draft", "submitted", "returned", "accepted"} {
		out = append(out, Option{Value: code, Label: StatusFor(code).Word})
	}
	return out
}

func galleryKinds() []Option {
	return []Option{{Value: "county_hospital", Label: "县级医院"}, {Value: "township_hospital", Label: "乡镇卫生院"}, {Value: "community_health_centre", Label: "社区卫生服务中心"}}
}

func galleryCodes() []string {
	return []string{"not_started", "draft", "submitted", "returned", "accepted", "locked", "late", "missing", "met", "not_met", "not_known"}
}

func dec(s string) *decimal.Decimal {
	d := decimal.RequireFromString(s)
	return &d
}

func galleryReview() Table {
	return Table{
		ID: "review-grid", Caption: "基层月报审核", Select: "ids", SelectForm: "review", StickyFirst: true, Cards: true,
		Columns: reviewColumns(),
		Rows: []Row{
			reviewRow("K-T01", "麦新镇中心卫生院", "submitted", "0", "2", dec("5400"), dec("5.63"), dec("64.967"), dec("1180000"), Neutral),
			reviewRow("K-T02", "东风镇卫生院", "late", "0", "5", dec("9870"), dec("48.2"), nil, dec("2310000.5"), Warn),
			reviewRow("K-T03", "大榆树镇中心卫生院", "returned", "2", "1", dec("3120"), dec("-12.46"), dec("58.8"), dec("764230.25"), Neutral),
			reviewRow("K-T04", "内蒙古自治区通辽市开鲁县吉日嘎郎吐镇中心卫生院(加挂镇公共卫生服务中心牌子)", "draft", "0", "0", nil, nil, nil, nil, Neutral),
			reviewRow("K-T05", "建华镇卫生院", "accepted", "0", "0", dec("4416"), dec("0"), dec("71.2"), dec("995400"), Neutral),
		},
		Foot: []Row{{Cells: []Cell{Text("合计"), Text(""), Text(""), Text(""), Figure(dec("22806"), 0), Text(""), Figure(dec("66.2"), 1), Figure(dec("5249630.75"), 2), Text("4/5 家")}}},
	}
}

func reviewColumns() []Column {
	return []Column{
		{Label: "单位", SortURL: "/ui?sort=name", Sorted: Ascending},
		{Label: "状态"},
		{Label: "错", Numeric: true}, {Label: "警", Numeric: true},
		{Label: "总诊疗", Unit: "人次", Numeric: true, SortURL: "/ui?sort=visits"},
		{Label: "环比", Unit: "%", Numeric: true, Help: HelpText{Term: "环比", Text: "与上月相比的变化。", Formula: "(本月 − 上月) ÷ 上月 × 100"}},
		{Label: "病床使用率", Unit: "%", Numeric: true, Help: HelpText{Term: "病床使用率", Text: "实际占用的床日占开放床日的比例。", Formula: "实际占用总床日数 ÷ 实际开放总床日数 × 100", Target: "60–85(默认,非官方)", Source: "国家卫生健康统计调查制度"}},
		{Label: "医疗收入", Unit: "元", Numeric: true},
		{Label: "上报", HidePhone: true},
	}
}

func reviewRow(key, name, state, faults, warnings string, visits, change, beds, income *decimal.Decimal, outlier Tone) Row {
	jump := Change(change, 1)
	jump.Tone = outlier
	if outlier != Neutral {
		jump.Title = "与上月相比变化超过 30%"
	}
	return Row{
		ID: "row-" + key, Key: key, URL: "/ui?institution=" + key, Locked: state == "draft", Selected: state == "submitted",
		Cells: []Cell{Text(name), Node(Badge(StatusFor(state))), Text(faults), Text(warnings), Figure(visits, 0), jump, Figure(beds, 1), Figure(income, 2), Text("王× 8-03 10:12")},
	}
}

func galleryLong() Table {
	t := Table{
		ID: "long", Caption: "三百行", StickyFirst: true,
		Heads:   []HeadGroup{{Label: "机构", Span: 2}, {Label: "资源", Span: 3}, {Label: "服务", Span: 4}, {Label: "状态", Span: 1}},
		Columns: []Column{{Label: "名称"}, {Label: "编码"}},
	}
	for _, label := range []string{"床位", "在岗", "医师", "总诊疗", "出院", "床日", "随访"} {
		t.Columns = append(t.Columns, Column{Label: label, Numeric: true})
	}
	t.Columns = append(t.Columns, Column{Label: "状态"})
	for i := range galleryRows {
		t.Rows = append(t.Rows, longRow(i))
	}
	return t
}

func longRow(i int) Row {
	r := Row{URL: fmt.Sprintf("/ui?row=%d", i), Cells: []Cell{Text(fmt.Sprintf("第%d村卫生室", i+1)), Text(fmt.Sprintf("K-V%03d", i+1))}}
	for column := range int64(7) {
		d := decimal.NewFromInt((int64(i)*7919 + column*104729) % 12000)
		r.Cells = append(r.Cells, Figure(&d, 0))
	}
	r.Cells = append(r.Cells, Node(Badge(StatusFor(galleryCodes()[i%7]))))
	return r
}
