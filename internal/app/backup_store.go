package app

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// backedUp are all tables but those that belong to one installation and not to its data: the marks of migrations,
// who is signed in, and which processes work the queue. The queue itself is data: a job in it is owed.
const backedUp = `c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('schema_migrations',
	'sessions', 'river_migration', 'river_leader', 'river_client', 'river_client_queue', 'river_queue', 'river_notification')`

// tables lists every table with its columns, parents before children.
func tables(ctx context.Context, tx pgx.Tx) ([]TableContent, error) {
	rows, err := tx.Query(ctx, `
		WITH RECURSIVE t AS (
			SELECT c.oid, c.relname FROM pg_class c WHERE `+backedUp+`
		), depends AS (
			SELECT DISTINCT k.conrelid AS child, k.confrelid AS parent FROM pg_constraint k
			WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
		), depth AS (
			SELECT oid, 0 AS level FROM t
			UNION
			SELECT d.child, x.level + 1 FROM depth x JOIN depends d ON d.parent = x.oid WHERE x.level < 30
		)
		SELECT t.relname, (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
			WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), 0::bigint
		FROM t JOIN (SELECT oid, max(level) AS level FROM depth GROUP BY oid) d USING (oid)
		ORDER BY d.level, t.relname`)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[TableContent])
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	return list, nil
}

// sequences reads the last number of every sequence that belongs to a column of these tables.
func sequences(ctx context.Context, tx pgx.Tx) (map[string]int64, error) {
	rows, err := tx.Query(ctx, `
		SELECT s.sequencename, s.last_value
		FROM pg_class c
		JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid > 0
		     AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
		JOIN pg_class o ON o.oid = d.objid
		JOIN pg_sequences s ON s.schemaname = 'public' AND s.sequencename = o.relname
		WHERE `+backedUp+` AND s.last_value IS NOT NULL`)
	if err != nil {
		return nil, fmt.Errorf("read sequences: %w", err)
	}
	found := map[string]int64{}
	var name string
	var last int64
	if _, err := pgx.ForEachRow(rows, []any{&name, &last}, func() error { found[name] = last; return nil }); err != nil {
		return nil, fmt.Errorf("read sequences: %w", err)
	}
	return found, nil
}

// prepareTables silences the triggers that would write or refuse while rows are put back, and takes out what
// migrations put in. Foreign keys stay awake: they prove that the backup is whole.
func prepareTables(ctx context.Context, tx pgx.Tx, list []TableContent) error {
	for _, t := range list {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+quoted(t.Name)+" DISABLE TRIGGER USER"); err != nil {
			return fmt.Errorf("prepare table %s: %w", t.Name, err)
		}
	}
	for i := len(list) - 1; i >= 0; i-- {
		if _, err := tx.Exec(ctx, "DELETE FROM "+quoted(list[i].Name)); err != nil {
			return fmt.Errorf("empty table %s: %w", list[i].Name, err)
		}
	}
	return nil
}

func wakeTables(ctx context.Context, tx pgx.Tx, list []TableContent) error {
	for _, t := range list {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+quoted(t.Name)+" ENABLE TRIGGER USER"); err != nil {
			return fmt.Errorf("wake table %s: %w", t.Name, err)
		}
	}
	return nil
}

// setSequences lets numbers go on where they stood: one that was given out once names nothing else later.
func setSequences(ctx context.Context, tx pgx.Tx, last map[string]int64) error {
	for name, n := range last {
		if _, err := tx.Exec(ctx, "SELECT setval($1::text::regclass, $2)", quoted(name), n); err != nil {
			return fmt.Errorf("set sequence %s: %w", name, err)
		}
	}
	return nil
}
