package pgtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"yigai/internal/pgserver"
)

// Cluster is a throw-away PostgreSQL for tests. It ends with this process.
type Cluster struct {
	server *pgserver.Server
	lock   *os.File
}

// URL is the address of its maintenance database.
func (c *Cluster) URL() string { return c.server.URL() }

// Stop ends it; the data stay for the next run.
func (c *Cluster) Stop() error { return errors.Join(c.server.Stop(), c.lock.Close()) }

// StartCluster takes the first cluster that no other process uses, or makes one: in memory, where the thousands of small
// files of a test run cost least, else below the temporary folder.
func StartCluster(ctx context.Context) (*Cluster, error) {
	if memory := inMemory(); memory != "" {
		if c, err := startBelow(ctx, memory); err == nil {
			return c, nil
		} // not a place to run a database after all: full, or programs may not run there
	}
	return startBelow(ctx, os.TempDir())
}

func startBelow(ctx context.Context, parent string) (*Cluster, error) {
	base := filepath.Join(parent, "yigai-pgtest-"+strconv.Itoa(os.Geteuid()))
	if err := ownFolder(base); err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		dir := filepath.Join(base, strconv.Itoa(n))
		lock, err := tryLock(dir + ".lock")
		if err != nil {
			return nil, err
		}
		if lock == nil {
			continue // another test process has this one
		}
		s, err := startIn(ctx, dir)
		if err != nil {
			return nil, errors.Join(err, lock.Close())
		}
		return &Cluster{server: s, lock: lock}, nil
	}
}

// inMemory is the system's folder in memory when a cluster and its clones fit there; empty when not, as on macOS.
func inMemory() string {
	const folder, needed = "/dev/shm", 2 << 30
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil || uint64(st.Bavail)*uint64(st.Bsize) < needed {
		return ""
	}
	return folder
}

// startIn uses what the last run left, or starts afresh when that is unusable (another version, a crash without fsync).
func startIn(ctx context.Context, dir string) (*pgserver.Server, error) {
	s, err := start(ctx, dir)
	if err == nil {
		return s, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("clear an unusable test cluster: %w", err)
	}
	return start(ctx, dir)
}

func start(ctx context.Context, dir string) (*pgserver.Server, error) {
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := pgserver.Start(ctx, pgserver.Config{DataDir: dir, Log: quiet, FetchedBin: fetchedBin()})
	if err != nil {
		return nil, err
	}
	if err := sweep(ctx, s.URL()); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// sweep drops what killed tests and older schemas left.
func sweep(ctx context.Context, url string) error {
	s, err := openServer(ctx, url)
	if err != nil {
		return err
	}
	defer s.admin.Close()
	names, err := databases(ctx, s.admin, "yigai_t")
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasPrefix(name, clonePrefix) || strings.HasPrefix(name, templatePrefix) && name != s.template {
			if err := s.drop(ctx, name); err != nil {
				return fmt.Errorf("drop what an earlier run left: %w", err)
			}
		}
	}
	return nil
}

// ownFolder makes the folder, and refuses one that another user prepared for us.
func ownFolder(dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("make the folder of the test clusters: %w", err)
	}
	st, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at the folder of the test clusters: %w", err)
	}
	if owner := st.Sys().(*syscall.Stat_t).Uid; !st.IsDir() || int(owner) != os.Geteuid() {
		return fmt.Errorf("%s belongs to another user; remove it", dir)
	}
	return nil
}

// tryLock is nil when another process holds the file.
func tryLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open a test cluster's lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, f.Close()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock a test cluster: %w", err), f.Close())
	}
	return f, nil
}

// fetchedBin is var/pgbin of the checkout, where `make pg` puts PostgreSQL; tests run somewhere below it.
func fetchedBin() string {
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "var", "pgbin")
		}
	}
	return ""
}
