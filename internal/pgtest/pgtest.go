// Package pgtest gives every test a PostgreSQL database of its own: a clone of a migrated template, about 25 ms.
//
// A test package needs nothing but New, or Prepare when its tests begin with the same rows. The first call in a process
// starts a throw-away cluster (fsync off) that dies with the process; YIGAI_TEST_DATABASE_URL names a running server
// instead, as `make test` does so that all packages share one. Clusters are kept in memory where the system has such a
// place, else below the temporary folder, and used again by the next run.
package pgtest

import (
	"context"
	"os"
	"sync"
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
	return connect(t, URL(t))
}

// URL is the address of a fresh, migrated database, for tests that run several processes.
func URL(t testing.TB) string {
	t.Helper()
	s := running(t)
	return s.url(temporary(t, s, s.template))
}

// running is the process's server.
func running(t testing.TB) *server {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatalf("no PostgreSQL for tests: %v\n%s", err, remedy)
	}
	return s
}

// temporary is the name of a clone that disappears after the test.
func temporary(t testing.TB, s *server, template string) string {
	t.Helper()
	name, err := s.clone(context.Background(), template)
	if err != nil {
		t.Fatalf("make a test database: %v", err)
	}
	t.Cleanup(func() {
		if err := s.drop(context.Background(), name); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return name
}

// connect opens a pool for as long as the test runs.
func connect(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	db, err := pg.Connect(context.Background(), url)
	if err != nil {
		t.Fatalf("connect to the test database: %v", err)
	}
	t.Cleanup(func() { closePool(t, db) })
	return db
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
	if err := s.announce(context.Background()); err != nil {
		return nil, err
	}
	return s, s.ensureTemplate(context.Background())
})

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
