package pgserver

import (
	"context"
	"io"
	"log/slog"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

// openTemp is a data folder that the user running postgres can reach.
func openTemp(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "yigai-pgserver-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func quick(dir string) Config {
	return Config{DataDir: dir, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Durable: true}
}

func start(t *testing.T, c Config) *Server {
	t.Helper()
	s, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func exec1(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	s := start(t, quick(dir))
	exec1(t, s.URL(), "CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 10)")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	again := start(t, quick(dir))
	exec1(t, again.URL(), "SELECT 1 / (SELECT count(*) - 9 FROM kept)")
}
