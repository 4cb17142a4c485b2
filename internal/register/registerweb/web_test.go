package registerweb_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
	"yigai/internal/register"
	"yigai/internal/register/registerweb"
	"yigai/internal/room"
	"yigai/internal/room/roomtest"
)

type site struct {
	*roomtest.Site
	hospital org.Institution
}

func newSite(t *testing.T) site {
	t.Helper()
	db := pgtest.New(t)
	county, root := orgtest.County(t, db)
	hospital := orgtest.Institution(t, db, county, org.KindTownshipHospital, "麦新镇中心卫生院")
	who := orgtest.Actor(county, root, register.ActionView, register.ActionKeep, org.ActionView, audit.ActionExport)
	return site{roomtest.New(t, registerweb.Room(room.Deps{DB: db, Now: orgtest.Now}), who), hospital}
}

func (s site) licence(number, expires string) url.Values {
	return url.Values{"institution": {itoa(s.hospital.ID)}, "kind": {"医疗机构执业许可证"}, "number": {number}, "expires_on": {expires}, "starts_on": {"2020-01-01"}}
}

func TestAnEntryFromFormToFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Says(s.Get(200, "/registers"), "main", "机构台账", "执业许可和备案", "房屋")
	s.Says(s.Get(200, "/registers/licence"), ".empty", "没有符合条件的登记")
	s.Says(s.Get(200, "/registers/licence/new?institution="+itoa(s.hospital.ID)), "form#entry", "证号", "有效期至", "麦新镇中心卫生院")
	list := s.Follow("/registers/licence", s.licence("蒙150523001", "2026-08-20"))
	s.Says(list, "#entries", "麦新镇中心卫生院", "蒙150523001", "还有 17 天")
	at, _ := list.Find("#entries tbody a").First().Attr("href")
	s.Says(s.Get(200, at), "main", "发证机关", "–", "2026-08-20")
	edited := s.licence("蒙150523002", "2030-08-20")
	edited.Set("version", "1")
	s.Says(s.Follow(at, edited), "main", "蒙150523002", "有效")
	s.Says(s.Post(409, at, edited), "form#entry", "改过这条登记", "")
	file := s.Ask(200, "POST", "/registers/licence/export?format=csv", nil)
	if body := file.Body.String(); !strings.Contains(body, "蒙150523002") || !strings.Contains(body, "有效期至") {
		t.Error(body)
	}
	s.Says(s.Follow(at+"/withdrawal", url.Values{"version": {"2"}, "reason": {"登错了"}}), "main", "已撤销", "登错了")
}

func TestWhatIsWrongStandsBesideItsField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.Post(422, "/registers/licence", url.Values{"institution": {itoa(s.hospital.ID)}, "number": {"A"}, "expires_on": {"2026-02-30"}, "starts_on": {"今天"}})
	s.Says(d, "form#entry", "开始日期应为日期")
	if got, _ := d.Find("#f-number").Attr("value"); got != "A" {
		t.Errorf("what was typed is lost: %q", got)
	}
	s.Says(s.Post(422, "/registers/licence", s.licence("", "2026-02-30")), "form#entry", "请填写证号", "日历上没有")
	s.Get(404, "/registers/planes")
	s.Get(404, "/register-entries/999999")
	s.Post(422, "/registers/licence", url.Values{"starts_on": {"2026-01-01"}})
}

func TestNothingWithoutTheAction(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Who = actor.Actor{CountyID: s.Who.CountyID, AccountID: 1}
	for _, path := range []string{"/registers", "/registers/licence", "/registers/licence/new", "/register-entries/1", "/register-entries/1/edit"} {
		s.Get(http.StatusForbidden, path)
	}
	for _, path := range []string{"/registers/licence", "/registers/licence/export", "/register-entries/1", "/register-entries/1/withdrawal"} {
		s.Ask(http.StatusForbidden, "POST", path, nil)
	}
}

func itoa(id int64) string { return strconv.FormatInt(id, 10) }
