package page_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"yigai/internal/fault"
	"yigai/internal/page"
)

// sending is a form with fields, and a file where it has content.
func sending(t *testing.T, fields map[string]string, file string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, value := range fields {
		if err := m.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if file != "" {
		part, err := m.CreateFormFile("file", "机构.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(file)); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/x", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

func TestReadUpload(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fields              map[string]string
		file                string
		named, held, refuse string
	}{
		"chosen":     {nil, "a,b", "机构.csv", "a,b", ""},
		"carried":    {map[string]string{"payload": "YSxi", "name": "旧.csv"}, "", "旧.csv", "a,b", ""},
		"broken":     {map[string]string{"payload": "YSx"}, "", "", "", "没有完整收到"},
		"none":       {map[string]string{"kind": "x"}, "", "", "", "请选择要导入的文件"},
		"too large":  {nil, strings.Repeat("x", 1<<20+1), "", "", "文件超过 1 MB,请拆分"},
		"far larger": {nil, strings.Repeat("x", 2<<20+1), "", "", "超过 1 MB,请拆分"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := page.ReadUpload(httptest.NewRecorder(), sending(t, c.fields, c.file), 1<<20, "请拆分")
			if c.refuse != "" {
				if !fault.IsInvalid(err) || !strings.Contains(fault.Problems(err)[0].Message, c.refuse) {
					t.Fatalf("refused with %v, want %s", err, c.refuse)
				}
				return
			}
			if err != nil || u.Name != c.named || string(u.Content) != c.held {
				t.Errorf("%q %q %v, want %q %q", u.Name, u.Content, err, c.named, c.held)
			}
		})
	}
}

func TestQueryParameters(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("GET", "/x?dry=yes&limit=0&from=2026-13&other=1", nil)
	_, flag := page.QueryFlag(r, "dry")
	_, limit := page.QueryLimit(r)
	_, month := page.QueryMonth(r, "from")
	for field, err := range map[string]error{"dry": flag, "limit": limit, "from": month, "other": page.Known(r, "dry", "limit", "from")} {
		if p := fault.Problems(err); len(p) != 1 || p[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	r = httptest.NewRequest("GET", "/x?dry=true&limit=7&from=2026-07", nil)
	dry, err1 := page.QueryFlag(r, "dry")
	n, err2 := page.QueryLimit(r)
	m, err3 := page.QueryMonth(r, "from")
	if !dry || n != 7 || m.String() != "2026-07" || err1 != nil || err2 != nil || err3 != nil {
		t.Error(dry, n, m, err1, err2, err3)
	}
}
