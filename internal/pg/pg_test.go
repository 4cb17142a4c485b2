package pg_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"yigai/internal/pg"
	"yigai/internal/pgtest"
	"yigai/migrations"
)

func TestTx(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	insert := func(tx pgx.Tx, code string) error {
		_, err := tx.Exec(ctx, "INSERT INTO county (code, name) VALUES ($1, '县')", code)
		return err
	}
	count := func() (n int) {
		t.Helper()
		if err := db.QueryRow(ctx, "SELECT count(*) FROM county WHERE county_id <> 0").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := pg.Tx(ctx, db, func(tx pgx.Tx) error { return insert(tx, "150523") }); err != nil || count() != 1 {
		t.Fatalf("commit: %v, %d counties", err, count())
	}
	stop := errors.New("stop")
	err := pg.Tx(ctx, db, func(tx pgx.Tx) error { return errors.Join(insert(tx, "150524"), stop) })
	if !errors.Is(err, stop) || count() != 1 {
		t.Fatalf("an error must roll back: %v, %d counties", err, count())
	}
	err = pg.Tx(ctx, db, func(tx pgx.Tx) error { return insert(tx, "150523") })
	if !pg.Violates(err, "county_code_unique") {
		t.Fatalf("want a violation of county_code_unique, got %v", err)
	}
	t.Run("a panic rolls back and gives the connection back", func(t *testing.T) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic is swallowed")
				}
			}()
			_ = pg.Tx(ctx, db, func(tx pgx.Tx) error { panic(insert(tx, "150525")) })
		}()
		if n := db.Stat().AcquiredConns(); n != 0 || count() != 1 {
			t.Errorf("%d connections kept, %d counties", n, count())
		}
	})
}

func TestTxTriesDeadlocksAgain(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	if _, err := db.Exec(ctx, "INSERT INTO county (code, name) VALUES ('100001', 'a'), ('100002', 'b')"); err != nil {
		t.Fatal(err)
	}
	touch := func(tx pgx.Tx, code string) error {
		_, err := tx.Exec(ctx, "UPDATE county SET name = name || 'x' WHERE code = $1", code)
		return err
	}
	both := make(chan error, 2)
	held := make(chan struct{}, 2)
	cross := func(first, second string) {
		tries := 0
		both <- pg.Tx(ctx, db, func(tx pgx.Tx) error {
			tries++
			if err := touch(tx, first); err != nil {
				return err
			}
			if tries == 1 { // make sure both hold their first row before either asks for its second
				held <- struct{}{}
				for len(held) < 2 && tries == 1 {
					if ctx.Err() != nil {
						return ctx.Err()
					}
				}
			}
			return touch(tx, second)
		})
	}
	go cross("100001", "100002")
	go cross("100002", "100001")
	for range 2 {
		if err := <-both; err != nil {
			t.Errorf("a deadlock must be tried again: %v", err)
		}
	}
}

func TestTxDoesNotTryAgainForACallerWhoLeft(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx, leave := context.WithCancel(t.Context())
	err := pg.Tx(ctx, db, func(pgx.Tx) error {
		leave()
		return &pgconn.PgError{Code: "40001", Message: "could not serialize access"}
	})
	if e := new(pgconn.PgError); !errors.As(err, &e) {
		t.Errorf("want the failure that was not tried again, got %v", err)
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	ctx := t.Context()
	if err := pg.Migrate(ctx, url); err != nil {
		t.Fatalf("a current database needs nothing: %v", err)
	}
	db, err := pg.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	state, err := pg.SchemaState(ctx, db)
	if err != nil || !state.Current() {
		t.Fatalf("want the current schema, got %+v, %v", state, err)
	}

	t.Run("a dirty mark heals", func(t *testing.T) {
		// As a failed step leaves it: nothing of the newest file, and the mark at its number.
		down, err := fs.Glob(migrations.FS, fmt.Sprintf("%06d_*.down.sql", state.Newest))
		if err != nil || len(down) != 1 {
			t.Fatalf("the newest step back: %v, %v", down, err)
		}
		undo, err := fs.ReadFile(migrations.FS, down[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(ctx, string(undo)+"; UPDATE schema_migrations SET dirty = true"); err != nil {
			t.Fatal(err)
		}
		if err := pg.Migrate(ctx, url); err != nil {
			t.Fatalf("heal: %v", err)
		}
		if state, err := pg.SchemaState(ctx, db); err != nil || !state.Current() {
			t.Fatalf("want the current schema, got %+v, %v", state, err)
		}
	})
	t.Run("a newer database is refused", func(t *testing.T) {
		if _, err := db.Exec(ctx, "UPDATE schema_migrations SET version = version + 1"); err != nil {
			t.Fatal(err)
		}
		if err := pg.Migrate(ctx, url); err == nil {
			t.Fatal("want a refusal")
		}
	})
}

// Every tenant table starts its primary key and its foreign keys with county_id, so that the database
// itself keeps one county's rows from referring to another's.
func TestEveryKeyStartsWithTheCounty(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	rows, err := db.Query(ctx, `
		SELECT c.relname || ': ' || k.conname
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
		WHERE c.relnamespace = 'public'::regnamespace AND k.contype IN ('p', 'f') AND a.attname <> 'county_id'
		  AND c.relname !~ '^river_' AND c.relname NOT IN ('sessions', 'schema_migrations', 'job_schedule', 'sign_in_failure', 'figure_source', 'register_rule')
		  AND k.confrelid::regclass::text <> 'figure_source'`) // the names of views and what the program declares are nobody's data
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(wrong) > 0 {
		t.Errorf("keys that do not start with county_id: %v", wrong)
	}
	var without []string
	err = db.QueryRow(ctx, `
		SELECT coalesce(array_agg(c.relname::text), '{}') FROM pg_class c
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
		  AND c.relname !~ '^river_' AND c.relname NOT IN ('sessions', 'schema_migrations', 'job_schedule', 'sign_in_failure')
		  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')`).Scan(&without)
	if err != nil || len(without) > 0 {
		t.Errorf("tables without a primary key: %v, %v", without, err)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	if got := pg.Storable("医\x00改\xff"); got != "医改" {
		t.Errorf("stored as %q", got)
	}
	if got := pg.NonNil(nil); got == nil || len(got) != 0 {
		t.Errorf("no list is %v", got)
	}
	if got := pg.NonNil([]string{"1.2"}); len(got) != 1 {
		t.Errorf("a list is %v", got)
	}
}
