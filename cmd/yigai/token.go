package main

import (
	"context"
	"fmt"

	"yigai/internal/account"
	"yigai/internal/actor"
)

// tokenCreate prints the token alone on stdout, once.
func tokenCreate(ctx context.Context, c *call) error {
	flags := c.flags()
	username := flags.String("user", "", "")
	name := flags.String("name", "命令行建立", "")
	days := flags.Int("days", 90, "")
	if err := c.parse(flags, 0); err != nil {
		return err
	}
	return c.onAccount(ctx, "--user", *username, func(s *account.Service, who actor.Actor, one account.Account) error {
		secret, err := s.CreateToken(ctx, who, one.ID, *name, *days)
		if err != nil {
			return err
		}
		fmt.Fprintln(c.out, secret)
		return nil
	})
}
