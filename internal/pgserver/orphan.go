package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// clearWay deals with what an owner that died left behind. The caller holds the owner lock, so a postgres that still
// answers is an orphan: it usually is shutting down already, otherwise it is told to.
func clearWay(ctx context.Context, c Config, p place) error {
	pidFile := filepath.Join(p.pg, "postmaster.pid")
	for start, told := time.Now(), false; ; {
		pid, err := readPID(pidFile)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if !answers(p) {
			return removeStale(pidFile)
		}
		if err == nil && !told && time.Since(start) > 2*time.Second {
			c.Log.Warn("停止上次遗留的 PostgreSQL", "pid", pid)
			if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("上次遗留的 PostgreSQL（进程 %d）停不下来：%w", pid, err)
			}
			told = true
		}
		if time.Since(start) > fastStop {
			return fmt.Errorf("上次遗留的 PostgreSQL（进程 %d）一直没有结束，请手工停止它", pid)
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// removeStale removes the pid file of a dead postgres: its process id may belong to a zombie or to somebody else by
// now, and PostgreSQL would refuse to start. PostgreSQL's own check of the shared memory still guards the data.
func removeStale(pidFile string) error {
	if err := os.Remove(pidFile); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("不能清除上次遗留的 %s：%w", pidFile, err)
	}
	return nil
}

// answers probes the socket, not the process id.
func answers(p place) bool {
	conn, err := net.DialTimeout("unix", filepath.Join(p.socket, ".s.PGSQL."+port), time.Second)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

func readPID(file string) (int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(strings.TrimSpace(first))
}

// pause waits, or returns early with the reason why the caller gave up.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
