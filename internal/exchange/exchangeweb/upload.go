package exchangeweb

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/http"

	"yigai/internal/actor"
	"yigai/internal/exchange"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// maxUpload bounds a file that comes through the page; larger ones come by the API or the command line.
const maxUpload = 8 << 20

// upload is a file between looking and storing: the page itself carries it, so that looking keeps nothing.
type upload struct {
	page.Upload
	mode, state, schemes string
}

type uploadView struct {
	frame   ui.Frame
	form    ui.Form
	file    ui.Upload
	mode    ui.Choice
	state   ui.Choice
	schemes ui.Choice
	preview *preview
}

// preview is what storing a file would do.
type preview struct {
	upload
	title     string
	payload   string
	stats     []ui.Stat
	same      *exchange.Import
	unread    []string
	conflicts []exchange.Conflict
	refused   int
	changes   []exchange.Change
	changed   int
}

func (h *handlers) blank(w http.ResponseWriter, r *http.Request) error {
	return h.uploadPage(w, r, http.StatusOK, upload{}, form.Of(nil), nil)
}

// look reads a file and says what storing it would do.
func (h *handlers) look(w http.ResponseWriter, r *http.Request) error {
	return h.take(w, r, func(u upload, f exchange.File, o exchange.Options) error {
		o.DryRun, o.Partial = true, true
		done, err := h.svc.Import(r.Context(), page.Who(r), f, o)
		if err != nil {
			return err
		}
		return h.uploadPage(w, r, http.StatusOK, u, form.Of(nil), previewOf(u, f, done))
	})
}

// store stores the file that was looked at; rows that cannot be stored are left out only when that was agreed to.
func (h *handlers) store(w http.ResponseWriter, r *http.Request) error {
	return h.take(w, r, func(u upload, f exchange.File, o exchange.Options) error {
		o.Partial = r.FormValue("partial") != ""
		done, err := h.svc.Import(r.Context(), page.Who(r), f, o)
		if done.ID != 0 && (err == nil || fault.IsInvalid(err)) {
			words := fmt.Sprintf("已写入:新增 %d,更新 %d,未变 %d,未导入 %d", done.Imported, done.Updated, done.Unchanged, len(done.Conflicts)+done.Skipped)
			if err != nil {
				words = ""
				page.AddFlash(r.Context(), ui.Bad, "有 %d 行不能导入,整个文件都没有写入", len(done.Conflicts))
			}
			return page.Redirect(w, r, address(done.ID), words)
		}
		return err
	})
}

// take receives and reads a file; what is wrong with it is told beside the field.
func (h *handlers) take(w http.ResponseWriter, r *http.Request, do func(upload, exchange.File, exchange.Options) error) error {
	u, err := received(w, r)
	var file exchange.File
	var o exchange.Options
	if err == nil {
		file, err = exchange.Read(u.Content, exchange.AnyKind)
	}
	if err == nil {
		o, err = u.options(page.Who(r))
	}
	if err == nil {
		err = do(u, file, o)
	}
	if problems := fault.Problems(err); len(problems) > 0 {
		f := form.Of(nil)
		for _, p := range problems[:min(len(problems), 20)] {
			f.Add("file", "%s", p.Message)
		}
		return h.uploadPage(w, r, http.StatusUnprocessableEntity, u, f, nil)
	}
	return err
}

func received(w http.ResponseWriter, r *http.Request) (upload, error) {
	file, err := page.ReadUpload(w, r, maxUpload, "请拆分,或由接口、命令行导入")
	return upload{Upload: file, mode: r.FormValue("mode"), state: r.FormValue("state"), schemes: r.FormValue("schemes")}, err
}

func (u upload) options(who actor.Actor) (o exchange.Options, err error) {
	o = exchange.Options{Source: exchange.Page, Name: u.Name}
	switch u.mode {
	case "", "both":
	case "create":
		o.Only = reporting.NewFigures
	case "update":
		o.Only = reporting.OldFigures
	default:
		return o, fault.Field("mode", "请选择方式")
	}
	switch u.state {
	case "", "draft":
	case "accepted":
		o.Accepted = true
		err = who.Require(reporting.ActionLoad)
	default:
		return o, fault.Field("state", "请选择写到哪里")
	}
	by := map[string]reporting.Scheme{"own": reporting.OwnCode, "code": reporting.OtherCode}[u.schemes]
	o.Elements, o.Institutions = by, by
	return o, err
}

func (h *handlers) uploadPage(w http.ResponseWriter, r *http.Request, status int, u upload, f *form.Form, p *preview) error {
	v := uploadView{preview: p,
		frame: ui.Frame{Title: "导入数据", Crumbs: []ui.Link{{Label: "数据交换", URL: "/exchange"}}},
		form:  ui.Form{ID: "upload", Action: "/exchange/import", Upload: true, Submit: "检查文件", Cancel: "/exchange", Columns: 2, Note: "检查时什么都不会写入", Problems: page.FieldProblems(f)},
		file: ui.Upload{Accept: ".json,.xml,.csv,.xlsx", Field: ui.Field{Name: "file", Label: "文件", Required: true, Problem: f.Problem("file"),
			Hint: fmt.Sprintf("DHIS2 的 JSON、CSV、XML,ADX,或本系统的 JSON、表格;最多 %d 个数、%d MB", reporting.MaxRows, maxUpload>>20)}},
		mode: choice("mode", "方式", cmp.Or(u.mode, "both"), ui.Option{Value: "both", Label: "新增和更新"}, ui.Option{Value: "create", Label: "只新增(已有的数不动)"},
			ui.Option{Value: "update", Label: "只更新(没有的数不添)"}),
		schemes: choice("schemes", "文件里的编码", cmp.Or(u.schemes, "any"), ui.Option{Value: "any", Label: "本县编码或外部编码"},
			ui.Option{Value: "own", Label: "只认本县编码"}, ui.Option{Value: "code", Label: "只认外部编码"})}
	states := []ui.Option{{Value: "draft", Label: "填报中的月报(仍由单位核对上报)"}}
	if page.Who(r).May(reporting.ActionLoad) {
		states = append(states, ui.Option{Value: "accepted", Label: "历史数据(直接通过审核,不能撤销)"})
	}
	v.state = choice("state", "写到", cmp.Or(u.state, "draft"), states...)
	return page.Render(w, r, status, uploadPage(v))
}

func choice(name, label, value string, options ...ui.Option) ui.Choice {
	return ui.Choice{Field: ui.Field{Name: name, Label: label, Value: value}, Options: options}
}

func previewOf(u upload, f exchange.File, done exchange.Result) *preview {
	const shown = 200
	p := &preview{upload: u, payload: base64.StdEncoding.EncodeToString(u.Content), same: done.Same, unread: f.Unread, changes: done.Changes,
		changed: done.Imported + done.Updated, refused: len(done.Conflicts),
		title: fmt.Sprintf("%s,%s,共 %d 个数", u.Name, f.Format.Title(), len(f.Rows)+len(f.Refused)),
		stats: counted(done.Imported, done.Updated, done.Deleted, done.Unchanged, len(done.Conflicts)+done.Skipped)}
	for _, c := range done.Conflicts[:min(len(done.Conflicts), shown)] {
		p.conflicts = append(p.conflicts, exchange.Conflict(c))
	}
	return p
}
