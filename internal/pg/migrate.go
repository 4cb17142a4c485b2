package pg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
	migratepgx "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"yigai/migrations"
)

// State says how the schema stands: the applied and the newest known migration number.
type State struct {
	Applied, Newest uint
	Dirty           bool
}

// Current reports whether the schema is the one this program was built for.
func (s State) Current() bool { return s.Applied == s.Newest && !s.Dirty }

// Migrate applies every missing migration, then the job queue's own. Several processes may call it at once.
// Each file runs as one transaction, so a failed one leaves nothing behind and the mark is put back.
func Migrate(ctx context.Context, url string) error {
	db, err := pgxpool.New(ctx, url)
	if err != nil {
		return fmt.Errorf("open database for migration: %w", err)
	}
	defer db.Close()
	if err := up(db); err != nil {
		return err
	}
	river, err := rivermigrate.New(riverpgxv5.New(db), nil)
	if err != nil {
		return fmt.Errorf("prepare job queue migration: %w", err)
	}
	if _, err := river.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate job queue: %w", err)
	}
	return nil
}

func up(db *pgxpool.Pool) (err error) {
	m, newest, err := open(db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeMigrate(m)) }()
	before, dirty, err := m.Version()
	if err != nil && !errors.Is(err, migrate.ErrNilVersion) {
		return fmt.Errorf("read schema version: %w", err)
	}
	if before > newest {
		return fmt.Errorf("数据库结构版本是 %d,本程序只认识到 %d:请换用更新的程序", before, newest)
	}
	if dirty {
		if err := heal(m, before); err != nil {
			return err
		}
	}
	if err := m.Up(); err != nil && !errors.Is(err, migrate.ErrNoChange) {
		failed, _, verr := m.Version()
		if verr != nil {
			return errors.Join(fmt.Errorf("apply migrations: %w", err), verr)
		}
		return errors.Join(fmt.Errorf("数据库升级到第 %d 步失败,已退回上一步,未留下改动: %w", failed, err), heal(m, failed))
	}
	return nil
}

// heal puts the mark back to the step before a failed one: PostgreSQL has already rolled the file back.
// Numbers may leave gaps, so the step before is looked up.
func heal(m *migrate.Migrate, failed uint) error {
	numbers, err := numbersOf()
	if err != nil {
		return err
	}
	before := database.NilVersion
	for _, n := range numbers {
		if n < failed {
			before = max(before, int(n))
		}
	}
	if err := m.Force(before); err != nil {
		return fmt.Errorf("put schema version back: %w", err)
	}
	return nil
}

func open(db *pgxpool.Pool) (*migrate.Migrate, uint, error) {
	files, err := iofs.New(migrations.FS, ".")
	if err != nil {
		return nil, 0, fmt.Errorf("read migrations: %w", err)
	}
	newest, err := newestNumber()
	if err != nil {
		return nil, 0, err
	}
	driver, err := migratepgx.WithInstance(stdlib.OpenDBFromPool(db), &migratepgx.Config{})
	if err != nil {
		return nil, 0, fmt.Errorf("open database for migration: %w", err)
	}
	m, err := migrate.NewWithInstance("iofs", files, "pgx5", driver)
	if err != nil {
		return nil, 0, fmt.Errorf("prepare migration: %w", err)
	}
	return m, newest, nil
}

func closeMigrate(m *migrate.Migrate) error {
	a, b := m.Close()
	return errors.Join(a, b)
}

func newestNumber() (uint, error) {
	numbers, err := numbersOf()
	if err != nil || len(numbers) == 0 {
		return 0, err
	}
	return slices.Max(numbers), nil
}

// numbersOf lists the numbers of the migrations.
func numbersOf() ([]uint, error) {
	names, err := fs.Glob(migrations.FS, "*.up.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	numbers := make([]uint, len(names))
	for i, name := range names {
		if _, err := fmt.Sscanf(name, "%06d_", &numbers[i]); err != nil {
			return nil, fmt.Errorf("migration %s has no number: %w", name, err)
		}
	}
	return numbers, nil
}

// SchemaState reads how the schema stands without changing it.
func SchemaState(ctx context.Context, q Querier) (State, error) {
	newest, err := newestNumber()
	if err != nil {
		return State{}, err
	}
	s := State{Newest: newest}
	var exists bool
	if err := q.QueryRow(ctx, "SELECT to_regclass('schema_migrations') IS NOT NULL").Scan(&exists); err != nil {
		return s, fmt.Errorf("look for schema version: %w", err)
	}
	if !exists {
		return s, nil
	}
	err = q.QueryRow(ctx, "SELECT version, dirty FROM schema_migrations").Scan(&s.Applied, &s.Dirty)
	if err != nil && !NoRows(err) {
		return s, fmt.Errorf("read schema version: %w", err)
	}
	return s, nil
}
