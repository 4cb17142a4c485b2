package audit_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/pg"
)

func TestRecordKeepsWhoWhatBeforeAndAfter(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.write(7, "12")
	var username, address, action, kind, object, before, after, reason string
	var account int64
	err := tr.db.QueryRow(t.Context(), `SELECT account_id, username, address, action, object_kind, object_id, before->>'state', after->>'state', reason
		FROM audit_entry WHERE county_id = 7`).Scan(&account, &username, &address, &action, &kind, &object, &before, &after, &reason)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{username, address, action, kind, object, before, after, reason}
	want := []string{"wang", "192.0.2.7", "reporting.accept", "report", "12", "submitted", "accepted", "核对无误"}
	for n := range want {
		if got[n] != want[n] || account != 3 {
			t.Errorf("stored %v of account %d, want %v of 3", got, account, want)
		}
	}
}

func TestRecordWithoutAnybodySaysSo(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	if err := audit.Record(t.Context(), tr.db, actor.Actor{CountyID: 7}, audit.Entry{Action: "a", Kind: "k"}); err != nil {
		t.Fatal(err)
	}
	var nobody bool
	err := tr.db.QueryRow(t.Context(), `SELECT username = '-' AND account_id IS NULL AND institution_id IS NULL AND before IS NULL AND after IS NULL
		FROM audit_entry WHERE county_id = 7`).Scan(&nobody)
	if err != nil || !nobody {
		t.Errorf("an entry of nobody is not stored as such: %v", err)
	}
}

func TestAnEntryGoesWithItsTransaction(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	gone := errors.New("the change failed")
	err := pg.Tx(t.Context(), tr.db, func(tx pgx.Tx) error {
		if err := audit.Record(t.Context(), tx, actor.Actor{CountyID: 7}, audit.Entry{Action: "a", Kind: "k"}); err != nil {
			return err
		}
		return gone
	})
	if !errors.Is(err, gone) {
		t.Fatal(err)
	}
	var left int
	if err := tr.db.QueryRow(t.Context(), "SELECT count(*) FROM audit_entry WHERE county_id = 7").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d entries of a change that never was (%v)", left, err)
	}
}

func TestRecordRefusesWhatCannotBeStored(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	for name, e := range map[string]audit.Entry{"before": {Before: make(chan int)}, "after": {After: make(chan int)}} {
		if err := audit.Record(t.Context(), tr.db, actor.Actor{CountyID: 7}, e); err == nil {
			t.Errorf("%s of a channel was stored", name)
		}
	}
}

func TestTheTrailOnlyGrows(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.write(7, "1")
	tr.seal()
	for _, sql := range []string{
		"UPDATE audit_entry SET reason = ''", "DELETE FROM audit_entry", "TRUNCATE audit_entry CASCADE",
		"UPDATE audit_seal SET hash = ''", "DELETE FROM audit_seal", "TRUNCATE audit_seal",
		"UPDATE audit_entry SET reason = '' WHERE false",
	} {
		t.Run(sql, func(t *testing.T) {
			var refused *pgconn.PgError
			_, err := tr.db.Exec(t.Context(), sql)
			if !errors.As(err, &refused) || refused.Code != "42501" {
				t.Errorf("got %v, want a refusal", err)
			}
		})
	}
	if p := tr.verify(); p.Entries != 1 || p.Broken != "" {
		t.Errorf("after the refusals: %+v", p)
	}
}
