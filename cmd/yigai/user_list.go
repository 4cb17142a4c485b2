package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/app"
	"yigai/internal/org"
)

func userList(ctx context.Context, c *call) error {
	flags := c.flags()
	county := flags.String("county", "", "")
	if err := c.parse(flags, 0); err != nil {
		return err
	}
	return c.withApp(ctx, func(a *app.App) error {
		f, err := c.accountsOf(ctx, a, *county)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(c.out, 2, 4, 2, ' ', 0)
		fmt.Fprintln(w, "账号\t姓名\t角色\t机构\t状态")
		for {
			page, err := accounts(a).List(ctx, account.Operator(), f)
			if err != nil {
				return err
			}
			for _, one := range page.Items {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", one.Username, one.Name, roles(one), one.Institution, state(one))
			}
			if page.Next == "" {
				return w.Flush()
			}
			f.After = page.Next
		}
	})
}

func (c *call) accountsOf(ctx context.Context, a *app.App, county string) (account.Filter, error) {
	if county == "" {
		return account.Filter{}, nil
	}
	one, err := org.CountyByCode(ctx, a.Deps.DB, county)
	return account.Filter{County: one.ID}, err
}

// roles are the titles of an account's roles with the names that --role takes.
func roles(a account.Account) string {
	said := make([]string, len(a.Grant.Roles))
	for i, name := range a.Grant.Roles {
		said[i] = actor.RoleTitle(name) + "(" + name + ")"
	}
	return strings.Join(said, "、")
}

func state(a account.Account) string {
	switch {
	case !a.Active:
		return "停用"
	case a.Blocked:
		return "登录受限"
	}
	return "启用"
}
