package exchangeweb

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"yigai/internal/audit"
	"yigai/internal/exchange"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/web/ui"
)

// split takes a list apart at commas, blanks and line ends, Chinese ones too.
func split(typed string) []string {
	return strings.FieldsFunc(typed, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",\uff0c、;\uff1b", r) })
}

type codesView struct {
	frame    ui.Frame
	tabs     []ui.Tab
	subjects []ui.Tab
	subject  exchange.Subject
	form     *form.Form
	list     []exchange.Code
	next     string
	may      bool // change codes
	export   bool
	problems []ui.FieldProblem
}

func subjectOf(r *http.Request) exchange.Subject {
	if r.FormValue("subject") == string(exchange.Institutions) {
		return exchange.Institutions
	}
	return exchange.Elements
}

func (h *handlers) codes(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	return h.codesPage(w, r, http.StatusOK, f)
}

func (h *handlers) codesPage(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	who := page.Who(r)
	v := codesView{form: f, subject: subjectOf(r), may: who.May(exchange.ActionConfigure), export: who.May(audit.ActionExport), tabs: tabs(r, "/exchange/codes"),
		problems: page.FieldProblems(f), frame: ui.Frame{Title: "编码对照", Subtitle: "本县编码与其他系统(如 DHIS2)的编码一一对应;导入、导出时两种都认"}}
	for _, s := range []exchange.Subject{exchange.Elements, exchange.Institutions} {
		v.subjects = append(v.subjects, ui.Tab{Label: s.Title(), URL: "/exchange/codes?subject=" + string(s), Active: s == v.subject})
	}
	filter := exchange.CodeFilter{Subject: v.subject, Text: f.Value("q"), Without: f.Bool("without"), After: f.Value("after")}
	var next string
	var err error
	if v.list, next, err = h.svc.Codes(r.Context(), who, filter); err != nil {
		return err
	}
	if next != "" {
		q := url.Values{"subject": {string(v.subject)}, "q": {filter.Text}, "without": {f.Value("without")}, "after": {next}}
		v.next = "/exchange/codes?" + q.Encode()
	}
	return page.Render(w, r, status, codesPage(v))
}

// setCodes stores the codes that were typed on one page of the list: fields called other.<our code>.
func (h *handlers) setCodes(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	codes := map[string]string{}
	for name := range f.Values {
		if own, ok := strings.CutPrefix(name, "other."); ok {
			codes[own] = strings.TrimSpace(f.Value(name))
		}
	}
	changed, err := h.svc.SetCodes(r.Context(), page.Who(r), subjectOf(r), codes)
	return h.coded(w, r, f, changed, err)
}

func (h *handlers) importCodes(w http.ResponseWriter, r *http.Request) error {
	f := form.Of(nil)
	u, err := received(w, r)
	if err == nil {
		var changed int
		changed, err = h.svc.ImportCodes(r.Context(), page.Who(r), subjectOf(r), u.Content)
		return h.coded(w, r, f, changed, err)
	}
	return h.coded(w, r, f, 0, err)
}

// coded answers a change of codes.
func (h *handlers) coded(w http.ResponseWriter, r *http.Request, f *form.Form, changed int, err error) error {
	if fault.IsInvalid(err) && !page.WantsJSON(r) {
		f.Take(err)
		return h.codesPage(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	words := "编码没有变化"
	if changed > 0 {
		words = "已改 " + ui.Int(int64(changed)) + " 个编码"
	}
	return page.Redirect(w, r, "/exchange/codes?subject="+string(subjectOf(r)), words)
}

func (h *handlers) exportCodes(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(fault.Field("subject", "表单内容无法读取,请返回重试"), err)
	}
	out, err := h.svc.ExportCodes(r.Context(), page.Who(r), subjectOf(r))
	if err != nil {
		return err
	}
	return page.SendFile(w, out.Name, out.ContentType, out.Body)
}

func (v codesView) table() ui.Table {
	t := ui.Table{ID: "codes", Caption: v.subject.Title() + "编码对照", Cards: true, Columns: []ui.Column{{Label: "名称", Wide: true}, {Label: "本县编码"}, {Label: "外部编码"}},
		Empty: ui.Empty{Title: "没有符合条件的" + v.subject.Title(), Icon: "inbox"}}
	for _, c := range v.list {
		other := ui.Text(c.Other)
		if v.may {
			typed := c.Other
			if v.form.Values.Has("other." + c.Own) {
				typed = v.form.Value("other." + c.Own)
			}
			other = ui.Node(codeInput(c, typed))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(c.Name), ui.Text(c.Own), other}})
	}
	return t
}
