package static

import (
	"net/http"
	"strconv"
	"strings"
)

// Handler serves the files under /static/. It expects the whole path, prefix included.
func Handler() http.Handler {
	return http.HandlerFunc(serve)
}

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "只能读取", http.StatusMethodNotAllowed)
		return
	}
	f, hashed, ok := find(strings.TrimPrefix(r.URL.Path, "/static/"))
	if !ok {
		http.Error(w, "没有这个文件", http.StatusNotFound)
		return
	}
	setHeaders(w.Header(), f, hashed)
	if r.Header.Get("If-None-Match") == w.Header().Get("ETag") {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	send(w, r, f)
}

// find knows app.css and <hash>/app.css. An outdated hash gets today's file, but not for keeping:
// a page opened before an upgrade still finds its styles.
func find(name string) (f file, hashed, ok bool) {
	if f, ok = files()[name]; ok {
		return f, false, true
	}
	hash, rest, _ := strings.Cut(name, "/")
	f, ok = files()[rest]
	return f, ok && f.hash == hash, ok
}

func setHeaders(h http.Header, f file, hashed bool) {
	h.Set("Content-Type", f.mime)
	h.Set("ETag", `"`+f.hash+`"`)
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	if hashed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
}

func send(w http.ResponseWriter, r *http.Request, f file) {
	body := f.plain
	if f.zipped != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		w.Header().Set("Content-Encoding", "gzip")
		body = f.zipped
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	// A browser that went away is not an error worth a line in the log.
	_, _ = w.Write(body)
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(coding) == "gzip" {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
