package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"yigai/internal/app"
	"yigai/internal/fault"
)

// importFile stores all rows of a file or none, and writes the refused rows beside it with the reason.
func importFile(ctx context.Context, c *call) error {
	flags := c.flags()
	county := flags.String("county", "", "")
	dryRun := flags.Bool("dry-run", false, "")
	partial := flags.Bool("partial", false, "")
	mode := flags.String("mode", "", "")
	if err := c.parse(flags, 2); err != nil {
		return err
	}
	kind, path := c.args[0], c.args[1]
	if !app.Importable(kind) {
		return misuse("不能导入 %q,可以导入:%s", kind, strings.Join(app.ImportKinds(), "、"))
	}
	if *mode != "" && kind != "values" {
		return misuse("--mode 只用于 values")
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("文件 %s 无法读取: %w", path, err)
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return fmt.Errorf("%s 是文件夹,请给出要导入的文件", path)
	}
	return c.withApp(ctx, func(a *app.App) error {
		who, err := a.InCounty(ctx, *county)
		if err != nil {
			return err
		}
		outcome, err := a.Import(ctx, who, kind, file, app.ImportOptions{DryRun: *dryRun, Partial: *partial, Name: filepath.Base(path), Mode: *mode})
		if err != nil {
			return plain(err)
		}
		return c.report(outcome, path, *dryRun)
	})
}

func (c *call) report(o app.Imported, path string, dryRun bool) error {
	for _, w := range o.Warnings {
		fmt.Fprintf(c.err, "提醒  %s\n", w)
	}
	for _, f := range o.Refusals[:min(mostRefusals, len(o.Refusals))] {
		fmt.Fprintf(c.err, "%s\n", f)
	}
	if more := len(o.Refusals) - mostRefusals; more > 0 {
		fmt.Fprintf(c.err, "另有 %d 处,见退回文件\n", more)
	}
	word := "已导入"
	if dryRun {
		word = "试运行(没有写入)"
	}
	if o.Stored || dryRun && (len(o.Refusals) == 0 || o.Created+o.Updated+o.Unchanged > 0) {
		fmt.Fprintf(c.out, "%s:新增 %d,更新 %d,未变 %d\n", word, o.Created, o.Updated, o.Unchanged)
	}
	if dryRun {
		for _, line := range o.Changes {
			fmt.Fprintln(c.out, line)
		}
	}
	if len(o.Refusals) == 0 {
		return nil
	}
	refused := refusedFile(path, o.Extension, dryRun)
	if err := os.WriteFile(refused, o.Refused, 0o600); err != nil {
		return fmt.Errorf("退回的行无法写到 %s: %w", refused, err)
	}
	if o.Stored {
		return fmt.Errorf("有 %d 行没有导入,连同原因写在 %s", o.RefusedRows, refused)
	}
	return fmt.Errorf("有 %d 行不能导入,全部没有写入;这些行连同原因写在 %s", o.RefusedRows, refused)
}

// mostRefusals is how many refusals are told one by one; the file of refused rows holds all.
const mostRefusals = 20

// refusedFile is where the refused rows are written: beside the file they came from; a dry run leaves that folder as it
// is and writes where it was started.
func refusedFile(path, extension string, dryRun bool) string {
	name := strings.TrimSuffix(path, filepath.Ext(path)) + ".退回" + extension
	if dryRun {
		return filepath.Base(name)
	}
	return name
}

// plain shows the sentences of a fault without the wrapping of the layers.
func plain(err error) error {
	if problems := fault.Problems(err); len(problems) > 0 {
		said := make([]string, len(problems))
		for i, p := range problems {
			said[i] = p.Message
		}
		return errors.New(strings.Join(said, "\n"))
	}
	return err
}
