package account

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// ResetPassword sets a password, generated when none is given, and returns it. It ends every session and revokes every
// token of the account, because whoever knew the old password may have made them, and has to be changed at the next
// sign-in.
func (s *Service) ResetPassword(ctx context.Context, who actor.Actor, id int64, password string) (string, error) {
	a, err := s.manageable(ctx, who, id)
	if err != nil {
		return "", s.refused(ctx, who, actionReset, strconv.FormatInt(id, 10), err)
	}
	if m := weakness(password, a.Username); password != "" && m != "" {
		return "", fault.Field("password", "%s", m)
	}
	if password == "" {
		password = generate()
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return "", err
	}
	err = s.change(ctx, who, id, actionReset, "", func(tx pgx.Tx, a Account) (any, any, error) {
		if err := setPassword(ctx, tx, a.CountyID, a.ID, hash, true, s.now()); err != nil {
			return nil, nil, err
		}
		if err := forgetName(ctx, tx, nameHash(a.Username)); err != nil {
			return nil, nil, err
		}
		if _, err := endSessions(ctx, tx, a.CountyID, a.ID, 0, 0, endedPassword, s.now()); err != nil {
			return nil, nil, err
		}
		revoked, err := revokeTokens(ctx, tx, a.CountyID, a.ID, s.now())
		return nil, map[string]any{"revoked_tokens": revoked}, err
	})
	return password, err
}

const actionReset = "account.reset_password"

// manageable is an account that the asker may manage, asked before anything costly is done for them.
func (s *Service) manageable(ctx context.Context, who actor.Actor, id int64) (Account, error) {
	if err := who.Require(ActionManage); err != nil {
		return Account{}, err
	}
	a, err := s.Get(ctx, who, id)
	if err != nil {
		return Account{}, err
	}
	return a, s.mayManage(who, a)
}

// ChangePassword replaces the asker's own password and ends their other sessions. The current one is judged under
// the same limits as a sign-in, so an unattended screen is no way to guess it.
func (s *Service) ChangePassword(ctx context.Context, who actor.Actor, current, fresh string) error {
	if who.SessionID == 0 {
		return fault.Forbidden("只有登录后才能修改自己的密码")
	}
	if m := weakness(fresh, who.Username); m != "" {
		return fault.Field("fresh", "%s", m)
	}
	if fresh == current {
		return fault.Field("fresh", "新密码不能与原密码相同")
	}
	try, err := s.checkOwn(ctx, who, current, asked{"current", "原密码", "修改密码"})
	if err != nil {
		return err
	}
	hash, err := s.hash(ctx, fresh)
	if err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := setPassword(ctx, tx, who.CountyID, who.AccountID, hash, false, s.now()); err != nil {
			return err
		}
		if err := forgetTries(ctx, tx, try.name, try.place); err != nil {
			return err
		}
		if _, err := endSessions(ctx, tx, who.CountyID, who.AccountID, 0, who.SessionID, endedPassword, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: "account.change_password", Kind: "account",
			ID: strconv.FormatInt(who.AccountID, 10), Name: who.Username})
	})
}

// Confirm asks for the asker's own password once more, before an act that binds somebody, such as 签认. It is judged
// under the same limits as a sign-in; the problem's field is "password".
func (s *Service) Confirm(ctx context.Context, who actor.Actor, password, act string) error {
	if who.SessionID == 0 {
		return fault.Forbidden("%s须本人登录后办理", act)
	}
	if password == "" {
		return fault.Field("password", "请输入您的登录密码")
	}
	try, err := s.checkOwn(ctx, who, password, asked{"password", "登录密码", act})
	if err != nil {
		return fmt.Errorf("confirm %s by account %d: %w", act, who.AccountID, err)
	}
	return forgetTries(ctx, s.db, try.name, try.place)
}

// asked is a password that somebody signed in is asked for: the field it is typed into, what it is called there, and
// what for.
type asked struct{ field, name, act string }

func (s *Service) checkOwn(ctx context.Context, who actor.Actor, current string, a asked) (admitted, error) {
	c, err := credentialsOf(ctx, s.db, who.Username)
	if err != nil {
		return admitted{}, err
	}
	from := Origin{Address: "session " + strconv.FormatInt(who.SessionID, 10)}
	try, err := s.admit(ctx, c.ID, c.Username, from)
	if wait := (*WaitError)(nil); errors.As(err, &wait) {
		return try, fault.Field(a.field, "密码错误次数过多,%s", wait.until())
	}
	if err != nil {
		return try, err
	}
	ok, err := s.matches(ctx, current, c.Hash)
	if err != nil {
		return try, err
	}
	if !ok {
		from.Address = who.Address
		return try, s.refuse(ctx, c, from, try, a.act+"时"+a.name+"错误", fault.Field(a.field, "%s不正确", a.name))
	}
	return try, nil
}
