package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"yigai/internal/app"
	"yigai/internal/period"
	"yigai/internal/report"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// exportFile writes one export to a file, or to standard output as csv.
func exportFile(ctx context.Context, c *call) error {
	flags := c.flags()
	county := flags.String("county", "", "")
	when := flags.String("period", "", "")
	file := flags.String("o", "", "")
	request := report.Request{Format: sheet.CSV}
	flags.StringVar(&request.Form, "form", "", "")
	flags.StringVar(&request.Institution, "institution", "", "")
	flags.StringVar(&request.Indicator, "indicator", "", "")
	flags.StringVar(&request.Element, "element", "", "")
	if err := c.parse(flags, 1); err != nil {
		return err
	}
	request.Kind = c.args[0]
	if _, ok := report.KindOf(request.Kind); !ok {
		return misuse("不能导出 %q,可以导出:%s", request.Kind, exportKinds())
	}
	if *when != "" {
		p, err := period.ParsePeriod(*when)
		if err != nil {
			return misuse("--period 应为月、季、半年或年,如 2026-07、2026Q3、2026H1、2026")
		}
		request.From, request.To = p.First(), p.Last()
	}
	if strings.EqualFold(filepath.Ext(*file), ".xlsx") {
		request.Format = sheet.XLSX
	}
	return c.withApp(ctx, func(a *app.App) error { return c.export(ctx, a, *county, request, *file) })
}

func exportKinds() string {
	names := make([]string, len(report.Kinds))
	for i, k := range report.Kinds {
		names[i] = k.Name
	}
	return strings.Join(names, "、")
}

func (c *call) export(ctx context.Context, a *app.App, county string, r report.Request, file string) error {
	who, err := a.InCounty(ctx, county)
	if err != nil {
		return err
	}
	service := report.New(a.Deps.DB, a.Deps.Replica, a.Deps.Now,
		reporting.New(a.Deps.DB, a.Deps.Now, a.Deps.Calendar), a.Deps.Permissions)
	if file == "" {
		_, err := service.Export(ctx, who, r, c.out)
		return plain(err)
	}
	var sum report.Summary
	err = whole(file, func(w io.Writer) (err error) {
		sum, err = service.Export(ctx, who, r, w)
		return err
	})
	if err != nil {
		return plain(err)
	}
	fmt.Fprintf(c.out, "已导出 %d 行到 %s,SHA-256 %s\n", sum.Rows, file, sum.SHA256)
	return nil
}

// whole writes a file that appears complete or not at all.
func whole(file string, write func(w io.Writer) error) error {
	temp, err := os.CreateTemp(filepath.Dir(file), ".yigai-export-*")
	if err != nil {
		return fmt.Errorf("文件 %s 无法建立: %w", file, err)
	}
	defer os.Remove(temp.Name())
	if err := errors.Join(write(temp), temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), file); err != nil {
		return fmt.Errorf("文件 %s 无法写入: %w", file, err)
	}
	return nil
}
