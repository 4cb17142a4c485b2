package pgtest

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/pg"
)

// Prepared is a database with rows that many tests begin with: built once in a test process, cloned for each test.
// T is what the tests must know about the rows: ids, actors, institutions. Nothing that holds the database belongs
// there, and what it refers to (slices, maps) is shared by all tests and only read.
type Prepared[T any] struct {
	build   func(t testing.TB, db *pgxpool.Pool) T
	once    sync.Once
	builder string // the name of the test that was the first to ask
	name    string // of the database; empty when building failed
	known   T
}

// Prepare says how the database is built; nothing happens before the first test asks for it.
func Prepare[T any](build func(t testing.TB, db *pgxpool.Pool) T) *Prepared[T] {
	return &Prepared[T]{build: build}
}

// New is a pool on a clone of the database that disappears after the test, and what is known about the rows.
func (p *Prepared[T]) New(t testing.TB) (*pgxpool.Pool, T) {
	t.Helper()
	s := running(t)
	p.once.Do(func() { p.make(t, s) })
	if p.name == "" {
		t.Fatalf("there is no prepared database: building it failed, see %s", p.builder)
	}
	return connect(t, s.url(temporary(t, s, p.name))), p.known
}

// make leaves the name empty when build ends or fails the test.
func (p *Prepared[T]) make(t testing.TB, s *server) {
	t.Helper()
	p.builder = t.Name()
	name, err := s.clone(context.Background(), s.template)
	if err != nil {
		t.Fatalf("make a database to prepare: %v", err)
	}
	db, err := pg.Connect(context.Background(), s.url(name))
	if err != nil {
		t.Fatalf("connect to the database to prepare: %v", err)
	}
	defer closePool(t, db)
	failed := t.Failed()
	p.known = p.build(t, db)
	if failed || !t.Failed() {
		p.name = name
	}
}
