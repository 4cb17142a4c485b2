package app

import (
	"archive/zip"
	"bufio"
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
	Product string         `json:"product"` // "yigai"
	Schema  uint           `json:"schema"`  // migration number
	At      time.Time      `json:"at"`
	Tables  []TableContent `json:"tables"` // in the order in which they can be restored
}

// TableContent is one table of a backup.
type TableContent struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
}

// Total is the number of rows of all tables.
func (m Manifest) Total() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Backup writes the whole database to file. The file appears complete or not at all.
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
	state, err := pg.SchemaState(ctx, db)
	if err != nil {
		return m, err
	}
	m = Manifest{Product: "yigai", Schema: state.Applied, At: now}
	tx, err := db.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return m, fmt.Errorf("open snapshot: %w", err)
	}
	defer func() { err = errors.Join(err, tx.Rollback(context.WithoutCancel(ctx))) }()
	if m.Tables, err = tables(ctx, tx); err != nil {
		return m, err
	}
	z := zip.NewWriter(w)
	for i := range m.Tables {
		if err := copyOut(ctx, tx, z, &m.Tables[i]); err != nil {
			return m, err
		}
	}
	member, err := z.Create("manifest.json")
	if err != nil {
		return m, err
	}
	return m, errors.Join(json.NewEncoder(member).Encode(m), z.Close())
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
		columns[i] = pgx.Identifier{c}.Sanitize()
	}
	return pgx.Identifier{t.Name}.Sanitize() + " (" + strings.Join(columns, ", ") + ")"
}

// Restore fills an empty database from a backup; a database that holds a county is refused.
func Restore(ctx context.Context, db *pgxpool.Pool, file string) (Manifest, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return Manifest{}, fmt.Errorf("%s 不是医改的备份文件: %w", file, err)
	}
	defer z.Close()
	m, err := readManifest(&z.Reader)
	if err != nil {
		return m, err
	}
	return m, pg.Tx(ctx, db, func(tx pgx.Tx) error { return fill(ctx, tx, &z.Reader, m) })
}

func readManifest(z *zip.Reader) (m Manifest, err error) {
	f, err := z.Open("manifest.json")
	if err != nil {
		return m, fmt.Errorf("备份文件不完整,缺少目录: %w", err)
	}
	defer f.Close()
	if err := json.NewDecoder(bufio.NewReader(f)).Decode(&m); err != nil || m.Product != "yigai" {
		return m, fmt.Errorf("备份文件的目录无法识别: %w", err)
	}
	return m, nil
}

func fill(ctx context.Context, tx pgx.Tx, z *zip.Reader, m Manifest) error {
	state, err := pg.SchemaState(ctx, tx)
	if err != nil {
		return err
	}
	if m.Schema != state.Applied {
		return fmt.Errorf("备份的数据库结构是第 %d 版,现在是第 %d 版:请用同一版本的程序恢复后再升级", m.Schema, state.Applied)
	}
	if err := requireEmpty(ctx, tx); err != nil {
		return err
	}
	if err := prepareTables(ctx, tx, m.Tables); err != nil {
		return err
	}
	for _, t := range m.Tables {
		if err := copyIn(ctx, tx, z, t); err != nil {
			return err
		}
	}
	return finishTables(ctx, tx, m.Tables)
}

func requireEmpty(ctx context.Context, tx pgx.Tx) error {
	var holds bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM county WHERE county_id <> 0) OR EXISTS (SELECT FROM account)").Scan(&holds); err != nil {
		return fmt.Errorf("look for data: %w", err)
	}
	if holds {
		return errors.New("这个数据库里已有数据,只能恢复到空的数据库")
	}
	return nil
}

func copyIn(ctx context.Context, tx pgx.Tx, z *zip.Reader, t TableContent) error {
	member, err := z.Open(t.Name + ".txt")
	if err != nil {
		return fmt.Errorf("备份文件不完整,缺少 %s: %w", t.Name, err)
	}
	defer member.Close()
	tag, err := tx.Conn().PgConn().CopyFrom(ctx, member, "COPY "+t.target()+" FROM STDIN")
	if err != nil {
		return fmt.Errorf("copy %s in: %w", t.Name, err)
	}
	if tag.RowsAffected() != t.Rows {
		return fmt.Errorf("备份文件不完整:%s 应有 %d 行,读到 %d 行", t.Name, t.Rows, tag.RowsAffected())
	}
	return nil
}
