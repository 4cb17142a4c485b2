package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"runtime/debug"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/pg"
	"yigai/migrations"
)

const (
	clonePrefix    = "yigai_test_"
	templatePrefix = "yigai_template_"
	// building serialises the making of the template among the processes that share a server.
	building = 7210150523
)

// server is a PostgreSQL with a migrated template database.
type server struct {
	address  *url.URL
	admin    *pgxpool.Pool
	template string
	copying  string // how the server is asked to clone: its file copy takes a tenth of the time of its log
	presence *pgx.Conn
	cluster  *Cluster // held, so that its lock file is not closed by the garbage collector while tests run
}

// openServer connects; nothing is made yet.
func openServer(ctx context.Context, address string) (*server, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("read the server's address: %w", err)
	}
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("read the server's address: %w", err)
	}
	config.MaxConns = 4
	admin, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the server: %w", err)
	}
	s := &server{address: u, admin: admin}
	if err := s.inspect(ctx); err != nil {
		admin.Close()
		return nil, err
	}
	return s, nil
}

func (s *server) inspect(ctx context.Context) (err error) {
	if s.template, err = templateName(); err != nil {
		return err
	}
	var version int
	if err := s.admin.QueryRow(ctx, "SELECT current_setting('server_version_num')::int / 10000").Scan(&version); err != nil {
		return fmt.Errorf("reach the server: %w", err)
	}
	if version > 14 { // 14 copies files anyway and does not know the word
		s.copying = " STRATEGY FILE_COPY"
	}
	return nil
}

func (s *server) url(database string) string {
	u := *s.address
	u.Path = "/" + database
	return u.String()
}

// templateName changes with every migration, ours and the job queue's.
func templateName() (string, error) {
	sum := sha256.New()
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			fmt.Fprintln(sum, m.Path, m.Version)
		}
	}
	err := fs.WalkDir(migrations.FS, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations.FS, path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read migrations: %w", err)
	}
	return templatePrefix + hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// ensureTemplate makes the template once; the other processes wait. On the way it clears what ended processes left.
func (s *server) ensureTemplate(ctx context.Context) (err error) {
	conn, err := s.admin.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("reach the server: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", building); err != nil {
		return fmt.Errorf("wait for the template: %w", err)
	}
	defer func() {
		_, unlock := conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", building)
		err = errors.Join(err, unlock)
	}()
	if err := s.dropOrphans(ctx); err != nil {
		return err
	}
	found, err := databases(ctx, conn, s.template)
	if err != nil || len(found) > 0 {
		return err
	}
	return s.buildTemplate(ctx)
}

// buildTemplate migrates under another name, so that a half-made template is never cloned.
func (s *server) buildTemplate(ctx context.Context) error {
	half := s.template + "_new"
	if err := s.drop(ctx, half); err != nil {
		return fmt.Errorf("drop a half-made template: %w", err)
	}
	if _, err := s.admin.Exec(ctx, "CREATE DATABASE "+half); err != nil {
		return fmt.Errorf("create the template: %w", err)
	}
	if err := pg.Migrate(ctx, s.url(half)); err != nil {
		return fmt.Errorf("migrate the template: %w", err)
	}
	if _, err := s.admin.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+s.template); err != nil {
		return fmt.Errorf("name the template: %w", err)
	}
	return nil
}

// querier is the part of a connection or pool that listing needs.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// databases lists the databases whose name begins so.
func databases(ctx context.Context, q querier, prefix string) ([]string, error) {
	rows, err := q.Query(ctx, "SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND NOT starts_with(datname, $1 || '_new') ORDER BY datname", prefix)
	if err != nil {
		return nil, fmt.Errorf("list databases: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
