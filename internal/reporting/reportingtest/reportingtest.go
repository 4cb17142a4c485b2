// Package reportingtest builds forms, reports and accepted figures for tests, through the room's own operations.
package reportingtest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// Service is the room on the database, at orgtest.Now, with the calendar of the product.
func Service(db *pgxpool.Pool) *reporting.Service {
	return reporting.New(db, orgtest.Now, period.China())
}

// Standard installs the standard preset in the county.
func Standard(t testing.TB, db *pgxpool.Pool, county int32) {
	t.Helper()
	pack, err := preset.Load()
	if err != nil {
		t.Fatalf("load the standard preset: %v", err)
	}
	Install(t, db, county, pack)
}

// Install installs a pack in the county.
func Install(t testing.TB, db *pgxpool.Pool, county int32, pack *preset.Pack) {
	t.Helper()
	err := pg.Tx(context.Background(), db, func(tx pgx.Tx) error {
		return reporting.InstallPreset(context.Background(), tx, System(t, db, county), pack)
	})
	if err != nil {
		t.Fatalf("install preset: %v", err)
	}
}

// System is the program itself in the county, with every action of this room.
func System(t testing.TB, db *pgxpool.Pool, county int32) actor.Actor {
	t.Helper()
	root, err := org.Root(context.Background(), db, county)
	if err != nil {
		t.Fatalf("read root: %v", err)
	}
	return actor.System(county, root.Path, reporting.ActionView, reporting.ActionEnter, reporting.ActionSubmit, reporting.ActionReview,
		reporting.ActionReopen, reporting.ActionLoad, reporting.ActionConfigure)
}

// OpenMonth opens the month's reports in the county.
func OpenMonth(t testing.TB, db *pgxpool.Pool, county int32, month string) {
	t.Helper()
	if _, err := Service(db).OpenMonth(context.Background(), System(t, db, county), Month(t, month)); err != nil {
		t.Fatalf("open %s: %v", month, err)
	}
}

// Month reads 2026-07.
func Month(t testing.TB, text string) period.Month {
	t.Helper()
	m, err := period.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Accepted loads the figures of an institution and month as accepted history, by element slug; "" is not reported.
// Elements on the institution's form end in an accepted report, others become loaded facts.
func Accepted(t testing.TB, db *pgxpool.Pool, who actor.Actor, institution, month string, values map[string]string) {
	t.Helper()
	rows := make([]reporting.ValueRow, 0, len(values))
	for slug, value := range values {
		rows = append(rows, reporting.ValueRow{Row: len(rows) + 1, Institution: institution, Element: slug, Period: month, Value: &value})
	}
	loaded, err := Service(db).LoadValues(context.Background(), who, rows, reporting.LoadOptions{Accepted: true})
	if err != nil {
		t.Fatalf("load %s %s: %v %+v", institution, month, err, loaded.Conflicts)
	}
}
