package pgserver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// How long the parties wait for each other.
const (
	commandGrace = 5 * time.Second  // a serve waits for a command that owns the database
	guestGrace   = 5 * time.Second  // a serve that stops waits for its guests
	joinLimit    = 60 * time.Second // a command waits for an owner that is starting up
	poll         = 50 * time.Millisecond
)

// Server is this process's hold on the private database, as its owner or as a guest.
type Server struct {
	c     Config
	place place
	serve *held // the one serve
	owner *held // parent of postgres
	guest *held // a command using somebody else's

	stopping context.Context // ends the supervising goroutine
	stop     context.CancelFunc
	finished chan struct{} // closed when postgres is stopped and the owner lock let go
	stopErr  error         // read after finished
	once     sync.Once
	failed   error
}

// Start is for serve: it owns the database until Stop and restarts it when it dies. A second serve is refused.
// The context bounds the starting only.
func Start(ctx context.Context, c Config) (*Server, error) {
	s, err := newServer(c)
	if err != nil {
		return nil, err
	}
	if s.serve, err = tryExclusive(s.place.home, serveLock); err != nil {
		return nil, err
	}
	if s.serve == nil {
		return nil, fmt.Errorf("数据目录 %s 已经有一个 yigai serve 在运行（进程 %s），请先停止它，或为这一个另设 YIGAI_DATA_DIR",
			s.c.DataDir, signature(s.place.home, serveLock))
	}
	if err := errors.Join(s.serve.sign(), s.beginServe(ctx)); err != nil {
		return nil, errors.Join(err, s.serve.release())
	}
	return s, nil
}

// Join is for commands: it uses the database that serve runs, or owns it for the duration of the command.
func Join(ctx context.Context, c Config) (*Server, error) {
	s, err := newServer(c)
	if err != nil {
		return nil, err
	}
	if err := s.beginCommand(ctx); err != nil {
		return nil, errors.Join(err, s.guest.release())
	}
	return s, nil
}

func newServer(c Config) (*Server, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	s := &Server{c: c, finished: make(chan struct{})}
	if s.place, err = findPlace(c); err != nil {
		return nil, err
	}
	s.stopping, s.stop = context.WithCancel(context.Background())
	return s, nil
}

// URL is the address for pgx: a unix socket, no password.
func (s *Server) URL() string { return s.place.url(Role, Database) }

// beginServe becomes the owner; when a command owns the database for longer than a moment, its guest and successor.
func (s *Server) beginServe(ctx context.Context) error {
	for start := time.Now(); ; {
		if owned, err := s.tryOwn(ctx); owned || err != nil {
			return err
		}
		if time.Since(start) > commandGrace && ping(ctx, s.URL()) == nil {
			s.c.Log.Info("一条命令正在使用数据库，先与它共用，等它结束后接管")
			go s.succeed()
			return nil
		}
		if err := pause(ctx, poll); err != nil {
			return fmt.Errorf("等待占用数据库的命令结束：%w", err)
		}
	}
}

// beginCommand announces a guest first: an owner that ends waits for the guests it has, and a guest that comes too
// late for that finds the owner lock free.
func (s *Server) beginCommand(ctx context.Context) error {
	for start := time.Now(); time.Since(start) < joinLimit; {
		var err error
		if s.guest == nil {
			if s.guest, err = tryShared(s.place.home, guestsLock); err != nil {
				return err
			}
		}
		if s.guest != nil {
			if owned, err := s.tryOwn(ctx); owned || err != nil {
				return err
			}
			if ping(ctx, s.URL()) == nil {
				close(s.finished) // nothing of ours to stop
				return nil
			}
		}
		if err := pause(ctx, poll); err != nil {
			return fmt.Errorf("等待私有数据库就绪：%w", err)
		}
	}
	return fmt.Errorf("私有数据库被另一个进程占用（进程 %s）但一直没有就绪，详见 %s", signature(s.place.home, ownerLock), logPath(s.place))
}

// tryOwn starts postgres if nobody owns it.
func (s *Server) tryOwn(ctx context.Context) (bool, error) {
	owner, err := tryExclusive(s.place.home, ownerLock)
	if err != nil || owner == nil {
		return false, err
	}
	s.owner = owner
	guest := s.guest
	s.guest = nil
	if err := errors.Join(owner.sign(), guest.release()); err != nil {
		return false, errors.Join(err, owner.release())
	}
	run, err := s.bringUp(ctx)
	if err != nil {
		return false, errors.Join(err, owner.release())
	}
	go s.supervise(run)
	return true, nil
}

// Stop ends this process's use of the database; the owner stops postgres and waits until it has ended.
func (s *Server) Stop() error {
	s.once.Do(func() {
		s.stop()
		<-s.finished
		s.failed = errors.Join(s.stopErr, s.guest.release(), s.serve.release())
	})
	return s.failed
}
