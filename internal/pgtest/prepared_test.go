package pgtest

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
)

var builds atomic.Int64

var letters = Prepare(func(t testing.TB, db *pgxpool.Pool) string {
	builds.Add(1)
	if _, err := db.Exec(context.Background(), "CREATE TABLE letter (a text); INSERT INTO letter VALUES ('x')"); err != nil {
		t.Fatal(err)
	}
	return "letter"
})

func TestPreparedIsBuiltOnceAndEachTestChangesItsOwn(t *testing.T) {
	t.Parallel()
	for n := range 3 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			db, table := letters.New(t)
			var found int
			if err := db.QueryRow(t.Context(), "WITH gone AS (DELETE FROM "+table+" RETURNING a) SELECT count(*) FROM gone").Scan(&found); err != nil {
				t.Fatal(err)
			}
			if found != 1 {
				t.Errorf("found %d rows, want the 1 that was prepared", found)
			}
		})
	}
	t.Cleanup(func() {
		if n := builds.Load(); n != 1 {
			t.Errorf("built %d times", n)
		}
	})
}

// failing is a test that may fail without failing this one.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Failed() bool { return f.said != "" }

func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (f *failing) Errorf(format string, args ...any) { f.said = fmt.Sprintf(format, args...) }

func TestEveryTestSaysThatPreparingFailed(t *testing.T) {
	t.Parallel()
	for name, build := range map[string]func(t testing.TB, db *pgxpool.Pool) int{
		"ended":  func(t testing.TB, _ *pgxpool.Pool) int { t.Fatalf("no county"); return 0 },
		"failed": func(t testing.TB, _ *pgxpool.Pool) int { t.Errorf("no month"); return 0 },
	} {
		p := Prepare(build)
		for n := range 3 {
			f := &failing{TB: t}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				p.New(f)
			}()
			<-ended
			if f.said == "" || n > 0 && !strings.Contains(f.said, t.Name()) {
				t.Errorf("%s, test %d says %q", name, n+1, f.said)
			}
		}
	}
}

func TestDatabasesOfEndedProcessesAreDropped(t *testing.T) {
	t.Parallel()
	s, own := running(t), New(t)
	const orphan = clonePrefix + "99999999_1" // no system gives a process this number
	if _, err := s.admin.Exec(t.Context(), "CREATE DATABASE "+orphan); err != nil {
		t.Fatal(err)
	}
	if err := s.dropOrphans(t.Context()); err != nil {
		t.Fatal(err)
	}
	left, err := databases(t.Context(), s.admin, orphan)
	if err != nil || len(left) > 0 {
		t.Errorf("still there: %v, %v", left, err)
	}
	if err := own.Ping(t.Context()); err != nil {
		t.Errorf("the database of this test: %v", err)
	}
}
