package workbookweb

import (
	"strconv"

	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/reporting"
	"yigai/internal/workbook"
	"yigai/web/ui"
)

// previewView is what an upload would change.
type previewView struct {
	about
	workbook.Preview
	maySubmit bool
}

func (v previewView) subtitle() string {
	if v.single() {
		return v.report.Name()
	}
	return strconv.Itoa(len(v.Files)) + " 个文件,还没有保存"
}

func (v previewView) crumbs() []ui.Link {
	if v.single() {
		return []ui.Link{{Label: "月报填报", URL: "/reporting"}, {Label: v.report.Name(), URL: v.back}, {Label: "核对"}}
	}
	return []ui.Link{{Label: "Excel 填报", URL: v.back}, {Label: "核对"}}
}

// sameWords say that nothing is to be done, which is no mistake.
const sameWords = "表里的数和下载时一样,没有要导入的改动。“合计”行和自动算出的数由系统计算,改了也不导入。"

// sum says in one sentence what is about to happen.
func (v previewView) sum() string {
	changed, conflicts, unreadable := v.Count()
	text := strconv.Itoa(v.Open()) + " 份月报改动 " + strconv.Itoa(changed) + " 格"
	if conflicts > 0 {
		text += ";" + strconv.Itoa(conflicts) + " 格下载以后别人改过"
	}
	if unreadable > 0 {
		text += ";" + strconv.Itoa(unreadable) + " 格认不出来"
	}
	if v.Locked() > 0 {
		text += ";" + strconv.Itoa(v.Locked()) + " 份现在不能填报"
	}
	return text
}

// refused says why nothing can be applied, "" when it can.
func (v previewView) refused() string {
	_, _, unreadable := v.Count()
	switch {
	case unreadable > 0:
		return "有认不出来的格。请在工作簿里改好,再上传一次;现在什么都没有保存。"
	case v.Open() == 0:
		return "里面的月报现在都不能填报。"
	}
	return ""
}

func (v previewView) conflicts() bool { _, n, _ := v.Count(); return n > 0 }

// unitsTable lists the reports with what happens to each.
func (v previewView) unitsTable() ui.Table {
	t := ui.Table{ID: "units", Caption: "每份月报的改动", StickyFirst: true, Columns: []ui.Column{{Label: "月报"}, {Label: "现在"},
		{Label: "改动", Unit: "格", Numeric: true}, {Label: "别人改过", Unit: "格", Numeric: true}, {Label: "认不出", Unit: "格", Numeric: true},
		{Label: "检查错误", Numeric: true}, {Label: "待说明", Numeric: true}, {Label: "导入以后", Wide: true}}}
	for _, c := range v.Reports {
		t.Rows = append(t.Rows, unitRow(c))
	}
	return t
}

func unitRow(c workbook.Change) ui.Row {
	bad, warned := 0, 0
	for _, f := range c.Findings {
		if f.Blocks() {
			bad++
		} else if f.Unexplained() {
			warned++
		}
	}
	row := ui.Row{Cells: []ui.Cell{ui.LinkTo(c.Report.Name(), "/reporting/"+strconv.FormatInt(c.Report.ID, 10)), ui.Text(c.Was.Title()),
		count(len(c.Changed), ui.Neutral), count(len(c.Conflicts), ui.Warn), count(len(c.Unreadable), ui.Bad), count(bad, ui.Bad), count(warned, ui.Warn), after(c)}}
	if c.Lock != nil {
		row.Tone = ui.Warn
	}
	return row
}

func count(n int, tone ui.Tone) ui.Cell {
	if n == 0 {
		return ui.Cell{Text: "–"}
	}
	return ui.Cell{Text: strconv.Itoa(n), Tone: tone}
}

func after(c workbook.Change) ui.Cell {
	switch {
	case c.Lock != nil:
		return ui.Cell{Text: "不导入:" + c.Lock.Why, Tone: ui.Warn}
	case c.Unready == 0:
		return ui.Cell{Text: "可以上报", Tone: ui.Good}
	}
	return ui.Text("还有 " + strconv.Itoa(c.Unready) + " 处要补,留在填报中")
}

// maxLines bounds what is listed of one report, which has at most as many cells as its form; the counts are of all.
const maxLines = 5000

// cellsTable lists the cells of a report that change, with what stood there.
func cellsTable(c workbook.Change) ui.Table {
	t := ui.Table{ID: "changes-" + strconv.FormatInt(c.Report.ID, 10), Caption: "要改动的格", Tall: true, Columns: []ui.Column{{Label: "项目", Wide: true}, {Label: "计量单位"},
		{Label: "现在", Numeric: true}, {Label: "改为", Numeric: true}, {Label: "在工作簿里", HidePhone: true}},
		Empty: ui.Empty{Title: "没有要改动的格"}}
	proxy := len(c.Changed) > 0 && c.Changed[0].Subject != ""
	if proxy {
		t.Columns = append([]ui.Column{{Label: "填报对象"}}, t.Columns...)
	}
	for _, l := range c.Changed[:min(len(c.Changed), maxLines)] {
		cells := []ui.Cell{ui.Text(l.Name), ui.Text(l.Rule.Unit), figure(l.Old, l.Rule), newCell(l), ui.Text(l.Place)}
		if proxy {
			cells = append([]ui.Cell{ui.Text(l.Subject)}, cells...)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	return t
}

func unit(c workbook.Change, l workbook.Line) string {
	return named(c.Report.Institution, l.Subject)
}

// named is an institution, with the one that it reports for where that is another.
func named(institution, subject string) string {
	if subject == "" || subject == institution {
		return institution
	}
	return institution + " · " + subject
}

func newCell(l workbook.Line) ui.Cell {
	if l.Clears() {
		return ui.Cell{Text: "清空", Tone: ui.Warn}
	}
	return figure(l.New, l.Rule)
}

// figure writes a figure as its form does.
func figure(c number.Cell, rule number.Rule) ui.Cell {
	if c.IsGiven() {
		return ui.Figure(&c.Value, rule.Decimals)
	}
	return ui.Text(orEmpty(c.String()))
}

func orEmpty(s string) string {
	if s == "" {
		return "空"
	}
	return s
}

// conflictsTable lists the cells that somebody else changed since the download.
func (v previewView) conflictsTable() ui.Table {
	t := ui.Table{ID: "conflicts", Caption: "下载以后别人改过的格", Columns: []ui.Column{{Label: "单位"}, {Label: "项目"}, {Label: "系统里现在", Numeric: true},
		{Label: "谁改的"}, {Label: "您填的", Numeric: true}, {Label: "在工作簿里", HidePhone: true}}}
	for _, c := range v.Reports {
		for _, l := range c.Conflicts {
			if len(t.Rows) < maxLines {
				t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(unit(c, l)), ui.Text(l.Name), figure(l.Old, l.Rule),
					ui.Text(l.By + " " + ui.DateTime(l.At)), ui.Text(orEmpty(l.Typed)), ui.Text(l.Place)}})
			}
		}
	}
	return t
}

// unreadableTable lists what cannot be understood, and where it stands.
func (v previewView) unreadableTable() ui.Table {
	t := ui.Table{ID: "unreadable", Caption: "认不出来的格", Columns: []ui.Column{{Label: "在工作簿里"}, {Label: "单位"}, {Label: "项目"}, {Label: "为什么", Wide: true}}}
	for _, c := range v.Reports {
		for _, l := range c.Unreadable {
			if len(t.Rows) < maxLines {
				t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(l.Place), ui.Text(unit(c, l)), ui.Text(l.Name), {Text: l.Problem, Tone: ui.Bad}}})
			}
		}
	}
	return t
}

// findingsTable lists what the checks say of the figures as they would stand; a warning can be explained at once.
func (v previewView) findingsTable() ui.Table {
	t := ui.Table{ID: "findings", Caption: "导入以后的检查提示", Cards: true, Columns: []ui.Column{{Label: "单位"}, {Label: "级别"}, {Label: "提示", Wide: true}},
		Empty: ui.Empty{Title: "没有检查提示", Icon: "check-circle"}}
	if v.explains() {
		t.Columns = append(t.Columns, ui.Column{Label: "说明"})
	}
	for _, c := range v.Reports {
		for _, f := range c.Findings {
			if (f.Blocks() || f.Unexplained()) && len(t.Rows) < maxLines {
				t.Rows = append(t.Rows, v.findingRow(c, f))
			}
		}
	}
	return t
}

func (v previewView) findingRow(c workbook.Change, f reporting.Finding) ui.Row {
	level, why := ui.Cell{Text: "待说明", Tone: ui.Warn}, ui.Text("改正后才能上报")
	if f.Blocks() {
		level = ui.Cell{Text: "错误", Tone: ui.Bad}
	} else {
		why = ui.Node(explanation(workbook.ExplanationField(c.Report.ID, f)))
	}
	row := ui.Row{Cells: []ui.Cell{ui.Text(named(c.Report.Institution, f.Subject)), level, ui.Text(f.Message)}}
	if v.explains() {
		row.Cells = append(row.Cells, why)
	}
	return row
}

// explains reports whether there is a form to send explanations with.
func (v previewView) explains() bool { return !v.Same() && v.refused() == "" }

func fieldProblems(problems []fault.Problem) []ui.FieldProblem {
	list := make([]ui.FieldProblem, len(problems))
	for i, p := range problems {
		list[i] = ui.FieldProblem{Field: "file", Label: "工作簿", Message: p.Message}
	}
	return list
}

// first is what stands beside the field: the others are in the summary.
func first(problems []fault.Problem) string {
	if len(problems) == 0 {
		return ""
	}
	return problems[0].Message
}

func (v previewView) handLabel() string {
	if v.single() {
		return "导入后一并上报"
	}
	return "导入后一并上报(现在看可以上报 " + strconv.Itoa(v.Ready()) + " 份)"
}

// summary heads the changes of one report.
func summary(c workbook.Change) string {
	return c.Report.Name() + ":" + strconv.Itoa(len(c.Changed)) + " 格"
}
