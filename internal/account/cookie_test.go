package account_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"yigai/internal/account"
	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
)

var (
	_ scs.CtxStore = account.Cookies{}
	_ scs.Codec    = account.CookieCodec{}
)

// browser keeps one cookie; two stores stand for two instances of the program.
type browser struct {
	town
	stores []account.Cookies
	token  string
	who    actor.Actor
}

func newBrowser(t *testing.T, w town, a account.Account) browser {
	t.Helper()
	b := browser{w, []account.Cookies{account.NewCookies(w.db), account.NewCookies(w.db)}, "token-" + a.Username, accounttest.Actor(t, w.svc, a)}
	b.keep(t, map[string]any{account.KeyCounty: b.who.CountyID, account.KeySession: b.who.SessionID})
	return b
}

func (b browser) keep(t *testing.T, values map[string]any) {
	t.Helper()
	deadline := time.Now().Add(time.Hour)
	kept, err := account.CookieCodec{}.Encode(deadline, values)
	if err == nil {
		err = b.stores[0].CommitCtx(t.Context(), b.token, kept, deadline)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// open does for a request what the session manager and the gate do: the values of the cookie, then who is behind it.
func (b browser) open(t *testing.T, store account.Cookies, ctx context.Context) (map[string]any, actor.Actor, error) {
	t.Helper()
	kept, found, err := store.FindCtx(ctx, b.token)
	if err != nil || !found {
		t.Fatalf("cookie found %t: %v", found, err)
	}
	_, values, err := account.CookieCodec{}.Decode(kept)
	if err != nil {
		t.Fatal(err)
	}
	session, _ := values[account.KeySession].(int64)
	if session == 0 {
		return values, actor.Actor{}, nil
	}
	who, err := b.svc.ActorOfSession(ctx, values[account.KeyCounty].(int32), session)
	return values, who, err
}

func TestACookieSaysWhoAsks(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	boss := w.actor(t, w.root, actor.BureauAdmin)
	a := w.account(t, w.hosp, actor.InstitutionReporter)
	b := newBrowser(t, w, a)

	t.Run("as the sign-in itself says", func(t *testing.T) {
		_, want, err := b.open(t, b.stores[0], t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, got, err := b.open(t, b.stores[0], account.Visited(t.Context()))
		if err != nil || got.AccountID != a.ID || got.SessionID != b.who.SessionID || got.Institution != want.Institution ||
			!slices.Equal(got.Actions, want.Actions) || !slices.Equal(got.Scope.Institutions, want.Scope.Institutions) {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	})
	t.Run("a change of roles and scope is seen by the next request of every instance", func(t *testing.T) {
		before := mustGet(t, w, a.ID)
		grant := account.Grant{InstitutionID: w.hosp.ID, Roles: []string{actor.InstitutionAdmin}, Scope: account.ScopeSubtree}
		if err := w.svc.Edit(t.Context(), boss, a.ID, account.Change{Name: a.Name, Grant: grant, Version: before.Version}); err != nil {
			t.Fatal(err)
		}
		for n, store := range b.stores {
			_, who, err := b.open(t, store, account.Visited(t.Context()))
			if err != nil || !who.HasRole(actor.InstitutionAdmin) || !slices.Equal(who.Scope.Subtrees, []string{w.hosp.Path}) {
				t.Errorf("instance %d: %+v, %v", n, who, err)
			}
		}
	})
	t.Run("a session that was ended lets nobody in", func(t *testing.T) {
		if _, err := w.svc.EndAllOf(t.Context(), boss, a.ID); err != nil {
			t.Fatal(err)
		}
		for n, store := range b.stores {
			over := (*account.OverError)(nil)
			if _, who, err := b.open(t, store, account.Visited(t.Context())); !errors.As(err, &over) || who.SignedIn() {
				t.Errorf("instance %d: %+v, %v", n, who, err)
			}
		}
	})
}

func TestACookieOfNobody(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	b := newBrowser(t, w, w.account(t, w.hosp, actor.InstitutionReporter))

	t.Run("keeps its messages", func(t *testing.T) {
		b.keep(t, map[string]any{account.KeyFlashes: []byte("已退出")})
		values, who, err := b.open(t, b.stores[0], account.Visited(t.Context()))
		if got, _ := values[account.KeyFlashes].([]byte); err != nil || who.SignedIn() || string(got) != "已退出" {
			t.Errorf("got %v, %+v, %v", values, who, err)
		}
	})
	t.Run("a session that is not there lets nobody in", func(t *testing.T) {
		b.keep(t, map[string]any{account.KeyCounty: b.who.CountyID, account.KeySession: b.who.SessionID + 1000})
		over := (*account.OverError)(nil)
		if _, who, err := b.open(t, b.stores[0], account.Visited(t.Context())); !errors.As(err, &over) || who.SignedIn() {
			t.Errorf("got %+v, %v", who, err)
		}
	})
	t.Run("what another program wrote holds nobody", func(t *testing.T) {
		for _, other := range [][]byte{{}, {0x25, 0x7f, 0xff}} {
			if err := b.stores[0].Commit(b.token, other, time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			if values, who, err := b.open(t, b.stores[0], account.Visited(t.Context())); err != nil || who.SignedIn() || len(values) != 0 {
				t.Errorf("%x: %v, %+v, %v", other, values, who, err)
			}
		}
	})
	t.Run("an expired one is not found", func(t *testing.T) {
		if err := b.stores[0].Commit(b.token, []byte("{}"), time.Now().Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, found, err := b.stores[0].FindCtx(account.Visited(t.Context()), b.token); found || err != nil {
			t.Errorf("found %t, %v", found, err)
		}
	})
}
