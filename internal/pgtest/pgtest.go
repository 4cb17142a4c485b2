// Package pgtest gives every test a PostgreSQL database of its own: a clone of a migrated template, about 35 ms.
//
// A test package needs nothing but New. The first call in a process starts a throw-away cluster (fsync off) that
// dies with the process; YIGAI_TEST_DATABASE_URL names a running server instead, as `make test` does so that all
// packages share one. Clusters are kept below the temporary folder and used again by the next run.
package pgtest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/pg"
)

// EnvURL names the server that tests use instead of a cluster of their own; its role must be allowed to create databases.
const EnvURL = "YIGAI_TEST_DATABASE_URL"

// New is a pool on a fresh, migrated database that disappears after the test.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	db, err := pg.Connect(context.Background(), URL(t))
	if err != nil {
		t.Fatalf("connect to the test database: %v", err)
	}
	t.Cleanup(func() { closePool(t, db) })
	return db
}

// URL is the address of a fresh, migrated database, for tests that run several processes.
func URL(t testing.TB) string {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatalf("no PostgreSQL for tests: %v\n%s", err, remedy)
	}
	name, err := s.clone(context.Background())
	if err != nil {
		t.Fatalf("make a test database: %v", err)
	}
	t.Cleanup(func() {
		if err := s.drop(context.Background(), name); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return s.url(name)
}

const remedy = "Install one (Debian/Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17), run `make pg`," +
	" or set " + EnvURL + " to a server where the role may create databases."

// shared is the process's server with the migrated template in it.
var shared = sync.OnceValues(func() (*server, error) {
	url, cluster := os.Getenv(EnvURL), (*Cluster)(nil)
	if url == "" {
		// Never stopped here: a test process has no end that we could hook into. The parent-death signal stops it,
		// and on systems without one the next run does.
		var err error
		if cluster, err = StartCluster(context.Background()); err != nil {
			return nil, err
		}
		url = cluster.URL()
	}
	s, err := openServer(context.Background(), url)
	if err != nil {
		return nil, err
	}
	s.cluster = cluster
	return s, s.ensureTemplate(context.Background())
})

var cloned atomic.Int64

// clone makes a database from the template.
func (s *server) clone(ctx context.Context) (string, error) {
	name := fmt.Sprintf("%s%d_%d", clonePrefix, os.Getpid(), cloned.Add(1))
	if err := s.drop(ctx, name); err != nil { // a dead process of the same number may have left it
		return "", err
	}
	_, err := s.admin.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+s.template)
	if err != nil {
		return "", fmt.Errorf("clone template %s: %w", s.template, err)
	}
	return name, nil
}

func (s *server) drop(ctx context.Context, name string) error {
	_, err := s.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	return err
}

// closePool says so when a test keeps a connection, instead of hanging for ever.
func closePool(t testing.TB, db *pgxpool.Pool) {
	closed := make(chan struct{})
	go func() {
		db.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Error("the test keeps a database connection: rows not closed, or a transaction neither committed nor rolled back")
	}
}
