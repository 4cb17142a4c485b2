package orgweb

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

// importKind is one of the lists that can be imported.
type importKind struct{ name, title, home string }

var importKinds = []importKind{{"institutions", "机构", "/institutions"}, {"divisions", "行政区划", "/divisions"}}

func kindOfImport(name string) importKind {
	for _, k := range importKinds {
		if k.name == name {
			return k
		}
	}
	return importKinds[0]
}

// upload is a file between look and load: the page itself carries it, so that looking stores nothing.
type upload struct {
	page.Upload
	kind importKind
}

const maxUpload = 8 << 20

func (u upload) payload() string { return base64.StdEncoding.EncodeToString(u.Content) }

type importView struct {
	frame   ui.Frame
	tabs    []ui.Tab
	form    ui.Form
	file    ui.Upload
	kind    string
	preview *preview
}

// preview is what an import would do.
type preview struct {
	file, name, payload string
	stats               []ui.Stat
	findings            ui.Table
	warnings            ui.Table
	replaced            ui.Table
	replacedNote        string // in how many rows each field changes
	refused             bool   // some rows cannot be stored
	some                bool   // some rows would be stored
	empty               bool   // there are no rows
	more                string
}

func (h *handler) importForm(w http.ResponseWriter, r *http.Request) error {
	return h.importPage(w, r, http.StatusOK, kindOfImport(r.URL.Query().Get("kind")), form.Of(nil), nil)
}

func (h *handler) importPage(w http.ResponseWriter, r *http.Request, status int, kind importKind, f *form.Form, p *preview) error {
	v := importView{kind: kind.name, preview: p, frame: ui.Frame{Title: "导入" + kind.title, Crumbs: []ui.Link{{Label: kind.title, URL: kind.home}, {Label: "导入"}},
		Actions: []ui.Action{{Label: "下载模板", URL: "/institutions/import/template?kind=" + kind.name, Icon: "file-earmark-spreadsheet"}}},
		form: ui.Form{Action: "/institutions/import", Upload: true, Submit: "检查文件", Cancel: kind.home, Note: "检查时什么都不会保存", Problems: page.FieldProblems(f)},
		file: ui.Upload{Field: ui.Field{Name: "file", Label: "文件", Required: true, Problem: f.Problem("file"),
			Hint: fmt.Sprintf("xlsx 或 csv,最多 %d 行、%d MB;按编码对照,已有的更新,没有的新增,文件里没有的不动", org.MaxRows, maxUpload>>20)}, Accept: ".xlsx,.csv"}}
	for _, k := range importKinds {
		v.tabs = append(v.tabs, ui.Tab{Label: k.title, URL: "/institutions/import?kind=" + k.name, Active: k == kind})
	}
	return page.Render(w, r, status, importFormPage(v))
}

// importFile looks at an uploaded file; with apply it loads the one that was looked at.
func (h *handler) importFile(w http.ResponseWriter, r *http.Request) error {
	u, err := received(w, r)
	if fault.IsInvalid(err) {
		f := form.Of(nil)
		f.Take(err)
		return h.importPage(w, r, http.StatusUnprocessableEntity, u.kind, f, nil)
	}
	if err != nil {
		return err
	}
	apply := r.FormValue("apply") != ""
	result, err := h.load(r.Context(), page.Who(r), u, org.Options{DryRun: !apply, Partial: r.FormValue("partial") != ""})
	if f := form.Of(nil); f.Take(err) {
		return h.importPage(w, r, http.StatusUnprocessableEntity, u.kind, f, nil)
	}
	if err != nil {
		return err
	}
	if apply && result.Stored {
		return page.Redirect(w, r, u.kind.home, fmt.Sprintf("导入完成:新增 %d,更新 %d,未变 %d,拒绝 %d 行", result.Created, result.Updated, result.Unchanged, len(result.Refused)))
	}
	status := http.StatusOK
	if apply {
		status = http.StatusUnprocessableEntity
	}
	return h.importPage(w, r, status, u.kind, form.Of(nil), previewOf(u, result))
}

// refused hands the refused rows back as a file, with the reason beside each.
func (h *handler) refused(w http.ResponseWriter, r *http.Request) error {
	u, err := received(w, r)
	if err != nil {
		return err
	}
	format, err := formatOf(r)
	if err != nil {
		return err
	}
	result, err := h.load(r.Context(), page.Who(r), u, org.Options{DryRun: true})
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := result.WriteRefused(format, &out); err != nil {
		return err
	}
	return page.SendFile(w, u.kind.title+"未通过的行"+"."+string(format), "", out.Bytes())
}

func (h *handler) load(ctx context.Context, who actor.Actor, u upload, o org.Options) (org.Result, error) {
	if u.kind.name == "divisions" {
		return h.svc.ImportDivisions(ctx, who, bytes.NewReader(u.Content), o)
	}
	return h.svc.ImportInstitutions(ctx, who, bytes.NewReader(u.Content), o)
}

// received reads the upload, or the file that the preview carried along.
func received(w http.ResponseWriter, r *http.Request) (upload, error) {
	file, err := page.ReadUpload(w, r, maxUpload, "请拆分后再上传")
	return upload{Upload: file, kind: kindOfImport(r.FormValue("kind"))}, err
}

func previewOf(u upload, r org.Result) *preview {
	const shown = 200
	p := &preview{file: fmt.Sprintf("%s,共 %d 行", u.Name, r.Rows), name: u.Name, payload: u.payload(), refused: len(r.Refused) > 0, some: r.Created+r.Updated > 0, empty: r.Rows == 0,
		stats:    []ui.Stat{stat("新增", r.Created), stat("更新", r.Updated), stat("未变", r.Unchanged), stat("拒绝", len(r.Refused))},
		findings: findingTable("未通过的行", r.Findings[:min(len(r.Findings), shown)]), warnings: findingTable("提示", r.Warnings[:min(len(r.Warnings), shown)])}
	p.replaced, p.replacedNote = replacedTable(r), replacedNote(r)
	if len(r.Findings) > shown || len(r.Warnings) > shown {
		p.more = fmt.Sprintf("只显示前 %d 条;全部原因见下载的文件", shown)
	}
	return p
}

func stat(label string, n int) ui.Stat {
	return ui.Stat{Label: label, Value: ui.Int(int64(n)), Unit: "行"}
}

func findingTable(caption string, list []sheet.Finding) ui.Table {
	t := ui.Table{Caption: caption, Columns: []ui.Column{{Label: "行", Numeric: true}, {Label: "列"}, {Label: "内容"}, {Label: "说明", Wide: true}},
		Empty: ui.Empty{Title: "没有", Icon: "check-circle"}}
	for _, f := range list {
		row := ""
		if f.Row > 0 {
			row = fmt.Sprint(f.Row)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(row), ui.Text(f.Column), ui.Text(f.Value), ui.Text(f.Message)}})
	}
	return t
}
