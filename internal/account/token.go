package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Bounds of a token.
const (
	TokenDays    = 365 // offered
	LongestToken = 730
	mostTokens   = 20 // valid at once, per account
	tokenMark    = "yigai_"
)

// Token lets a program act for an account; its secret is shown once and only its hash is kept.
type Token struct {
	ID       int64
	Name     string
	Created  time.Time
	Expires  time.Time
	LastUsed *time.Time
	Revoked  *time.Time

	granted bool // by the Operator to an account that may not use tokens; else a token ends with ActionToken
}

// Valid reports whether the token can still be used.
func (t Token) Valid(now time.Time) bool { return t.Revoked == nil && now.Before(t.Expires) }

// Tokens lists the asker's own tokens, newest first.
func (s *Service) Tokens(ctx context.Context, who actor.Actor) ([]Token, error) {
	return listTokens(ctx, s.db, who.CountyID, who.AccountID)
}

// TokensOf lists the tokens of another account.
func (s *Service) TokensOf(ctx context.Context, who actor.Actor, id int64) ([]Token, error) {
	a, err := s.Get(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return listTokens(ctx, s.db, a.CountyID, a.ID)
}

// CreateToken makes a token and returns its secret. People make tokens for themselves only, because a token for
// somebody else would be a way to act as them; the Operator makes them for anybody.
func (s *Service) CreateToken(ctx context.Context, who actor.Actor, id int64, name string, days int) (secret string, err error) {
	if err := who.Require(ActionToken); err != nil {
		return "", err
	}
	if who.AccountID != id && !isOperator(who) {
		return "", fault.Forbidden("只能为自己建立接口令牌")
	}
	name = strings.TrimSpace(name)
	if err := checkToken(name, days); err != nil {
		return "", err
	}
	secret = tokenMark + rand.Text()
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		a, err := lockAccount(ctx, tx, id, s.now())
		if err != nil {
			return err
		}
		now := s.now()
		t, err := insertToken(ctx, tx, a, Token{Name: name, Created: now, Expires: now.AddDate(0, 0, days),
			granted: !slices.Contains(s.permissions().Of(a.Grant.Roles), ActionToken)}, tokenHash(secret))
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, in(who, a.CountyID), audit.Entry{Action: ActionToken, Kind: "token",
			ID: strconv.FormatInt(t, 10), Name: a.Username, After: map[string]any{"name": name, "days": days}})
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

func checkToken(name string, days int) error {
	var found []fault.Problem
	if name == "" || len([]rune(name)) > 60 {
		found = append(found, fault.Problem{Field: "name", Message: "请填写用途,最多 60 个字"})
	}
	if days < 1 || days > LongestToken {
		found = append(found, fault.Problem{Field: "days", Message: "有效天数应为 1 到 730 的整数"})
	}
	if len(found) > 0 {
		return fault.Invalid(found...)
	}
	return nil
}

// RevokeToken ends a token at once: one's own, or with the right to manage the account anybody's.
func (s *Service) RevokeToken(ctx context.Context, who actor.Actor, id, token int64) error {
	if who.AccountID != id || isOperator(who) {
		return s.change(ctx, who, id, "account.revoke_token", "", func(tx pgx.Tx, a Account) (any, any, error) {
			return nil, map[string]any{"token": token}, revokeToken(ctx, tx, a.CountyID, a.ID, token, s.now())
		})
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := revokeToken(ctx, tx, who.CountyID, id, token, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: "account.revoke_token", Kind: "token",
			ID: strconv.FormatInt(token, 10), Name: who.Username})
	})
}

// tokenHash needs no salt and no slow hash: the secret has 130 bits of chance.
func tokenHash(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}
