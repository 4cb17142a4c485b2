// Command yigai is the whole product: the web server, the job worker and the tools of its administrator.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"yigai/internal/app"
	"yigai/internal/fault"
)

// Exit codes: 0 success, 1 the work failed, 2 wrong usage.
const (
	exitFailed = 1
	exitUsage  = 2
)

// usageError is a mistake in how the command was called.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

func misuse(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// tool is one subcommand.
type tool struct {
	name, use, about, example string
	run                       func(ctx context.Context, c *call) error
}

// call is one invocation: its arguments, settings and streams.
type call struct {
	args     []string
	config   app.Config
	in       io.Reader
	out, err io.Writer
	log      *slog.Logger
	tool     tool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run does one command and returns its exit code.
func run(ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, errs io.Writer) int {
	if len(args) == 0 || args[0] == "--help" || args[0] == "-h" || args[0] == "help" {
		printUsage(out)
		if len(args) == 0 {
			return exitUsage
		}
		return 0
	}
	t, rest, ok := find(args)
	if !ok {
		fmt.Fprintln(errs, unknown(args))
		return exitUsage
	}
	if asksHelp(rest) {
		fmt.Fprintf(out, "%s\n\n用法:  yigai %s\n示例:  %s\n", t.about, t.use, t.example)
		return 0
	}
	config, err := app.ReadConfig(getenv)
	if err != nil {
		fmt.Fprintln(errs, err)
		return exitUsage
	}
	c := &call{args: rest, config: config, in: in, out: out, err: errs, log: logger(config, errs), tool: t}
	return exitCode(t.run(ctx, c), t, errs)
}

func exitCode(err error, t tool, errs io.Writer) int {
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(errs, "%s\n用法:  yigai %s\n", usage.message, t.use)
		return exitUsage
	default:
		fmt.Fprintln(errs, spoken(fault.Bare(err)))
		return exitFailed
	}
}

// find matches the longest subcommand name: "user create" before "user".
func find(args []string) (tool, []string, bool) {
	for n := min(2, len(args)); n > 0; n-- {
		name := args[0]
		if n == 2 {
			name += " " + args[1]
		}
		for _, t := range tools() {
			if t.name == name {
				return t, args[n:], true
			}
		}
	}
	return tool{}, nil, false
}

// unknown says what is missing behind the first word of a command, or that there is no such command.
func unknown(args []string) string {
	var seconds []string
	for _, t := range tools() {
		if second, ok := strings.CutPrefix(t.name, args[0]+" "); ok {
			seconds = append(seconds, second)
		}
	}
	if len(seconds) > 0 {
		return fmt.Sprintf("yigai %s 后面应为:%s", args[0], strings.Join(seconds, "、"))
	}
	return fmt.Sprintf("没有 %q 这个命令,运行 yigai --help 查看全部命令", args[0])
}

func asksHelp(args []string) bool {
	for _, a := range args {
		if a == "--help" || a == "-h" {
			return true
		}
	}
	return false
}

func printUsage(out io.Writer) {
	fmt.Fprint(out, "医改:县域医改监测与管理\n\n")
	for _, t := range tools() {
		fmt.Fprintf(out, "  yigai %-28s %s\n", t.name, t.about)
	}
	fmt.Fprint(out, "\n每个命令加 --help 查看用法和示例。设置见 docs/operations.md。\n")
}

func logger(c app.Config, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
