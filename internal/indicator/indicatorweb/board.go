package indicatorweb

import (
	"fmt"
	"net/http"
	"strconv"

	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/web/ui"
)

// styles are the further style sheets of this room's pages.
var styles = []string{"indicator.css"}

type boardView struct {
	tabs   []ui.Tab
	filter ui.Filter
	topic  ui.Choice
	table  ui.Table
	pager  ui.Paging
}

func boardQuery(r *http.Request) (indicator.Query, error) {
	q := r.URL.Query()
	m, err := page.Month(r, period.Month{})
	if err != nil {
		return indicator.Query{}, err
	}
	query := indicator.Query{Month: m, Tab: q.Get("tab"), Topic: q.Get("topic"), Order: q.Get("order"), Page: 1}
	for name, into := range map[string]func(int64){
		"page": func(n int64) { query.Page = int(min(n, 10000)) }, "sort": func(n int64) { query.SortBy = n }} {
		if text := q.Get(name); text != "" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil || n < 1 {
				return query, fault.Field(name, "网址里的 %s 应为正整数", name)
			}
			into(n)
		}
	}
	return query, nil
}

func (h *handler) boardFrame(r *http.Request, b keptBoard) ui.Frame {
	who, m := page.Who(r), b.month
	f := ui.Frame{Title: "指标看板", Styles: styles, Period: page.Switch(r, m), Subtitle: freshness(b.fresh, h.now())}
	if who.May("report.export") {
		menu := ui.ExportMenu("/exports/indicator-values.xlsx?period="+m.String(), "/exports/indicator-values.csv?period="+m.String()).Posted()
		f.Menu = &menu
	}
	if who.May(indicator.ActionCompute) {
		f.Actions = []ui.Action{{Label: "重新计算", URL: "/indicators/computation", Icon: "arrow-repeat", Post: true, Kind: ui.Quiet,
			Values: map[string]string{"period": m.String()}}}
	}
	return f
}

func boardTabs(at address, b indicator.Board) []ui.Tab {
	tabs := make([]ui.Tab, len(b.Tabs))
	for n, t := range b.Tabs {
		tabs[n] = ui.Tab{Label: t.Title, Active: t.Name == b.Query.Tab, URL: at.with("tab", t.Name, "page", "", "sort", "", "order", "")}
		if n == 0 && b.Focus.ID != 0 && b.Focus.Kind != "county" {
			tabs[n].Label = "本单位"
		}
	}
	return tabs
}

func topicChoice(topics []string, chosen string) ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "topic", Label: "主题", Value: chosen}, Empty: "全部主题"}
	for _, t := range topics {
		c.Options = append(c.Options, ui.Option{Value: t, Label: t})
	}
	return c
}

func boardPager(at address, b indicator.Board) ui.Paging {
	if b.Pages < 2 || len(b.Rows) == 0 {
		return ui.Paging{}
	}
	p := ui.Paging{Note: fmt.Sprintf("第 %d/%d 页,共 %d 家", b.Query.Page, b.Pages, b.Total)}
	if b.Query.Page > 1 {
		p.Prev = at.with("page", strconv.Itoa(b.Query.Page-1))
	}
	if b.Query.Page < b.Pages {
		p.Next = at.with("page", strconv.Itoa(b.Query.Page+1))
	}
	return p
}

// boardTable has a row for each indicator; on the first tab the focus alone with its past, else a column for each institution.
func boardTable(at address, b indicator.Board) ui.Table {
	t := ui.Table{ID: "board", Caption: "指标看板", StickyFirst: true, Tall: true, Columns: boardColumns(at, b),
		Empty: ui.Empty{Title: "这个月还没有指标值", Hint: "月报审核通过后一秒内出现;也可以换一个月份或主题", Icon: "graph-up"}}
	if b.Query.Tab != "county" && b.Total > 0 {
		t.Empty = ui.Empty{Title: "这类机构这个月没有指标值", Hint: "没有按这类机构计算的指标,或它们的月报还没有审核通过;可以换一个月份,或到“自定义表”看它们的数", Icon: "graph-up"}
	}
	lines := newBoardLines(at, b)
	t.Rows = make([]ui.Row, len(b.Rows))
	for n, row := range b.Rows {
		t.Rows[n] = ui.Row{ID: "i-" + row.Indicator.Slug, Cells: lines.cells(row)}
	}
	return t
}

func boardColumns(at address, b indicator.Board) []ui.Column {
	columns := []ui.Column{{Label: "指标"}}
	if b.Focus.ID != 0 {
		columns = append(columns, boardColumn(at, b, b.Focus, focusName(b.Focus)), ui.Column{Label: "目标"}, ui.Column{Label: "达标"})
	}
	if wide(b) {
		columns = append(columns, ui.Column{Label: "已审核", Numeric: true}, ui.Column{Label: "上月", Numeric: true}, ui.Column{Label: "去年同月", Numeric: true})
	}
	columns = append(columns, ui.Column{Label: "24月趋势"})
	for _, p := range b.Institutions {
		columns = append(columns, boardColumn(at, b, p, p.Short))
	}
	return columns
}

// wide reports whether the board shows the focus alone, with its past beside it.
func wide(b indicator.Board) bool { return b.Query.Tab == indicator.Tabs[0].Name }

func focusName(p indicator.Place) string {
	if p.Kind == "county" {
		return "全县"
	}
	return p.Short
}

// boardColumn is an institution's head; a click puts the rows first that miss their target most there.
func boardColumn(at address, b indicator.Board, p indicator.Place, label string) ui.Column {
	id := strconv.FormatInt(p.ID, 10)
	c := ui.Column{Label: label, Numeric: true, SortURL: at.with("sort", id)}
	if b.Query.SortBy == p.ID {
		c.Sorted, c.SortURL = ui.Descending, at.with("sort", "")
	}
	return c
}

// orderURL puts the institutions in the order of this indicator, or back into their own.
func orderURL(at address, b indicator.Board, i indicator.Indicator) string {
	switch {
	case wide(b) || len(b.Institutions) < 2:
		return ""
	case b.Query.Order == i.Slug:
		return at.with("order", "", "page", "")
	default:
		return at.with("order", i.Slug, "page", "")
	}
}

func helpOf(i indicator.Indicator, row indicator.BoardRow) ui.HelpText {
	h := ui.HelpText{Term: i.NameZH, Text: i.Definition, Formula: row.Formula, Source: i.Source + "(" + standing(i.Official) + ")"}
	if row.Focus.HasTarget {
		h.Target = targetText(i, row.Focus.Target)
	}
	return h
}

// compute has the month in view computed anew in the background.
func (h *handler) compute(w http.ResponseWriter, r *http.Request) error {
	m, err := period.Parse(r.PostFormValue("period"))
	if err != nil {
		return fault.Field("period", "%s", err.Error())
	}
	if err := h.svc.Ask(r.Context(), page.Who(r), m); err != nil {
		return err
	}
	return page.Redirect(w, r, "/indicators?period="+m.String(), "已安排重新计算"+m.Chinese()+"的指标,几秒后刷新即可看到")
}
