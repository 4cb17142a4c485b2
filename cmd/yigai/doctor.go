package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"yigai/internal/app"
	"yigai/internal/pg"
)

// doctor says what is configured, reachable and outdated. It prints no secrets.
func doctor(ctx context.Context, c *call) error {
	if err := c.parse(c.flags(), 0); err != nil {
		return err
	}
	dir, err := filepath.Abs(c.config.DataDir)
	if err != nil {
		return fmt.Errorf("find data folder: %w", err)
	}
	c.printSettings(dir)
	if _, err := os.Stat(dir); err != nil && c.config.DatabaseURL == "" {
		return fmt.Errorf("数据目录 %s 还不存在:先运行 yigai serve 或 make run", dir)
	}
	if err := app.WithDatabase(ctx, c.config, c.log, func(q pg.Querier) error { return c.examine(ctx, q) }); err != nil {
		return err
	}
	if c.config.ReplicaURL == "" {
		return nil
	}
	return app.ExamineReplica(ctx, c.config.ReplicaURL, c.out)
}

func (c *call) printSettings(dir string) {
	say := func(label, value string) {
		if value != "" {
			fmt.Fprintf(c.out, "%s  %s\n", label, value)
		}
	}
	say("地址    ", c.config.BaseURL+"(监听 "+c.config.Listen+")")
	say("监控    ", c.config.MetricsListen)
	for _, p := range c.config.TrustedProxies {
		say("反向代理", p.String())
	}
	for _, line := range c.config.Gateways.Lines() {
		say("外发消息", line)
	}
	say("数据目录", dir)
	if c.config.Demo {
		say("演示    ", "是,数据均为虚构")
	}
	if c.config.DatabaseURL == "" {
		say("数据库  ", "私有 PostgreSQL,在数据目录下")
	} else {
		say("数据库  ", "由 YIGAI_DATABASE_URL 指定")
	}
}

func (c *call) examine(ctx context.Context, q pg.Querier) error {
	var version, size string
	err := q.QueryRow(ctx, `SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))`).Scan(&version, &size)
	if err != nil {
		return fmt.Errorf("ask the database: %w", err)
	}
	state, err := pg.SchemaState(ctx, q)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "PostgreSQL %s,%s\n结构版本  %d(程序 %d)\n", version, size, state.Applied, state.Newest)
	if !state.Current() {
		return errors.New("数据库结构不是本程序的版本:请运行 yigai migrate up")
	}
	return app.Examine(ctx, q, c.out)
}
