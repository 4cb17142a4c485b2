package page_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"yigai/internal/fault"
	"yigai/internal/page"
)

func TestFaultsBecomeStatuses(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err    error
		status int
		says   string
	}{
		"invalid":   {fault.Field("name", "请填写机构名称"), 422, "请填写机构名称"},
		"not found": {fault.NotFound("这家机构"), 404, "没有找到这家机构"},
		"forbidden": {fault.Forbidden("只有审核人员可以通过"), 403, "只有审核人员可以通过"},
		"wrapped":   {fmt.Errorf("accept report 5: %w", fault.Conflict("月报已锁定")), 409, "月报已锁定"},
		"conflict":  {fault.Conflict("月报已上报"), 409, "月报已上报"},
		"internal":  {errors.New("pq: secret table"), 500, "系统出错了"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := page.Handler(func(http.ResponseWriter, *http.Request) error { return c.err })
			html := ask(h, "/x", "")
			if html.Code != c.status || !strings.Contains(html.Body.String(), c.says) {
				t.Errorf("page: %d %s", html.Code, html.Body)
			}
			api := ask(h, "/api/v1/x", "")
			var p page.Problem
			if err := json.Unmarshal(api.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			if api.Code != c.status || p.Status != c.status || !strings.Contains(p.Detail, c.says) {
				t.Errorf("API: %d %+v", api.Code, p)
			}
			if strings.Contains(html.Body.String()+api.Body.String(), "secret") || strings.Contains(api.Body.String(), "accept report") {
				t.Error("an internal error shows its text")
			}
		})
	}
}

// A form's large file goes to a temporary one, which the server removes only when it handed over the request itself.
func TestTemporaryFilesOfAnUploadAreRemoved(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "large.bin")
	if err != nil {
		t.Fatal(err)
	}
	_, werr := part.Write(make([]byte, 33<<20))
	if err := errors.Join(werr, form.Close()); err != nil {
		t.Fatal(err)
	}
	left := func() int {
		found, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	h := page.Handler(func(_ http.ResponseWriter, r *http.Request) error {
		if r.FormValue("month"); left() != 1 {
			t.Error("no temporary file was written, the test proves nothing")
		}
		return nil
	})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r.WithContext(r.Context())) }))
	defer site.Close()
	answer, err := http.Post(site.URL, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if n := left(); n != 0 {
		t.Errorf("%d temporary files left", n)
	}
}

func TestReadJSON(t *testing.T) {
	t.Parallel()
	type body struct {
		Name string `json:"name"`
		N    int    `json:"n"`
	}
	cases := map[string]struct{ body, field, says string }{
		"unknown field": {`{"nmae":"x"}`, "nmae", "不认识的字段 nmae"},
		"wrong type":    {`{"n":"x"}`, "n", "类型不对"},
		"wrong shape":   {`"x"`, "body", "不能是 string"},
		"no JSON":       {`{"name":`, "body", "不是正确的 JSON"},
		"two values":    {`{} {}`, "body", "多余"},
		"empty":         {``, "body", "空的"},
		"no character":  {`{"name":"a\u0000"}`, "body", "\\u0000"},
		"a second one":  {`{"name":"\\u0000 \\\u0000"}`, "body", "\\u0000"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("POST", "/api/v1/x", strings.NewReader(c.body))
			err := page.ReadJSON(httptest.NewRecorder(), r, new(body))
			problems := fault.Problems(err)
			if len(problems) != 1 || problems[0].Field != c.field || !strings.Contains(problems[0].Message, c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	var b body
	r := httptest.NewRequest("POST", "/api/v1/x", strings.NewReader(`{"name":"麦新镇\\u0000","n":3}`))
	if err := page.ReadJSON(httptest.NewRecorder(), r, &b); err != nil || b != (body{`麦新镇\u0000`, 3}) {
		t.Errorf("got %+v, %v", b, err)
	}
}

func ask(h http.Handler, path, accept string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", accept)
	h.ServeHTTP(w, r)
	return w
}
