package reportweb_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"yigai/internal/actor"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/report"
	"yigai/internal/report/reporttest"
	"yigai/internal/report/reportweb"
	"yigai/internal/room"
)

// site is the room's routes on a small county, asked as one actor. The route's action is checked as the app does.
type site struct {
	*reporttest.County
	t      *testing.T
	room   room.Room
	routes http.Handler
	who    actor.Actor
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{County: reporttest.New(t), t: t}
	s.who = s.Auditor()
	s.room = reportweb.Room(room.Deps{DB: s.DB, Replica: s.DB, Now: orgtest.Now, Permissions: actor.NewPermissions(report.Actions)})
	r := chi.NewRouter()
	for _, route := range s.room.Routes {
		r.Method(route.Method, route.Path, page.Handler(func(w http.ResponseWriter, r *http.Request) error {
			if err := page.Who(r).Require(route.Action); err != nil {
				return err
			}
			return route.Handler(w, r)
		}))
	}
	s.routes = r
	return s
}

// ask sends a request and fails unless it is answered with the status.
func (s *site) ask(status int, method, path, contentType, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	s.routes.ServeHTTP(w, r.WithContext(actor.With(r.Context(), s.who)))
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, status, w.Body.String())
	}
	return w
}

func (s *site) get(status int, path string) *goquery.Document {
	s.t.Helper()
	return s.read(s.ask(status, "GET", path, "", ""))
}

// press is a button: an empty post.
func (s *site) press(status int, path string) *goquery.Document {
	s.t.Helper()
	return s.read(s.ask(status, "POST", path, "", ""))
}

func (s *site) read(w *httptest.ResponseRecorder) *goquery.Document {
	s.t.Helper()
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// says fails unless the selected text holds the words.
func (s *site) says(d *goquery.Document, selector string, words ...string) {
	s.t.Helper()
	got := strings.Join(strings.Fields(d.Find(selector).Text()), " ")
	for _, w := range words {
		if !strings.Contains(got, w) {
			s.t.Errorf("%s lacks %q: %s", selector, w, got)
		}
	}
}

func TestEveryRouteAsksForItsAction(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.who = orgtest.Actor(s.County.County, s.Root)
	for _, route := range s.room.Routes {
		path := strings.NewReplacer("{kind}", "values", "{format}", "csv", "{id}", "1").Replace(route.Path)
		s.ask(http.StatusForbidden, route.Method, path, "", "")
	}
}

func TestADownloadNamesItsFileAndItsHash(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, format := range []string{"xlsx", "csv"} {
		w := s.ask(http.StatusOK, "POST", "/exports/values."+format+"?period=2026-07&institution=007", "", "")
		hash := sha256.Sum256(w.Body.Bytes())
		if got := w.Header().Get("Repr-Digest"); got != "sha-256=:"+base64.StdEncoding.EncodeToString(hash[:])+":" {
			t.Errorf("digest %q", got)
		}
		_, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		if want := "开鲁县数据明细_2026年7月_007." + format; err != nil || params["filename"] != want {
			t.Errorf("file name %q (%v), want %q", params["filename"], err, want)
		}
	}
	d := s.get(http.StatusOK, "/exports")
	s.says(d, "#export-log", "数据明细", "2026年7月", "机构 =东风镇卫生院", "测试员", "xlsx", "csv")
}

func TestAWrongRequestIsExplainedBesideItsField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.press(http.StatusUnprocessableEntity, "/exports/reports.xlsx?from=2026-07&to=2026-06")
	s.says(d, "#f-to-problem", "早于开始月份")
	d = s.press(http.StatusUnprocessableEntity, "/exports/reports.xlsx?from=2026-07")
	s.says(d, "#f-form-problem", "请选择报表")
	d = s.press(http.StatusUnprocessableEntity, "/exports/values.csv?from=July")
	s.says(d, "#f-from-problem", "应为月份")
	if typed := d.Find("#f-from").AttrOr("value", ""); typed != "July" {
		t.Errorf("what was typed became %q", typed)
	}
	s.press(http.StatusUnprocessableEntity, "/exports/values.csv?period=2026Q9")
	s.ask(http.StatusOK, "POST", "/exports/values.csv?period=2026Q3", "", "")
	s.press(http.StatusUnprocessableEntity, "/exports/gossip.xlsx")
	s.press(http.StatusUnprocessableEntity, "/exports/values.pdf")
	s.get(http.StatusUnprocessableEntity, "/exports?before=x")
	s.press(http.StatusNotFound, "/exports/values.xlsx?institution=nix")
}

func TestEachKindHasItsOwnForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, k := range report.Kinds {
		d := s.get(http.StatusOK, "/exports?kind="+k.Name)
		if got := d.Find("form#export").AttrOr("action", ""); got != "/exports/"+k.Name+".xlsx" {
			t.Errorf("%s goes to %q", k.Name, got)
		}
		if got := d.Find("button[form=export]").AttrOr("formaction", ""); got != "/exports/"+k.Name+".csv" {
			t.Errorf("%s as csv goes to %q", k.Name, got)
		}
		for _, filter := range []string{"form", "institution", "element", "indicator"} {
			if shown := d.Find("#f-"+filter).Length() == 1; shown != k.Takes(filter) {
				t.Errorf("%s shows %s: %v", k.Name, filter, shown)
			}
		}
	}
	s.who = s.Clerk()
	s.says(s.get(http.StatusOK, "/exports"), "#f-institution", "麦新镇卫生院")
	if got := s.get(http.StatusOK, "/exports?kind=audit").Find("form#export").AttrOr("action", ""); strings.Contains(got, "audit") {
		t.Error("a clerk is offered the trail")
	}
}

// upload sends a file and a pasted hash as the browser does.
func (s *site) upload(status int, name string, content []byte, typed string) *goquery.Document {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = m.WriteField("sha256", typed)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return s.read(s.ask(status, "POST", "/exports/verification", m.FormDataContentType(), b.String()))
}

func TestAFileIsVerifiedByItselfOrByItsHash(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	file := s.ask(http.StatusOK, "POST", "/exports/completeness.xlsx?period=2026-07", "", "").Body.Bytes()
	s.says(s.upload(http.StatusOK, "报送.xlsx", file, ""), "#check", "核对一致", "测试员", "报送情况", "2026年7月", "2 行")
	changed := append(bytes.Clone(file), ' ')
	s.says(s.upload(http.StatusOK, "报送.xlsx", changed, ""), "#check", "核对不上", "被改动过")
	hash := sha256.Sum256(file)
	s.says(s.upload(http.StatusOK, "", nil, hex.EncodeToString(hash[:])), "#check", "核对一致")
	pasted := url.Values{"sha256": {hex.EncodeToString(hash[:])}}.Encode()
	s.says(s.read(s.ask(http.StatusOK, "POST", "/exports/verification", "application/x-www-form-urlencoded", pasted)), "#check", "核对一致")
	s.says(s.upload(http.StatusUnprocessableEntity, "", nil, "123"), "#check", "64 位的十六进制")
	s.says(s.upload(http.StatusUnprocessableEntity, "", nil, ""), "#check", "请选择要核对的文件")
	half := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nhalf a fi"
	s.says(s.read(s.ask(http.StatusUnprocessableEntity, "POST", "/exports/verification", "multipart/form-data; boundary=x", half)), "#check", "没有完整传上来")
}
