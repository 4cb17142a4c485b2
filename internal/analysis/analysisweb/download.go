package analysisweb

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"yigai/internal/analysis"
	"yigai/internal/page"
	"yigai/internal/sheet"
)

var contentTypes = map[sheet.Format]string{
	sheet.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	sheet.CSV:  "text/csv; charset=utf-8",
}

// download sends the table as a file with its name, length and hash.
func (h *handler) download(w http.ResponseWriter, r *http.Request) error {
	q, err := analysis.Parse(r.URL.Query())
	if err != nil {
		return err
	}
	format := sheet.Format(chi.URLParam(r, "format"))
	f, err := h.svc.Export(r.Context(), page.Who(r), q, format)
	if err != nil {
		return err
	}
	sum, err := hex.DecodeString(f.SHA256)
	if err != nil {
		return fmt.Errorf("read hash: %w", err)
	}
	head := w.Header()
	head.Set("Content-Type", contentTypes[format])
	head.Set("Content-Length", strconv.Itoa(len(f.Body)))
	head.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="table.%s"; filename*=UTF-8''%s`, format, url.PathEscape(f.Name)))
	head.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum)+":") // RFC 9530
	// Headers are out, so nobody can be told any more; a body shorter than announced closes the connection by itself.
	_, _ = w.Write(f.Body)
	return nil
}
