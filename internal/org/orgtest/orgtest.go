// Package orgtest builds counties, institutions and people for tests, through the room's own operations.
package orgtest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/pg"
)

var made atomic.Int64

// Now is the moment that builders work at: 2026-08-03 10:00 in Shanghai.
func Now() time.Time { return time.Date(2026, 8, 3, 2, 0, 0, 0, time.UTC) }

// Service is the room on the database, at Now.
func Service(db *pgxpool.Pool) *org.Service { return org.New(db, Now) }

// County makes a county with a code of its own; the first one of a test process is 150523.
func County(t testing.TB, db *pgxpool.Pool) (org.County, org.Institution) {
	t.Helper()
	n := made.Add(1)
	return CountyAt(t, db, fmt.Sprintf("%06d", 150522+n), fmt.Sprintf("测试县%d", n))
}

// CountyAt makes the county with the code.
func CountyAt(t testing.TB, db *pgxpool.Pool, code, name string) (c org.County, root org.Institution) {
	t.Helper()
	err := pg.Tx(context.Background(), db, func(tx pgx.Tx) (err error) {
		c, root, err = org.CreateCounty(context.Background(), tx, code, name, false)
		return err
	})
	if err != nil {
		t.Fatalf("make county %s: %v", code, err)
	}
	return c, root
}

// Institution makes one directly below the county; its code is made up.
func Institution(t testing.TB, db *pgxpool.Pool, c org.County, kind, name string) org.Institution {
	t.Helper()
	return Below(t, db, c, c.Code, kind, name)
}

// Below makes an institution below the one with the code.
func Below(t testing.TB, db *pgxpool.Pool, c org.County, parent, kind, name string) org.Institution {
	t.Helper()
	return Create(t, db, c, org.Draft{Code: fmt.Sprintf("T-%04d", made.Add(1)), Name: name, Kind: kind, Parent: parent})
}

// Create makes exactly the stated institution.
func Create(t testing.TB, db *pgxpool.Pool, c org.County, d org.Draft) org.Institution {
	t.Helper()
	root, err := org.Root(context.Background(), db, c.ID)
	if err != nil {
		t.Fatalf("read root of county %s: %v", c.Code, err)
	}
	i, err := Service(db).Create(context.Background(), Actor(c, root, org.ActionManage), d)
	if err != nil {
		t.Fatalf("make institution %s: %v", d.Name, err)
	}
	return i
}

// Actor is somebody who works at the institution, sees its subtree and holds the actions.
func Actor(c org.County, home org.Institution, actions ...string) actor.Actor {
	return actor.Actor{AccountID: made.Add(1), Username: "tester", Name: "测试员", CountyID: c.ID, County: c.Name,
		InstitutionID: home.ID, Institution: home.Name, InstitutionKind: home.Kind,
		Scope: actor.Scope{Subtrees: []string{home.Path}}}.Grant(actions...)
}
