package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"strings"

	"yigai/internal/app"
)

func (c *call) flags() *flag.FlagSet {
	f := flag.NewFlagSet(c.tool.name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parse reads flags that may stand before, between and after the words, and wants exactly n words.
func (c *call) parse(f *flag.FlagSet, n int) error {
	var words []string
	for rest := c.args; ; {
		if err := f.Parse(rest); err != nil {
			return misuse("%s", flagProblem(err))
		}
		rest = f.Args()
		if len(rest) == 0 {
			break
		}
		words, rest = append(words, rest[0]), rest[1:]
	}
	if len(words) != n {
		return misuse("参数个数不对:应有 %d 个,现在有 %d 个", n, len(words))
	}
	c.args = words
	return nil
}

func flagProblem(err error) string {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: "); ok {
		return "不认识的选项 " + name
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: "); ok {
		return "选项 " + name + " 后面缺少内容"
	}
	return "选项有误:" + text
}

// list collects a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(v string) error { *l = append(*l, v); return nil }

// withApp opens the house for the duration of one command.
func (c *call) withApp(ctx context.Context, do func(a *app.App) error) error {
	a, err := app.Open(ctx, c.config, app.Command, c.log)
	if err != nil {
		return err
	}
	return errors.Join(do(a), a.Close())
}
