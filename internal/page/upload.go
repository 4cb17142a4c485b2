package page

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"

	"yigai/internal/fault"
)

// Upload is a file of a form: chosen in the browser, or carried along by the preview that was shown of it.
type Upload struct {
	Name    string
	Content []byte
}

// ReadUpload reads the form's "file", or its "payload" (base64, with "name") where a preview carries the file. The other
// fields are read with r.FormValue afterwards. Larger files than most bytes are refused with the advice.
func ReadUpload(w http.ResponseWriter, r *http.Request, most int64, advice string) (Upload, error) {
	r.Body = http.MaxBytesReader(w, r.Body, 2*most) // base64 takes a third more
	if err := r.ParseMultipartForm(2 * most); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return Upload{}, fault.Field("file", "文件没有完整收到,或超过 %d MB,%s", most>>20, advice)
	}
	if carried := r.FormValue("payload"); carried != "" {
		content, err := base64.StdEncoding.DecodeString(carried)
		if err != nil {
			return Upload{}, fault.Field("file", "文件没有完整收到,请重新选择")
		}
		return Upload{Name: r.FormValue("name"), Content: content}, nil
	}
	return chosen(r, most, advice)
}

func chosen(r *http.Request, most int64, advice string) (u Upload, err error) {
	file, head, err := r.FormFile("file")
	if err != nil {
		return u, fault.Field("file", "请选择要导入的文件")
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	u.Name = head.Filename
	if u.Content, err = io.ReadAll(io.LimitReader(file, most+1)); err != nil {
		return u, fmt.Errorf("read upload: %w", err)
	}
	if int64(len(u.Content)) > most {
		return u, fault.Field("file", "文件超过 %d MB,%s", most>>20, advice)
	}
	return u, nil
}
