package page_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"yigai/internal/page"
)

// around is a page with a pressed part in it, as an asker with the header gets it.
func around(t *testing.T, whole, part, accepts string) *httptest.ResponseRecorder {
	t.Helper()
	p, err := page.Press(t.Context(), templ.Raw(part))
	if err != nil {
		t.Fatal(err)
	}
	before, after, _ := strings.Cut(whole, "|")
	h := page.Handler(func(w http.ResponseWriter, r *http.Request) error {
		return page.RenderPressed(w, r, http.StatusOK, templ.Join(templ.Raw(before), page.Gap(), templ.Raw(after)), p)
	})
	r := httptest.NewRequest(http.MethodGet, "/x", nil)
	r.Header.Set("Accept-Encoding", accepts)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestRenderPressed(t *testing.T) {
	t.Parallel()
	row := "<tr><td>指标</td><td>12.5</td></tr>"
	part := strings.Repeat(row, 3000)
	want := "<table>" + part + "</table>" + row
	for _, accepts := range []string{"gzip", "deflate, gzip;q=0.5, br", " gzip ; q=1"} {
		w := around(t, "<table>|</table>"+row, part, accepts)
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatalf("%s: %v", accepts, err)
		}
		got, err := io.ReadAll(z) // fails where the checksum or the length is not that of the whole
		if err != nil || string(got) != want {
			t.Errorf("%s: the page is not whole: %v", accepts, err)
		}
		if w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: headers %v", accepts, w.Header())
		}
	}
	for _, accepts := range []string{"", "deflate", "gzip;q=0", "gzip; q=0.000"} {
		w := around(t, "<table>|</table>"+row, part, accepts)
		if w.Body.String() != want || w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%q: not sent as it is", accepts)
		}
	}
}

func TestRenderPressedWithoutItsPlaceIsAFailure(t *testing.T) {
	t.Parallel()
	h := page.Handler(func(w http.ResponseWriter, r *http.Request) error {
		return page.RenderPressed(w, r, http.StatusOK, templ.Raw("<p>空</p>"), page.Pressed{})
	})
	if w := ask(h, "/x", ""); w.Code != http.StatusInternalServerError {
		t.Errorf("status %d", w.Code)
	}
}
