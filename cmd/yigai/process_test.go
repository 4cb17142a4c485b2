package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The tests of this package run the real program: the test binary calls itself with asProgram set.
const asProgram = "YIGAI_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "1" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program is one installation: a data folder or a database, and the processes on it.
type program struct {
	t   *testing.T
	env []string

	here string // the folder commands are started in
}

func newProgram(t *testing.T, databaseURL string) *program {
	t.Helper()
	return &program{t: t, here: t.TempDir(), env: []string{asProgram + "=1", "YIGAI_DATABASE_URL=" + databaseURL,
		"YIGAI_DATA_DIR=" + dataDir(t), "YIGAI_LOG=warn", "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}}
}

// dataDir is short, because a socket's path may not be long, and closed to nobody, because postgres does not run as root.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "yigai")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove data folder: %v", err)
		}
	})
	return dir
}

func (p *program) command(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env, cmd.Dir = p.env, p.here
	cmd.Stderr = os.Stderr
	return cmd
}

// do runs one command to its end and returns what it printed.
func (p *program) do(input string, args ...string) string {
	p.t.Helper()
	var out, errs bytes.Buffer
	cmd := p.command(args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &errs
	if err := cmd.Run(); err != nil {
		p.t.Fatalf("yigai %s: %v\n%s%s", strings.Join(args, " "), err, &out, &errs)
	}
	return out.String()
}

// server is a running `yigai serve`.
type server struct {
	p    *program
	cmd  *exec.Cmd
	base string
}

// serve starts a server process and waits until it is ready; it is killed at the end of the test.
func (p *program) serve(args ...string) *server {
	p.t.Helper()
	address := freeAddress(p.t)
	cmd := p.command(append([]string{"serve"}, args...)...)
	cmd.Env = append(cmd.Env, "YIGAI_LISTEN="+address)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	s := &server{p: p, cmd: cmd, base: "http://" + address}
	p.t.Cleanup(s.stop)
	if !strings.Contains(strings.Join(args, " "), "worker-only") {
		s.wait()
	}
	return s
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s *server) wait() {
	s.p.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for time.Now().Before(deadline) {
		if r, err := http.Get(s.base + "/healthz"); err == nil {
			r.Body.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.p.t.Fatal("the server does not come up")
}

// kill ends the process at once, as a power failure would.
func (s *server) kill() {
	s.p.t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		s.p.t.Fatal(err)
	}
	_ = s.cmd.Wait()
}

// stop asks the process to end, as Ctrl-C does.
func (s *server) stop() {
	if s.cmd.ProcessState != nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	ended := make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		_ = s.cmd.Process.Kill()
		s.p.t.Error("the server does not stop when asked")
	}
}

// api sends JSON with the token and decodes the answer.
func (s *server) api(ctx context.Context, token, method, path string, body, into any) (int, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(ctx, method, s.base+"/api/v1/"+path, bytes.NewReader(b))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		return 0, err
	}
	if into != nil && got.StatusCode < 300 {
		if err := json.Unmarshal(text, into); err != nil {
			return got.StatusCode, err
		}
	}
	if got.StatusCode >= 300 {
		return got.StatusCode, fmt.Errorf("%s %s: %s", method, path, text)
	}
	return got.StatusCode, nil
}

func (s *server) must(token, method, path string, body, into any) {
	s.p.t.Helper()
	if _, err := s.api(s.p.t.Context(), token, method, path, body, into); err != nil {
		s.p.t.Fatal(err)
	}
}

// newCounty sets a county up from the command line, the way its administrator would, and returns an API token.
func (p *program) newCounty(presets ...string) string {
	p.t.Helper()
	args := []string{"county", "create", "--code", "150523", "--name", "开鲁县"}
	for _, name := range presets {
		args = append(args, "--preset", name)
	}
	p.do("", args...)
	file := filepath.Join(p.t.TempDir(), "institutions.csv")
	rows := "机构编码,机构名称,机构类型,上级机构编码\nK-T01,麦新镇中心卫生院,township_hospital,150523\nK-T02,东风镇卫生院,township_hospital,150523\n"
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.do("", "import", "institutions", file)
	p.do("Kailu-2026-demo\n", "user", "create", "--username", "bureau", "--role", "bureau_admin", "--password-stdin")
	return strings.TrimSpace(p.do("", "token", "create", "--user", "bureau"))
}
