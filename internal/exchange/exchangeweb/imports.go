package exchangeweb

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"yigai/internal/audit"
	"yigai/internal/exchange"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// importsView is the list of past imports.
type importsView struct {
	frame ui.Frame
	tabs  []ui.Tab
	form  *form.Form
	list  []exchange.Import
	next  string
}

func (h *handlers) imports(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	filter := exchange.Filter{Source: exchange.Source(f.Value("source")), State: f.Value("state"), Text: f.Text("q", "查找", 80)}
	if typed := f.Value("before"); typed != "" {
		if filter.Before, err = strconv.ParseInt(typed, 10, 64); err != nil {
			return fault.Field("before", "翻页位置无效,请从第一页重新查看")
		}
	}
	v := importsView{form: f, frame: ui.Frame{Title: "数据交换", Subtitle: "从其他系统导入的数,每次都有记录"}, tabs: tabs(r, "/exchange")}
	if page.Who(r).May(exchange.ActionImport) {
		v.frame.Primary = &ui.Action{Label: "导入数据", URL: "/exchange/import", Icon: "upload"}
	}
	var next int64
	if v.list, next, err = h.svc.Imports(r.Context(), page.Who(r), filter); err != nil {
		return err
	}
	if next != 0 {
		q := url.Values{"before": {strconv.FormatInt(next, 10)}}
		for _, name := range []string{"source", "state", "q"} {
			if f.Value(name) != "" {
				q.Set(name, f.Value(name))
			}
		}
		v.next = "/exchange?" + q.Encode()
	}
	return page.Render(w, r, http.StatusOK, importsPage(v))
}

// tabs lead to the parts of the room that who may enter.
func tabs(r *http.Request, active string) []ui.Tab {
	who := page.Who(r)
	list := []ui.Tab{{Label: "导入记录", URL: "/exchange"}}
	if who.May(audit.ActionExport) {
		list = append(list, ui.Tab{Label: "导出", URL: "/exchange/export"})
	}
	list = append(list, ui.Tab{Label: "编码对照", URL: "/exchange/codes"})
	for n := range list {
		list[n].Active = list[n].URL == active
	}
	return list
}

func (v importsView) active() bool {
	return v.form.Value("source")+v.form.Value("state")+v.form.Value("q") != ""
}

func (v importsView) choice(name, label, all string, options ...ui.Option) ui.Choice {
	return ui.Choice{Field: ui.Field{Name: name, Label: label, Value: v.form.Value(name)}, Options: options, Empty: all}
}

func (v importsView) table() ui.Table {
	t := ui.Table{ID: "imports", Caption: "导入记录", Cards: true, Columns: []ui.Column{{Label: "时间"}, {Label: "文件", Wide: true}, {Label: "来源"},
		{Label: "方式"}, {Label: "结果"}, {Label: "新增", Numeric: true}, {Label: "更新", Numeric: true}, {Label: "未变", Numeric: true},
		{Label: "未导入", Numeric: true}, {Label: "导入人"}},
		Empty: ui.Empty{Title: "没有导入记录", Icon: "inbox", Hint: "用“导入数据”上传文件,或由其他系统通过接口送来。"}}
	for _, i := range v.list {
		t.Rows = append(t.Rows, ui.Row{URL: address(i.ID), Cells: []ui.Cell{ui.Text(ui.DateTime(i.At)), ui.Text(called(i)), ui.Text(i.Source.Title()),
			ui.Text(manner(i)), ui.Node(ui.Badge(outcome(i))), count(i.Imported), count(i.Updated), count(i.Unchanged), count(i.Ignored), ui.Text(i.By)}})
	}
	return t
}

func address(id int64) string { return fmt.Sprintf("/exchange/%d", id) }

func count(n int) ui.Cell { return ui.Text(ui.Int(int64(n))) }

// called is the file's name; a request has none.
func called(i exchange.Import) string {
	if i.Name == "" {
		return i.Format.Title()
	}
	return i.Name
}

func manner(i exchange.Import) string {
	if i.Accepted {
		return exchange.ModeTitle(i.Only) + ",历史数据"
	}
	return exchange.ModeTitle(i.Only)
}

func outcome(i exchange.Import) ui.Status {
	switch {
	case i.Undone():
		return ui.Status{Word: "已撤销", Icon: "arrow-counterclockwise", Title: ui.DateTime(i.UndoneAt) + " " + i.UndoneBy}
	case !i.Stored:
		return ui.Status{Word: "没有写入", Tone: ui.Bad, Icon: "x-circle-fill"}
	case i.ConflictCount > 0:
		return ui.Status{Word: "部分写入", Tone: ui.Warn, Icon: "exclamation-triangle-fill"}
	}
	return ui.Status{Word: "已写入", Tone: ui.Good, Icon: "check-circle-fill"}
}

// detailView is one import.
type detailView struct {
	exchange.Detail
	frame ui.Frame
	next  string
}

func (h *handlers) detail(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	d, err := h.svc.Get(r.Context(), page.Who(r), id, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	status := outcome(d.Import)
	v := detailView{Detail: d, frame: ui.Frame{Title: fmt.Sprintf("第 %d 次导入", d.ID), Subtitle: d.Name, Status: &status,
		Crumbs: []ui.Link{{Label: "数据交换", URL: "/exchange"}}}}
	if d.Next != "" {
		v.next = address(id) + "?after=" + url.QueryEscape(d.Next) + "#changes"
	}
	if who := page.Who(r); who.May(exchange.ActionImport) && who.May(reporting.ActionEnter) {
		v.frame.Actions = []ui.Action{{Label: "撤销导入", URL: address(id) + "/undo", Post: true, Icon: "arrow-counterclockwise", Kind: ui.Danger, Why: d.Against,
			Confirm: fmt.Sprintf("把这次导入改动的 %d 个数各自恢复到导入前的样子?导入的经过仍留在记录里。", d.Changed())}}
	}
	return page.Render(w, r, http.StatusOK, detailPage(v))
}

func (h *handlers) undo(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := h.svc.Undo(r.Context(), page.Who(r), id); err != nil {
		if !fault.IsConflict(err) || page.WantsJSON(r) {
			return err
		}
		page.AddFlash(r.Context(), ui.Bad, "没有撤销:%s", fault.Bare(err).Error())
		return page.Redirect(w, r, address(id), "")
	}
	return page.Redirect(w, r, address(id), "已撤销,每个数都恢复到了导入前的样子")
}

func (v detailView) stats() []ui.Stat {
	return counted(v.Imported, v.Updated, v.Deleted, v.Unchanged, v.Ignored)
}

func counted(imported, updated, deleted, unchanged, ignored int) []ui.Stat {
	one := func(label string, n int) ui.Stat { return ui.Stat{Label: label, Value: ui.Int(int64(n)), Unit: "个"} }
	list := []ui.Stat{one("新增", imported), one("更新", updated), one("未变", unchanged), one("未导入", ignored)}
	if deleted > 0 {
		list[1].Note = fmt.Sprintf("其中改为未报 %d 个", deleted)
	}
	return list
}

func (v detailView) terms() []ui.Term {
	return []ui.Term{{Label: "时间", Value: ui.DateTime(v.At)}, {Label: "导入人", Value: v.By}, {Label: "来源", Value: v.Source.Title()},
		{Label: "方式", Value: manner(v.Import)}, {Label: "格式", Value: v.Format.Title()}, {Label: "大小", Value: ui.Int(v.Bytes) + " 字节"},
		{Label: "用时", Value: took(v.Took)}, {Label: "文件校验值(SHA-256)", Node: hashNode(hex.EncodeToString(v.SHA256[:])), Wide: true}}
}

func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d 毫秒", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f 秒", d.Seconds())
}

// conflictTable lists refused rows as they were sent.
func conflictTable(list []exchange.Conflict) ui.Table {
	t := ui.Table{ID: "conflicts-table", Caption: "没有导入的行", Cards: true, Columns: []ui.Column{{Label: "行", Numeric: true}, {Label: "栏目"}, {Label: "内容"}, {Label: "原因", Wide: true}}}
	for _, c := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(strconv.Itoa(c.Row)), ui.Text(fieldTitles[c.Field]), ui.Text(c.Value), ui.Text(c.Message)}})
	}
	return t
}

var fieldTitles = map[string]string{"institution": "机构", "element": "数据项", "period": "报告期", "value": "数值", "comment": "说明"}

// changeTable lists figures old → new.
func changeTable(list []exchange.Change) ui.Table {
	t := ui.Table{ID: "changes-table", Caption: "改动的数", Cards: true, Columns: []ui.Column{{Label: "报告期"}, {Label: "机构", Wide: true}, {Label: "数据项", Wide: true},
		{Label: "原来", Numeric: true}, {Label: "现在", Numeric: true}, {Label: "月报"}},
		Empty: ui.Empty{Title: "没有改动任何数", Icon: "check-circle"}}
	for _, c := range list {
		report := ui.Text("不在报表里")
		if c.Report != 0 {
			report = ui.LinkTo("打开", fmt.Sprintf("/reporting/%d", c.Report))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(c.Month.Chinese()), {Text: c.Institution, Title: c.Code}, {Text: c.Element, Title: c.Slug},
			figure(c.Old, c.Places), figure(c.New, c.Places), report}})
	}
	return t
}

// figure shows a number with its element's decimals, and the two that are none as what they are.
func figure(c number.Cell, places int32) ui.Cell {
	switch c.State {
	case number.Given:
		return ui.Text(ui.Num(c.Value, places))
	case number.NotApplicable:
		return ui.Text(number.NotApplicableText)
	}
	return ui.Cell{Text: ui.Dash, Title: "未报"}
}

func hashNode(hash string) templ.Component { return hashCell(hash) }
