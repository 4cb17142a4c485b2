package audit_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/pg"
	"yigai/internal/pgtest"
)

// trail is a database with a county called 7 besides the platform's county 0.
type trail struct {
	t  *testing.T
	db *pgxpool.Pool
}

func newTrail(t *testing.T) trail {
	t.Helper()
	tr := trail{t, pgtest.New(t)}
	tr.exec("INSERT INTO county (county_id, code, name) VALUES (7, '150523', '开鲁县')")
	return tr
}

func (tr trail) exec(sql string) {
	tr.t.Helper()
	if _, err := tr.db.Exec(context.Background(), sql); err != nil {
		tr.t.Fatalf("%s: %v", sql, err)
	}
}

// write records entries one by one, each in a transaction of its own.
func (tr trail) write(county int32, names ...string) {
	tr.t.Helper()
	who := actor.Actor{AccountID: 3, Username: "wang", CountyID: county, Address: "192.0.2.7"}
	for _, name := range names {
		err := pg.Tx(context.Background(), tr.db, func(tx pgx.Tx) error {
			return audit.Record(context.Background(), tx, who, audit.Entry{Action: "reporting.accept", Kind: "report", ID: name, Name: name,
				Before: map[string]string{"state": "submitted"}, After: map[string]string{"state": "accepted"}, Reason: "核对无误"})
		})
		if err != nil {
			tr.t.Fatal(err)
		}
	}
}

func (tr trail) seal() int {
	tr.t.Helper()
	n, err := audit.Seal(context.Background(), tr.db)
	if err != nil {
		tr.t.Fatal(err)
	}
	return n
}

func (tr trail) verify() audit.Proof {
	tr.t.Helper()
	p, err := audit.Verify(context.Background(), tr.db)
	if err != nil {
		tr.t.Fatal(err)
	}
	return p
}

// tamper does what only the owner of the database can: it lifts the triggers and the foreign keys, and changes the trail.
func (tr trail) tamper(statements ...string) {
	tr.t.Helper()
	for _, table := range []string{"audit_entry", "audit_seal"} {
		tr.exec("ALTER TABLE " + table + " DISABLE TRIGGER USER")
	}
	for _, table := range []string{"audit_seal", "audit_unsealed"} {
		tr.exec("ALTER TABLE " + table + " DROP CONSTRAINT " + table + "_county_id_entry_id_fkey")
	}
	tr.exec("ALTER TABLE audit_seal DROP CONSTRAINT audit_seal_entry_unique, DROP CONSTRAINT audit_seal_pkey")
	for _, sql := range statements {
		tr.exec(sql)
	}
}
