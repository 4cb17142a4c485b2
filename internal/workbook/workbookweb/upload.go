package workbookweb

import (
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"strconv"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/workbook"
)

// besides is room for what a browser sends around the files.
const besides = 256 << 10

// about is the page that an upload belongs to: one report, or whatever the workbooks are for.
type about struct {
	report reporting.Report // zero for many
	target string           // address that takes the file
	back   string
}

func (h *handlers) one(r *http.Request) (about, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return about{}, err
	}
	report, err := h.reports.Get(r.Context(), page.Who(r), id)
	at := "/reporting/" + strconv.FormatInt(id, 10)
	return about{report: report, target: at + "/upload", back: at}, err
}

var many = about{target: "/workbooks", back: "/workbooks"}

func (a about) single() bool { return a.report.ID != 0 }

// uploadOne asks for the filled workbook of one report.
func (h *handlers) uploadOne(w http.ResponseWriter, r *http.Request) error {
	a, err := h.one(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, uploadPage(a, nil))
}

func (h *handlers) previewOne(w http.ResponseWriter, r *http.Request) error {
	a, err := h.one(r)
	if err != nil {
		return err
	}
	return h.preview(w, r, a)
}

func (h *handlers) previewMany(w http.ResponseWriter, r *http.Request) error {
	return h.preview(w, r, many)
}

// preview shows what the files would change, or what is wrong with them.
func (h *handlers) preview(w http.ResponseWriter, r *http.Request, a about) error {
	p, err := h.read(w, r, a)
	if err != nil {
		return h.again(w, r, a, err)
	}
	status := http.StatusOK
	if _, _, unreadable := p.Count(); unreadable > 0 {
		status = http.StatusUnprocessableEntity
	}
	if !a.single() && len(p.Reports) > 0 {
		a.back = indexURL(p.Reports[0].Report.Month)
	}
	return page.Render(w, r, status, previewPage(previewView{about: a, Preview: p, maySubmit: page.Who(r).May(reporting.ActionSubmit)}))
}

// again shows the page that asks for files, with what was wrong.
func (h *handlers) again(w http.ResponseWriter, r *http.Request, a about, err error) error {
	if !fault.IsInvalid(err) {
		return err
	}
	if a.single() {
		return page.Render(w, r, http.StatusUnprocessableEntity, uploadPage(a, fault.Problems(err)))
	}
	return h.list(w, r, http.StatusUnprocessableEntity, fault.Problems(err))
}

// indexURL is the page of a month's workbooks.
func indexURL(m period.Month) string { return "/workbooks?period=" + m.String() }

func (h *handlers) read(w http.ResponseWriter, r *http.Request, a about) (p workbook.Preview, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, workbook.MaxBytes+besides)
	switch err := r.ParseMultipartForm(workbook.MaxBytes); {
	case errors.As(err, new(*http.MaxBytesError)):
		return p, fault.Field("file", "文件一共超过 %d MB,请分几次上传", workbook.MaxBytes>>20)
	case err != nil:
		return p, fault.Field("file", "请选择填好的工作簿")
	}
	headers := r.MultipartForm.File["file"]
	if len(headers) > workbook.MaxFiles {
		return p, fault.Field("file", "一次最多上传 %d 个文件", workbook.MaxFiles)
	}
	uploads, closeAll, err := opened(headers)
	defer func() { err = errors.Join(err, closeAll()) }()
	if err != nil {
		return p, err
	}
	return h.books.Preview(r.Context(), page.Who(r), uploads, a.report.ID)
}

// opened opens the files that were sent; an empty choice is sent as a file without a name.
func opened(headers []*multipart.FileHeader) (uploads []workbook.Upload, closeAll func() error, err error) {
	var files []multipart.File
	closeAll = func() (err error) {
		for _, f := range files {
			err = errors.Join(err, f.Close())
		}
		return err
	}
	for _, header := range headers {
		if header.Filename == "" {
			continue
		}
		f, err := header.Open()
		if err != nil {
			return nil, closeAll, fmt.Errorf("open upload: %w", err)
		}
		files = append(files, f)
		uploads = append(uploads, workbook.Upload{Name: header.Filename, Body: f})
	}
	return uploads, closeAll, nil
}

func (h *handlers) applyOne(w http.ResponseWriter, r *http.Request) error {
	a, err := h.one(r)
	if err != nil {
		return err
	}
	return h.apply(w, r, a)
}

func (h *handlers) applyMany(w http.ResponseWriter, r *http.Request) error {
	return h.apply(w, r, many)
}

// apply stores what the preview showed.
func (h *handlers) apply(w http.ResponseWriter, r *http.Request, a about) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	done, err := h.books.Apply(r.Context(), page.Who(r), f.Value("draft"), workbook.Choice{Only: a.report.ID,
		Overwrite: f.Value("conflicts") == "mine", SkipLocked: f.Value("skip") != "", Submit: f.Value("submit") != "", Explained: f.Value})
	if err != nil {
		return h.again(w, r, a, err)
	}
	if !a.single() {
		a.back = indexURL(done.Month())
	}
	return page.Redirect(w, r, a.back, said(done, a, f.Value("submit") != ""))
}

func said(done workbook.Done, a about, submit bool) string {
	text := "已导入 " + strconv.Itoa(done.Cells) + " 格"
	if !a.single() {
		text = "已导入 " + strconv.Itoa(len(done.Reports)) + " 份月报,共 " + strconv.Itoa(done.Cells) + " 格"
	}
	if left := len(done.Reports) - done.Handed; submit && left > 0 {
		return fmt.Sprintf("%s;已上报 %d 份,还有 %d 份有检查提示或缺项,留在填报中", text, done.Handed, left)
	}
	if submit {
		return text + ",并已全部上报"
	}
	return text + ",请核对检查提示后上报"
}
