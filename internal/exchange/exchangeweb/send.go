package exchangeweb

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"

	"yigai/internal/exchange"
)

// send sends a finished file with its name, length and hash.
func send(w http.ResponseWriter, f exchange.Output) error {
	head := w.Header()
	head.Set("Content-Type", f.ContentType)
	head.Set("Content-Length", strconv.Itoa(len(f.Body)))
	head.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="exchange%s"; filename*=UTF-8''%s`, path.Ext(f.Name), url.PathEscape(f.Name)))
	head.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(f.SHA256[:])+":") // RFC 9530
	// Headers are out, so nobody can be told any more; a body shorter than announced closes the connection by itself.
	_, _ = w.Write(f.Body)
	return nil
}
