package reportingweb

import (
	"slices"
	"strconv"
	"strings"

	"yigai/internal/number"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// What the entry screen loads besides the files of every page.
var (
	scripts = []string{"entry-figures.js", "entry-screen.js", "entry-explain.js", "entry.js", "entry-carry.js", "entry-live.js", "entry-drawer.js", "entry-paste.js", "entry-keys.js"}
	styles  = []string{"entry.css", "entry-live.css"}
)

func (e *entry) frame() ui.Frame {
	r := e.Report
	status := statusOf(r)
	words, _ := dueWords(r, e.now)
	f := ui.Frame{Title: r.FormTitle, Subtitle: r.Institution + " · " + r.Month.Chinese() + " · 截止 " + shortDate(r.DueAt) + "(" + words + ")",
		Status: &status, Period: e.period(), Scripts: scripts, Styles: styles}
	f.Actions = []ui.Action{{Label: "打印", URL: at(r.ID) + "/print", Icon: "printer"}}
	if e.MayEdit {
		f.Menu = e.workbookMenu()
	}
	return f
}

// period leads to the same form of the same institution in other months.
func (e *entry) period() *ui.Period {
	m, sibling := e.Report.Month, at(e.Report.ID)+"/sibling"
	return &ui.Period{Label: m.Chinese(), Value: m.String(), Picker: sibling,
		Prev: sibling + "?period=" + m.Prev().String(), Next: sibling + "?period=" + m.Next().String()}
}

func (e *entry) mayHandIn() bool {
	return e.MayEdit && e.MaySubmit || e.MayEdit && e.Report.State == reporting.NotStarted
}

func savedWords(r reporting.Report) string {
	if r.SavedAt.IsZero() {
		return "每格填完自动保存"
	}
	return "已保存 " + shortTime(r.SavedAt)
}

// mostBlocks is how many errors are named where a report is handed in.
const mostBlocks = 5

func blocking(findings []reporting.Finding) []reporting.Finding {
	var list []reporting.Finding
	for _, f := range findings {
		if f.Blocks() {
			list = append(list, f)
		}
	}
	return list
}

func unexplainedOf(findings []reporting.Finding) int {
	n := 0
	for _, f := range findings {
		if f.Unexplained() {
			n++
		}
	}
	return n
}

// subjectWords names the clinic a finding is about, where there are several.
func subjectWords(f reporting.Finding) string {
	if f.Subject == "" {
		return ""
	}
	return f.Subject + ":"
}

func missingOf(progress []reporting.Progress) int {
	n := 0
	for _, p := range progress {
		n += p.Missing
	}
	return n
}

// sentBackTone alarms about a return; a reopening is what the institution asked for.
func (e *entry) sentBackTone() ui.Tone {
	if e.Report.Reopened {
		return ui.Warn
	}
	return ui.Bad
}

// owed says what is to be done about a report that was sent back.
func (e *entry) owed() string {
	if e.MayEdit {
		return ",请修改后重新上报"
	}
	return ",等待填报单位修改后重新上报"
}

func remarkPlace(n int) string {
	if n == 0 {
		return ""
	}
	return ",见标有意见的页和各行"
}

// readyWords says that nothing stands against handing in, and which proxy report should be filled first nevertheless.
func readyWords(unfinished []reporting.Incomplete) string {
	if len(unfinished) == 0 {
		return "可以上报"
	}
	titles := make([]string, len(unfinished))
	for i, one := range unfinished {
		titles[i] = one.Title
	}
	return "可以上报,但" + strings.Join(titles, "、") + "未填完"
}

// incompleteIn are the unfinished proxy reports that rows of a section sum.
func (e *entry) incompleteIn(s reporting.Section) []reporting.Incomplete {
	return incompleteIn(s, e.Incomplete)
}

func incompleteIn(s reporting.Section, all []reporting.Incomplete) []reporting.Incomplete {
	if slices.ContainsFunc(s.Rows, func(row *reporting.Row) bool { return row.Children }) {
		return all
	}
	return nil
}

func indent(row *reporting.Row) string { return "indent-" + strconv.Itoa(min(row.Indent, 4)) }

// rowTitle explains an element where it stands.
func rowTitle(row *reporting.Row) string {
	if row.Element == nil {
		return "= " + row.Formula
	}
	e := row.Element
	title := e.NameZH + "(" + kindTitle(e.Kind) + ")"
	if e.Definition != "" {
		title += ":" + e.Definition
	}
	return title
}

func kindTitle(k preset.Kind) string {
	switch k {
	case preset.Stock:
		return "期末数"
	case preset.Cumulative:
		return "本年累计"
	case preset.Calendar:
		return "日历"
	}
	return "当月数"
}

func cellID(k reporting.CellKey) string { return id(k.SubjectID) + "-" + k.Element }

func shownOr(c number.Cell, row *reporting.Row) string {
	if c.State == number.Empty {
		return ui.Dash
	}
	return shown(c, row)
}

// raw is a figure for the script to compare with, "" when there is none.
func raw(c number.Cell) string {
	if !c.IsGiven() {
		return ""
	}
	return c.Value.String()
}

// decimalsOf tells the script what may be typed: decimals, and a minus where a negative makes sense.
func decimalsOf(row *reporting.Row) string {
	d := strconv.Itoa(row.Element.Decimals)
	if row.Element.Negative {
		return "-" + d
	}
	return d
}

func derivedText(d reporting.Derived, row *reporting.Row) string {
	return figureOr(d.Value, row.Decimals)
}

// derivedNote says where a read-only figure comes from, or why there is none.
func derivedNote(d reporting.Derived, row *reporting.Row) string {
	switch {
	case row.Children:
		return "来自村卫生室代报," + share(d.Reporting, d.Expected) + " 家已填"
	case d.Value.Reason != "":
		return d.Value.Reason.Text()
	}
	return ""
}

func totalText(t reporting.Total, row *reporting.Row) string {
	if row.Element == nil || t.Filled == 0 {
		return ui.Dash
	}
	return ui.Num(t.Value, int32(row.Decimals))
}

func findingTone(f reporting.Finding) string {
	switch markOf(f) {
	case markBad:
		return "tone-bad"
	case markWarn:
		return "tone-warn"
	}
	return "finding-quiet"
}

func findingIcon(f reporting.Finding) string {
	switch markOf(f) {
	case markBad:
		return "x-circle-fill"
	case markWarn:
		return "exclamation-triangle-fill"
	}
	return "check-circle"
}

func warningField(f reporting.Finding) string { return reporting.WarningField(f.Key, f.SubjectID) }

func explanationText(f reporting.Finding) string {
	if f.Explanation == nil {
		return ""
	}
	return f.Explanation.Text
}

// explainBox is the input of an explanation.
type explainBox struct {
	editable       bool
	value, problem string
}

// said is the problem beside the box; the warning itself stands above it already.
func (x explainBox) said() string {
	if x.value == "" {
		return "请填写说明"
	}
	return x.problem
}

// asks is the input as it stands: as typed when it was refused, else what is stored.
func (e *entry) asks(f reporting.Finding) explainBox {
	x := explainBox{editable: e.MayEdit, value: explanationText(f), problem: e.problems[warningField(f)]}
	if typed, ok := e.typed[warningField(f)]; ok {
		x.value = typed
	}
	return x
}

// speaks reports whether there is something to say beside a cell of a grid.
func (e *entry) speaks(k reporting.CellKey) bool {
	return e.problems[k.Field()] != "" || len(e.remarks[k]) > 0 || e.threads[k].Open() || e.Cells[k].Comment != "" || e.Sources[k].Title != ""
}
