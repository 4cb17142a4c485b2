package account_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yigai/internal/account"
	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
)

func orgCounty(t *testing.T, w town) (org.County, org.Institution) {
	t.Helper()
	return orgtest.County(t, w.db)
}

func (w town) alive(t *testing.T, who actor.Actor) bool {
	t.Helper()
	_, err := w.svc.ActorOfSession(t.Context(), who.CountyID, who.SessionID)
	if over := (*account.OverError)(nil); err != nil && !errors.As(err, &over) {
		t.Fatal(err)
	}
	return err == nil
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	boss := w.actor(t, w.root, actor.BureauAdmin)
	a := w.account(t, w.hosp, actor.InstitutionReporter)
	open := func() actor.Actor { return accounttest.Actor(t, w.svc, a) }
	refresh := func() { boss = accounttest.Actor(t, w.svc, mustGet(t, w, boss.AccountID)) }

	cases := map[string]func(who actor.Actor) error{
		"signed out": func(who actor.Actor) error { return w.svc.SignOut(t.Context(), who) },
		"ended by the person from elsewhere": func(who actor.Actor) error {
			return w.svc.EndSession(t.Context(), open(), who.SessionID)
		},
		"ended with all others": func(actor.Actor) error {
			_, err := w.svc.EndOthers(t.Context(), open())
			return err
		},
		"forced by the administrator": func(actor.Actor) error {
			n, err := w.svc.EndAllOf(t.Context(), boss, a.ID)
			if n == 0 {
				t.Error("no session was ended")
			}
			return err
		},
		"password changed elsewhere": func(actor.Actor) error {
			err := w.svc.ChangePassword(t.Context(), open(), accounttest.Password, "Another-Hill-55")
			return errors.Join(err, w.svc.ChangePassword(t.Context(), accounttestActor(t, w, a, "Another-Hill-55"), "Another-Hill-55", accounttest.Password))
		},
		"account deactivated": func(actor.Actor) error {
			return errors.Join(w.svc.Deactivate(t.Context(), boss, a.ID, "试"), w.svc.Activate(t.Context(), boss, a.ID))
		},
	}
	for name, end := range cases {
		t.Run(name, func(t *testing.T) {
			who := open()
			if !w.alive(t, who) {
				t.Fatal("a new session is not alive")
			}
			if err := end(who); err != nil {
				t.Fatal(err)
			}
			if w.alive(t, who) {
				t.Error("the session is still alive")
			}
		})
	}
	t.Run("idle for more than 30 minutes", func(t *testing.T) {
		who := open()
		for range 3 {
			w.clock.pass(29 * time.Minute)
			if !w.alive(t, who) {
				t.Fatal("a session in use ended")
			}
		}
		w.clock.pass(31 * time.Minute)
		if w.alive(t, who) {
			t.Error("an idle session is alive")
		}
		refresh()
	})
	t.Run("after 12 hours, however busy", func(t *testing.T) {
		who := open()
		for range 12 * 6 {
			if !w.alive(t, who) {
				t.Fatal("ended too early")
			}
			w.clock.pass(10 * time.Minute)
		}
		if w.alive(t, who) {
			t.Error("still alive after 12 hours")
		}
		refresh()
	})
	t.Run("nobody ends somebody else's session through their own list", func(t *testing.T) {
		who := open()
		if err := w.svc.EndSession(t.Context(), boss, who.SessionID); !fault.IsNotFound(err) || !w.alive(t, who) {
			t.Errorf("got %v", err)
		}
	})
}

func mustGet(t *testing.T, w town, id int64) account.Account {
	t.Helper()
	a, err := w.svc.Get(t.Context(), account.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func accounttestActor(t *testing.T, w town, a account.Account, password string) actor.Actor {
	t.Helper()
	who, err := w.svc.SignIn(t.Context(), a.Username, password, home)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func TestSessionIsTouchedOnceAMinute(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	who := w.actor(t, w.hosp, actor.InstitutionReporter)
	seen := func() time.Time {
		list, err := w.svc.Sessions(t.Context(), who)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d sessions, error %v", len(list), err)
		}
		return list[0].LastSeen
	}
	start := seen()
	w.clock.pass(59 * time.Second)
	if w.alive(t, who); !seen().Equal(start) {
		t.Error("written within the minute")
	}
	w.clock.pass(2 * time.Second)
	if w.alive(t, who); !seen().After(start) {
		t.Error("not written after a minute")
	}
}

func TestScopeOfActor(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	scope := func(g account.Grant) actor.Scope {
		g.Roles = []string{actor.InstitutionReporter}
		return accounttest.Actor(t, w.svc, accounttest.Granted(t, w.db, w.county.ID, g)).Scope
	}
	same := func(got actor.Scope, subtrees []string, ids []int64) {
		t.Helper()
		if !slices.Equal(got.Subtrees, subtrees) || !slices.Equal(got.Institutions, ids) {
			t.Errorf("scope is %+v", got)
		}
	}
	same(scope(account.Grant{Scope: "county"}), []string{w.root.Path}, nil)
	same(scope(account.Grant{Scope: "subtree", InstitutionID: w.hosp.ID}), []string{w.hosp.Path}, nil)
	same(scope(account.Grant{Scope: "institution", InstitutionID: w.hosp.ID}), nil, []int64{w.hosp.ID})
	same(scope(account.Grant{Scope: "list", InstitutionID: w.root.ID, List: []int64{w.other.ID, w.clin.ID, w.clin.ID}}),
		[]string{w.clin.Path, w.other.Path}, nil)
}

// A scope that nothing applies must not be offered: whoever had "own entries" saw the whole institution.
func TestAnAccountWithoutScopeReachesNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	system := w.actor(t, w.root, actor.SystemAdmin)
	fresh, _, err := w.svc.Create(t.Context(), system, account.Draft{Username: "fresh", Name: "新人", Password: accounttest.Password, Grant: account.Grant{InstitutionID: w.hosp.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if s := accounttest.Actor(t, w.svc, fresh).Scope; fresh.Grant.Scope != account.ScopeNone || len(s.Subtrees)+len(s.Institutions) != 0 {
		t.Errorf("scope %q reaches %+v", fresh.Grant.Scope, s)
	}
	for _, scope := range []string{account.ScopeNone, "entries"} {
		_, _, err := w.svc.Provision(t.Context(), account.Draft{CountyID: w.county.ID, Username: "other", Name: "旁人",
			Grant: account.Grant{InstitutionID: w.hosp.ID, Roles: []string{actor.InstitutionReporter}, Scope: scope}})
		if problems := fault.Problems(err); len(problems) != 1 || problems[0].Field != "scope" {
			t.Errorf("roles with scope %q: %v", scope, err)
		}
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	who := w.actor(t, w.hosp, actor.InstitutionReporter)
	boss := w.actor(t, w.root, actor.BureauAdmin)
	secret, err := w.svc.CreateToken(t.Context(), who, who.AccountID, "HIS", 30)
	if err != nil {
		t.Fatal(err)
	}
	works := func(secret string) bool {
		got, err := w.svc.ActorOfToken(t.Context(), secret)
		if over := (*account.OverError)(nil); err != nil && !errors.As(err, &over) {
			t.Fatal(err)
		}
		return err == nil && got.AccountID == who.AccountID && got.TokenID != 0 && got.SessionID == 0 && got.May("test.enter")
	}
	if !works(secret) || works(secret+"x") || works("yigai_") || works("") {
		t.Error("the token does not work, or another one does")
	}
	t.Run("only its hash is stored", func(t *testing.T) {
		var n int
		err := w.db.QueryRow(t.Context(), "SELECT count(*) FROM account_token WHERE strpos(account_token::text, $1) > 0",
			strings.TrimPrefix(secret, "yigai_")).Scan(&n)
		if err != nil || n != 0 {
			t.Errorf("found in %d rows, error %v", n, err)
		}
	})
	t.Run("an account is not deactivated without a reason, nor with a novel", func(t *testing.T) {
		for _, reason := range []string{" ", strings.Repeat("因", 501)} {
			if err := w.svc.Deactivate(t.Context(), boss, who.AccountID, reason); !fault.IsInvalid(err) || !works(secret) {
				t.Errorf("got %v", err)
			}
		}
	})
	t.Run("it stops with its account, and starts again with it", func(t *testing.T) {
		if err := w.svc.Deactivate(t.Context(), boss, who.AccountID, "试"); err != nil || works(secret) {
			t.Errorf("works after deactivation, error %v", err)
		}
		if err := w.svc.Activate(t.Context(), boss, who.AccountID); err != nil || !works(secret) {
			t.Errorf("does not work after activation, error %v", err)
		}
	})
	t.Run("nobody makes one for somebody else but the command line", func(t *testing.T) {
		if _, err := w.svc.CreateToken(t.Context(), boss, who.AccountID, "x", 1); !fault.IsForbidden(err) {
			t.Errorf("got %v", err)
		}
		made, err := w.svc.CreateToken(t.Context(), account.Operator(), who.AccountID, "x", 1)
		if err != nil || !works(made) {
			t.Errorf("by the command line: %v", err)
		}
		w.clock.pass(25 * time.Hour)
		if works(made) {
			t.Error("works after its day")
		}
	})
	t.Run("mistakes are named", func(t *testing.T) {
		fresh := accounttest.Actor(t, w.svc, mustGet(t, w, who.AccountID))
		_, err := w.svc.CreateToken(t.Context(), fresh, fresh.AccountID, " ", 731)
		if len(fault.Problems(err)) != 2 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a revoked one does not work", func(t *testing.T) {
		list, err := w.svc.Tokens(t.Context(), who)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d tokens, error %v", len(list), err)
		}
		if err := w.svc.RevokeToken(t.Context(), who, who.AccountID, list[1].ID); err != nil || works(secret) {
			t.Errorf("still works, error %v", err)
		}
		if err := w.svc.RevokeToken(t.Context(), who, who.AccountID, list[1].ID); !fault.IsNotFound(err) {
			t.Errorf("twice: %v", err)
		}
	})
}

func TestAPasswordResetRevokesTheTokens(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	who := w.actor(t, w.hosp, actor.InstitutionReporter)
	other := w.actor(t, w.hosp, actor.InstitutionReporter)
	var secrets []string
	for _, of := range []actor.Actor{who, other} {
		secret, err := w.svc.CreateToken(t.Context(), of, of.AccountID, "HIS", 30)
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, secret)
	}
	if _, err := w.svc.ResetPassword(t.Context(), w.actor(t, w.root, actor.BureauAdmin), who.AccountID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.svc.ActorOfToken(t.Context(), secrets[0]); !errors.As(err, new(*account.OverError)) {
		t.Errorf("the token outlives the password: %v", err)
	}
	if _, err := w.svc.ActorOfToken(t.Context(), secrets[1]); err != nil {
		t.Errorf("another account's token: %v", err)
	}
}

func TestRefusalsDoNotFloodTheTrail(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	who, other := w.actor(t, w.hosp, actor.InstitutionReporter), w.actor(t, w.hosp, actor.InstitutionReporter)
	note := func(who actor.Actor, object string) {
		t.Helper()
		if err := w.svc.NoteRefusal(t.Context(), who, "audit.view", "route", object, "没有权限"); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		note(who, fmt.Sprintf("GET /accounts/%d", i))
	}
	for range 100 {
		note(who, "GET /accounts/1")
	}
	note(other, "GET /audit")
	if n := w.trail(t, "refused"); n != 31 {
		t.Errorf("%d entries, want 30 of one and 1 of the other", n)
	}
	w.clock.pass(time.Minute)
	note(who, "GET /audit")
	var why string
	err := w.db.QueryRow(t.Context(), "SELECT reason FROM audit_entry WHERE action = 'refused' ORDER BY id DESC LIMIT 1").Scan(&why)
	if err != nil || !strings.Contains(why, "另有 170 次") {
		t.Errorf("the next says %q, %v", why, err)
	}
}

// Whoever may do nothing with accounts learns nothing from the answer, not even which ones there are.
func TestManagingAsksForPermissionFirst(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	who := w.actor(t, w.hosp, actor.InstitutionReporter)
	for _, id := range []int64{who.AccountID, 999999} {
		if err := w.svc.Edit(t.Context(), who, id, account.Change{Version: 99}); !fault.IsForbidden(err) {
			t.Errorf("edit %d: %v", id, err)
		}
		if _, err := w.svc.ResetPassword(t.Context(), who, id, "weak"); !fault.IsForbidden(err) {
			t.Errorf("reset %d: %v", id, err)
		}
	}
}

func TestTokenEndsWithTheRightToUseOne(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	secretOf := func(a account.Account) string {
		secret, err := w.svc.CreateToken(t.Context(), account.Operator(), a.ID, "HIS", 30)
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	reporter := w.account(t, w.hosp, actor.InstitutionReporter)
	secret := secretOf(reporter)
	change := account.Change{Version: mustGet(t, w, reporter.ID).Version, Name: reporter.Name, Grant: reporter.Grant}
	change.Grant.Roles = []string{actor.FamilyDoctor}
	if err := w.svc.Edit(t.Context(), account.Operator(), reporter.ID, change); err != nil {
		t.Fatal(err)
	}
	if _, err := w.svc.ActorOfToken(t.Context(), secret); !fault.IsForbidden(err) || !strings.Contains(err.Error(), "没有使用接口令牌的权限") {
		t.Errorf("after its account lost the right: %v", err)
	}
	if who, err := w.svc.ActorOfToken(t.Context(), secretOf(w.account(t, w.clin, actor.VillageDoctor))); err != nil || who.May(account.ActionToken) {
		t.Errorf("one that the operator gave to an account without the right: %v", err)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	who := w.actor(t, w.hosp, actor.InstitutionReporter)
	for fresh, field := range map[string]string{"Quiet-Hill-77": "current", "12345678": "fresh", "wrong-current-1": "fresh"} {
		err := w.svc.ChangePassword(t.Context(), who, "wrong-current-1", fresh)
		if found := fault.Problems(err); len(found) != 1 || found[0].Field != field {
			t.Errorf("%s: %v", fresh, err)
		}
	}
	t.Run("guessing the current one has to wait", func(t *testing.T) {
		for range 5 {
			_ = w.svc.ChangePassword(t.Context(), who, "a guess", "Quiet-Hill-77")
		}
		if err := w.svc.ChangePassword(t.Context(), who, accounttest.Password, "Quiet-Hill-77"); !fault.IsInvalid(err) {
			t.Errorf("got %v", err)
		}
		w.clock.pass(20 * time.Minute)
	})
	if err := w.svc.ChangePassword(t.Context(), who, accounttest.Password, "Quiet-Hill-77"); err != nil {
		t.Fatal(err)
	}
	if !w.alive(t, who) {
		t.Error("the session in which it was changed ended")
	}
	if err := w.try(t, who.Username, "Quiet-Hill-77", home); err != nil {
		t.Error(err)
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	who := w.actor(t, w.hosp, actor.InstitutionReporter)
	if err := w.try(t, "nobody", "x", attacker); err == nil {
		t.Fatal("nobody signed in")
	}
	w.clock.pass(201 * 24 * time.Hour)
	if err := w.svc.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left int
	err := w.db.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM sign_in_failure) + (SELECT count(*) FROM account_session)").Scan(&left)
	if err != nil || left != 0 || w.alive(t, who) {
		t.Errorf("%d rows left, error %v", left, err)
	}
}
