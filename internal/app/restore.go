package app

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/pg"
)

// Restore fills an empty database from a backup, whole or not at all; a database that holds a county or an account
// is refused.
func Restore(ctx context.Context, db *pgxpool.Pool, file string) (Manifest, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return Manifest{}, fmt.Errorf("%s 无法读取,或不是完整的医改备份文件: %w", file, err)
	}
	defer z.Close()
	m, err := readManifest(&z.Reader)
	if err != nil {
		return m, err
	}
	return m, pg.Tx(ctx, db, func(tx pgx.Tx) error { return fill(ctx, tx, &z.Reader, m) })
}

// largestManifest is some hundred times what the tables of this schema need.
const largestManifest = 4 << 20

func readManifest(z *zip.Reader) (m Manifest, err error) {
	f, err := z.Open("manifest.json")
	if err != nil {
		return m, fmt.Errorf("备份文件不完整,缺少目录: %w", err)
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, largestManifest)).Decode(&m); err != nil {
		return m, fmt.Errorf("备份文件的目录无法识别: %w", err)
	}
	if m.Product != product {
		return m, errors.New("这不是医改的备份文件")
	}
	return m, nil
}

func fill(ctx context.Context, tx pgx.Tx, z *zip.Reader, m Manifest) error {
	if err := requireFitting(ctx, tx, m); err != nil {
		return err
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
	if err := wakeTables(ctx, tx, m.Tables); err != nil {
		return err
	}
	return setSequences(ctx, tx, m.Sequences)
}

// requireFitting refuses a backup of another schema, and a manifest that is not about exactly our tables.
func requireFitting(ctx context.Context, tx pgx.Tx, m Manifest) error {
	state, err := pg.SchemaState(ctx, tx)
	if err != nil {
		return err
	}
	if m.Schema != state.Applied {
		return fmt.Errorf("备份的数据库结构是第 %d 版,现在是第 %d 版:请用同一版本的程序恢复后再升级", m.Schema, state.Applied)
	}
	ours, err := tables(ctx, tx)
	if err != nil {
		return err
	}
	same := func(a, b TableContent) bool { return a.Name == b.Name && slices.Equal(a.Columns, b.Columns) }
	if !slices.EqualFunc(ours, m.Tables, same) {
		return errors.New("备份文件里的表与这个数据库的不一致:文件不完整,或来自另一版本的程序")
	}
	return nil
}

func requireEmpty(ctx context.Context, tx pgx.Tx) error {
	var holds bool
	err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM county WHERE county_id <> 0) OR EXISTS (SELECT FROM account)").Scan(&holds)
	if err != nil {
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
