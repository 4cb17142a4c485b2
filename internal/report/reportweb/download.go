package reportweb

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/report"
	"yigai/internal/sheet"
)

// download sends an export. What is wrong with the request is shown in the form that a person sent it with.
func (h *handlers) download(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	req := requestOf(f)
	req.Kind, req.Format = chi.URLParam(r, "kind"), sheet.Format(chi.URLParam(r, "format"))
	if err := f.Err(); err != nil && page.WantsJSON(r) {
		return err
	}
	if f.Err() == nil {
		err = h.send(w, r, req)
		if err == nil || page.WantsJSON(r) || !f.Take(err) {
			return err
		}
	}
	return h.showExports(w, r, http.StatusUnprocessableEntity, req.Kind, f, verification{})
}

// requestOf reads the filters; period stands for both months.
func requestOf(f *form.Form) report.Request {
	r := report.Request{Institution: f.Value("institution"), Form: f.Value("form"), Element: f.Value("element"), Indicator: f.Value("indicator")}
	r.From, r.To = monthIn(f, "from", "起始月份"), monthIn(f, "to", "截止月份")
	if typed := f.Value("period"); typed != "" {
		f.Take(r.During(typed))
	}
	return r
}

func monthIn(f *form.Form, name, label string) period.Month {
	if f.Value(name) == "" {
		return period.Month{}
	}
	return f.Month(name, label)
}

// send makes the file and sends it with its name, length and hash.
func (h *handlers) send(w http.ResponseWriter, r *http.Request, req report.Request) (err error) {
	file, err := h.svc.Prepare(r.Context(), page.Who(r), req)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	sum, err := hex.DecodeString(file.SHA256)
	if err != nil {
		return fmt.Errorf("read hash: %w", err)
	}
	head := w.Header()
	head.Set("Content-Type", page.MediaTypes["."+string(req.Format)])
	head.Set("Content-Length", strconv.FormatInt(file.Bytes, 10))
	head.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"; filename*=UTF-8''%s`, req.Kind, req.Format, url.PathEscape(file.Name)))
	head.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum)+":") // RFC 9530
	// Headers are out, so nobody can be told any more; a body shorter than announced closes the connection by itself.
	_, _ = file.WriteTo(w)
	return nil
}
