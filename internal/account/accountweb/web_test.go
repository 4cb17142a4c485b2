package accountweb_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yigai/internal/account"
	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.account(t, s.hosp, actor.InstitutionReporter)
	typed := func(password, next string) url.Values {
		return url.Values{"username": {a.Username}, "password": {password}, "next": {next}}
	}
	c := accounttest.Client(t)
	s.get(t, c, "/accounts?role=x").want(t, 303, "/login?next=%2Faccounts%3Frole%3Dx")
	form := s.get(t, c, "/login?next=%2Faccounts%3Frole%3Dx").want(t, 200, "")
	if v := form.find(t, `#login input[name=next]`).AttrOr("value", ""); v != "/accounts?role=x" {
		t.Errorf("next is %q", v)
	}
	wrong := s.post(t, c, "/login", typed("no", "/")).want(t, 422, "")
	if wrong.find(t, "#f-username").AttrOr("value", "") != a.Username || wrong.find(t, "#f-password").AttrOr("value", "") != "" {
		t.Error("the name should stay and the password not")
	}
	s.post(t, c, "/login", typed(accounttest.Password, "/accounts?role=x")).want(t, 303, "/accounts?role=x")
	if home := s.get(t, c, "/").want(t, 200, ""); home.body != a.Username {
		t.Errorf("home says %q", home.body)
	}
	s.get(t, c, "/login").want(t, 303, "/")
	s.post(t, c, "/logout", nil).want(t, 303, "/login")
	s.get(t, c, "/").want(t, 303, "/login?next=%2F")

	t.Run("the token changes at sign-in and the cookie is closed to scripts", func(t *testing.T) {
		res := s.post(t, accounttest.Client(t), "/login", typed(accounttest.Password, ""))
		for _, cookie := range res.header.Values("Set-Cookie") {
			if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
				t.Errorf("cookie is %q", cookie)
			}
		}
	})
	t.Run("signing in again ends the session of before", func(t *testing.T) {
		c := accounttest.SignedIn(t, s.URL, a)
		s.post(t, c, "/login", typed(accounttest.Password, "")).want(t, 303, "/")
		if n := s.get(t, c, "/account/sessions").find(t, `#sessions tbody tr:contains("当前")`).Length(); n != 1 {
			t.Errorf("%d current sessions", n)
		}
		if first := s.get(t, c, "/account/sessions").find(t, "#sessions tbody tr").Eq(1).Text(); !strings.Contains(first, "已退出") {
			t.Errorf("the session of before is %q", first)
		}
	})
	t.Run("nobody is sent to another site", func(t *testing.T) {
		for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)",
			"/\t/evil.example", "evil", "/login?next=/login", "/logout"} {
			s.post(t, accounttest.Client(t), "/login", typed(accounttest.Password, next)).want(t, 303, "/")
		}
	})
	t.Run("another site cannot sign somebody in", func(t *testing.T) {
		s.post(t, accounttest.Client(t), "/login", typed(accounttest.Password, ""), "Sec-Fetch-Site", "cross-site").want(t, 403, "")
	})
	t.Run("a script gets a name, or a problem", func(t *testing.T) {
		c := accounttest.Client(t)
		s.post(t, c, "/login", typed("no", ""), "Accept", "application/json").want(t, 401, "")
		ok := s.post(t, c, "/login", typed(accounttest.Password, ""), "Accept", "application/json").want(t, 200, "")
		var got map[string]string
		if err := json.Unmarshal([]byte(ok.body), &got); err != nil || got["name"] != a.Name {
			t.Errorf("body is %s", ok.body)
		}
	})
	t.Run("too many failures have to wait", func(t *testing.T) {
		for range 5 {
			s.post(t, accounttest.Client(t), "/login", typed("no", "")).want(t, 422, "")
		}
		late := s.post(t, accounttest.Client(t), "/login", typed(accounttest.Password, "")).want(t, 429, "")
		if late.header.Get("Retry-After") != "30" {
			t.Errorf("Retry-After is %q", late.header.Get("Retry-After"))
		}
	})
}

func TestFirstPasswordMustBeChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	boss := s.browser(t, s.root, actor.BureauAdmin)
	a := s.account(t, s.hosp, actor.InstitutionReporter)
	s.post(t, boss, path(a, "/password"), nil).want(t, 303, path(a, ""))
	if elsewhere := s.get(t, boss, "/account/tokens"); elsewhere.find(t, "#secret").Length() != 0 {
		t.Error("another page shows the password")
	}
	shown := s.get(t, boss, path(a, "")).want(t, 200, "")
	first := shown.find(t, "#secret").Text()
	if shown.header.Get("Cache-Control") != "no-store" || len(first) != 14 {
		t.Fatalf("secret is %q", first)
	}
	if again := s.get(t, boss, path(a, "")); strings.Contains(again.body, first) {
		t.Error("loading the page again shows the password again")
	}
	c := accounttest.Client(t)
	s.post(t, c, "/login", url.Values{"username": {a.Username}, "password": {first}}).want(t, 303, "/")
	s.get(t, c, "/").want(t, 303, "/account/password")
	s.post(t, c, "/work", nil).want(t, 403, "")
	s.get(t, c, "/account/password").want(t, 200, "")
	typed := func(current, fresh, again string) url.Values {
		return url.Values{"current": {current}, "fresh": {fresh}, "again": {again}}
	}
	for _, bad := range []url.Values{typed("", "Quiet-Hill-77", "Quiet-Hill-77"), typed("no", "Quiet-Hill-77", "Quiet-Hill-77"),
		typed(first, "Quiet-Hill-77", "other"), typed(first, "12345678", "12345678"), typed(first, first, first)} {
		if got := s.post(t, c, "/account/password", bad).want(t, 422, ""); got.find(t, ".field-problem").Length() == 0 {
			t.Errorf("%v: no message beside a field", bad)
		}
	}
	s.post(t, c, "/account/password", typed(first, "Quiet-Hill-77", "Quiet-Hill-77")).want(t, 303, "/")
	if home := s.get(t, c, "/").want(t, 200, ""); !strings.Contains(home.body, "密码已修改") {
		t.Errorf("no message on the next page: %s", home.body)
	}
	if home := s.get(t, c, "/"); strings.Contains(home.body, "密码已修改") {
		t.Error("the message is shown twice")
	}
}

func TestOwnSessionsAndTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.account(t, s.hosp, actor.InstitutionReporter)
	here, there := accounttest.SignedIn(t, s.URL, a), accounttest.SignedIn(t, s.URL, a)
	list := s.get(t, here, "/account/sessions").want(t, 200, "")
	end := list.find(t, `#sessions form[action$="/end"]`)
	if end.Length() != 1 {
		t.Fatalf("%d sessions can be ended, want the other one", end.Length())
	}
	s.post(t, here, end.AttrOr("action", ""), nil).want(t, 303, "/account/sessions")
	s.get(t, there, "/").want(t, 303, "/login?next=%2F")
	third := accounttest.SignedIn(t, s.URL, a)
	s.post(t, here, "/account/sessions/end-others", nil).want(t, 303, "/account/sessions")
	s.get(t, third, "/").want(t, 303, "/login?next=%2F")

	s.get(t, here, "/account/tokens").want(t, 200, "")
	s.post(t, here, "/account/tokens", url.Values{"name": {""}, "days": {"0"}}).want(t, 422, "")
	s.post(t, here, "/account/tokens", url.Values{"name": {"HIS"}, "days": {"30"}}).want(t, 303, "/account/tokens")
	made := s.get(t, here, "/account/tokens").want(t, 200, "")
	secret := made.find(t, "#secret").Text()
	bearer := []string{"Authorization", "Bearer " + secret}
	me := s.get(t, accounttest.Client(t), "/api/v1/me", bearer...).want(t, 200, "")
	if !strings.Contains(me.body, `"username":"`+a.Username+`"`) || !strings.Contains(me.body, `"test.enter"`) {
		t.Errorf("me is %s", me.body)
	}
	if again := s.get(t, here, "/account/tokens"); strings.Contains(again.body, secret) {
		t.Error("the secret is shown twice")
	}
	revoke := made.find(t, `#tokens form[action$="/revocation"]`).AttrOr("action", "")
	s.post(t, here, revoke, nil).want(t, 303, "/account/tokens")
	gone := s.get(t, accounttest.Client(t), "/api/v1/me", bearer...).want(t, 401, "")
	if gone.header.Get("WWW-Authenticate") == "" || !strings.HasPrefix(gone.header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("headers are %v", gone.header)
	}
	s.get(t, here, "/api/v1/me").want(t, 401, "") // the cookie opens no API
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	boss := s.browser(t, s.root, actor.BureauAdmin)
	reporter := s.browser(t, s.hosp, actor.InstitutionReporter)
	hosp := strconv.FormatInt(s.hosp.ID, 10)
	draft := func(username, password string) url.Values {
		return url.Values{"username": {username}, "name": {"李四"}, "institution": {hosp}, "roles": {actor.InstitutionReporter},
			"scope": {account.ScopeSubtree}, "password": {password}}
	}
	t.Run("without the permission every address is closed", func(t *testing.T) {
		for _, p := range []string{"/accounts", "/accounts/new", "/accounts/1", "/accounts/1/edit"} {
			s.get(t, reporter, p).want(t, 403, "")
		}
		for _, p := range []string{"/accounts", "/accounts/1", "/accounts/1/password", "/accounts/1/unlock", "/accounts/1/deactivation",
			"/accounts/1/activation", "/accounts/1/sign-out", "/accounts/1/tokens/1/revocation"} {
			s.post(t, reporter, p, nil).want(t, 403, "")
		}
	})
	t.Run("a mistake shows the form again with what was typed", func(t *testing.T) {
		got := s.post(t, boss, "/accounts", draft("有 空格", "")).want(t, 422, "")
		if got.find(t, "#f-username").AttrOr("value", "") != "有 空格" || got.find(t, "#error-summary").Length() != 1 ||
			got.find(t, `input[name=roles][value=institution_reporter][checked]`).Length() != 1 {
			t.Error("what was typed is lost, or no message is shown")
		}
	})
	s.get(t, boss, "/accounts/new").want(t, 200, "")
	t.Run("a typed password leads to the account", func(t *testing.T) {
		got := s.post(t, boss, "/accounts", draft("li.si", "Quiet-Hill-77"))
		if got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/accounts/") {
			t.Errorf("status %d\n%s", got.status, got.body)
		}
	})
	t.Run("a generated one is shown once", func(t *testing.T) {
		posted := s.post(t, boss, "/accounts", draft("wang.wu", ""))
		made := s.get(t, boss, posted.header.Get("Location")).want(t, 200, "")
		if said := made.find(t, "main .callout").Text(); !strings.Contains(said, "账号已建立") || strings.Contains(said, "重置") {
			t.Errorf("a new account is told as %q", said)
		}
		login := url.Values{"username": {"wang.wu"}, "password": {made.find(t, "#secret").Text()}}
		s.post(t, accounttest.Client(t), "/login", login).want(t, 303, "/")
	})
	if rows := s.get(t, boss, "/accounts?q=li.si&role=institution_reporter&state=active&institution="+hosp).find(t, "#accounts tbody tr"); rows.Length() != 1 {
		t.Errorf("%d rows found, want 1", rows.Length())
	}
	t.Run("roles beyond the asker's are not offered and not taken", func(t *testing.T) {
		if s.get(t, boss, "/accounts/new").find(t, "input[name=roles][value=system_admin]").Length() != 0 {
			t.Error("the bureau is offered a system administrator")
		}
		d := draft("evil", "")
		d.Set("roles", actor.SystemAdmin)
		s.post(t, boss, "/accounts", d).want(t, 403, "")
	})
}

func TestAdministration(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	boss := s.browser(t, s.root, actor.BureauAdmin)
	a := s.account(t, s.hosp, actor.InstitutionReporter)
	c := accounttest.SignedIn(t, s.URL, a)
	shown := s.get(t, boss, path(a, "")).want(t, 200, "")
	if shown.find(t, "#sessions tbody tr").Length() != 1 {
		t.Error("the session is not listed")
	}
	s.post(t, boss, path(a, "/sign-out"), nil).want(t, 303, path(a, ""))
	if got := s.get(t, c, "/login"); !strings.Contains(got.body, "管理员已让您退出") {
		t.Error("the person is not told why")
	}
	s.post(t, boss, path(a, "/deactivation"), url.Values{"reason": {""}}).want(t, 422, "")
	s.post(t, boss, path(a, "/deactivation"), url.Values{"reason": {"离职"}}).want(t, 303, path(a, ""))
	s.post(t, boss, path(a, "/deactivation"), url.Values{"reason": {"离职"}}).want(t, 409, "")
	s.post(t, boss, path(a, "/activation"), nil).want(t, 303, path(a, ""))
	s.post(t, boss, path(a, "/unlock"), nil).want(t, 303, path(a, ""))

	form := s.get(t, boss, path(a, "/edit")).want(t, 200, "")
	typed := url.Values{"version": {form.find(t, "input[name=version]").AttrOr("value", "")}, "name": {"新名字"},
		"institution": {strconv.FormatInt(s.hosp.ID, 10)}, "roles": {actor.VillageDoctor}, "scope": {"institution"}}
	bad := url.Values{"version": typed["version"], "name": {""}, "roles": typed["roles"], "scope": {"list"}}
	s.post(t, boss, path(a, ""), bad).want(t, 422, "")
	s.post(t, boss, path(a, ""), typed).want(t, 303, path(a, ""))
	if got := s.get(t, boss, path(a, "")); !strings.Contains(got.body, "新名字") || !strings.Contains(got.body, "乡村医生") {
		t.Error("the change is not shown")
	}
	s.post(t, boss, path(a, ""), typed).want(t, 409, "")
	s.get(t, boss, "/accounts/999999").want(t, 404, "")
}
