package static_test

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"yigai/web/static"
)

func get(t *testing.T, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHandler(t *testing.T) {
	t.Parallel()
	t.Run("a hashed address may be kept for ever", func(t *testing.T) {
		t.Parallel()
		res := get(t, static.Path("app.css"))
		if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Error(res.Status, res.Header)
		}
		if got := res.Header.Get("Content-Type"); got != "text/css; charset=utf-8" {
			t.Error(got)
		}
	})
	t.Run("a plain or outdated address is asked for again", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/static/app.css", "/static/000000000000/app.css"} {
			if got := get(t, path).Header.Get("Cache-Control"); got != "no-cache" {
				t.Error(path, got)
			}
		}
	})
	t.Run("an unchanged file is not sent again", func(t *testing.T) {
		t.Parallel()
		tag := get(t, "/static/app.js").Header.Get("ETag")
		if res := get(t, "/static/app.js", "If-None-Match", tag); res.StatusCode != http.StatusNotModified {
			t.Error(res.Status)
		}
	})
	t.Run("gzip is sent only where it is understood", func(t *testing.T) {
		t.Parallel()
		plain := body(t, get(t, "/static/app.css").Body)
		res := get(t, "/static/app.css", "Accept-Encoding", "br, gzip;q=0.8")
		if res.Header.Get("Content-Encoding") != "gzip" {
			t.Fatal(res.Header)
		}
		zip, err := gzip.NewReader(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if body(t, zip) != plain {
			t.Error("the compressed file differs")
		}
		if got := get(t, "/static/app.css", "Accept-Encoding", "gzip;q=0").Header.Get("Content-Encoding"); got != "" {
			t.Error(got)
		}
	})
	t.Run("what is not there, and what climbs out, is not found", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/static/nothing.css", "/static/", "/static/../static.go", "/static/static.go"} {
			if res := get(t, path); res.StatusCode != http.StatusNotFound || !strings.Contains(body(t, res.Body), "没有这个文件") {
				t.Error(path, res.Status)
			}
		}
	})
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := static.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The first page must stay within 100 KB on a slow line; the style sheets have 14 KB of it.
func TestWeight(t *testing.T) {
	t.Parallel()
	size := func(names ...string) (n int64) {
		for _, name := range names {
			n += get(t, static.Path(name), "Accept-Encoding", "gzip").ContentLength
		}
		return n
	}
	if got := size("bootstrap.css", "base.css", "app.css"); got <= 0 || got > 14*1024 {
		t.Errorf("style sheets: %d bytes", got)
	}
	if got := size("bootstrap.css", "base.css", "app.css", "app.js", "htmx.js", "icons.svg", "favicon.svg"); got > 60*1024 {
		t.Errorf("everything: %d bytes", got)
	}
}

// What Chromium 80 does not know would silently drop whole rules.
func TestOldBrowsers(t *testing.T) {
	t.Parallel()
	tooNew := regexp.MustCompile(`:has\(|:is\(|:where\(|[;{ ]inset:|oklch|color-mix|@layer|@container|subgrid|aspect-ratio:|overflow: ?clip|data:`)
	if got := tooNew.FindString(read(t, "app.css") + read(t, "base.css") + read(t, "bootstrap.css")); got != "" {
		t.Errorf("style sheets use %q", got)
	}
	newScript := regexp.MustCompile(`replaceChildren|replaceAll\(|\.at\(|\?\?=|\|\|=|structuredClone|Object\.hasOwn|findLast`)
	if got := newScript.FindString(read(t, "app.js")); got != "" {
		t.Errorf("app.js uses %q", got)
	}
}

func TestLicences(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bootstrap", "htmx", "bootstrap-icons"} {
		if found, err := fs.Glob(static.FS, "LICENSES/"+name+"-[0-9]*.txt"); err != nil || len(found) != 1 {
			t.Errorf("licence of %s: %v %v", name, found, err)
		}
	}
}
