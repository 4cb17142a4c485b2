package account

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// firstPassword is how long a password that somebody else set can be used for the first sign-in.
const firstPassword = 7 * 24 * time.Hour

// wrong is the one answer to an unknown name and to a wrong password.
func wrong() error { return fault.Field("password", "用户名或密码不正确") }

// SignIn judges a name and password and opens a session. It fails with a WaitError when this place tried too often;
// otherwise the answer tells nothing about which names exist, neither in words nor in time.
func (s *Service) SignIn(ctx context.Context, username, password string, from Origin) (actor.Actor, error) {
	a, session, err := s.judge(ctx, fold(username), password, from)
	if err != nil {
		return actor.Actor{}, err
	}
	who, err := s.ActorOfSession(ctx, a.CountyID, session)
	who.Address = from.Address
	return who, err
}

// fold spells a name as it is stored.
func fold(username string) string { return strings.ToLower(strings.TrimSpace(username)) }

func (s *Service) judge(ctx context.Context, username, password string, from Origin) (credentials, int64, error) {
	// The turn is taken first: as many tries as there are turns can be between counting and judging, and no more.
	leave, err := s.hashing.enter(ctx)
	if err != nil {
		return credentials{}, 0, err
	}
	defer leave()
	a, err := credentialsOf(ctx, s.db, username)
	if err != nil {
		return a, 0, err
	}
	try, err := s.admit(ctx, a.ID, username, from)
	if err != nil {
		return a, 0, err
	}
	ok, err := a.accept(password)
	if err != nil {
		return a, 0, err
	}
	if !ok {
		return a, 0, s.refuse(ctx, a, from, try, "密码错误", wrong())
	}
	if why := a.barred(s.now()); why != "" {
		return a, 0, s.refuse(ctx, a, from, try, why, fault.Field("password", "%s,请联系管理员", why))
	}
	session, err := s.open(ctx, a, from, try)
	return a, session, err
}

// credentials is what is known about a name at the door; the zero value stands for a name that does not exist.
type credentials struct {
	CountyID   int32
	ID         int64
	Username   string
	Hash       string
	Active     bool
	MustChange bool
	Changed    time.Time
}

// accept compares the password. A name that does not exist and a password longer than any take the same time.
func (c credentials) accept(password string) (bool, error) {
	hash := c.Hash
	if c.ID == 0 || len(password) > 4*longestTyped {
		hash, password = nobody, ""
	}
	ok, err := fits(password, hash)
	return ok && c.ID != 0, err
}

// barred says why the right password does not open the door.
func (c credentials) barred(now time.Time) string {
	switch {
	case !c.Active:
		return "这个账号已停用"
	case c.MustChange && now.Sub(c.Changed) > firstPassword:
		return "初始密码已过期(7 天内有效)"
	}
	return ""
}

func (c credentials) actor(from Origin) actor.Actor {
	return actor.Actor{CountyID: c.CountyID, AccountID: c.ID, Username: c.Username, Address: from.Address}
}

// refuse records the failure and answers. Tries refused while waiting are not recorded one by one: the entry that
// started the wait says how long it is, and nobody can fill the trail by hammering.
func (s *Service) refuse(ctx context.Context, c credentials, from Origin, try admitted, why string, answer error) error {
	e := audit.Entry{Action: "account.sign_in_failed", Kind: "account", Name: c.Username, Reason: why,
		After: map[string]any{"failures": try.failures, "wait_seconds": int(try.wait.Seconds())}}
	if c.ID != 0 {
		e.ID = strconv.FormatInt(c.ID, 10)
	} else {
		e.Reason = "用户名不存在"
	}
	if err := audit.Record(ctx, s.db, c.actor(from), e); err != nil {
		return fmt.Errorf("refuse sign-in: %w", err)
	}
	return answer
}

// open starts the session and forgets the failures of this place.
func (s *Service) open(ctx context.Context, c credentials, from Origin, try admitted) (session int64, err error) {
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := forgetTries(ctx, tx, try.name, try.place); err != nil {
			return err
		}
		if session, err = insertSession(ctx, tx, c, from, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, c.actor(from), audit.Entry{Action: "account.sign_in", Kind: "account",
			ID: strconv.FormatInt(c.ID, 10), Name: c.Username})
	})
	return session, err
}
