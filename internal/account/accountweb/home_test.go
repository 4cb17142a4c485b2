package accountweb_test

import (
	"strings"
	"testing"

	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
)

func TestTheHomePageOfAdministrators(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	waiting := accounttest.Account(t, s.db, s.county.ID, s.hosp, actor.InstitutionReporter)
	if _, err := s.db.Exec(t.Context(), "UPDATE account SET roles = '{}' WHERE id = $1", waiting.ID); err != nil {
		t.Fatal(err)
	}
	for role, want := range map[string][]string{
		actor.SystemAdmin:         {"待授权", "登录受限", "后台任务没有运行", "新建账号"},
		actor.SecurityAdmin:       {"待授权", "登录受限"},
		actor.InstitutionReporter: nil,
	} {
		c := accounttest.SignedIn(t, s.URL, accounttest.Account(t, s.db, s.county.ID, s.root, role))
		got := s.get(t, c, "/panels").want(t, 200, "")
		shown := got.find(t, "#account-panel")
		if (shown.Length() == 1) != (len(want) > 0) {
			t.Errorf("%s sees %d panels", role, shown.Length())
		}
		text := strings.Join(strings.Fields(shown.Text()), "")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s misses %q in %q", role, w, text)
			}
		}
		if len(want) > 0 && !strings.Contains(text, "待授权1个") {
			t.Errorf("%s sees %q", role, text)
		}
	}
}
