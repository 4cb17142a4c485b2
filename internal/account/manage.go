package account

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

var usernameShape = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]{1,39}$`)

// Create makes an account and returns it with its password, generated when the draft has none. The person has to
// change it at the first sign-in.
func (s *Service) Create(ctx context.Context, who actor.Actor, d Draft) (Account, string, error) {
	if err := who.Require(ActionManage); err != nil {
		return Account{}, "", s.refused(ctx, who, ActionManage, d.Username, err)
	}
	if who.CountyID != 0 {
		d.CountyID = who.CountyID
	}
	if !isOperator(who) {
		d.Settled = false
	}
	if who.HasRole(actor.SystemAdmin) && len(d.Grant.Roles) == 0 {
		d.Grant.Scope, d.Grant.List = ScopeEntries, nil // narrowest until the security administrator decides
	}
	d = d.tidy()
	if err := s.mayCreate(ctx, who, d); err != nil {
		return Account{}, "", s.refused(ctx, who, ActionManage, d.Username, err)
	}
	if d.Password == "" {
		d.Password = generate()
	}
	a, err := s.insert(ctx, who, d)
	return a, d.Password, err
}

// Provision creates an account from the command line or the demo loader; the trail says that the system did it.
func (s *Service) Provision(ctx context.Context, d Draft) (Account, string, error) {
	return s.Create(ctx, Operator(), d)
}

func (d Draft) tidy() Draft {
	d.Username, d.Name, d.Grant = fold(d.Username), strings.TrimSpace(d.Name), d.Grant.tidy()
	return d
}

// mayCreate asks for the roles, then whether the draft makes sense, then for the institutions it reaches.
func (s *Service) mayCreate(ctx context.Context, who actor.Actor, d Draft) error {
	if err := s.mayHandOut(who, Grant{}, d.Grant); err != nil {
		return err
	}
	r, err := regionOf(ctx, s.db, d.CountyID, d.Grant.institutions())
	if err != nil {
		return err
	}
	if err := s.checkDraft(who, d, r); err != nil {
		return err
	}
	return s.covers(who, d.Grant, r)
}

func (s *Service) checkDraft(who actor.Actor, d Draft, r region) error {
	found := d.Grant.check(d.CountyID, r)
	if !usernameShape.MatchString(d.Username) {
		found = append(found, fault.Problem{Field: "username",
			Message: "用户名应为 2 到 40 个小写字母、数字、点、下划线或短横,以字母或数字开头"})
	}
	if m := checkName(d.Name); m != "" {
		found = append(found, fault.Problem{Field: "name", Message: m})
	}
	if m := weakness(d.Password, d.Username); d.Password != "" && m != "" {
		found = append(found, fault.Problem{Field: "password", Message: m})
	}
	if len(d.Grant.Roles) == 0 && !who.HasRole(actor.SystemAdmin) {
		found = append(found, fault.Problem{Field: "roles", Message: "请至少选择一个角色"})
	}
	if len(found) > 0 {
		return fault.Invalid(found...)
	}
	return nil
}

func checkName(name string) string {
	if n := utf8.RuneCountInString(name); n == 0 || n > 40 {
		return "请填写姓名,最多 40 个字"
	}
	return ""
}

func (s *Service) insert(ctx context.Context, who actor.Actor, d Draft) (a Account, err error) {
	hash, err := s.hash(ctx, d.Password)
	if err != nil {
		return a, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		id, err := insertAccount(ctx, tx, d, hash, s.now())
		if pg.Violates(err, "account_username_unique") {
			return fault.Field("username", "用户名“%s”已经有人使用,请换一个", d.Username)
		}
		if err != nil {
			return err
		}
		if a, err = lockAccount(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, who, a, "account.create", "", nil, a.state())
	})
	if err != nil && !fault.IsFault(err) {
		err = fmt.Errorf("create account %s: %w", d.Username, err)
	}
	return a, err
}

// Change is what Edit sets.
type Change struct {
	Version int // of the account as it was shown
	Name    string
	Grant   Grant
}

// Edit renames an account or changes what it may do and where. The name needs the right to manage, the grant the
// right to hand out everything that is added or taken away.
func (s *Service) Edit(ctx context.Context, who actor.Actor, id int64, c Change) error {
	c.Name, c.Grant = strings.TrimSpace(c.Name), c.Grant.tidy()
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		a, err := s.lockVisible(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if a.Version != c.Version {
			return fault.Conflict("这个账号刚被其他人修改过,请刷新后重新填写")
		}
		if err := s.checkEdit(ctx, tx, who, a, c); err != nil {
			return err
		}
		before := a.state()
		if err := updateGrant(ctx, tx, a, c); err != nil {
			return err
		}
		if a, err = lockAccount(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, who, a, "account.edit", "", before, a.state())
	})
	return s.refused(ctx, who, "account.edit", strconv.FormatInt(id, 10), err)
}

func (s *Service) checkEdit(ctx context.Context, tx pgx.Tx, who actor.Actor, a Account, c Change) error {
	if err := s.mayEdit(who, a, c.Name != a.Name); err != nil {
		return err
	}
	same := c.Grant.equal(a.Grant)
	if !same {
		if err := s.mayHandOut(who, a.Grant, c.Grant); err != nil {
			return err
		}
	}
	r, err := regionOf(ctx, tx, a.CountyID, c.Grant.institutions())
	if err != nil {
		return err
	}
	if err := c.check(a, r); err != nil || same {
		return err
	}
	return s.covers(who, c.Grant, r)
}

func (c Change) check(a Account, r region) error {
	found := c.Grant.check(a.CountyID, r)
	if m := checkName(c.Name); m != "" {
		found = append(found, fault.Problem{Field: "name", Message: m})
	}
	if len(c.Grant.Roles) == 0 && len(a.Grant.Roles) > 0 {
		found = append(found, fault.Problem{Field: "roles", Message: "请至少保留一个角色;不再使用的账号请停用"})
	}
	if len(found) > 0 {
		return fault.Invalid(found...)
	}
	return nil
}

// mayEdit asks for the account itself; what the new grant may hold is asked by mayHandOut and covers.
func (s *Service) mayEdit(who actor.Actor, a Account, renamed bool) error {
	if who.May(ActionAuthorise) && !renamed {
		return notOneself(who, a)
	}
	return s.mayManage(who, a)
}

// Deactivate keeps an account from signing in and ends its sessions; tokens stop working with it.
func (s *Service) Deactivate(ctx context.Context, who actor.Actor, id int64, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return fault.Field("reason", "请填写停用原因")
	}
	return s.change(ctx, who, id, "account.deactivate", reason, func(tx pgx.Tx, a Account) (any, any, error) {
		if !a.Active {
			return nil, nil, fault.Conflict("这个账号已经停用")
		}
		if err := setActive(ctx, tx, a, false); err != nil {
			return nil, nil, err
		}
		_, err := endSessions(ctx, tx, a.CountyID, a.ID, 0, 0, endedDeactivated, s.now())
		return map[string]any{"active": true}, map[string]any{"active": false}, err
	})
}

// Activate lets a deactivated account sign in again.
func (s *Service) Activate(ctx context.Context, who actor.Actor, id int64) error {
	return s.change(ctx, who, id, "account.activate", "", func(tx pgx.Tx, a Account) (any, any, error) {
		if a.Active {
			return nil, nil, fault.Conflict("这个账号没有停用")
		}
		return map[string]any{"active": false}, map[string]any{"active": true}, setActive(ctx, tx, a, true)
	})
}

// Unlock forgets the failed sign-ins of an account, so that no place has to wait.
func (s *Service) Unlock(ctx context.Context, who actor.Actor, id int64) error {
	return s.change(ctx, who, id, "account.unlock", "", func(tx pgx.Tx, a Account) (any, any, error) {
		return nil, nil, forgetName(ctx, tx, nameHash(a.Username))
	})
}

// ResetPassword sets a password, generated when none is given, and returns it. It ends every session of the account
// and has to be changed at the next sign-in.
func (s *Service) ResetPassword(ctx context.Context, who actor.Actor, id int64, password string) (string, error) {
	a, err := s.Get(ctx, who, id)
	if err != nil {
		return "", err
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
	err = s.change(ctx, who, id, "account.reset_password", "", func(tx pgx.Tx, a Account) (any, any, error) {
		if err := setPassword(ctx, tx, a.CountyID, a.ID, hash, true, s.now()); err != nil {
			return nil, nil, err
		}
		if err := forgetName(ctx, tx, nameHash(a.Username)); err != nil {
			return nil, nil, err
		}
		_, err := endSessions(ctx, tx, a.CountyID, a.ID, 0, 0, endedPassword, s.now())
		return nil, nil, err
	})
	return password, err
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
	try, err := s.checkCurrent(ctx, who, current)
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

func (s *Service) checkCurrent(ctx context.Context, who actor.Actor, current string) (admitted, error) {
	c, err := credentialsOf(ctx, s.db, who.Username)
	if err != nil {
		return admitted{}, err
	}
	from := Origin{Address: "session " + strconv.FormatInt(who.SessionID, 10)}
	try, err := s.admit(ctx, c.ID, c.Username, from)
	if wait := (*WaitError)(nil); errors.As(err, &wait) {
		return try, fault.Field("current", "%s", wait.Error())
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
		return try, s.refuse(ctx, c, from, try, "修改密码时原密码错误", fault.Field("current", "原密码不正确"))
	}
	return try, nil
}

// change runs one operation on an account that the asker may manage, and records it.
func (s *Service) change(ctx context.Context, who actor.Actor, id int64, action, reason string,
	do func(tx pgx.Tx, a Account) (before, after any, err error)) error {
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := who.Require(ActionManage); err != nil {
			return err
		}
		a, err := s.lockVisible(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if err := s.mayManage(who, a); err != nil {
			return err
		}
		before, after, err := do(tx, a)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, who, a, action, strings.TrimSpace(reason), before, after)
	})
	return s.refused(ctx, who, action, strconv.FormatInt(id, 10), err)
}

// record writes to the trail of the account's county, also when a platform administrator acts.
func (s *Service) record(ctx context.Context, tx pgx.Tx, who actor.Actor, a Account, action, reason string, before, after any) error {
	return audit.Record(ctx, tx, in(who, a.CountyID), audit.Entry{Action: action, Kind: "account",
		ID: strconv.FormatInt(a.ID, 10), Name: a.Username, InstitutionID: a.Grant.InstitutionID,
		Before: before, After: after, Reason: reason})
}

func in(who actor.Actor, county int32) actor.Actor {
	who.CountyID = county
	return who
}

// refused records that somebody tried what they may not; any other error passes.
func (s *Service) refused(ctx context.Context, who actor.Actor, action, object string, err error) error {
	if !fault.IsForbidden(err) {
		return err
	}
	if noted := s.NoteRefusal(ctx, who, action, "account", object, err.Error()); noted != nil {
		return noted
	}
	return err
}

// NoteRefusal records that somebody signed in tried what they may not; the application says it for whole routes.
func (s *Service) NoteRefusal(ctx context.Context, who actor.Actor, action, kind, object, why string) error {
	return audit.Record(ctx, s.db, who, audit.Entry{Action: "refused", Kind: kind, ID: object, Name: action, Reason: why})
}

// state is what the trail keeps of an account.
func (a Account) state() map[string]any {
	m := map[string]any{"name": a.Name, "roles": a.Grant.Roles, "scope": a.Grant.Scope}
	if a.Institution != "" {
		m["institution"] = a.Institution
	}
	if len(a.Grant.List) > 0 {
		m["list"] = a.Grant.List
	}
	return m
}
