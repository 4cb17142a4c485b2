package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// How long postgres gets for a fast shutdown (it writes a checkpoint) and then for an immediate one.
const (
	fastStop      = 60 * time.Second
	immediateStop = 5 * time.Second
)

// process is one running postgres.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how it ended; read after done
}

// launch starts postgres as a direct child. The parent-death signal belongs to the thread that forks, so the
// goroutine keeps its thread until the child has ended.
func launch(c Config, p place, b binaries) (*process, error) {
	log, err := openLog(p)
	if err != nil {
		return nil, err
	}
	pr := &process{done: make(chan struct{})}
	pr.cmd = exec.Command(b.path("postgres"), append([]string{"-D", p.pg}, c.parameters(p.socket)...)...)
	pr.cmd.Stdout, pr.cmd.Stderr, pr.cmd.Dir, pr.cmd.Env = log, log, p.home, environment()
	pr.cmd.SysProcAttr = withParentDeath(p.runs.sysProcAttr())
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := pr.cmd.Start()
		started <- err
		if err == nil {
			pr.err = pr.cmd.Wait()
		}
		pr.err = errors.Join(pr.err, log.Close())
		close(pr.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("不能启动 PostgreSQL 程序 %s：%w", pr.cmd.Path, explain(err, p))
	}
	return pr, nil
}

// stop ends postgres: fast, then immediate, then killed. Only the first writes a checkpoint; none loses a commit.
func (pr *process) stop() error {
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, fastStop}, {syscall.SIGQUIT, immediateStop}, {syscall.SIGKILL, immediateStop}} {
		if err := pr.cmd.Process.Signal(step.signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("不能通知 PostgreSQL 停止：%w", err)
		}
		select {
		case <-pr.done:
			return nil
		case <-time.After(step.wait):
		}
	}
	return errors.New("PostgreSQL 没有停下来")
}

const keepLog = 8 << 20

// openLog opens the log of postgres, beside the database; one old log is kept.
func openLog(p place) (*os.File, error) {
	path := logPath(p)
	if st, err := os.Stat(path); err == nil && st.Size() > keepLog {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, fmt.Errorf("不能换下旧的数据库日志：%w", err)
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("不能写数据库日志：%w", err)
	}
	return f, nil
}

func logPath(p place) string { return filepath.Join(p.home, "pg.log") }

// lastWords is the end of the log, for the message about a start that failed.
func lastWords(p place) string {
	text, err := os.ReadFile(logPath(p))
	if err != nil {
		return ""
	}
	return tail(string(text))
}
