package account

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
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
		d.Grant.Scope, d.Grant.List = ScopeNone, nil // until the security administrator decides
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
