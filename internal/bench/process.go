package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"yigai/internal/pgserver"
)

// atOnce is how many browsers the memory is measured with.
const atOnce = 200

// process runs the real program on the same data folder: how soon it answers and how much memory it takes. The database
// of the bench is gone afterwards, so this row is the last.
func process(ctx context.Context, w *world) ([]line, error) {
	if _, err := w.openWeb(ctx); err != nil { // makes the accounts
		return nil, err
	}
	binary := filepath.Join(w.dir, "yigai")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/yigai").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the program: %w: %s", err, out)
	}
	if err := w.stopDatabase(); err != nil {
		return nil, err
	}
	database, err := w.restart(ctx)
	if err != nil {
		return nil, err
	}
	var starts sample
	for range 3 {
		c, err := w.startChild(ctx, binary)
		if err != nil {
			return nil, err
		}
		starts = append(starts, c.took)
		wait(ctx, time.Second) // a worker that is ended while it starts up ends with an error
		if err := c.stop(); err != nil {
			return nil, err
		}
	}
	slowest := starts.percentile(100)
	out := []line{{what: "start to first page, database already there (slowest of 3)", budget: "≤ 2 s", measured: ms(slowest),
		ceiling: ms(database) + " (PostgreSQL alone)", verdict: judge(share(slowest, 2*time.Second))}}
	memory, err := w.memory(ctx, binary)
	return append(out, memory...), err
}

// restart is the ceiling: the database started and stopped with nothing on it.
func (w *world) restart(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	server, err := pgserver.Start(ctx, pgserver.Config{DataDir: w.dir, Log: w.log, Durable: true, FetchedBin: fetched})
	if err != nil {
		return 0, err
	}
	return time.Since(began), server.Stop()
}

func (w *world) memory(ctx context.Context, binary string) (out []line, err error) {
	const idleBudget, busyBudget = 80 << 20, 300 << 20
	c, err := w.startChild(ctx, binary)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	wait(ctx, 3*time.Second)
	idle, err := resident(c.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	most, clicks, err := w.busy(ctx, c)
	if err != nil {
		return nil, err
	}
	return []line{
		{what: "memory of `yigai serve`, idle", budget: "≤ 80 MB", measured: fmt.Sprintf("%d MB", idle>>20), verdict: judge(float64(idle) / idleBudget)},
		{what: fmt.Sprintf("memory, %d users (%d browsers on %d sessions, %d pages in all)", atOnce, atOnce, userCount, clicks), budget: "≤ 300 MB",
			measured: fmt.Sprintf("%d MB at most", most>>20), verdict: judge(float64(most) / busyBudget)},
	}, nil
}

// busy lets the browsers click through every list and watches the program's memory meanwhile.
func (w *world) busy(ctx context.Context, c *child) (most int64, clicks int, err error) {
	s := &site{base: c.base, client: newClient(), times: &recorder{}}
	var cookies []string
	for i := range userCount {
		cookie, err := signIn(ctx, s.client, s.base, fmt.Sprintf("staff-%02d", i+1))
		if err != nil {
			return 0, 0, err
		}
		cookies = append(cookies, cookie)
	}
	for len(cookies) < atOnce {
		cookies = append(cookies, cookies[len(cookies)%userCount])
	}
	for _, l := range lists {
		if l.path == "/audit" { // not theirs
			continue
		}
		n, _, err := s.round(ctx, l.path, cookies, 2*time.Second, time.Second)
		if err != nil {
			return 0, 0, err
		}
		clicks += n
		now, err := resident(c.cmd.Process.Pid)
		if err != nil {
			return 0, 0, err
		}
		most = max(most, now)
	}
	return most, clicks, nil
}

// child is a running yigai serve.
type child struct {
	cmd  *exec.Cmd
	base string
	took time.Duration // until it answered with the sign-in page
}

func (w *world) startChild(ctx context.Context, binary string) (*child, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(binary, "serve"), base: "http://" + address}
	c.cmd.Env = append(os.Environ(), "YIGAI_DATA_DIR="+w.dir, "YIGAI_LISTEN="+address, "YIGAI_LOG=warn,text", "YIGAI_DATABASE_URL=", "YIGAI_REPLICA_URL=",
		"YIGAI_BASE_URL=", "YIGAI_DEMO=", "YIGAI_METRICS_LISTEN=")
	c.cmd.Stderr = w.progress
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches the bench, which ends its child in order
	began := time.Now()
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	if err := c.await(ctx, "/login"); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	c.took = time.Since(began)
	// Whatever is done next begins with a server whose worker has started too.
	if err := c.await(ctx, "/readyz"); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// await asks every five milliseconds until the address answers.
func (c *child) await(ctx context.Context, path string) error {
	client := newClient()
	for began := time.Now(); time.Since(began) < 30*time.Second && ctx.Err() == nil; wait(ctx, 5*time.Millisecond) {
		if _, err := do(ctx, client, call{method: http.MethodGet, url: c.base + path}, http.StatusOK); err == nil {
			return nil
		}
	}
	return fmt.Errorf("yigai serve did not answer at %s", path)
}

func (c *child) stop() error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return c.cmd.Wait()
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
