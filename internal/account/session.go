package account

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Limits of a session. The idle limit is what 等级保护 assessors expect (15 to 30 minutes); the lifetime is one
// long working day, after which the password is asked for even from somebody who never paused.
const (
	Lifetime   = 12 * time.Hour
	IdleLimit  = 30 * time.Minute
	touchEvery = time.Minute // writing the time of every request would cost a third of the throughput
)

// Session is one sign-in.
type Session struct {
	ID        int64
	AccountID int64
	Started   time.Time
	LastSeen  time.Time
	Expires   time.Time
	Address   string
	Agent     string
	Ended     *time.Time
	Why       string // why it ended
}

// Live reports whether the session can still be used.
func (s Session) Live(now time.Time) bool { return s.over(now) == "" }

func (s Session) over(now time.Time) string {
	switch {
	case s.Ended != nil:
		return s.Why
	case !now.Before(s.Expires):
		return endedExpired
	case now.Sub(s.LastSeen) > IdleLimit:
		return endedIdle
	}
	return ""
}

// Why a session ended; the last two are found out, not written.
const (
	endedSignedOut   = "signed_out"
	endedOwn         = "own"
	endedForced      = "forced"
	endedPassword    = "password"
	endedDeactivated = "deactivated"
	endedExpired     = "expired"
	endedIdle        = "idle"
)

var overSentences = map[string]string{
	endedSignedOut:   "您已退出,请重新登录",
	endedOwn:         "这次登录已在您的另一台设备上被结束,请重新登录",
	endedForced:      "管理员已让您退出,请重新登录",
	endedPassword:    "密码已更改,请用新密码重新登录",
	endedDeactivated: "这个账号已停用,请联系管理员",
	endedExpired:     "登录已满 12 小时,请重新登录",
	endedIdle:        "您超过 30 分钟没有操作,请重新登录",
}

// WhyTitle says in a word how a session ended, "" while it lives.
func (s Session) WhyTitle(now time.Time) string { return overTitles[s.over(now)] }

var overTitles = map[string]string{
	endedSignedOut: "已退出", endedOwn: "本人结束", endedForced: "管理员强制退出", endedPassword: "密码更改后结束",
	endedDeactivated: "账号停用后结束", endedExpired: "已到期", endedIdle: "超时未操作",
}

// OverError says that a session can no longer be used and whose it was.
type OverError struct {
	Username string
	why      string
}

func (e *OverError) Error() string {
	if said, ok := overSentences[e.why]; ok {
		return said
	}
	return "请先登录"
}

// SignOut ends the asker's own current session.
func (s *Service) SignOut(ctx context.Context, who actor.Actor) error {
	if who.SessionID == 0 {
		return nil
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		n, err := endSessions(ctx, tx, who.CountyID, who.AccountID, who.SessionID, 0, endedSignedOut, s.now())
		if err != nil || n == 0 {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: "account.sign_out", Kind: "account",
			ID: strconv.FormatInt(who.AccountID, 10), Name: who.Username})
	})
}

// Sessions lists the asker's own sessions, newest first, live ones and the last that ended.
func (s *Service) Sessions(ctx context.Context, who actor.Actor) ([]Session, error) {
	return listSessions(ctx, s.db, who.CountyID, who.AccountID)
}

// SessionsOf lists the sessions of another account; whoever may see the account may see them.
func (s *Service) SessionsOf(ctx context.Context, who actor.Actor, id int64) ([]Session, error) {
	a, err := s.Get(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return listSessions(ctx, s.db, a.CountyID, a.ID)
}

// EndSession ends one of the asker's own sessions.
func (s *Service) EndSession(ctx context.Context, who actor.Actor, session int64) error {
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		n, err := endSessions(ctx, tx, who.CountyID, who.AccountID, session, 0, endedOwn, s.now())
		if err == nil && n == 0 {
			err = fault.NotFound("这次登录,它可能已经结束")
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: "account.end_session", Kind: "session",
			ID: strconv.FormatInt(session, 10), Name: who.Username})
	})
}

// EndOthers ends all of the asker's sessions but the current one and returns how many.
func (s *Service) EndOthers(ctx context.Context, who actor.Actor) (n int64, err error) {
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		n, err = endSessions(ctx, tx, who.CountyID, who.AccountID, 0, who.SessionID, endedOwn, s.now())
		if err != nil || n == 0 {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: "account.end_session", Kind: "account",
			ID: strconv.FormatInt(who.AccountID, 10), Name: who.Username, After: map[string]any{"ended": n}})
	})
	return n, err
}

// EndAllOf signs an account out everywhere and returns how many sessions that ended.
func (s *Service) EndAllOf(ctx context.Context, who actor.Actor, id int64) (n int64, err error) {
	err = s.change(ctx, who, id, "account.force_sign_out", "", func(tx pgx.Tx, a Account) (any, any, error) {
		n, err = endSessions(ctx, tx, a.CountyID, a.ID, 0, 0, endedForced, s.now())
		return nil, map[string]any{"ended": n}, err
	})
	return n, err
}

// Prune deletes what is no longer needed: failures of the day before, and sessions older than the half year that
// 网络安全法 第二十一条 asks logs to be kept for (the audit trail keeps the sign-ins themselves).
func (s *Service) Prune(ctx context.Context) error {
	return prune(ctx, s.db, s.now().Add(-24*time.Hour), s.now().AddDate(0, 0, -200))
}
