// Package pg is the way to PostgreSQL: the pool, transactions as function values, and the
// translation of named constraint violations. SQL itself stands in the rooms.
package pg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Querier is what a store function needs; the pool and a transaction are both one.
type Querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// Connect opens a pool and proves that the server answers and is PostgreSQL 14 or newer.
func Connect(ctx context.Context, url string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	if config.MaxConns < 10 {
		config.MaxConns = 10
	}
	config.MaxConnIdleTime = 5 * time.Minute
	config.ConnConfig.RuntimeParams["timezone"] = "Asia/Shanghai"
	config.ConnConfig.RuntimeParams["application_name"] = "yigai"
	db, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database pool: %w", err)
	}
	if err := requireVersion(ctx, db, 14); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func requireVersion(ctx context.Context, db *pgxpool.Pool, major int) error {
	var number int
	if err := db.QueryRow(ctx, "SELECT current_setting('server_version_num')::int").Scan(&number); err != nil {
		return fmt.Errorf("reach database: %w", err)
	}
	if number/10000 < major {
		return fmt.Errorf("数据库版本是 PostgreSQL %d,需要 %d 或更高", number/10000, major)
	}
	return nil
}

// Beginner starts transactions; a pool is one, a transaction is not, so that Tx never nests.
type Beginner interface {
	BeginTx(ctx context.Context, o pgx.TxOptions) (pgx.Tx, error)
}

// Tx runs do in one transaction: committed when it returns nil, else rolled back.
// A serialisation failure or deadlock is tried again, so do must have no effect outside the database.
func Tx(ctx context.Context, db Beginner, do func(tx pgx.Tx) error) error {
	const attempts = 4
	for try := 1; ; try++ {
		err := once(ctx, db, do)
		if err == nil || !retryable(err) || try == attempts {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Duration(try) * 5 * time.Millisecond):
		}
	}
}

func once(ctx context.Context, db Beginner, do func(tx pgx.Tx) error) (err error) {
	tx, err := db.BeginTx(ctx, pgx.TxOptions{})
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	// Also when do panics, or the connection would never go back to the pool; after a commit there is nothing to do.
	// The caller's context may be gone; the rollback must still reach the server.
	defer func() {
		if rb := tx.Rollback(context.WithoutCancel(ctx)); rb != nil && !errors.Is(rb, pgx.ErrTxClosed) {
			err = errors.Join(err, fmt.Errorf("roll back: %w", rb))
		}
	}()
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func retryable(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// Violates reports whether err is the violation of the named constraint.
func Violates(err error, constraint string) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.ConstraintName == constraint
}

// Stopped reports whether the server ended a statement that took too long.
func Stopped(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "57014"
}

// NoRows reports whether err says that a single-row query found nothing.
func NoRows(err error) bool { return errors.Is(err, pgx.ErrNoRows) }
