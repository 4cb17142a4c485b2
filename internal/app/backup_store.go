package app

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// notBackedUp are tables that belong to one installation and not to its data.
const notBackedUp = `'schema_migrations', 'sessions', 'river_migration', 'river_leader', 'river_client', 'river_client_queue', 'river_queue', 'river_notification', 'river_job'`

// tables lists every table with its columns, parents before children.
func tables(ctx context.Context, tx pgx.Tx) ([]TableContent, error) {
	rows, err := tx.Query(ctx, `
		WITH RECURSIVE t AS (
			SELECT c.oid, c.relname FROM pg_class c
			WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN (`+notBackedUp+`)
		), depends AS (
			SELECT DISTINCT k.conrelid AS child, k.confrelid AS parent FROM pg_constraint k
			WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
		), depth AS (
			SELECT oid, 0 AS level FROM t
			UNION ALL
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

// prepareTables silences the triggers that would write while rows are put back, and takes out what migrations put in.
func prepareTables(ctx context.Context, tx pgx.Tx, list []TableContent) error {
	for _, t := range list {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+pgx.Identifier{t.Name}.Sanitize()+" DISABLE TRIGGER USER"); err != nil {
			return fmt.Errorf("prepare table %s: %w", t.Name, err)
		}
	}
	for i := len(list) - 1; i >= 0; i-- {
		if _, err := tx.Exec(ctx, "DELETE FROM "+pgx.Identifier{list[i].Name}.Sanitize()); err != nil {
			return fmt.Errorf("empty table %s: %w", list[i].Name, err)
		}
	}
	return nil
}

// finishTables wakes the triggers and moves every identity past the restored numbers.
func finishTables(ctx context.Context, tx pgx.Tx, list []TableContent) error {
	for _, t := range list {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+pgx.Identifier{t.Name}.Sanitize()+" ENABLE TRIGGER USER"); err != nil {
			return fmt.Errorf("finish table %s: %w", t.Name, err)
		}
		if err := moveIdentity(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}

func moveIdentity(ctx context.Context, tx pgx.Tx, t TableContent) error {
	for _, column := range t.Columns {
		if column != "id" && (column != "county_id" || t.Name != "county") {
			continue
		}
		var sequence *string
		if err := tx.QueryRow(ctx, "SELECT pg_get_serial_sequence($1, $2)", t.Name, column).Scan(&sequence); err != nil {
			return fmt.Errorf("find sequence of %s.%s: %w", t.Name, column, err)
		}
		if sequence == nil {
			continue
		}
		set := fmt.Sprintf("SELECT setval($1::text::regclass, greatest(max(%s), 1)) FROM %s",
			pgx.Identifier{column}.Sanitize(), pgx.Identifier{t.Name}.Sanitize())
		if _, err := tx.Exec(ctx, set, *sequence); err != nil {
			return fmt.Errorf("set next number of %s.%s: %w", t.Name, column, err)
		}
	}
	return nil
}
