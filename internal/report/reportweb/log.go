package reportweb

import (
	"strings"

	"yigai/internal/form"
	"yigai/internal/report"
	"yigai/web/ui"
)

func logTable(list []report.Logged) ui.Table {
	t := ui.Table{ID: "export-log", Caption: "导出记录", Cards: true, Columns: []ui.Column{{Label: "时间"}, {Label: "导出人"}, {Label: "内容"},
		{Label: "条件", Wide: true}, {Label: "格式"}, {Label: "行数", Numeric: true}, {Label: "字节", Numeric: true}, {Label: "校验值"}},
		Empty: ui.Empty{Title: "还没有导出过", Hint: "在上面选择内容和月份,点“导出 Excel”。"}}
	for _, l := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(ui.DateTime(l.At)), ui.Text(person(l)), ui.Text(report.KindTitle(l.Kind)),
			ui.Text(filterWords(l.Request)), ui.Text(l.Format), ui.Text(ui.Int(l.Rows)), ui.Text(ui.Int(l.Bytes)), ui.Node(hashCell(l.SHA256))}})
	}
	return t
}

func person(l report.Logged) string {
	if l.Username == "" {
		return l.By
	}
	return l.By + "(" + l.Username + ")"
}

// filterWords says a filter as people read it.
func filterWords(r report.Request) string {
	var words []string
	add := func(label, value string) {
		if value != "" {
			words = append(words, label+value)
		}
	}
	add("", r.Months())
	add("机构 ", r.Institution)
	add("报表 ", r.Form)
	add("数据项 ", r.Element)
	add("指标 ", r.Indicator)
	if !r.Trail.From.IsZero() {
		add("自 ", ui.Date(r.Trail.From))
	}
	if !r.Trail.To.IsZero() {
		add("至 ", ui.Date(r.Trail.To))
	}
	add("人员 ", r.Trail.Person)
	add("操作 ", r.Trail.Action)
	add("对象 ", strings.TrimSpace(kindWord(r.Trail.Kind)+" "+r.Trail.Object))
	add("单位 ", r.Trail.Institution)
	if r.Trail.Text != "" {
		add("含", "“"+r.Trail.Text+"”")
	}
	if len(words) == 0 {
		return "全部"
	}
	return strings.Join(words, ",")
}

// checkProblems are those of the checking form alone, so that each summary stands above its own fields.
func checkProblems(f *form.Form) []ui.FieldProblem { return pick(f, true) }
