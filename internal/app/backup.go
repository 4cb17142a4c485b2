package app

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/pg"
)

// A backup is a zip file: manifest.json and one member per table in COPY text format, all from one
// snapshot. It needs no pg_dump, so it works with every PostgreSQL that the product runs on.

// Manifest says what a backup holds.
type Manifest struct {
	Product   string           `json:"product"` // "yigai"
	Schema    uint             `json:"schema"`  // migration number
	At        time.Time        `json:"at"`
	Tables    []TableContent   `json:"tables"`
	Sequences map[string]int64 `json:"sequences"` // the last number given out, of those that gave out any
}

// TableContent is one table of a backup.
type TableContent struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
}

// product is what the manifest of every backup says.
const product = "yigai"

// Total is the number of rows of all tables.
func (m Manifest) Total() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Backup writes the whole database to file. The file appears complete or not at all, and only its owner reads it.
func Backup(ctx context.Context, db *pgxpool.Pool, file string, now time.Time) (Manifest, error) {
	if _, err := os.Stat(file); err == nil {
		return Manifest{}, fmt.Errorf("文件 %s 已存在,请换一个名字", file)
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".yigai-backup-*")
	if err != nil {
		return Manifest{}, fmt.Errorf("备份文件无法建立: %w", err)
	}
	defer os.Remove(temp.Name())
	m, err := writeBackup(ctx, db, temp, now)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return m, fmt.Errorf("write backup: %w", err)
	}
	if err := os.Rename(temp.Name(), file); err != nil {
		return m, fmt.Errorf("name backup file: %w", err)
	}
	return m, nil
}

func writeBackup(ctx context.Context, db *pgxpool.Pool, w io.Writer, now time.Time) (m Manifest, err error) {
	tx, err := db.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return m, fmt.Errorf("open snapshot: %w", err)
	}
	defer func() { err = errors.Join(err, tx.Rollback(context.WithoutCancel(ctx))) }()
	if m, err = describe(ctx, tx, now); err != nil {
		return m, err
	}
	z := zip.NewWriter(w)
	for i := range m.Tables {
		if err := copyOut(ctx, tx, z, &m.Tables[i]); err != nil {
			return m, err
		}
	}
	// Sequences stand outside the snapshot: read last, they are past every row that was copied.
	if m.Sequences, err = sequences(ctx, tx); err != nil {
		return m, err
	}
	return m, finish(z, m)
}

func describe(ctx context.Context, tx pgx.Tx, now time.Time) (Manifest, error) {
	m := Manifest{Product: product, At: now}
	state, err := pg.SchemaState(ctx, tx)
	if err != nil {
		return m, err
	}
	if !state.Current() {
		return m, fmt.Errorf("数据库结构是第 %d 版,本程序是第 %d 版:请用同一版本的程序备份", state.Applied, state.Newest)
	}
	m.Schema = state.Applied
	m.Tables, err = tables(ctx, tx)
	return m, err
}

func finish(z *zip.Writer, m Manifest) error {
	member, err := z.Create("manifest.json")
	if err != nil {
		return fmt.Errorf("add manifest to backup: %w", err)
	}
	return errors.Join(json.NewEncoder(member).Encode(m), z.Close())
}

func copyOut(ctx context.Context, tx pgx.Tx, z *zip.Writer, t *TableContent) error {
	member, err := z.Create(t.Name + ".txt")
	if err != nil {
		return fmt.Errorf("add %s to backup: %w", t.Name, err)
	}
	tag, err := tx.Conn().PgConn().CopyTo(ctx, member, "COPY "+t.target()+" TO STDOUT")
	if err != nil {
		return fmt.Errorf("copy %s out: %w", t.Name, err)
	}
	t.Rows = tag.RowsAffected()
	return nil
}

func (t TableContent) target() string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = quoted(c)
	}
	return quoted(t.Name) + " (" + strings.Join(columns, ", ") + ")"
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }
