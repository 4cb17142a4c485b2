package pgserver

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestMain is also the program that the tests start as another process: YIGAI_PGSERVER_HELPER=serve or join.
func TestMain(m *testing.M) {
	mode := os.Getenv("YIGAI_PGSERVER_HELPER")
	if mode == "" {
		os.Exit(m.Run())
	}
	if err := help(mode, os.Getenv("YIGAI_PGSERVER_DIR")); err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
}

// help holds the database until its standard input ends.
func help(mode, dir string) error {
	begin := map[string]func(context.Context, Config) (*Server, error){"serve": Start, "join": Join}[mode]
	s, err := begin(context.Background(), durable(dir))
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	if err := s.Stop(); err != nil {
		return err
	}
	fmt.Println("stopped")
	return nil
}

// other is a yigai of its own process.
type other struct {
	cmd   *exec.Cmd
	input io.WriteCloser
	lines *bufio.Scanner
}

func startOther(t *testing.T, mode, dir string) *other {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "YIGAI_PGSERVER_HELPER="+mode, "YIGAI_PGSERVER_DIR="+dir)
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	o := &other{cmd: cmd, input: input, lines: bufio.NewScanner(output)}
	o.expect(t, "ready")
	return o
}

func (o *other) expect(t *testing.T, word string) {
	t.Helper()
	if !o.lines.Scan() || o.lines.Text() != word {
		t.Fatalf("the other process says %q, want %q", o.lines.Text(), word)
	}
}

// kill ends the process as kill -9 does.
func (o *other) kill(t *testing.T) {
	t.Helper()
	if err := o.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := o.cmd.Wait(); err == nil {
		t.Fatal("a killed process ended well")
	}
}

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

// quick promises nothing after a crash; durable is what an installation uses.
func quick(dir string) Config { return Config{DataDir: dir, Log: slog.New(slog.DiscardHandler)} }

func durable(dir string) Config {
	c := quick(dir)
	c.Durable = true
	return c
}

func start(t *testing.T, c Config) *Server {
	t.Helper()
	s, err := Start(t.Context(), c)
	return keep(t, s, err)
}

func join(t *testing.T, dir string) *Server {
	t.Helper()
	s, err := Join(t.Context(), quick(dir))
	return keep(t, s, err)
}

func keep(t *testing.T, s *Server, err error) *Server {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}

// query runs one statement on a connection of its own and returns its first value as text, "" when it has none.
func query(t *testing.T, s *Server, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	results, err := conn.PgConn().Exec(t.Context(), sql).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if len(r.Rows) > 0 {
			return string(r.Rows[0][0])
		}
	}
	return ""
}

func mustSay(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", words)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not say %q", err, word)
		}
	}
}
