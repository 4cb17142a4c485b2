package main

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"yigai/internal/app"
	"yigai/internal/indicator"
	"yigai/internal/period"
)

// countyCode is the spelling of GB/T 2260.
var countyCode = regexp.MustCompile(`^[1-9][0-9]{5}$`)

func countyCreate(ctx context.Context, c *call) error {
	flags := c.flags()
	code := flags.String("code", "", "")
	name := flags.String("name", "", "")
	var presets list
	flags.Var(&presets, "preset", "")
	if err := c.parse(flags, 0); err != nil {
		return err
	}
	if *code == "" || *name == "" {
		return misuse("请给出 --code(6 位区划代码)和 --name")
	}
	if !countyCode.MatchString(*code) {
		return misuse("--code 应为 6 位的县级区划代码,如 150523,现在是 %q", *code)
	}
	return c.withApp(ctx, func(a *app.App) error {
		county, err := a.CreateCounty(ctx, *code, *name, presets)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "已建立 %s(%s)\n", county.Name, county.Code)
		if len(presets) == 0 {
			fmt.Fprintln(c.out, "没有选政策包:报表、数据项和指标都是空的;加 --preset standard 可装入标准月报")
		}
		return nil
	})
}

func demoLoad(ctx context.Context, c *call) error {
	if err := c.parse(c.flags(), 0); err != nil {
		return err
	}
	return c.withApp(ctx, func(a *app.App) error { return a.LoadDemo(ctx, c.out) })
}

func indicatorCompute(ctx context.Context, c *call) error {
	flags := c.flags()
	when := flags.String("period", "", "")
	code := flags.String("county", "", "")
	if err := c.parse(flags, 0); err != nil {
		return err
	}
	p, err := period.ParsePeriod(*when)
	if err != nil {
		return misuse("--period 应为月、季、半年或年,如 2026-07、2026Q3、2026H1、2026")
	}
	return c.withApp(ctx, func(a *app.App) error {
		who, err := a.InCounty(ctx, *code)
		if err != nil {
			return err
		}
		began := time.Now()
		run, err := indicator.New(a.Deps.DB, a.Deps.Now, a.Deps.Calendar).Compute(ctx, who.CountyID, p.Months(), nil)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "已计算 %d 个指标值,用时 %.2f 秒\n", run.Values, time.Since(began).Seconds())
		return nil
	})
}
