package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pg"
)

// How guessing is slowed down without locking anybody out.
//
// Failures are counted by typed name and place. After five, every further try from that place waits: 30 s, then 1,
// 2, 5 and at most 15 minutes. A try during the wait is refused unjudged and does not make it longer; success, an
// hour's rest or an administrator clears the count. Whether the name exists makes no difference.
//
// A place is the device when the account has signed in on it before (a random cookie, as in the OWASP "device
// cookies" scheme), otherwise the address. So an attacker wears out their own place and never the one that the
// person uses every day, even from behind the same address.
//
// Against guessing that is spread out, places that are only an address are also judged together: after 30 failures
// from one address over all names the address waits; and after 20 failures for one name over all addresses a new
// address has one free try instead of five. The owner on a new device still has that try, whatever others do.
const (
	freeTries        = 5
	freeWhenAttacked = 1
	attackedAfter    = 20
	addressLimit     = 30
	addressWindow    = 15 * time.Minute
	forgottenAfter   = time.Hour
	deviceKnown      = 180 * 24 * time.Hour
)

var waits = []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute}

// WaitError says that signing in from this place has to wait.
type WaitError struct{ Wait time.Duration }

func (e *WaitError) Error() string { return "登录失败次数过多," + e.until() }

func (e *WaitError) until() string {
	if e.Wait < time.Minute {
		return fmt.Sprintf("请 %d 秒后再试", int(e.Wait.Seconds()+0.999))
	}
	return fmt.Sprintf("请 %d 分钟后再试", int(e.Wait.Minutes()+0.999))
}

// tries is the count of failures of one name at one place.
type tries struct {
	failures int
	last     time.Time
}

// after is the count once the try at now is added.
func (t tries) after(now time.Time) tries {
	if now.Sub(t.last) >= forgottenAfter {
		t.failures = 0
	}
	return tries{t.failures + 1, now}
}

// wait is how long a further try has to wait.
func (t tries) wait(now time.Time, free int) time.Duration {
	if t.failures < free {
		return 0
	}
	return max(0, t.last.Add(waits[min(t.failures-free, len(waits)-1)]).Sub(now))
}

// Origin is where a sign-in comes from.
type Origin struct {
	Address, Agent string
	Device         string // secret of the device's long-lived cookie, "" when it has none
}

func (o Origin) deviceHash() []byte {
	if o.Device == "" {
		return nil
	}
	h := sha256.Sum256([]byte(o.Device))
	return h[:]
}

// network is the address as it is counted: one customer's IPv6 network is one place.
func (o Origin) network() string {
	a, err := netip.ParseAddr(o.Address)
	if err != nil {
		return o.Address
	}
	a = a.Unmap()
	if p, err := a.Prefix(64); err == nil && a.Is6() {
		return p.String()
	}
	return a.String()
}

func nameHash(username string) []byte {
	h := sha256.Sum256([]byte(username))
	return h[:]
}

// admitted is a try that may be judged; it is already counted as a failure, so that tries at the same moment
// cannot slip through together.
type admitted struct {
	name     []byte
	place    string
	failures int
	wait     time.Duration // that the next try will have to wait if this one fails
}

// admit counts the try or says how long to wait.
func (s *Service) admit(ctx context.Context, id int64, username string, from Origin) (a admitted, err error) {
	a = admitted{name: nameHash(username), place: "a:" + from.network()}
	free := freeTries
	known, err := s.knows(ctx, id, from)
	if err != nil {
		return a, err
	}
	if known {
		a.place = "d:" + hex.EncodeToString(from.deviceHash())
	} else if free, err = s.freeTries(ctx, a); err != nil {
		return a, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		t, err := lockTries(ctx, tx, a.name, a.place)
		if err != nil {
			return err
		}
		if w := t.wait(s.now(), free); w > 0 {
			return &WaitError{w}
		}
		t = t.after(s.now())
		a.failures, a.wait = t.failures, t.wait(s.now(), free)
		return storeTries(ctx, tx, a.name, a.place, t)
	})
	return a, err
}

// knows reports whether the account has signed in on this device before.
func (s *Service) knows(ctx context.Context, id int64, from Origin) (bool, error) {
	if from.Device == "" {
		return false, nil
	}
	return deviceSeen(ctx, s.db, id, from.deviceHash(), s.now().Add(-deviceKnown))
}

// freeTries is how many tries a place that is only an address has, or the wait when the address is worn out.
func (s *Service) freeTries(ctx context.Context, a admitted) (int, error) {
	now := s.now()
	byAddress, byName, err := countFailures(ctx, s.db, a, now.Add(-addressWindow), now.Add(-forgottenAfter))
	if err != nil {
		return 0, err
	}
	if byAddress >= addressLimit {
		return 0, &WaitError{addressWindow}
	}
	if byName >= attackedAfter {
		return freeWhenAttacked, nil
	}
	return freeTries, nil
}
