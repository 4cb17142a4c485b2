package indicatorweb

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

func factTable(e indicator.Explained) ui.Table {
	t := ui.Table{ID: "facts", Caption: "数据来源", Cards: true, Columns: []ui.Column{{Label: "数据项"}, {Label: "机构", Wide: true}, {Label: "月份"},
		{Label: "数值", Numeric: true}, {Label: "来源", Wide: true}, {Label: "填报"}, {Label: "上报"}, {Label: "审核"}},
		Empty: ui.Empty{Title: "没有已审核的数字", Icon: "inbox"}}
	for _, f := range e.Facts {
		in := e.Inputs[f.Input]
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(inputLabel(in)), ui.Text(f.Institution), ui.Text(f.Month.String()),
			factCell(f), ui.LinkTo(placeOf(f)+checking(e, f), factURL(e, f)), stepCell(f.EnteredName, f.EnteredAt), stepCell(f.SubmittedName, f.SubmittedAt),
			stepCell(f.AcceptedName, f.AcceptedAt)}})
	}
	return t
}

func factCell(f indicator.Fact) ui.Cell {
	switch f.State {
	case "value":
		return ui.Cell{Text: plain(f.Value.Decimal), Title: f.Comment}
	case "na":
		return ui.Cell{Node: ui.NA(), Title: f.Comment}
	default:
		return ui.Cell{Node: ui.Missing(), Title: f.Comment}
	}
}

func stepCell(name string, at time.Time) ui.Cell {
	if name == "" || at.IsZero() {
		return ui.Text(ui.Dash)
	}
	return ui.Cell{Text: name + " " + short(at), Title: ui.DateTime(at)}
}

func factPager(at address, e indicator.Explained) ui.Paging {
	var p ui.Paging
	if e.Page > 1 {
		p.Prev = at.with("page", strconv.Itoa(e.Page-1))
	}
	if e.More {
		p.Next = at.with("page", strconv.Itoa(e.Page+1))
	}
	if p != (ui.Paging{}) {
		p.Note = fmt.Sprintf("第 %d 页,每页 %d 条", e.Page, indicator.FactsPage)
	}
	return p
}

func missingTable(e indicator.Explained) ui.Table {
	t := ui.Table{ID: "missing", Caption: "还没有审核通过的机构", Cards: true,
		Columns: []ui.Column{{Label: "机构"}, {Label: "月报"}, {Label: "缺少", Wide: true}}}
	for _, d := range e.Missing {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(d.Name, page.CellURL(d.ReportID, firstLack(e, d).Field())), ui.Text(reportState(d)), ui.Text(strings.Join(d.Elements, "、"))}})
	}
	return t
}

// checking says that a fact only checks the sum.
func checking(e indicator.Explained, f indicator.Fact) string {
	if e.Checks(f) {
		return ",核对总数,不计入合计"
	}
	return ""
}

// reportState says how far the report has come that owes a figure: what was accepted owes none, unless it is empty in it.
func reportState(d indicator.Debtor) string {
	if d.ReportID == 0 {
		return ui.Dash
	}
	return d.ReportState.Title()
}

// firstLack is the first cell that a debtor left empty.
func firstLack(e indicator.Explained, d indicator.Debtor) reporting.CellKey {
	k := reporting.CellKey{SubjectID: d.InstitutionID}
	for _, in := range e.Inputs {
		if len(d.Elements) > 0 && in.Element.NameZH == d.Elements[0] {
			k.Element = in.Element.Slug
		}
	}
	return k
}

func correctionTable(e indicator.Explained) ui.Table {
	t := ui.Table{ID: "corrections", Caption: "以前的数值", Columns: []ui.Column{{Label: "原数值", Unit: e.Indicator.Unit, Numeric: true},
		{Label: "当时的数", Wide: true}, {Label: "公式版本"}, {Label: "计算时间"}, {Label: "被替换时间"}, {Label: "原因", Wide: true}}}
	for _, c := range e.Corrections {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(ui.Num(c.Value, e.Indicator.Decimals)), ui.Text(inputsThen(e, c)), ui.Text("v" + strconv.Itoa(c.Version)),
			ui.Text(ui.DateTime(c.ComputedAt)), ui.Text(ui.DateTime(c.ReplaceAt)), ui.Node(causeCell(cause(c), causes(e, c)))}})
	}
	return t
}

// inputsThen are the figures that an earlier value was computed from.
func inputsThen(e indicator.Explained, c indicator.Correction) string {
	var words []string
	for _, in := range e.Inputs {
		then, kept := c.Inputs[in.Ref.String()]
		if !kept {
			continue
		}
		figure := ui.Dash
		if then != nil {
			figure = *then
		}
		words = append(words, in.Element.NameZH+" "+figure)
	}
	return strings.Join(words, ";")
}

// cause says why an earlier value was replaced.
func cause(c indicator.Correction) string {
	if c.Restated() {
		return "公式改为 v" + strconv.Itoa(c.NewVersion)
	}
	return "数据更正"
}

// causes are the corrections behind an earlier value: why, and who allowed it.
func causes(e indicator.Explained, c indicator.Correction) []ui.Link {
	var out []ui.Link
	for _, k := range c.Causes {
		label := k.Institution + ":" + k.Reason
		if k.DecidedBy != "" {
			label += "(" + k.DecidedBy + " 批准)"
		}
		out = append(out, ui.Link{Label: label, URL: "/corrections?period=" + e.Value.Month.String() + "#month-" + strconv.FormatInt(k.ID, 10)})
	}
	return out
}
