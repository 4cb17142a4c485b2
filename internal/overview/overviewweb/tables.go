package overviewweb

import (
	"strconv"

	"yigai/internal/indicator"
	"yigai/internal/overview"
	"yigai/web/ui"
)

// keyTable holds the same figures as the tiles above it.
func keyTable(v overview.View) ui.Table {
	t := ui.Table{ID: "key-figures", Caption: "主要指标", Columns: []ui.Column{{Label: "指标", Wide: true}, {Label: "数值", Numeric: true},
		{Label: "上月", Numeric: true}, {Label: "目标"}, {Label: "达标"}, {Label: "已审核", Numeric: true}},
		Empty: ui.Empty{Title: "这个月还没有指标值", Hint: "月报审核通过后一秒内出现;也可以换一个月份", Icon: "graph-up"}}
	for _, x := range v.Items {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(named(x.Indicator), indicatorURL(x.Indicator.Slug, v.Month)), value(x.Indicator, x.Now),
			ui.Figure(x.LastMonth(), x.Indicator.Decimals), target(x.Now), met(x.Now), reported(x.Now)}})
	}
	return t
}

// rankingTable holds the same figures as the bars and the tiles of the map.
func rankingTable(v overview.View) ui.Table {
	t := ui.Table{ID: "township-figures", Caption: title(v), Columns: []ui.Column{{Label: "名次", Numeric: true}, {Label: "机构", Wide: true},
		{Label: "数值", Unit: v.By.Unit, Numeric: true}, {Label: "目标"}, {Label: "达标"}, {Label: "已审核", Numeric: true}},
		Empty: ui.Empty{Title: "您的数据范围内没有乡镇卫生院或社区卫生服务中心", Icon: "hospital"}}
	for _, r := range v.Ranking {
		t.Rows = append(t.Rows, ui.Row{Strong: r.Place.ID == v.Own, Cells: []ui.Cell{ui.Text(place(r.Rank)),
			ui.LinkTo(r.Place.Name, "/institutions/"+strconv.FormatInt(r.Place.ID, 10)), value(v.By, r.Now), target(r.Now), met(r.Now), reported(r.Now)}})
	}
	return t
}

func value(i indicator.Indicator, j indicator.Judged) ui.Cell {
	if !j.Value.Valid {
		return ui.Text(noValue(j))
	}
	return ui.Text(ui.Num(j.Value.Decimal, i.Decimals))
}

func target(j indicator.Judged) ui.Cell {
	if !j.HasTarget {
		return ui.Cell{Text: ui.Dash, Title: "没有设定目标"}
	}
	return ui.Cell{Text: j.Target.String(), Title: j.Target.Source}
}

func met(j indicator.Judged) ui.Cell {
	if s := status(j); s != nil {
		return ui.Node(ui.Badge(*s))
	}
	return ui.Text("")
}

func reported(j indicator.Judged) ui.Cell {
	if !j.Present {
		return ui.Text("")
	}
	return ui.Text(strconv.Itoa(j.Reporting) + "/" + strconv.Itoa(j.Expected))
}

// named is an indicator with its unit, because every row has another.
func named(i indicator.Indicator) string {
	if i.Unit == "" {
		return i.NameZH
	}
	return i.NameZH + "(" + i.Unit + ")"
}
