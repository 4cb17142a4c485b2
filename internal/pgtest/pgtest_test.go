package pgtest

import (
	"testing"

	"yigai/internal/pg"
)

func TestNewIsMigratedAndAlone(t *testing.T) {
	t.Parallel()
	a, b := New(t), New(t)
	state, err := pg.SchemaState(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if !state.Current() {
		t.Errorf("schema is %+v, want current", state)
	}
	if _, err := a.Exec(t.Context(), "CREATE TABLE mine (n int)"); err != nil {
		t.Fatal(err)
	}
	var seen bool
	if err := b.QueryRow(t.Context(), "SELECT to_regclass('mine') IS NOT NULL").Scan(&seen); err != nil {
		t.Fatal(err)
	}
	if seen {
		t.Error("one test's table is visible in another test's database")
	}
}

func TestDropAfterTest(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("uses a database", func(t *testing.T) { url = URL(t) })
	db, err := pg.Connect(t.Context(), url)
	if err == nil {
		db.Close()
		t.Errorf("%s is still there", url)
	}
}
