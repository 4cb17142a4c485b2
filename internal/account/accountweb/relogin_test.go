package accountweb_test

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
)

func TestReloginKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.account(t, s.hosp, actor.InstitutionReporter)
	c := accounttest.SignedIn(t, s.URL, a)
	typed := url.Values{"cell[3.1]": {"5,400"}, "note": {"多行\n说明 <b>"}, "tick": {"a", "b"}, "old_password": {"secret"}}
	s.pass(31 * time.Minute)

	asked := s.post(t, c, "/work?report=7", typed).want(t, 401, "")
	if asked.header.Get("X-Yigai-Login") != "1" {
		t.Error("the header for scripts is missing")
	}
	if asked.find(t, "#f-username").AttrOr("value", "") != a.Username || !strings.Contains(asked.body, "30 分钟") {
		t.Error("the page does not say whose session ended and why")
	}
	if asked.find(t, "form#login").AttrOr("action", "") != "/work?report=7" {
		t.Error("the page does not post to the same address")
	}
	again := url.Values{}
	asked.find(t, "form#login input[type=hidden]").Each(func(_ int, i *goquery.Selection) {
		again.Add(i.AttrOr("name", ""), i.AttrOr("value", ""))
	})
	again.Set("yigai_relogin_username", a.Username)
	again.Set("yigai_relogin_password", "wrong")
	if refused := s.post(t, c, "/work?report=7", again).want(t, 422, ""); refused.find(t, `input[name="cell[3.1]"]`).AttrOr("value", "") != "5,400" {
		t.Error("a wrong password loses what was typed")
	}
	again.Set("yigai_relogin_password", accounttest.Password)
	s.post(t, c, "/work?report=7", again, "Sec-Fetch-Site", "cross-site").want(t, 403, "")
	s.post(t, c, "/work?report=7", again).want(t, 303, "/")
	typed.Del("old_password")
	if len(s.posted) != 1 || s.posted[0].Encode() != typed.Encode() {
		t.Errorf("the handler got %v, want %v", s.posted, typed)
	}
	s.get(t, c, "/").want(t, 200, "")

	t.Run("another person may not go on with what they have no right to", func(t *testing.T) {
		s.pass(31 * time.Minute)
		other := s.account(t, s.root, actor.BureauStaff)
		again.Set("yigai_relogin_username", other.Username)
		s.post(t, c, "/work", again).want(t, 403, "")
	})
	t.Run("a script is asked by status and header", func(t *testing.T) {
		s.pass(31 * time.Minute)
		for _, h := range [][2]string{{"HX-Request", "true"}, {"Accept", "application/json"}, {"Sec-Fetch-Dest", "empty"}} {
			if got := s.post(t, c, "/work", typed, h[0], h[1]).want(t, 401, ""); got.header.Get("X-Yigai-Login") != "1" {
				t.Errorf("with %s the header is missing", h[0])
			}
		}
		s.get(t, c, "/", "HX-Request", "true").want(t, 401, "")
	})
	t.Run("a file cannot be carried along, which is said", func(t *testing.T) {
		r := s.request(t, http.MethodPost, "/work", nil, "Content-Type", "multipart/form-data; boundary=x", "Referer", s.URL+"/reports/7")
		got := s.do(t, c, r).want(t, 401, "")
		if !strings.Contains(got.body, "文件没有上传") || !strings.Contains(got.body, "next=%2Freports%2F7") {
			t.Errorf("body is %s", got.body)
		}
	})
	t.Run("a form that cannot be read is said to be so", func(t *testing.T) {
		r := s.request(t, http.MethodPost, "/work", nil)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader("a=%zz")), 5
		s.do(t, accounttest.Client(t), r).want(t, 422, "")
		r = s.request(t, http.MethodPost, "/work", nil)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader("a="+strings.Repeat("x", 5<<20))), 5<<20+2
		s.do(t, accounttest.Client(t), r).want(t, 413, "")
	})
	t.Run("the API knows no asking in place", func(t *testing.T) {
		s.post(t, accounttest.Client(t), "/api/v1/me", again).want(t, 405, "")
	})
	t.Run("a form beyond the bound is not carried, which is said", func(t *testing.T) {
		huge := url.Values{}
		for i := range 2001 {
			huge.Set("f"+strconv.Itoa(i), "1")
		}
		got := s.post(t, c, "/work", huge).want(t, 401, "")
		if n := got.find(t, "input[type=hidden]").Length(); n != 0 || !strings.Contains(got.body, "太大") {
			t.Errorf("%d fields carried", n)
		}
	})
}
