package analysisweb

import (
	"fmt"

	"yigai/internal/analysis"
	"yigai/web/ui"
)

// mostShown is how many cells a page shows; the file holds all.
const mostShown = 10_000

// fewRows need no box of their own to scroll in.
const fewRows = 10

func dataTable(t analysis.Table, view string) ui.Table {
	out := ui.Table{ID: "analysis-table", Caption: t.Title() + " " + t.Period(), StickyFirst: true, Tall: len(t.Rows) > fewRows,
		Empty: ui.Empty{Title: "没有符合条件的单位", Hint: "换一种机构类型、乡镇或月份再看", Icon: "inbox"}}
	if len(t.Groups) > 1 { // a single one is the title
		out.Heads = append(out.Heads, ui.HeadGroup{Span: len(t.Heads)})
		for _, g := range t.Groups {
			out.Heads = append(out.Heads, ui.HeadGroup{Label: g.Label, Span: g.Span})
		}
	}
	for _, head := range t.Heads {
		out.Columns = append(out.Columns, ui.Column{Label: head})
	}
	for n, c := range t.Columns {
		out.Columns = append(out.Columns, column(t, n, c, view))
	}
	for _, r := range shown(t) {
		out.Rows = append(out.Rows, row(r))
	}
	return out
}

// shown are the rows that fit a page.
func shown(t analysis.Table) []analysis.Row {
	if most := mostShown / max(1, len(t.Columns)); len(t.Rows) > most {
		return t.Rows[:most]
	}
	return t.Rows
}

// leftOut says that the page shows only the first rows; "" when it shows all.
func leftOut(t analysis.Table) string {
	rows := len(shown(t))
	if rows == len(t.Rows) {
		return ""
	}
	return fmt.Sprintf("这张表有 %d 行,网页上只列前 %d 行;导出的文件里是全部", len(t.Rows), rows)
}

// column sorts by a click: the greatest first, then the smallest, then as they stood.
func column(t analysis.Table, n int, c analysis.Column, view string) ui.Column {
	q, out := t.Query, ui.Column{Label: c.Label, Unit: c.Unit, Numeric: true}
	switch t.Query.Sort {
	case n + 1:
		q.Sort, out.Sorted = 0, ui.Ascending
	case -n - 1:
		q.Sort, out.Sorted = n+1, ui.Descending
	default:
		q.Sort = -n - 1
	}
	out.SortURL = tableURL(q, view)
	return out
}

func row(r analysis.Row) ui.Row {
	out := ui.Row{Strong: r.Subtotal || r.Total}
	for _, head := range r.Heads {
		out.Cells = append(out.Cells, ui.Text(head))
	}
	for _, c := range r.Cells {
		out.Cells = append(out.Cells, figure(c))
	}
	return out
}

// figure shows a cell: a number, a mark for sums that are not complete, or what stands in for a number.
func figure(c analysis.Cell) ui.Cell {
	out := ui.Cell{Title: remark(c), URL: originURL(c.Origin)}
	switch c.State {
	case analysis.Number:
		out.Text = ui.Num(c.Value, c.Places)
		if c.Signed {
			out.Text = ui.Signed(c.Value, c.Places)
		}
		if c.Partial() {
			out.Text += "*"
		}
	case analysis.NotApplicable:
		out.Text = "不适用"
	case analysis.Missing, analysis.None:
		out.Text = ui.Dash
	}
	return out
}

// remark says on hover what a cell means.
func remark(c analysis.Cell) string {
	text := c.Note
	switch c.State {
	case analysis.Unasked:
		return "没有要求填报"
	case analysis.Missing:
		text = "未报,或还没有审核通过"
	case analysis.Number:
		if c.Base.Valid {
			text += ui.Num(c.Base.Decimal, max(0, -c.Base.Decimal.Exponent()))
		}
	}
	if c.State == analysis.Number && c.Due > 1 {
		text += fmt.Sprintf(" 已报 %d/%d %s", c.Given, c.Due, c.Of)
	}
	return text
}
