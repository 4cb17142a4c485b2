package app

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account"
	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/jobs"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pg"
	"yigai/internal/pgtest"
)

// owed is a job that waits in the queue when the backup is made.
type owed struct{}

// Kind names the job in the queue.
func (owed) Kind() string { return "test.owed" }

// lived makes a database that people have worked in: a county, a community, accounts, a token, a deleted failure, a
// job in the queue, sealed and unsealed audit entries.
func lived(t *testing.T) (*pgxpool.Pool, org.County, account.Account) {
	t.Helper()
	db, ctx := pgtest.New(t), t.Context()
	county, root := orgtest.County(t, db)
	hospital := orgtest.Institution(t, db, county, org.KindCountyHospital, "县医院 \t\\N\n“引号”")
	boss := orgtest.Actor(county, root, org.ActionView, org.ActionManage)
	if _, err := orgtest.Service(db).CreateCommunity(ctx, boss, org.CommunityDraft{Name: "医共体", Lead: hospital.Code, JoinedOn: orgtest.Now()}); err != nil {
		t.Fatal(err)
	}
	reporter := accounttest.Account(t, db, county.ID, hospital, actor.InstitutionReporter)
	accounttest.Actor(t, accounttest.Service(db), reporter)
	if _, err := audit.Seal(ctx, db); err != nil {
		t.Fatal(err)
	}
	if _, err := accounttest.Service(db).CreateToken(ctx, account.Operator(), reporter.ID, "接口", 30); err != nil {
		t.Fatal(err)
	}
	err := pg.Tx(ctx, db, func(tx pgx.Tx) error { return jobs.Enqueue(ctx, tx, owed{}) })
	if err != nil {
		t.Fatal(err)
	}
	// A number that was given out and is gone must not be given out again.
	do(t, db, `INSERT INTO job (county_id, kind, title) VALUES ($1, 'x', 'x')`, county.ID)
	do(t, db, `DELETE FROM job`)
	return db, county, reporter
}

func do(t *testing.T, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// contents hashes every backed-up table, row by row.
func contents(t *testing.T, db *pgxpool.Pool) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := pg.Tx(t.Context(), db, func(tx pgx.Tx) error {
		list, err := tables(t.Context(), tx)
		if err != nil {
			return err
		}
		for _, one := range list {
			var text bytes.Buffer
			sql := fmt.Sprintf("COPY (SELECT x::text FROM %s x ORDER BY 1) TO STDOUT", quoted(one.Name))
			tag, err := tx.Conn().PgConn().CopyTo(t.Context(), &text, sql)
			if err != nil {
				return err
			}
			found[one.Name] = fmt.Sprintf("%d rows, %x", tag.RowsAffected(), sha256.Sum256(text.Bytes()))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func backedUpFile(t *testing.T, db *pgxpool.Pool) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "backup.zip")
	if _, err := Backup(t.Context(), db, file, orgtest.Now()); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	db, county, reporter := lived(t)
	file := backedUpFile(t, db)
	fresh := pgtest.New(t)
	m, err := Restore(t.Context(), fresh, file)
	if err != nil {
		t.Fatal(err)
	}
	was, is := contents(t, db), contents(t, fresh)
	if !maps.Equal(was, is) {
		for name := range was {
			if was[name] != is[name] {
				t.Errorf("%s: was %s, is %s", name, was[name], is[name])
			}
		}
	}
	if m.Total() < 20 || len(m.Tables) != len(is) || is["river_job"][:1] != "2" {
		t.Errorf("%d rows in %d tables, queue %s", m.Total(), len(m.Tables), is["river_job"])
	}

	t.Run("the file is for its owner only", func(t *testing.T) {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info.Mode(), err)
		}
	})
	t.Run("the audit chain is whole and goes on", func(t *testing.T) {
		if _, err := audit.Seal(t.Context(), fresh); err != nil {
			t.Fatal(err)
		}
		proof, err := audit.Verify(t.Context(), fresh)
		if err != nil || proof.Broken != "" || proof.Entries < 4 || proof.Unsealed != 0 {
			t.Errorf("%+v %v", proof, err)
		}
	})
	t.Run("people sign in as before", func(t *testing.T) {
		accounttest.Actor(t, accounttest.Service(fresh), reporter)
	})
	t.Run("numbers go on where they stood", func(t *testing.T) {
		insert := `INSERT INTO job (county_id, kind, title) VALUES ($1, 'x', 'x') RETURNING id`
		var before, after int64
		if err := db.QueryRow(t.Context(), insert, county.ID).Scan(&before); err != nil {
			t.Fatal(err)
		}
		if err := fresh.QueryRow(t.Context(), insert, county.ID).Scan(&after); err != nil || after != before || after < 2 {
			t.Errorf("next number %d, was %d (%v)", after, before, err)
		}
		if made, _ := orgtest.CountyAt(t, fresh, "999999", "新县"); made.ID != county.ID+1 {
			t.Errorf("the next county is %d after %d", made.ID, county.ID)
		}
	})
	t.Run("the trail only grows again", func(t *testing.T) {
		for _, sql := range []string{"DELETE FROM audit_entry", "UPDATE audit_seal SET seq = 0", "DELETE FROM report_event"} {
			if _, err := fresh.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "只能追加") {
				t.Errorf("%s: %v", sql, err)
			}
		}
		var asleep int
		if err := fresh.QueryRow(t.Context(), "SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O'").Scan(&asleep); err != nil || asleep != 0 {
			t.Errorf("%d triggers asleep (%v)", asleep, err)
		}
	})
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	db, _, _ := lived(t)
	file := backedUpFile(t, db)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(t *testing.T, content []byte) string {
		t.Helper()
		file := filepath.Join(t.TempDir(), "wrong.zip")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	fresh := pgtest.New(t)
	untouched := contents(t, fresh)
	cases := map[string]struct{ file, says string }{
		"a file cut short":        {write(t, content[:len(content)*9/10]), "不是完整的医改备份文件"},
		"no zip":                  {write(t, []byte("hello")), "不是完整的医改备份文件"},
		"no file":                 {filepath.Join(t.TempDir(), "none.zip"), "无法读取"},
		"a zip of something else": {write(t, edited(t, content, "manifest.json", drop)), "缺少目录"},
		"another product":         {write(t, edited(t, content, "manifest.json", replace(`"yigai"`, `"other"`))), "不是医改的备份文件"},
		"another schema":          {write(t, edited(t, content, "manifest.json", replace(`"schema":`, `"schema":9`))), "第 9"},
		"a table fewer":           {write(t, edited(t, content, "manifest.json", replace(`"name":"account_token"`, `"name":"x"`))), "不一致"},
		"a table's rows missing":  {write(t, edited(t, content, "account_token.txt", drop)), "缺少 account_token"},
		"a row missing":           {write(t, edited(t, content, "account_token.txt", func([]byte) []byte { return []byte{} })), "account_token 应有 1 行"},
		"a reference to nothing":  {write(t, edited(t, content, "account.txt", func([]byte) []byte { return []byte{} })), "account"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := Restore(t.Context(), fresh, c.file); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("want %q, got %v", c.says, err)
			}
		})
	}
	t.Run("and leaves the database as it was", func(t *testing.T) {
		if !maps.Equal(untouched, contents(t, fresh)) {
			t.Error("a refused restore left something")
		}
	})
	t.Run("a database that holds data", func(t *testing.T) {
		before := contents(t, db)
		if _, err := Restore(t.Context(), db, file); err == nil || !strings.Contains(err.Error(), "已有数据") {
			t.Errorf("got %v", err)
		}
		if !maps.Equal(before, contents(t, db)) {
			t.Error("a refused restore changed something")
		}
	})
	t.Run("a backup over a file that is there", func(t *testing.T) {
		if _, err := Backup(t.Context(), db, file, orgtest.Now()); err == nil || !strings.Contains(err.Error(), "已存在") {
			t.Errorf("got %v", err)
		}
	})
}

func drop([]byte) []byte { return nil }

func replace(old, new string) func([]byte) []byte {
	return func(content []byte) []byte { return bytes.Replace(content, []byte(old), []byte(new), 1) }
}

// edited is the archive with one member changed, or left out where change gives nil.
func edited(t *testing.T, archive []byte, name string, change func([]byte) []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, member := range z.File {
		f, err := member.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		if member.Name == name {
			if content = change(content); content == nil {
				continue
			}
		}
		to, err := w.Create(member.Name)
		if err == nil {
			_, err = to.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
