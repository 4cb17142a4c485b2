package indicatorweb

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"yigai/internal/indicator"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/web/ui"
)

type detailView struct {
	frame     ui.Frame
	official  ui.Status
	now       ui.Stat
	terms     []ui.Term
	line      ui.Line
	tabs      []ui.Tab
	rank      *ui.Rank
	table     ui.Table
	versions  ui.Table
	targets   ui.Table
	wholeOnly bool // computed for the county alone
}

func (h *handler) detail(w http.ResponseWriter, r *http.Request) error {
	m, err := page.Month(r, period.Month{})
	if err != nil {
		return err
	}
	d, err := h.svc.Detail(r.Context(), page.Who(r), chi.URLParam(r, "slug"), m, r.URL.Query().Get("tab"))
	if err != nil {
		return err
	}
	at := address{r.URL.Path, r.URL.Query()}
	v := detailView{frame: h.detailFrame(r, d), official: standingStatus(d.Indicator.Official), now: focusStat(d), terms: definitionTerms(d),
		line: trendLine(d), tabs: rankTabs(at, d), rank: barRank(d), table: rankTable(d), versions: versionTable(d),
		targets: targetTable(d.Indicator, false), wholeOnly: len(d.Tabs) == 0}
	return page.Render(w, r, http.StatusOK, detailPage(v))
}

func (h *handler) detailFrame(r *http.Request, d indicator.Detail) ui.Frame {
	f := ui.Frame{Title: d.Indicator.NameZH, Styles: styles, Period: page.Switch(r, d.Month), Subtitle: freshness(d.Fresh, h.now()),
		Crumbs: []ui.Link{{Label: "指标看板", URL: "/indicators?period=" + d.Month.String()}, {Label: d.Indicator.NameZH}}}
	if page.Who(r).May(indicator.ActionManage) {
		f.Actions = []ui.Action{{Label: "修改定义", URL: definitionURL(d.Indicator.Slug) + "/edit", Icon: "pencil"}}
	}
	if !d.Indicator.Enabled {
		f.Status = &ui.Status{Word: "已停用", Icon: "dash-circle"}
	}
	return f
}

func focusStat(d indicator.Detail) ui.Stat {
	s := ui.Stat{Label: focusName(d.Focus) + " " + d.Month.Chinese(), Value: ui.Dash, Unit: d.Indicator.Unit, Status: statusOf(d.FocusNow)}
	if v := d.FocusNow.Number(); v != nil {
		s.Value = ui.Num(*v, d.Indicator.Decimals)
	} else if d.FocusNow.Present {
		s.Note = reason(d.FocusNow.Reason)
	} else {
		s.Note = "这个月没有数据"
	}
	if d.FocusNow.Present {
		s.URL = valueURL(d.Indicator.Slug, d.Focus.Code, d.Month)
	}
	if d.FocusNow.Partial() {
		s.Note += fmt.Sprintf(" 已审核 %d/%d 家", d.FocusNow.Reporting, d.FocusNow.Expected)
	}
	if d.FocusNow.HasTarget {
		s.Target = targetText(d.Indicator, d.FocusNow.Target)
	}
	return s
}

func definitionTerms(d indicator.Detail) []ui.Term {
	i := d.Indicator
	formula := ""
	if v, ok := i.InForce(d.Month); ok {
		formula = d.Formulas[v.Number]
	}
	return []ui.Term{
		{Label: "公式", Value: formula, Wide: true},
		{Label: "定义", Value: i.Definition, Wide: true},
		{Label: "依据", Value: i.Source, Wide: true},
		{Label: "方向", Value: indicator.DirectionTitle(i.Direction)},
		{Label: "计算层级", Value: indicator.LevelTitle(i.Level)},
		{Label: "主题", Value: i.Topic},
		{Label: "编码", Value: i.Slug},
		{Label: "备注", Value: i.Note, Wide: true},
	}
}

func trendLine(d indicator.Detail) ui.Line {
	l := ui.Line{Title: focusName(d.Focus) + "近24个月", Unit: d.Indicator.Unit, Places: d.Indicator.Decimals, Numbers: true,
		Points: points(d.Trend, d.Month)}
	for _, v := range d.YearAgo {
		if v != nil {
			l.Compare = points(d.YearAgo, d.Month)
			break
		}
	}
	if d.FocusNow.HasTarget {
		l.Target = bounds(d.Indicator, d.FocusNow.Target)
	} else if t, ok := d.Indicator.Target(d.Focus.Kind, d.Month); ok {
		l.Target = bounds(d.Indicator, t)
	}
	return l
}

func rankTabs(at address, d indicator.Detail) []ui.Tab {
	tabs := make([]ui.Tab, len(d.Tabs))
	for n, t := range d.Tabs {
		tabs[n] = ui.Tab{Label: t.Title, URL: at.with("tab", t.Name), Active: t.Name == d.Tab}
	}
	return tabs
}

// mostBars is how many bars a ranking draws; the table beneath holds everybody.
const mostBars = 40

func barRank(d indicator.Detail) *ui.Rank {
	if len(d.Ranking) < 2 {
		return nil
	}
	r := &ui.Rank{Title: "排名", Unit: d.Indicator.Unit, Places: d.Indicator.Decimals}
	for _, x := range d.Ranking[:min(len(d.Ranking), mostBars)] {
		bar := ui.Bar{Label: x.Place.Short, URL: valueURL(d.Indicator.Slug, x.Place.Code, d.Month), Value: x.Now.Number(),
			Tone: barTone(x.Now), Note: remark(d.Indicator, x.Now)}
		r.Items = append(r.Items, bar)
	}
	if t := d.Ranking[0].Now; t.HasTarget && t.Target.Operator != "between" {
		r.Target = &t.Target.Value
	}
	return r
}

func barTone(j indicator.Judged) ui.Tone {
	switch j.Status() {
	case indicator.Met:
		return ui.Good
	case indicator.NotMet:
		return ui.Bad
	}
	return ui.Neutral
}

func rankTable(d indicator.Detail) ui.Table {
	t := ui.Table{ID: "ranking", Caption: "各机构的指标值", Cards: true,
		Columns: []ui.Column{{Label: "机构"}, {Label: "名次", Numeric: true}, {Label: "数值", Unit: d.Indicator.Unit, Numeric: true},
			{Label: "目标"}, {Label: "达标"}, {Label: "已审核", Numeric: true}},
		Empty: ui.Empty{Title: "这个月没有机构的数值", Icon: "graph-up"}}
	for _, x := range d.Ranking {
		place, status := ui.Dash, ui.Cell{}
		if x.Rank > 0 {
			place = strconv.Itoa(x.Rank)
		}
		if s := statusOf(x.Now); s != nil {
			status = ui.Node(ui.Badge(*s))
		}
		url := valueURL(d.Indicator.Slug, x.Place.Code, d.Month)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{ui.LinkTo(x.Place.Name, url), ui.Text(place),
			boardCell(d.Indicator, x.Now, x.Place, d.Month), targetCell(d.Indicator, x.Now), status,
			ui.Text(fmt.Sprintf("%d/%d", x.Now.Reporting, x.Now.Expected))}})
	}
	return t
}

func versionTable(d indicator.Detail) ui.Table {
	t := ui.Table{Caption: "公式的版本", Columns: []ui.Column{{Label: "版本"}, {Label: "开始月份"}, {Label: "公式", Wide: true},
		{Label: "修改人"}, {Label: "修改时间"}}, Empty: ui.Empty{Title: "还没有公式"}}
	inForce, _ := d.Indicator.InForce(d.Month)
	for n := len(d.Indicator.Versions) - 1; n >= 0; n-- {
		v := d.Indicator.Versions[n]
		label := "v" + strconv.Itoa(v.Number)
		if v.Number == inForce.Number {
			label += "(" + d.Month.Chinese() + "适用)"
		}
		t.Rows = append(t.Rows, ui.Row{Strong: v.Number == inForce.Number, Cells: []ui.Cell{ui.Text(label), ui.Text(v.From.Chinese()),
			{Text: d.Formulas[v.Number], Title: v.Formula}, ui.Text(orDash(v.ByName)), ui.Text(ui.DateTime(v.At))}})
	}
	return t
}

// targetTable lists targets; with manage each has a button that ends it.
func targetTable(i indicator.Indicator, manage bool) ui.Table {
	t := ui.Table{ID: "targets", Caption: "目标", Columns: []ui.Column{{Label: "适用机构"}, {Label: "目标"}, {Label: "期间"}, {Label: "性质"},
		{Label: "依据", Wide: true}}, Empty: ui.Empty{Title: "还没有设定目标", Hint: "没有查到官方数值的指标不预设目标", Icon: "list-check"}}
	if manage {
		t.Columns = append(t.Columns, ui.Column{Label: "操作"})
	}
	for _, target := range i.Targets {
		row := ui.Row{Cells: []ui.Cell{ui.Text(kindName(target.Kind)), ui.Text(target.String() + unitOf(i)), ui.Text(span(target)),
			ui.Text(standing(target.Official)), ui.Text(orDash(target.Source))}}
		if manage {
			row.Cells = append(row.Cells, endCell(i, target))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func span(t indicator.Target) string {
	if t.To.IsZero() {
		return t.From.Chinese() + "起"
	}
	return t.From.Chinese() + "至" + t.To.Prev().Chinese()
}

func kindName(kind string) string {
	if kind == "" {
		return "全部机构"
	}
	return org.KindTitle(kind)
}

func orDash(text string) string {
	if text == "" {
		return ui.Dash
	}
	return text
}
