// Command pgwith runs another command with YIGAI_TEST_DATABASE_URL naming one throw-away PostgreSQL for all the
// test processes below it: pgwith go test ./...
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"yigai/internal/pgtest"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: pgwith COMMAND [ARGUMENT ...]")
		os.Exit(2)
	}
	err := run(os.Args[1], os.Args[2:])
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		os.Exit(max(1, ended.ExitCode()))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgwith:", err)
		os.Exit(1)
	}
}

func run(name string, args []string) (err error) {
	// Ctrl-C reaches the command too; we stay until it has ended and then stop PostgreSQL.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	terminate, done := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer done()
	if os.Getenv(pgtest.EnvURL) == "" {
		cluster, err := pgtest.StartCluster(context.Background())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, cluster.Stop()) }()
		if err := os.Setenv(pgtest.EnvURL, cluster.URL()); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(terminate, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}
