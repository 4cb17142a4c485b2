package account_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account"
	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
)

// clock is a time that the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: orgtest.Now()} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// town is a county with a hospital and a clinic below it.
type town struct {
	db               *pgxpool.Pool
	county           org.County
	root, hosp, clin org.Institution
	other            org.Institution // another hospital beside
	clock            *clock
	svc              *account.Service
}

func newTown(t *testing.T) town {
	t.Helper()
	w := town{db: pgtest.New(t), clock: newClock()}
	w.county, w.root = orgtest.County(t, w.db)
	w.hosp = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "麦新镇中心卫生院")
	w.clin = orgtest.Below(t, w.db, w.county, w.hosp.Code, org.KindVillageClinic, "一村卫生室")
	w.other = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "东风镇卫生院")
	w.svc = accounttest.At(w.db, w.clock.now)
	return w
}

func (w town) account(t *testing.T, home org.Institution, roles ...string) account.Account {
	t.Helper()
	return accounttest.Account(t, w.db, w.county.ID, home, roles...)
}

func (w town) actor(t *testing.T, home org.Institution, roles ...string) actor.Actor {
	t.Helper()
	return accounttest.Actor(t, w.svc, w.account(t, home, roles...))
}

func (w town) try(t *testing.T, username, password string, from account.Origin) error {
	t.Helper()
	_, err := w.svc.SignIn(t.Context(), username, password, from)
	return err
}

func (w town) trail(t *testing.T, action string) (n int) {
	t.Helper()
	if err := w.db.QueryRow(t.Context(), "SELECT count(*) FROM audit_entry WHERE action = $1", action).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func waits(err error) time.Duration {
	if w := (*account.WaitError)(nil); errors.As(err, &w) {
		return w.Wait
	}
	return 0
}

var (
	home     = account.Origin{Address: "10.1.1.1", Device: "my-own-computer"}
	attacker = account.Origin{Address: "10.9.9.9"}
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	a := w.account(t, w.hosp, actor.InstitutionReporter)

	who, err := w.svc.SignIn(t.Context(), " "+a.Username+" ", accounttest.Password, home)
	if err != nil {
		t.Fatal(err)
	}
	if who.AccountID != a.ID || who.SessionID == 0 || who.Address != home.Address || who.Institution != w.hosp.Name {
		t.Errorf("signed in as %+v", who)
	}
	if !who.May("test.enter") || who.May("test.review") {
		t.Errorf("actions are %v", who.Actions)
	}

	wrong, unknown := w.try(t, a.Username, "not this one", home), w.try(t, "nobody-here", "not this one", home)
	if wrong == nil || unknown == nil || wrong.Error() != unknown.Error() {
		t.Errorf("wrong password says %v, unknown name says %v", wrong, unknown)
	}
	if n := w.trail(t, "account.sign_in_failed"); n != 2 {
		t.Errorf("%d failures in the trail, want 2", n)
	}
	if n := w.trail(t, "account.sign_in"); n != 1 {
		t.Errorf("%d sign-ins in the trail, want 1", n)
	}
}

func TestSignInBarred(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	boss := w.actor(t, w.root, actor.BureauAdmin)
	a := w.account(t, w.hosp, actor.InstitutionReporter)

	t.Run("the first password works for seven days and must be changed", func(t *testing.T) {
		fresh, err := w.svc.ResetPassword(t.Context(), boss, a.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		who, err := w.svc.SignIn(t.Context(), a.Username, fresh, home)
		if err != nil || !who.MustChange {
			t.Errorf("must change is %t, error %v", who.MustChange, err)
		}
		w.clock.pass(8 * 24 * time.Hour)
		if err := w.try(t, a.Username, fresh, home); !fault.IsInvalid(err) {
			t.Errorf("after eight days: %v", err)
		}
	})
	t.Run("a deactivated account cannot sign in, and says so only to the right password", func(t *testing.T) {
		b := w.account(t, w.hosp, actor.InstitutionReporter)
		if err := w.svc.Deactivate(t.Context(), boss, b.ID, "离职"); err != nil {
			t.Fatal(err)
		}
		right, wrong := w.try(t, b.Username, accounttest.Password, home), w.try(t, b.Username, "x", home)
		if right == nil || wrong == nil || right.Error() == wrong.Error() {
			t.Errorf("right password says %v, wrong one %v", right, wrong)
		}
	})
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	a := w.account(t, w.hosp, actor.InstitutionReporter)
	if err := w.try(t, a.Username, accounttest.Password, home); err != nil {
		t.Fatal(err)
	}
	var got []time.Duration
	for range 11 {
		for waits(w.try(t, a.Username, "guess", attacker)) > 0 {
			got = append(got, waits(w.try(t, a.Username, "guess", attacker)))
			w.clock.pass(got[len(got)-1])
		}
	}
	want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 15 * time.Minute}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("waits are %v, want %v", got, want)
	}
	t.Run("the right password does not help while waiting", func(t *testing.T) {
		if waits(w.try(t, a.Username, accounttest.Password, attacker)) == 0 {
			t.Error("the wait can be skipped")
		}
	})
	t.Run("the owner signs in on the known device, also from behind the same address", func(t *testing.T) {
		same := account.Origin{Address: attacker.Address, Device: home.Device}
		if err := w.try(t, a.Username, accounttest.Password, same); err != nil {
			t.Error(err)
		}
	})
	t.Run("the owner signs in from another address", func(t *testing.T) {
		if err := w.try(t, a.Username, accounttest.Password, account.Origin{Address: "10.1.1.2"}); err != nil {
			t.Error(err)
		}
	})
	t.Run("another person at the attacker's address signs in", func(t *testing.T) {
		b := w.account(t, w.hosp, actor.InstitutionReporter)
		if err := w.try(t, b.Username, accounttest.Password, attacker); err != nil {
			t.Error(err)
		}
	})
	t.Run("an administrator clears it", func(t *testing.T) {
		boss := w.actor(t, w.root, actor.BureauAdmin)
		if seen, err := w.svc.Get(t.Context(), boss, a.ID); err != nil || !seen.Blocked {
			t.Errorf("blocked is %t, error %v", seen.Blocked, err)
		}
		if err := w.svc.Unlock(t.Context(), boss, a.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.try(t, a.Username, accounttest.Password, attacker); err != nil {
			t.Error(err)
		}
	})
}

func TestThrottleForgets(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	a := w.account(t, w.hosp, actor.InstitutionReporter)
	for range 4 {
		if err := w.try(t, a.Username, "guess", attacker); waits(err) > 0 {
			t.Fatal(err)
		}
	}
	if err := w.try(t, a.Username, accounttest.Password, attacker); err != nil {
		t.Fatalf("after four failures: %v", err)
	}
	for range 5 {
		if err := w.try(t, a.Username, "guess", attacker); waits(err) > 0 {
			t.Fatalf("success did not clear the count: %v", err)
		}
	}
	w.clock.pass(time.Hour)
	if err := w.try(t, a.Username, "guess", attacker); waits(err) > 0 {
		t.Errorf("an hour's rest did not clear the count: %v", err)
	}
}

func TestThrottleSpread(t *testing.T) {
	t.Parallel()
	t.Run("one address over many names has to wait, a known device there has not", func(t *testing.T) {
		t.Parallel()
		w := newTown(t)
		a := w.account(t, w.hosp, actor.InstitutionReporter)
		if err := w.try(t, a.Username, accounttest.Password, account.Origin{Address: attacker.Address, Device: "d"}); err != nil {
			t.Fatal(err)
		}
		for i := range 30 {
			if err := w.try(t, fmt.Sprintf("name-%d", i), "guess", attacker); waits(err) > 0 {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		if waits(w.try(t, "name-99", "guess", attacker)) == 0 {
			t.Error("the address need not wait")
		}
		if err := w.try(t, a.Username, accounttest.Password, account.Origin{Address: attacker.Address, Device: "d"}); err != nil {
			t.Errorf("known device: %v", err)
		}
	})
	t.Run("one name over many addresses leaves each new address one try, which the owner has too", func(t *testing.T) {
		t.Parallel()
		w := newTown(t)
		a := w.account(t, w.hosp, actor.InstitutionReporter)
		for i := range 20 {
			if err := w.try(t, a.Username, "guess", account.Origin{Address: fmt.Sprintf("10.2.0.%d", i)}); waits(err) > 0 {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		next := account.Origin{Address: "10.3.0.1"}
		if waits(w.try(t, a.Username, "guess", next)) > 0 || waits(w.try(t, a.Username, "guess", next)) == 0 {
			t.Error("a new address should have exactly one try")
		}
		if err := w.try(t, a.Username, accounttest.Password, account.Origin{Address: "10.4.0.1"}); err != nil {
			t.Errorf("the owner at a new address: %v", err)
		}
	})
	t.Run("tries at the same moment do not slip through", func(t *testing.T) {
		t.Parallel()
		w := newTown(t)
		a := w.account(t, w.hosp, actor.InstitutionReporter)
		var judged sync.Map
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				if _, err := w.svc.SignIn(t.Context(), a.Username, "guess", attacker); waits(err) == 0 {
					judged.Store(i, true)
				}
			})
		}
		all.Wait()
		n := 0
		judged.Range(func(any, any) bool { n++; return true })
		if n != 5 {
			t.Errorf("%d tries were judged, want 5", n)
		}
	})
	t.Run("an IPv6 customer is one place", func(t *testing.T) {
		t.Parallel()
		w := newTown(t)
		a := w.account(t, w.hosp, actor.InstitutionReporter)
		for i := range 5 {
			if err := w.try(t, a.Username, "guess", account.Origin{Address: fmt.Sprintf("2001:db8::%d", i)}); waits(err) > 0 {
				t.Fatal(err)
			}
		}
		if waits(w.try(t, a.Username, "guess", account.Origin{Address: "2001:db8::99"})) == 0 {
			t.Error("a neighbouring address started afresh")
		}
	})
}
