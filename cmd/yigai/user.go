package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/app"
	"yigai/internal/org"
)

// userCreate provisions an account from the command line: the only way to the first one.
func userCreate(ctx context.Context, c *call) error {
	flags := c.flags()
	username := flags.String("username", "", "")
	name := flags.String("name", "", "")
	county := flags.String("county", "", "")
	institution := flags.String("institution", "", "")
	fromStdin := flags.Bool("password-stdin", false, "")
	var roles list
	flags.Var(&roles, "role", "")
	if err := c.parse(flags, 0); err != nil {
		return err
	}
	if *username == "" || len(roles) == 0 {
		return misuse("请给出 --username 和 --role")
	}
	if err := checkRoles(roles); err != nil {
		return err
	}
	password, err := c.password(*fromStdin)
	if err != nil {
		return err
	}
	return c.withApp(ctx, func(a *app.App) error {
		draft, err := c.draft(ctx, a, *username, *name, roles, *county, *institution)
		if err != nil {
			return err
		}
		draft.Password, draft.Settled = password, password != ""
		made, used, err := accounts(a).Provision(ctx, draft)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "已建立账号 %s(%s)\n", made.Username, actor.RoleTitle(roles[0]))
		if password == "" {
			fmt.Fprintf(c.out, "初始密码:%s(首次登录后须修改)\n", used)
		}
		return nil
	})
}

func checkRoles(roles []string) error {
	names := make([]string, len(actor.Roles))
	for i, r := range actor.Roles {
		names[i] = r.Name
	}
	for _, role := range roles {
		if !slices.Contains(names, role) {
			return misuse("没有 %q 这个角色,可选:%s", role, strings.Join(names, "、"))
		}
	}
	return nil
}

func accounts(a *app.App) *account.Service {
	return account.New(a.Deps.DB, a.Deps.Now, func() *actor.Permissions { return a.Deps.Permissions })
}

// draft finds the county and institution that the account belongs to. Administrators may belong to
// the platform when no county exists yet.
func (c *call) draft(ctx context.Context, a *app.App, username, name string, roles []string, county, institution string) (account.Draft, error) {
	d := account.Draft{Username: username, Name: name, Grant: account.Grant{Roles: roles, Scope: scopeOf(roles[0])}}
	if d.Name == "" {
		d.Name = actor.RoleTitle(roles[0])
	}
	all, err := org.Counties(ctx, a.Deps.DB)
	if err != nil {
		return d, err
	}
	if county == "" && (len(all) == 0 || len(all) > 1 && administers(roles[0])) {
		return d, nil
	}
	who, err := a.InCounty(ctx, county)
	if err != nil {
		return d, err
	}
	d.CountyID = who.CountyID
	if institution == "" {
		return d, nil
	}
	home, err := org.ByCode(ctx, a.Deps.DB, who, institution)
	if err != nil {
		return d, fmt.Errorf("机构编码 %s:%w", institution, err)
	}
	d.Grant.InstitutionID = home.ID
	return d, nil
}

// administers reports whether the role looks after the installation and not after a county's work.
func administers(role string) bool {
	return role == actor.SystemAdmin || role == actor.SecurityAdmin || role == actor.AuditAdmin
}

func scopeOf(role string) string {
	for _, r := range actor.Roles {
		if r.Name == role {
			return r.Scope
		}
	}
	return "institution"
}

// password reads one line from standard input when asked to; otherwise one is generated.
func (c *call) password(fromStdin bool) (string, error) {
	if !fromStdin {
		return "", nil
	}
	line, err := bufio.NewReader(io.LimitReader(c.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read password: %w", err)
	}
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", errors.New("标准输入里没有密码")
	}
	return password, nil
}

func userPasswd(ctx context.Context, c *call) error {
	flags := c.flags()
	username := flags.String("username", "", "")
	fromStdin := flags.Bool("password-stdin", false, "")
	if err := c.parse(flags, 0); err != nil {
		return err
	}
	password, err := c.password(*fromStdin)
	if err != nil {
		return err
	}
	return c.onAccount(ctx, "--username", *username, func(s *account.Service, who actor.Actor, one account.Account) error {
		used, err := s.ResetPassword(ctx, who, one.ID, password)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "已重设 %s 的密码,原有的登录和接口令牌都已失效\n", one.Username)
		if password == "" {
			fmt.Fprintf(c.out, "新密码:%s(登录后须修改)\n", used)
		}
		return nil
	})
}

func userUnlock(ctx context.Context, c *call) error {
	flags := c.flags()
	username := flags.String("username", "", "")
	if err := c.parse(flags, 0); err != nil {
		return err
	}
	return c.onAccount(ctx, "--username", *username, func(s *account.Service, who actor.Actor, one account.Account) error {
		if err := s.Unlock(ctx, who, one.ID); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "已解除 %s 的登录锁定\n", one.Username)
		return nil
	})
}

func (c *call) onAccount(ctx context.Context, flag, username string, do func(*account.Service, actor.Actor, account.Account) error) error {
	if username == "" {
		return misuse("请给出 %s", flag)
	}
	return c.withApp(ctx, func(a *app.App) error {
		s := accounts(a)
		one, err := s.ByUsername(ctx, account.Operator(), username)
		if err != nil {
			return err
		}
		who := account.Operator()
		who.CountyID = one.CountyID
		return do(s, who, one)
	})
}
