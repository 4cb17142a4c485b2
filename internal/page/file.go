package page

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
)

// MediaTypes are what files that leave are, by their ending.
var MediaTypes = map[string]string{
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".csv":  "text/csv; charset=utf-8",
}

// SendFile sends a finished file as a download with its name, which may be Chinese, its length and its SHA-256 (RFC 9530).
// An empty media type is that of the name's ending.
func SendFile(w http.ResponseWriter, name, mediaType string, body []byte) error {
	ending := path.Ext(name)
	if mediaType == "" {
		mediaType = MediaTypes[ending]
	}
	sum := sha256.Sum256(body)
	head := w.Header()
	head.Set("Content-Type", mediaType)
	head.Set("Content-Length", strconv.Itoa(len(body)))
	head.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="file%s"; filename*=UTF-8''%s`, ending, url.PathEscape(name)))
	head.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
	return sent(w.Write(body))
}
