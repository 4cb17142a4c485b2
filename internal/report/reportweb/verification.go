package reportweb

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/report"
)

// verification is the answer to "did this file leave the house as it is?".
type verification struct {
	asked bool
	name  string // of the file, "" for a typed hash
	hash  string
	found []report.Logged
}

// verify hashes an uploaded file as it arrives, keeping nothing, or takes a pasted hash, and says who exported it.
func (h *handlers) verify(w http.ResponseWriter, r *http.Request) error {
	f := form.Of(nil)
	v, err := readVerification(r)
	if err == nil && v.hash == "" {
		err = fault.Field("file", "请选择要核对的文件,或粘贴它的校验值")
	}
	if err == nil {
		v.found, err = h.svc.Verify(r.Context(), page.Who(r), v.hash)
	}
	f.Values.Set("sha256", v.hash)
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return h.showExports(w, r, http.StatusUnprocessableEntity, "", f, verification{})
	}
	v.asked = true
	return h.showExports(w, r, http.StatusOK, "", f, v)
}

func readVerification(r *http.Request) (verification, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return verification{hash: strings.TrimSpace(r.FormValue("sha256"))}, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return verification{}, unreadable()
	}
	var v verification
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return v, nil
		}
		if err != nil {
			return v, uploadFailed(err)
		}
		switch part.FormName() {
		case "sha256":
			err = v.readTyped(part)
		case "file":
			err = v.readFile(part, part.FileName())
		}
		if err != nil {
			return v, uploadFailed(err)
		}
	}
}

// readTyped takes a pasted hash unless a file spoke first.
func (v *verification) readTyped(part io.Reader) error {
	typed, err := io.ReadAll(io.LimitReader(part, 200))
	if err == nil && v.name == "" {
		v.hash = strings.TrimSpace(string(typed))
	}
	return err
}

func (v *verification) readFile(part io.Reader, name string) error {
	sum := sha256.New()
	n, err := io.Copy(sum, part)
	if err != nil || n == 0 && name == "" {
		return err
	}
	v.name, v.hash = name, hex.EncodeToString(sum.Sum(nil))
	return nil
}

// uploadFailed keeps the one fault that has a status of its own: a file that is too large.
func uploadFailed(err error) error {
	if errors.As(err, new(*http.MaxBytesError)) {
		return err
	}
	return unreadable()
}

func unreadable() error { return fault.Field("file", "文件没有完整传上来,请再试一次") }

func badPlace() error {
	return fault.Field("before", "翻页位置无法识别,请从第一页重新开始")
}
