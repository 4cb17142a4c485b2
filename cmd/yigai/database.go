package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yigai/internal/app"
	"yigai/internal/audit"
	"yigai/internal/period"
	"yigai/internal/pg"
)

func migrateUp(ctx context.Context, c *call) error {
	if err := c.parse(c.flags(), 0); err != nil {
		return err
	}
	return c.withApp(ctx, func(a *app.App) error { return c.printSchema(ctx, a) })
}

func migrateStatus(ctx context.Context, c *call) error {
	if err := c.parse(c.flags(), 0); err != nil {
		return err
	}
	return app.WithDatabase(ctx, c.config, c.log, func(q pg.Querier) error {
		state, err := pg.SchemaState(ctx, q)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "数据库结构第 %d 版,本程序第 %d 版\n", state.Applied, state.Newest)
		if state.Dirty {
			return errors.New("上一次升级没有完成:请运行 yigai migrate up")
		}
		return nil
	})
}

func (c *call) printSchema(ctx context.Context, a *app.App) error {
	state, err := pg.SchemaState(ctx, a.Deps.DB)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "数据库结构已是第 %d 版\n", state.Applied)
	return nil
}

func auditVerify(ctx context.Context, c *call) error {
	if err := c.parse(c.flags(), 0); err != nil {
		return err
	}
	return c.withApp(ctx, func(a *app.App) error {
		if _, err := audit.Seal(ctx, a.Deps.DB); err != nil {
			return err
		}
		proof, err := audit.Verify(ctx, a.Deps.DB)
		if err != nil {
			return err
		}
		if proof.Broken != "" {
			return errors.New(proof.Broken)
		}
		fmt.Fprintf(c.out, "审计链完整:%d 条记录\n", proof.Entries)
		return nil
	})
}

func backup(ctx context.Context, c *call) error {
	if err := c.parse(c.flags(), 1); err != nil {
		return err
	}
	return c.withApp(ctx, func(a *app.App) error {
		began := time.Now()
		m, err := app.Backup(ctx, a.Deps.DB, c.args[0], began)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "已备份 %d 张表、%d 行到 %s,用时 %.1f 秒\n", len(m.Tables), m.Total(), c.args[0], time.Since(began).Seconds())
		return nil
	})
}

func restore(ctx context.Context, c *call) error {
	if err := c.parse(c.flags(), 1); err != nil {
		return err
	}
	return c.withApp(ctx, func(a *app.App) error {
		m, err := app.Restore(ctx, a.Deps.DB, c.args[0])
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "已恢复 %s 的备份:%d 张表、%d 行\n", m.At.In(period.Shanghai).Format("2006-01-02 15:04:05"), len(m.Tables), m.Total())
		return nil
	})
}
