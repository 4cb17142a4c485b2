package reportweb

import (
	"strings"

	"yigai/internal/form"
	"yigai/internal/report"
	"yigai/web/ui"
)

func logTable(v exportsView) ui.Table {
	t := ui.Table{ID: "export-log", Caption: "导出记录", Cards: true, Columns: []ui.Column{{Label: "时间"}, {Label: "导出人"}, {Label: "内容"},
		{Label: "条件", Wide: true}, {Label: "格式"}, {Label: "行数", Numeric: true}, {Label: "字节", Numeric: true}, {Label: "校验值"}},
		Empty: ui.Empty{Title: "还没有导出过", Hint: "在上面选择内容和月份,点“导出 Excel”。"}}
	for _, l := range v.log {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(ui.DateTime(l.At)), ui.Text(person(l)), ui.Text(report.KindTitle(l.Kind)),
			ui.Text(v.words(l.Request)), ui.Text(l.Format), ui.Text(ui.Int(l.Rows)), ui.Text(ui.Int(l.Bytes)), ui.Node(hashCell(l.SHA256))}})
	}
	return t
}

func person(l report.Logged) string {
	if l.Username == "" {
		return l.By
	}
	return l.By + "(" + l.Username + ")"
}

// titled is the name of what a filter narrows to; what is gone or out of the reader's scope keeps its code.
func titled(list []report.Choice, code string) string {
	for _, c := range list {
		if c.Code == code {
			return c.Title
		}
	}
	return code
}

// words says a filter as people read it.
func (v exportsView) words(r report.Request) string {
	var words []string
	add := func(label, value string) {
		if value != "" {
			words = append(words, label+value)
		}
	}
	add("", r.Months())
	add("机构 ", titled(v.choices.Institutions, r.Institution))
	add("报表 ", titled(v.choices.Forms, r.Form))
	add("数据项 ", titled(v.choices.Elements, r.Element))
	add("指标 ", titled(v.choices.Indicators, r.Indicator))
	if !r.Trail.From.IsZero() {
		add("自 ", ui.Date(r.Trail.From))
	}
	if !r.Trail.To.IsZero() {
		add("至 ", ui.Date(r.Trail.To))
	}
	add("人员 ", r.Trail.Person)
	add("操作 ", v.actionWord(r.Trail.Action))
	add("对象 ", strings.TrimSpace(report.KindWord(r.Trail.Kind)+" "+r.Trail.Object))
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
