package pgtest

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

var cloned atomic.Int64

// clone makes a database from the template.
func (s *server) clone(ctx context.Context, template string) (string, error) {
	name := fmt.Sprintf("%s%d_%d", clonePrefix, os.Getpid(), cloned.Add(1))
	if err := s.drop(ctx, name); err != nil { // a dead process of the same number may have left it
		return "", err
	}
	_, err := s.admin.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+s.copying)
	if err != nil {
		return "", fmt.Errorf("clone template %s: %w", template, err)
	}
	return name, nil
}

func (s *server) drop(ctx context.Context, name string) error {
	_, err := s.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	return err
}

// announce keeps a connection named like this process's clones for as long as it lives: the sign that they are in use.
func (s *server) announce(ctx context.Context) error {
	conn, err := s.admin.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("reach the server: %w", err)
	}
	name := fmt.Sprintf("%s%d", clonePrefix, os.Getpid())
	if _, err := conn.Conn().Exec(ctx, "SELECT set_config('application_name', $1, false)", name); err != nil {
		return fmt.Errorf("announce the test process: %w", err)
	}
	s.presence = conn.Hijack()
	return nil
}

// dropOrphans removes the clones of processes that have ended: prepared databases, which no test cleans up, and what
// killed tests left.
func (s *server) dropOrphans(ctx context.Context) error {
	rows, err := s.admin.Query(ctx, `SELECT d.datname FROM pg_database d WHERE starts_with(d.datname, $1) AND NOT EXISTS (
		SELECT FROM pg_stat_activity a WHERE a.application_name = substring(d.datname FROM '^' || $1 || '[0-9]+'))`, clonePrefix)
	if err != nil {
		return fmt.Errorf("list the databases of ended tests: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("list the databases of ended tests: %w", err)
	}
	for _, name := range names {
		if err := s.drop(ctx, name); err != nil {
			return fmt.Errorf("drop the database of an ended test: %w", err)
		}
	}
	return nil
}
