package clinicweb

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"

	"yigai/internal/actor"
	"yigai/internal/clinic"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

// importKind is one of the lists that can be imported.
type importKind struct{ name, title, home string }

var importKinds = []importKind{{"clinics", "台账", path}, {"villages", "村情", coveragePath}}

func kindOfImport(name string) importKind {
	for _, k := range importKinds {
		if k.name == name {
			return k
		}
	}
	return importKinds[0]
}

const maxUpload = 8 << 20

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
	note, name, payload string
	stats               []ui.Stat
	findings, warnings  ui.Table
	refused, some       bool
	tone                ui.Tone
	text                string
}

func (h *handler) importForm(w http.ResponseWriter, r *http.Request) error {
	return h.importPage(w, r, http.StatusOK, kindOfImport(r.URL.Query().Get("kind")), form.Of(nil), nil)
}

func (h *handler) importPage(w http.ResponseWriter, r *http.Request, status int, kind importKind, f *form.Form, p *preview) error {
	const at = "/clinics/import"
	v := importView{kind: kind.name, preview: p, frame: ui.Frame{Title: "导入" + kind.title, Crumbs: []ui.Link{{Label: "村卫生室", URL: path}, {Label: "导入"}},
		Actions: []ui.Action{{Label: "下载填写表", URL: at + "/template?kind=" + kind.name, Icon: "file-earmark-spreadsheet"}}},
		form: ui.Form{Action: at, Upload: true, Submit: "检查文件", Cancel: kind.home, Note: "检查时什么都不会保存", Problems: page.FieldProblems(f)},
		file: ui.Upload{Field: ui.Field{Name: "file", Label: "文件", Required: true, Problem: f.Problem("file"),
			Hint: fmt.Sprintf("xlsx 或 csv,最多 %d 行、%d MB;按编码对照,空格子不改,要清空一格就填“-”", clinic.MaxClinics, maxUpload>>20)}, Accept: ".xlsx,.csv"}}
	for _, k := range importKinds {
		v.tabs = append(v.tabs, ui.Tab{Label: k.title, URL: at + "?kind=" + k.name, Active: k == kind})
	}
	return page.Render(w, r, status, importFormPage(v))
}

// importFile looks at an uploaded file; with apply it loads the one that was looked at.
func (h *handler) importFile(w http.ResponseWriter, r *http.Request) error {
	u, err := page.ReadUpload(w, r, maxUpload, "请拆分后再上传")
	kind := kindOfImport(r.FormValue("kind"))
	apply := r.FormValue("apply") != ""
	var result clinic.Result
	if err == nil {
		result, err = h.load(r.Context(), page.Who(r), kind, u, clinic.Options{DryRun: !apply, Partial: r.FormValue("partial") != ""})
	}
	if f := form.Of(nil); f.Take(err) {
		return h.importPage(w, r, http.StatusUnprocessableEntity, kind, f, nil)
	}
	if err != nil {
		return err
	}
	if apply && result.Stored {
		return page.Redirect(w, r, kind.home, fmt.Sprintf("导入完成:更新 %d,未变 %d,拒绝 %d 行", result.Updated, result.Unchanged, len(result.Refused)))
	}
	status := http.StatusOK
	if apply {
		status = http.StatusUnprocessableEntity
	}
	return h.importPage(w, r, status, kind, form.Of(nil), previewOf(u, result))
}

func (h *handler) load(ctx context.Context, who actor.Actor, kind importKind, u page.Upload, o clinic.Options) (clinic.Result, error) {
	if kind.name == "villages" {
		return h.svc.ImportVillages(ctx, who, bytes.NewReader(u.Content), o)
	}
	return h.svc.Import(ctx, who, bytes.NewReader(u.Content), o)
}

// refused hands the refused rows back as a file, with the reason beside each.
func (h *handler) refused(w http.ResponseWriter, r *http.Request) error {
	u, err := page.ReadUpload(w, r, maxUpload, "请拆分后再上传")
	if err != nil {
		return err
	}
	format, err := formatOf(r)
	if err != nil {
		return err
	}
	kind := kindOfImport(r.FormValue("kind"))
	result, err := h.load(r.Context(), page.Who(r), kind, u, clinic.Options{DryRun: true})
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := result.WriteRefused(format, &out); err != nil {
		return err
	}
	return page.SendFile(w, kind.title+"未通过的行."+string(format), "", out.Bytes())
}

// template is the list to be filled in, with the clinics or villages of the asker.
func (h *handler) template(w http.ResponseWriter, r *http.Request) error {
	var out bytes.Buffer
	kind := kindOfImport(r.URL.Query().Get("kind"))
	write := func() error { return h.svc.WriteTemplate(r.Context(), page.Who(r), clinic.Filter{}, &out) }
	if kind.name == "villages" {
		write = func() error { return h.svc.WriteVillageTemplate(r.Context(), page.Who(r), &out) }
	}
	if err := write(); err != nil {
		return err
	}
	return page.SendFile(w, "村卫生室"+kind.title+"填写表.xlsx", "", out.Bytes())
}

func previewOf(u page.Upload, r clinic.Result) *preview {
	const shown = 200
	p := &preview{note: fmt.Sprintf("%s,共 %d 行", u.Name, r.Rows), name: u.Name, payload: base64.StdEncoding.EncodeToString(u.Content),
		refused: len(r.Refused) > 0, some: r.Updated > 0,
		stats:    []ui.Stat{stat("更新", r.Updated), stat("未变", r.Unchanged), stat("拒绝", len(r.Refused))},
		findings: findingTable("未通过的行", r.Findings[:min(len(r.Findings), shown)]), warnings: findingTable("提示", r.Warnings[:min(len(r.Warnings), shown)])}
	switch {
	case p.refused:
		p.tone, p.text = ui.Bad, "有的行不能保存。可以改好文件重新检查,也可以只导入通过的行,把没通过的下载回去改。"
	case r.Rows == 0:
		p.tone, p.text = ui.Warn, "文件里只有表头,没有数据行。"
	case !p.some:
		p.tone, p.text = ui.Good, "文件与现有资料完全一致,不用导入。"
	}
	return p
}

func stat(label string, n int) ui.Stat {
	return ui.Stat{Label: label, Value: ui.Int(int64(n)), Unit: "行"}
}

func findingTable(caption string, list []sheet.Finding) ui.Table {
	t := ui.Table{Caption: caption, Columns: []ui.Column{{Label: "行", Numeric: true}, {Label: "列"}, {Label: "内容"}, {Label: "说明", Wide: true}}}
	for _, f := range list {
		row := ""
		if f.Row > 0 {
			row = fmt.Sprint(f.Row)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(row), ui.Text(f.Column), ui.Text(f.Value), ui.Text(f.Message)}})
	}
	return t
}
