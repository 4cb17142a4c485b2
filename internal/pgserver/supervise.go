package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// How often a postgres that keeps dying is started again.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 5 * time.Second
	healthy    = time.Minute // after this long the next death starts with the first pause again
	silence    = time.Minute // a postgres that cannot even be asked for that long is given up
	attempts   = 8           // of the first start after a crash: about 10 seconds for old backends to go
)

// bringUp makes the database folder if needed, starts postgres and waits until the database is there.
func (s *Server) bringUp(ctx context.Context) (*process, error) {
	version, err := clusterVersion(s.place.pg)
	if err != nil {
		return nil, err
	}
	b, err := findBinaries(ctx, s.c, s.place, version)
	if err != nil {
		return nil, err
	}
	if version == 0 {
		if err := create(ctx, s.c, s.place, b); err != nil {
			return nil, err
		}
	}
	run, err := s.startPatiently(ctx, b)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, s.c, s.place); err != nil {
		return nil, errors.Join(err, run.stop())
	}
	return run, nil
}

// startPatiently tries again after a crash: backends of the dead postgres may hold the shared memory for a moment.
func (s *Server) startPatiently(ctx context.Context, b binaries) (*process, error) {
	_, err := os.Stat(filepath.Join(s.place.pg, "postmaster.pid"))
	crashed := err == nil
	for n, wait := 1, firstPause; ; n, wait = n+1, min(2*wait, lastPause) {
		run, err := s.startOnce(ctx, b)
		if err == nil || !crashed || n == attempts || ctx.Err() != nil {
			return run, err
		}
		if err := pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// startOnce starts postgres and waits until it answers; recovery after a crash may take minutes and is waited for.
func (s *Server) startOnce(ctx context.Context, b binaries) (*process, error) {
	if err := clearWay(ctx, s.c, s.place); err != nil {
		return nil, err
	}
	run, err := launch(s.c, s.place, b)
	if err != nil {
		return nil, err
	}
	if err := s.awaitAnswer(ctx, run); err != nil {
		return nil, errors.Join(err, run.stop())
	}
	return run, nil
}

// awaitAnswer asks until the database answers. It gives up when postgres ends, or stays silent without recovering.
func (s *Server) awaitAnswer(ctx context.Context, run *process) error {
	began, slow := time.Now(), time.After(5*time.Second)
	for {
		err := ping(ctx, s.place.url(superuser, "postgres"))
		if err == nil {
			return nil
		}
		if !recovering(err) && time.Since(began) > silence {
			return fmt.Errorf("PostgreSQL 已启动但连接不上：%w", err)
		}
		select {
		case <-run.done:
			return fmt.Errorf("PostgreSQL 启动失败（%v），日志 %s 的末尾：%s", run.err, logPath(s.place), lastWords(s.place))
		case <-ctx.Done():
			return fmt.Errorf("等待 PostgreSQL 就绪：%w", context.Cause(ctx))
		case <-slow:
			s.c.Log.Info("数据库正在恢复上次未写完的数据，请稍候", "日志", logPath(s.place))
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// supervise restarts postgres whenever it ends by itself, and stops it at the end.
func (s *Server) supervise(run *process) {
	defer close(s.finished)
	wait := firstPause
	for {
		began := time.Now()
		if !s.watch(run) {
			s.stopErr = s.handBack(run)
			return
		}
		s.c.Log.Error("PostgreSQL 意外退出，正在重新启动", "原因", run.err)
		if time.Since(began) > healthy {
			wait = firstPause
		} else if pause(s.stopping, wait) == nil {
			wait = min(2*wait, lastPause)
		}
		var ok bool
		if run, ok = s.restart(&wait); !ok {
			s.stopErr = s.handBack(nil)
			return
		}
	}
}

// watch waits for the end of postgres (true) or for Stop (false).
func (s *Server) watch(run *process) bool {
	select {
	case <-run.done:
		return s.stopping.Err() == nil
	case <-s.stopping.Done():
		return false
	}
}

// restart tries until postgres runs (true) or Stop is called (false).
func (s *Server) restart(wait *time.Duration) (*process, bool) {
	for {
		run, err := s.bringUp(s.stopping)
		if err == nil {
			s.c.Log.Info("PostgreSQL 已重新启动")
			return run, true
		}
		if s.stopping.Err() != nil {
			return nil, false
		}
		s.c.Log.Error("PostgreSQL 没有启动成功，稍后再试", "错误", err, "等待", *wait)
		if pause(s.stopping, *wait) != nil {
			return nil, false
		}
		*wait = min(2**wait, lastPause)
	}
}

// handBack waits for the guests, stops postgres and lets the owner lock go, in this order.
func (s *Server) handBack(run *process) error {
	door := s.waitForGuests()
	var err error
	if run != nil {
		err = run.stop()
	}
	return errors.Join(err, s.owner.release(), door.release())
}

// waitForGuests closes the door behind the last guest. A serve waits a moment, a command as long as it takes: it owns
// the database only because it came first.
func (s *Server) waitForGuests() *held {
	for start, told := time.Now(), false; ; time.Sleep(poll) {
		door, err := tryExclusive(s.place.home, guestsLock)
		if err != nil || door != nil {
			return door
		}
		if s.serve != nil && time.Since(start) > guestGrace {
			s.c.Log.Warn("仍有命令在使用数据库，不再等待")
			return nil
		}
		if !told {
			s.c.Log.Info("另一条命令还在使用数据库，等它结束")
			told = true
		}
	}
}

// succeed waits until the command that owns the database ends, then owns it.
func (s *Server) succeed() {
	for s.stopping.Err() == nil {
		owner, err := tryExclusive(s.place.home, ownerLock)
		if err != nil {
			s.c.Log.Error("接管数据库失败，稍后再试", "错误", err)
		}
		if owner != nil {
			s.takeOver(owner)
			return
		}
		if pause(s.stopping, poll) != nil {
			break
		}
	}
	close(s.finished)
}

func (s *Server) takeOver(owner *held) {
	s.owner = owner
	if err := owner.sign(); err != nil {
		s.c.Log.Warn("不能在锁文件里留名", "错误", err)
	}
	wait := firstPause
	run, ok := s.restart(&wait)
	if !ok {
		defer close(s.finished)
		s.stopErr = s.handBack(nil)
		return
	}
	s.supervise(run)
}
