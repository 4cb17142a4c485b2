package app

import (
	"io"
	"log/slog"
	"slices"
	"testing"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
	"yigai/web/ui"
)

func TestTheMenuShowsOnlyWhatTheRoleMayOpen(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	a := New(Config{BaseURL: "http://127.0.0.1", DataDir: t.TempDir()}, db, orgtest.Now, slog.New(slog.NewTextHandler(io.Discard, nil)))
	county, root := orgtest.County(t, db)
	tokens := func(who actor.Actor) bool {
		return slices.ContainsFunc(a.userMenu(who), func(item ui.Action) bool { return item.URL == "/account/tokens" })
	}
	if tokens(orgtest.Actor(county, root, account.ActionView)) {
		t.Error("the menu offers tokens to whoever may have none")
	}
	if who := orgtest.Actor(county, root, account.ActionToken); !tokens(who) || len(a.userMenu(who)) != len(ui.DefaultUserMenu()) {
		t.Error("the menu hides what the role may open")
	}
}
