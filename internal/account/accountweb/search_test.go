package accountweb_test

import (
	"testing"

	"github.com/alexedwards/scs/v2/memstore"

	"yigai/internal/account"
	"yigai/internal/account/accounttest"
	"yigai/internal/account/accountweb"
	"yigai/internal/actor"
	"yigai/internal/org/orgtest"
	"yigai/internal/room"
)

func TestAccountsAreFoundByWhoMaySeeThem(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	one := accounttest.Account(t, s.db, s.county.ID, s.hosp, actor.InstitutionReporter)
	r, _ := accountweb.Room(room.Deps{DB: s.db, Now: s.now, Permissions: accounttest.Permissions()}, accountweb.NewSessions(memstore.New(), "http://127.0.0.1"))
	hits, err := r.Search(t.Context(), orgtest.Actor(s.county, s.root, account.ActionView), one.Username)
	if err != nil || len(hits) != 1 || hits[0].Kind != "账号" {
		t.Errorf("found %+v, %v", hits, err)
	}
	if hits, err = r.Search(t.Context(), orgtest.Actor(s.county, s.root), one.Username); err != nil || len(hits) != 0 {
		t.Errorf("a stranger finds %+v, %v", hits, err)
	}
}
