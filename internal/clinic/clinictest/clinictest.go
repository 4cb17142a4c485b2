// Package clinictest builds counties with villages and clinics for tests.
package clinictest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/clinic"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
)

// County is 开鲁县 with its 273 villages and 262 clinics; nothing is registered of them.
type County struct {
	T      testing.TB
	DB     *pgxpool.Pool
	County org.County
	Root   org.Institution
	Admin  actor.Actor // may do everything in the whole county
	Clinic *clinic.Service
}

// Kailu loads the county.
func Kailu(t testing.TB) *County {
	t.Helper()
	c := &County{T: t, DB: pgtest.New(t)}
	c.County, c.Root = orgtest.CountyAt(t, c.DB, "150523", "开鲁县")
	c.Admin = orgtest.Actor(c.County, c.Root, actions(org.ActionImport, org.ActionView, "report.export")...)
	c.Clinic = clinic.New(c.DB, orgtest.Now)
	svc := orgtest.Service(c.DB)
	c.load("150523_kailu.csv", func(f *os.File) (org.Result, error) {
		return svc.ImportDivisions(context.Background(), c.Admin, f, org.Options{})
	})
	c.load("kailu_institutions.csv", func(f *os.File) (org.Result, error) {
		return svc.ImportInstitutions(context.Background(), c.Admin, f, org.Options{})
	})
	return c
}

func actions(more ...string) []string {
	for _, a := range clinic.Actions {
		more = append(more, a.Name)
	}
	return more
}

func (c *County) load(name string, do func(f *os.File) (org.Result, error)) {
	c.T.Helper()
	_, here, _, _ := runtime.Caller(0)
	f, err := os.Open(filepath.Join(filepath.Dir(here), "..", "..", "org", "testdata", name))
	if err != nil {
		c.T.Fatal(err)
	}
	r, err := do(f)
	if err != nil || !r.Stored {
		c.T.Fatalf("load %s: %+v, %v", name, r.Findings, err)
	}
	if err := f.Close(); err != nil {
		c.T.Fatal(err)
	}
}

// At is somebody at the institution with the code, who holds the actions in its subtree.
func (c *County) At(code string, held ...string) actor.Actor {
	c.T.Helper()
	return orgtest.Actor(c.County, c.Institution(code), held...)
}

// Institution finds one by its code.
func (c *County) Institution(code string) org.Institution {
	c.T.Helper()
	i, err := org.ByCode(context.Background(), c.DB, orgtest.Actor(c.County, c.Root), code)
	if err != nil {
		c.T.Fatal(err)
	}
	return i
}

// ID is the number of the institution with the code.
func (c *County) ID(code string) int64 {
	c.T.Helper()
	return c.Institution(code).ID
}

// State is the clinic as it is now.
func (c *County) State(code string) clinic.Clinic {
	c.T.Helper()
	got, err := c.Clinic.Get(context.Background(), c.Admin, c.ID(code))
	if err != nil {
		c.T.Fatal(err)
	}
	return got
}

// Put states values of a clinic.
func (c *County) Put(code string, v clinic.Values, villages ...string) {
	c.T.Helper()
	was := c.State(code)
	if _, err := c.Clinic.Edit(context.Background(), c.Admin, was.ID, was.Version, clinic.Change{Values: v, Villages: villages}); err != nil {
		c.T.Fatal(err)
	}
}

// Closed closes the institution on the day before Now.
func (c *County) Closed(code string) {
	c.T.Helper()
	i := c.Institution(code)
	who := orgtest.Actor(c.County, c.Root, org.ActionManage)
	if _, err := orgtest.Service(c.DB).Close(context.Background(), who, i.ID, i.Version, orgtest.Now().AddDate(0, 0, -1), "撤并"); err != nil {
		c.T.Fatal(err)
	}
}

// Village states what is known of a village.
func (c *County) Village(code string, d clinic.VillageDraft) {
	c.T.Helper()
	was, err := c.Clinic.Village(context.Background(), c.Admin, code)
	if err == nil {
		err = c.Clinic.EditVillage(context.Background(), c.Admin, code, was.Version, d)
	}
	if err != nil {
		c.T.Fatal(err)
	}
}

// In lists the codes of the villages in a state.
func (c *County) In(state clinic.State) []string {
	c.T.Helper()
	got, err := c.Clinic.Coverage(context.Background(), c.Admin, clinic.CoverFilter{State: state})
	if err != nil {
		c.T.Fatal(err)
	}
	var codes []string
	for _, v := range got.Villages {
		codes = append(codes, v.Village.Code)
	}
	return codes
}

// Covers fails unless the villages stand as told: "covered:262 not_asked:11".
func (c *County) Covers(when, want string) {
	c.T.Helper()
	got, err := c.Clinic.Coverage(context.Background(), c.Admin, clinic.CoverFilter{})
	if err != nil {
		c.T.Fatal(err)
	}
	var said []string
	for state, n := range got.Counts {
		said = append(said, fmt.Sprintf("%s:%d", state, n))
	}
	slices.Sort(said)
	if now := strings.Join(said, " "); now != want {
		c.T.Fatalf("%s: %s, want %s", when, now, want)
	}
}
