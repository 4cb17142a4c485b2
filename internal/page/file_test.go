package page_test

import (
	"mime"
	"net/http/httptest"
	"testing"

	"yigai/internal/page"
)

func TestSendFile(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": page.MediaTypes[".xlsx"], "application/adx+xml": "application/adx+xml"} {
		w := httptest.NewRecorder()
		if err := page.SendFile(w, "开鲁县 总览.xlsx", name, []byte("abc")); err != nil {
			t.Fatal(err)
		}
		_, said, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		if err != nil || said["filename"] != "开鲁县 总览.xlsx" {
			t.Errorf("sent as %v, %v", said, err)
		}
		if got := w.Header().Get("Content-Type"); got != want {
			t.Errorf("sent as %s, want %s", got, want)
		}
		const digest = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:" // of "abc", FIPS 180
		if got := w.Header().Get("Repr-Digest"); got != digest || w.Header().Get("Content-Length") != "3" || w.Body.String() != "abc" {
			t.Errorf("digest %s, %s bytes, body %q", got, w.Header().Get("Content-Length"), w.Body)
		}
	}
}
