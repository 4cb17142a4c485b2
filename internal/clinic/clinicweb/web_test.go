package clinicweb_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"yigai/internal/actor"
	"yigai/internal/clinic"
	"yigai/internal/clinic/clinictest"
	"yigai/internal/clinic/clinicweb"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/room"
)

// site is the room's routes on 开鲁县, asked as one actor. The route's action is checked as the app does.
type site struct {
	*clinictest.County
	t      *testing.T
	routes *chi.Mux
	who    actor.Actor
}

// TestPages goes through the pages in one county, because loading the county takes the longest.
func TestPages(t *testing.T) {
	t.Parallel()
	c := clinictest.Kailu(t)
	s := &site{County: c, t: t, routes: chi.NewRouter(), who: c.Admin}
	for _, route := range clinicweb.Room(room.Deps{DB: c.DB, Now: orgtest.Now}).Routes {
		s.routes.Method(route.Method, route.Path, page.Handler(func(w http.ResponseWriter, r *http.Request) error {
			if err := page.Who(r).Require(route.Action); err != nil {
				return err
			}
			return route.Handler(w, r)
		}))
	}
	for name, do := range map[string]func(s *site){"register": register, "grid": grid, "import": importing, "coverage": coverage, "visits": visits,
		"assessment": assessment, "projects": projects, "photos": photos, "no access": noAccess} {
		t.Run(name, func(t *testing.T) {
			one := *s
			one.t = t
			do(&one)
		})
	}
}

func (s *site) ask(status int, method, path, kind, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	s.routes.ServeHTTP(w, r.WithContext(actor.With(r.Context(), s.who)))
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d\n%.2000s", method, path, w.Code, status, w.Body.String())
	}
	return w
}

func (s *site) get(status int, path string) *goquery.Document {
	s.t.Helper()
	return s.read(s.ask(status, "GET", path, "", ""))
}

func (s *site) post(status int, path string, v url.Values) *goquery.Document {
	s.t.Helper()
	return s.read(s.ask(status, "POST", path, "application/x-www-form-urlencoded", v.Encode()))
}

func (s *site) read(w *httptest.ResponseRecorder) *goquery.Document {
	s.t.Helper()
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func (s *site) upload(status int, path string, file []byte, fields map[string]string) *goquery.Document {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", "file")
	if err == nil {
		_, err = part.Write(file)
	}
	for k, v := range fields {
		if err == nil {
			err = m.WriteField(k, v)
		}
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return s.read(s.ask(status, "POST", path, m.FormDataContentType(), b.String()))
}

// typed collects what the form would send.
func typed(d *goquery.Document, form string) url.Values {
	v := url.Values{}
	d.Find(form + " input, " + form + " textarea").Each(func(_ int, in *goquery.Selection) {
		if kind := in.AttrOr("type", ""); (kind != "checkbox" && kind != "radio") || in.Is("[checked]") {
			v.Add(in.AttrOr("name", ""), in.AttrOr("value", in.Text()))
		}
	})
	d.Find(form + " select").Each(func(_ int, in *goquery.Selection) {
		v.Add(in.AttrOr("name", ""), in.Find("option[selected]").AttrOr("value", ""))
	})
	return v
}

func says(t *testing.T, d *goquery.Document, selector string, words ...string) {
	t.Helper()
	got := strings.Join(strings.Fields(d.Find(selector).Text()), " ")
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("%s lacks %q: %.600s", selector, w, got)
		}
	}
}

func (s *site) url(code string) string { return "/clinics/" + strconv.FormatInt(s.ID(code), 10) }

func register(s *site) {
	d := s.get(200, "/clinics?limit=300")
	if n := d.Find("#clinics tbody tr").Length(); n != 262 {
		s.t.Errorf("%d rows on one page", n)
	}
	says(s.t, d, ".pager", "共 262 家")
	s.get(200, "/clinics?township=150523103&missing=any&q=x&parent=1")
	s.get(422, "/clinics?cursor=x")
	at := s.url("K-V020")
	v := typed(s.get(200, at+"/edit"), "#clinic")
	v.Set("population", "一百")
	bad := s.post(422, at, v)
	says(s.t, bad, "#f-population-problem", "服务人口")
	if bad.Find("#f-population").AttrOr("value", "") != "一百" {
		s.t.Error("what was typed is lost")
	}
	v.Set("population", "1000")
	v.Set("staff", "1")
	v.Set("room_duty", "no")
	s.post(303, at, v)
	v.Set("staff", "2")
	says(s.t, s.post(409, at, v), "main .callout", "别人刚刚改过", "医务人员")
	d = s.get(200, at)
	says(s.t, d, "#rules", "1 人服务 1000 人", "达标", "没有 1", "未达标")
	says(s.t, d, "#history", "tester", "值班室")
	s.get(404, "/clinics/999999")
	if w := s.ask(200, "POST", "/clinics/export?format=csv&township=150523103", "", ""); strings.Count(w.Body.String(), "\n") != 19 {
		s.t.Errorf("export: %.300s", w.Body.String())
	}
	s.post(422, "/clinics/export?format=pdf", nil)
}

func grid(s *site) {
	d := s.get(200, "/clinics/grid?township=150523104&group=房屋")
	v := typed(d, "#grid-form")
	ids := v["id"]
	area := func(i int) string { return "building_area." + ids[i] }
	v.Set(area(0), "1x")
	says(s.t, s.post(422, "/clinics/grid", v), "main", "建筑面积")
	v.Set(area(0), "80.5")
	v.Set("ownership."+ids[1], "private")
	v.Set("contract_until."+ids[1], "2027-01-01")
	says(s.t, s.post(422, "/clinics/grid", v), "main", "不填协议到期日")
	v.Set("contract_until."+ids[1], "")
	s.post(303, "/clinics/grid", v)
	d = s.get(200, "/clinics/grid?township=150523104&group=房屋")
	if got := d.Find(`input[name="`+area(0)+`"]`).AttrOr("value", ""); got != "80.5" {
		s.t.Errorf("the area is %q", got)
	}
	v.Set(area(0), "81")
	says(s.t, s.post(409, "/clinics/grid", v), "main", "刚刚被别人修改过")
	v.Set("id", "999999")
	v.Set("version.999999", "0")
	s.post(404, "/clinics/grid", v)
	s.get(200, "/clinics/grid?group=nonsense&township=nonsense")
}

func importing(s *site) {
	s.get(200, "/clinics/import?kind=villages")
	for _, kind := range []string{"clinics", "villages"} {
		if w := s.ask(200, "GET", "/clinics/import/template?kind="+kind, "", ""); !strings.HasPrefix(w.Body.String(), "PK") {
			s.t.Errorf("the template of %s is no workbook", kind)
		}
	}
	d := s.upload(200, "/clinics/import", []byte("机构编码,医务人员\nK-V030,2\nK-V031,两个\n"), nil)
	says(s.t, d, "#preview", "更新 1 行", "拒绝 1 行")
	says(s.t, d, "#findings", "医务人员", "两个")
	v := typed(d, "#apply")
	w := s.ask(200, "POST", "/clinics/import/refused", "application/x-www-form-urlencoded", url.Values{"payload": v["payload"], "name": v["name"], "format": {"csv"}}.Encode())
	if got := w.Body.String(); !strings.Contains(got, "K-V031,两个") || strings.Contains(got, "K-V030") {
		s.t.Errorf("refused: %s", got)
	}
	s.post(422, "/clinics/import", v)
	v.Set("partial", "1")
	s.post(303, "/clinics/import", v)
	if s.State("K-V030").Values["staff"] != "2" {
		s.t.Error("the good row was not stored")
	}
	says(s.t, s.upload(422, "/clinics/import", []byte("\x89PNG"), nil), "#f-file-problem", "请上传")
	says(s.t, s.upload(200, "/clinics/import", []byte("村代码,常住人口\n150523103200,900\n"), map[string]string{"kind": "villages"}), "#preview", "更新 1 行")
}

func coverage(s *site) {
	d := s.get(200, "/clinics/coverage")
	says(s.t, d, "main", "全部 273", "有卫生室", "1500", "800", "15 分钟")
	s.get(200, "/clinics/coverage?state=uncovered&township=150523103")
	if w := s.ask(200, "POST", "/clinics/coverage/export?format=csv&township=150523105", "", ""); !strings.Contains(w.Body.String(), "有卫生室") {
		s.t.Errorf("export: %.300s", w.Body.String())
	}
	const at = "/clinics/villages/150523105200"
	v := typed(s.get(200, at), "#village")
	v["near"], v["minutes"] = []string{"150523105201", ""}, []string{"x", ""}
	says(s.t, s.post(422, at, v), "main", "路程填整数分钟")
	v["minutes"] = []string{"12", ""}
	v.Set("population", "700")
	s.post(303, at, v)
	says(s.t, s.post(409, at, v), "main", "刚刚被别人修改过")
	if got := s.get(200, at).Find("input[name=minutes]").First().AttrOr("value", ""); got != "12" {
		s.t.Errorf("minutes %q", got)
	}
	s.get(404, "/clinics/villages/150523105999")
	s.get(200, "/clinics/villages/new")
	says(s.t, s.post(422, "/clinics/villages", url.Values{"division": {"150523105200"}}), "main", "请填写自然村的名称")
	s.post(303, "/clinics/villages", url.Values{"division": {"150523105200"}, "name": {"东屯"}, "population": {"1600"}})
	says(s.t, s.get(200, "/clinics/coverage?state=uncovered"), "#coverage", "东屯")
}

func visits(s *site) {
	says(s.t, s.get(200, "/clinics/visits"), "main", "还没有巡诊安排")
	s.get(200, "/clinics/visits/new")
	v := url.Values{"village": {"150523106200"}, "institution": {strconv.FormatInt(s.ID("K-T07"), 10)}}
	says(s.t, s.post(422, "/clinics/visits", v), "#f-planned_on-problem", "计划日期")
	v.Set("planned_on", "2026-08-01")
	s.post(303, "/clinics/visits", v)
	says(s.t, s.post(422, "/clinics/visits", v), "#f-planned_on-problem", "已经安排")
	d := s.get(200, "/clinics/visits?state=planned")
	says(s.t, d, "#visits", "过期未登记")
	at := d.Find("#visits tbody a").First().AttrOr("href", "")
	v = typed(s.get(200, at), "#visit")
	v.Set("held_on", "2026-12-01")
	says(s.t, s.post(422, at, v), "main", "不能晚于今天")
	v.Set("state", "dropped")
	says(s.t, s.post(422, at, v), "main", "取消的原因")
	v.Set("state", "held")
	v.Set("held_on", "2026-08-02")
	v.Set("patients", "0")
	s.post(303, at, v)
	s.post(409, at, v)
	says(s.t, s.get(200, "/clinics/visits"), "#visits", "已开展", "2026-08-02", "0")
}

func assessment(s *site) {
	says(s.t, s.get(200, "/clinics/assessments"), "#assessments", "未评价")
	at := s.url("K-V040") + "/assessment?year=2026"
	v := typed(s.get(200, at), "#assessment")
	v.Set("points.area", "11")
	says(s.t, s.post(422, at, v), "main", "基本设备配齐")
	for _, item := range clinic.Items {
		v.Set("points."+item.Code, item.Most.String())
	}
	v.Set("points.area", "10.1")
	says(s.t, s.post(422, at, v), "main", "0 到 10 分")
	v.Set("points.area", "0")
	v.Set("assessed_on", "2025-08-01")
	says(s.t, s.post(422, at, v), "#f-assessed_on-problem", "2026 年里")
	v.Set("assessed_on", "2026-08-01")
	s.post(303, at, v)
	s.post(409, at, v)
	says(s.t, s.get(200, at), "main", "得分 90 / 100,达到推荐标准")
	says(s.t, s.get(200, "/clinics/assessments?year=2026"), "main", "1 家", "100.0")
}

func projects(s *site) {
	says(s.t, s.get(200, "/clinics/projects"), "main", "还没有建设项目")
	v := typed(s.get(200, "/clinics/projects/new"), "#project")
	v.Set("state", "done")
	v.Set("budget", "100000")
	v.Set("bond", "100001")
	says(s.t, s.post(422, "/clinics/projects", v), "main", "请选择负责的单位")
	v.Set("institution", strconv.FormatInt(s.ID("K-T04"), 10))
	says(s.t, s.post(422, "/clinics/projects", v), "main", "请填写项目名称", "完工日期", "专项债不能多于总投资")
	v.Set("name", "麦新村卫生室新建")
	v.Set("finished_on", "2026-07-01")
	v.Set("bond", "60000")
	s.post(303, "/clinics/projects", v)
	d := s.get(200, "/clinics/projects?year=2026&state=done&kind=new")
	says(s.t, d, "#projects", "麦新村卫生室新建", "100,000.00")
	at := d.Find("#projects tbody a").First().AttrOr("href", "")
	v = typed(s.get(200, at), "#project")
	v.Set("spent", "5")
	s.post(303, at, v)
	s.post(409, at, v)
	if w := s.ask(200, "POST", "/clinics/projects/export?format=csv", "", ""); !strings.Contains(w.Body.String(), "麦新村卫生室新建") {
		s.t.Errorf("export: %s", w.Body.String())
	}
}

func photos(s *site) {
	at := s.url("K-V050") + "/photos"
	says(s.t, s.get(200, at), "main", "还没有照片")
	says(s.t, s.upload(422, at, []byte("<svg>"), map[string]string{"title": "门头"}), "main", "不是能识别的照片")
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 10))); err != nil {
		s.t.Fatal(err)
	}
	s.upload(303, at, b.Bytes(), map[string]string{"title": "门头"})
	src := s.get(200, at).Find("main img").AttrOr("src", "")
	if w := s.ask(200, "GET", src, "", ""); w.Header().Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(w.Body.String(), "\xff\xd8") {
		s.t.Error("the photo is no JPEG")
	}
	admin := s.who
	s.who = s.At("K-T05", clinic.ActionView, clinic.ActionEdit)
	s.get(404, src)
	s.post(404, src+"/removal", nil)
	s.who = admin
	s.post(303, src+"/removal", nil)
	s.get(404, src)
}

func noAccess(s *site) {
	s.who = s.At("K-T04", clinic.ActionView)
	at := s.url("K-V082")
	for _, path := range []string{"/clinics/grid", "/clinics/import", "/clinics/visits/new", "/clinics/projects/new", "/clinics/villages/new", at + "/edit"} {
		s.get(403, path)
	}
	for _, path := range []string{at, "/clinics/grid", "/clinics/import", "/clinics/export", "/clinics/visits", "/clinics/projects", at + "/assessment", at + "/photos"} {
		s.post(403, path, nil)
	}
	says(s.t, s.get(200, at+"/assessment"), "main", "评分项")
	s.get(404, s.url("K-V001"))
	s.who = s.At("K-V082", clinic.ActionView, clinic.ActionEdit)
	s.who.Roles = []string{actor.VillageDoctor}
	if w := s.ask(303, "GET", "/clinics", "", ""); w.Header().Get("Location") != at {
		s.t.Errorf("a village doctor is sent to %s", w.Header().Get("Location"))
	}
	s.who = s.At("K-V082")
	for _, path := range []string{"/clinics", at, "/clinics/coverage", "/clinics/visits", "/clinics/assessments", "/clinics/projects", at + "/photos"} {
		s.get(403, path)
	}
}
