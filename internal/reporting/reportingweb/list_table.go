package reportingweb

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"yigai/internal/reporting"
	"yigai/web/ui"
)

func (v list) subtitle() string {
	if v.everyone {
		return "点开一份月报可以查看每个数的来历"
	}
	return "本单位的月报,从新到旧"
}

func (v list) actions() []ui.Action {
	if v.month.IsZero() {
		return nil
	}
	return []ui.Action{{Label: "完成情况", URL: "/reporting/board?period=" + v.month.String(), Icon: "list-check"}}
}

func (v *list) table() ui.Table {
	t := ui.Table{ID: "reports", Caption: "月报", Cards: true, Tall: true, Columns: []ui.Column{
		{Label: "报表", Wide: true}, {Label: "月份"}, {Label: "单位"}, {Label: "状态"}, {Label: "已填"}, {Label: "检查"},
		{Label: "截止"}, {Label: "上报", HidePhone: true}}}
	t.Empty = ui.Empty{Title: "没有符合条件的月报", Hint: "换一个月份或清除条件再看;每月25日系统自动打开当月的填报。"}
	t.Rows = make([]ui.Row, len(v.reports))
	for i := range v.reports {
		t.Rows[i] = v.row(&v.reports[i])
	}
	return t
}

func (v *list) row(r *reporting.Report) ui.Row {
	sent := ui.Cell{Text: ui.Dash}
	if !r.SubmittedAt.IsZero() {
		sent = ui.Cell{Text: r.SubmittedBy + " " + shortTime(r.SubmittedAt)}
	}
	return ui.Row{ID: "report-" + id(r.ID), URL: at(r.ID), Cells: []ui.Cell{ui.Text(r.FormTitle), ui.Text(r.Month.Chinese()),
		ui.Text(r.Institution), ui.Node(ui.Badge(statusOf(*r))), ui.Node(ui.Fill(r.Filled, r.Fillable)), ui.Node(findingCounts(r)),
		ui.Node(dueCell(r, v.view)), sent}}
}

// dueCell is the deadline with what is left. It is written by hand, like the rows of a table, because a list has hundreds.
func dueCell(r *reporting.Report, v view) templ.Component {
	words, tone := dueWords(*r, v.now)
	due := ui.Date(r.DueAt)
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<span class="nowrap">`+due+`</span> <span class="due-left `+toneName(tone)+`">`+templ.EscapeString(words)+`</span>`)
		return err
	})
}
