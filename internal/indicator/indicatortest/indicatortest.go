// Package indicatortest builds a county with the standard indicators and figures for tests.
package indicatortest

import (
	"context"
	"maps"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/pgtest"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// County is a county with the standard preset, and institutions by code.
type County struct {
	t       testing.TB
	DB      *pgxpool.Pool
	County  org.County
	Root    org.Institution
	Service *indicator.Service
	places  map[string]org.Institution
}

// Prepared is a county with what the tests of a package begin with, built once in a test process.
type Prepared struct{ kept *pgtest.Prepared[County] }

// Prepare says what a county gets beside the standard preset.
func Prepare(add func(c *County)) *Prepared {
	return &Prepared{pgtest.Prepare(func(t testing.TB, db *pgxpool.Pool) County {
		c := build(t, db)
		add(&c)
		return c
	})}
}

// New is the county in a database of its own.
func (p *Prepared) New(t testing.TB) *County {
	t.Helper()
	db, c := p.kept.New(t)
	c.use(t, db)
	c.places = maps.Clone(c.places)
	return &c
}

var standard = Prepare(func(*County) {})

// New makes a county with the standard preset, and those named, in a database of its own.
func New(t testing.TB, presets ...string) *County {
	t.Helper()
	if len(presets) > 0 {
		made := build(t, pgtest.New(t), presets...)
		return &made
	}
	return standard.New(t)
}

func (c *County) use(t testing.TB, db *pgxpool.Pool) {
	c.t, c.DB, c.Service = t, db, indicator.New(db, orgtest.Now, period.China())
}

func build(t testing.TB, db *pgxpool.Pool, presets ...string) County {
	t.Helper()
	c, root := orgtest.County(t, db)
	made := County{County: c, Root: root, places: map[string]org.Institution{c.Code: root}}
	made.use(t, db)
	pack, err := preset.Load(presets...)
	if err != nil {
		t.Fatalf("load presets: %v", err)
	}
	made.Tx(func(tx pgx.Tx) error {
		who := actor.System(c.ID, root.Path, reporting.ActionConfigure, indicator.ActionManage)
		if err := reporting.InstallPreset(context.Background(), tx, who, pack); err != nil {
			return err
		}
		return indicator.InstallPreset(context.Background(), tx, who, pack)
	})
	return made
}

// Tx runs do in a transaction.
func (c *County) Tx(do func(tx pgx.Tx) error) {
	c.t.Helper()
	if err := pg.Tx(context.Background(), c.DB, do); err != nil {
		c.t.Fatal(err)
	}
}

// Institution makes an institution below the one with the code; "" is the county.
func (c *County) Institution(code, kind, parent string) org.Institution {
	c.t.Helper()
	if parent == "" {
		parent = c.County.Code
	}
	i := orgtest.Create(c.t, c.DB, c.County, org.Draft{Code: code, Name: "机构" + code, Kind: kind, Parent: parent})
	c.places[code] = i
	return i
}

// At is the institution with the code.
func (c *County) At(code string) org.Institution {
	c.t.Helper()
	i, ok := c.places[code]
	if !ok {
		c.t.Fatalf("no institution %s", code)
	}
	return i
}

// Exec runs a statement; county_id is $1.
func (c *County) Exec(sql string, args ...any) {
	c.t.Helper()
	if _, err := c.DB.Exec(context.Background(), sql, append([]any{c.County.ID}, args...)...); err != nil {
		c.t.Fatalf("%s: %v", sql, err)
	}
}

// Element adds an element to the county's own.
func (c *County) Element(slug, kind, aggregation string) {
	c.t.Helper()
	c.Exec(`INSERT INTO element (county_id, slug, name_zh, unit, kind, aggregation, decimals) VALUES ($1, $2, $2, '个', $3, $4, 2)`,
		slug, kind, aggregation)
	c.Exec(`UPDATE reporting_catalogue SET stamp = DEFAULT WHERE county_id = $1`)
}

// Fact loads a figure: a number, "na", or "" for a figure that was asked and is empty.
func (c *County) Fact(month, element, institution, value string) {
	c.t.Helper()
	state, number := "value", &value
	switch value {
	case "":
		state, number = "empty", nil
	case "na":
		number, state = nil, "na"
	}
	c.Exec(`INSERT INTO fact (county_id, period, element_id, institution_id, state, value, by_name)
		SELECT $1, ($2 || '-01')::date, id, $4, $5, $6::numeric, '录入员' FROM element WHERE county_id = $1 AND slug = $3
		ON CONFLICT (county_id, period, element_id, institution_id) DO UPDATE SET state = EXCLUDED.state, value = EXCLUDED.value`,
		month, element, c.At(institution).ID, state, number)
}

// Forget removes a figure.
func (c *County) Forget(month, element, institution string) {
	c.t.Helper()
	c.Exec(`DELETE FROM fact WHERE county_id = $1 AND period = ($2 || '-01')::date AND institution_id = $4
		AND element_id = (SELECT id FROM element WHERE county_id = $1 AND slug = $3)`, month, element, c.At(institution).ID)
}

// Open makes the reports that the forms of the preset ask for in a month.
func (c *County) Open(month string) {
	c.t.Helper()
	who := actor.System(c.County.ID, c.Root.Path, reporting.ActionConfigure)
	service := reporting.New(c.DB, orgtest.Now, period.China())
	if _, err := service.OpenMonth(context.Background(), who, Month(c.t, month)); err != nil {
		c.t.Fatal(err)
	}
}

// Compute works out the indicators of a month.
func (c *County) Compute(month string) {
	c.t.Helper()
	if _, err := c.Service.Compute(context.Background(), c.County.ID, []period.Month{Month(c.t, month)}, nil); err != nil {
		c.t.Fatal(err)
	}
}

// Month reads a month.
func Month(t testing.TB, text string) period.Month {
	t.Helper()
	m, err := period.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Who is somebody at the institution with the code who holds the actions.
func (c *County) Who(code string, actions ...string) actor.Actor {
	return orgtest.Actor(c.County, c.At(code), actions...)
}
