package org

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// County is the tenant: everything belongs to one.
type County struct {
	ID      int32
	Code    string // 6-digit division code
	Name    string
	Demo    bool
	Presets []string
}

var countyCode = regexp.MustCompile(`^[1-9][0-9]{5}$`)

// CreateCounty makes a county with its own division and its root institution, whose code is the division code.
// It is for the command line and the demo loader; nobody signed in belongs to a county that does not exist yet.
func CreateCounty(ctx context.Context, tx pgx.Tx, code, name string, demo bool) (County, Institution, error) {
	c := County{Code: strings.TrimSpace(code), Name: strings.TrimSpace(name), Demo: demo, Presets: []string{}}
	if err := c.check(); err != nil {
		return County{}, Institution{}, err
	}
	err := tx.QueryRow(ctx, `INSERT INTO county (code, name, demo) VALUES ($1, $2, $3) RETURNING county_id`,
		c.Code, c.Name, c.Demo).Scan(&c.ID)
	if pg.Violates(err, "county_code_unique") {
		return County{}, Institution{}, fault.Conflict("县 %s 已经存在", c.Code)
	}
	if err != nil {
		return County{}, Institution{}, fmt.Errorf("create county %s: %w", c.Code, err)
	}
	root, err := createRoot(ctx, tx, c)
	return c, root, err
}

func (c County) check() error {
	if !countyCode.MatchString(c.Code) {
		return fault.Field("code", "县代码应为 6 位行政区划代码,如 150523,不能是“%s”", c.Code)
	}
	if c.Name == "" {
		return fault.Field("name", "请填写县的名称")
	}
	return nil
}

func createRoot(ctx context.Context, tx pgx.Tx, c County) (Institution, error) {
	_, err := tx.Exec(ctx, `
		WITH d AS (INSERT INTO division (county_id, code, name, level) VALUES ($1, $2, $3, 'county')),
		     n AS (SELECT nextval(pg_get_serial_sequence('institution', 'id')) AS id)
		INSERT INTO institution (county_id, id, code, name, kind, path, division_code)
		OVERRIDING SYSTEM VALUE SELECT $1, n.id, $2, $3, 'county', n.id::text::ltree, $2 FROM n`, c.ID, c.Code, c.Name)
	if err != nil {
		return Institution{}, fmt.Errorf("create root institution of county %s: %w", c.Code, err)
	}
	root, err := Root(ctx, tx, c.ID)
	if err != nil {
		return root, err
	}
	return root, audit.Record(ctx, tx, actor.System(c.ID, root.Path), audit.Entry{Action: ActionManage, Kind: "county",
		ID: strconv.Itoa(int(c.ID)), Name: c.Name, InstitutionID: root.ID,
		After: map[string]any{"code": c.Code, "name": c.Name, "demo": c.Demo}})
}

const countyColumns = "county_id, code, name, demo, presets"

func scanCounty(row pgx.CollectableRow) (c County, err error) {
	err = row.Scan(&c.ID, &c.Code, &c.Name, &c.Demo, &c.Presets)
	return c, err
}

// CountyByCode finds a county by its 6-digit division code.
func CountyByCode(ctx context.Context, q pg.Querier, code string) (County, error) {
	found, err := counties(ctx, q, "code = $1 AND county_id <> 0", code)
	if err == nil && len(found) == 0 {
		err = fault.NotFound("代码为 " + code + " 的县")
	}
	if err != nil {
		return County{}, err
	}
	return found[0], nil
}

// CountyByID finds a county by its number.
func CountyByID(ctx context.Context, q pg.Querier, id int32) (County, error) {
	found, err := counties(ctx, q, "county_id = $1 AND county_id <> 0", id)
	if err == nil && len(found) == 0 {
		err = fault.NotFound("这个县")
	}
	if err != nil {
		return County{}, err
	}
	return found[0], nil
}

// Counties lists the counties of this installation by code, without the platform itself.
func Counties(ctx context.Context, q pg.Querier) ([]County, error) {
	return counties(ctx, q, "county_id <> 0")
}

func counties(ctx context.Context, q pg.Querier, where string, args ...any) ([]County, error) {
	rows, err := q.Query(ctx, "SELECT "+countyColumns+" FROM county WHERE "+where+" ORDER BY code LIMIT 5000", args...)
	if err != nil {
		return nil, fmt.Errorf("list counties: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanCounty)
	if err != nil {
		return nil, fmt.Errorf("list counties: %w", err)
	}
	return found, nil
}

// AddPreset notes that the county follows a policy preset; noting it twice changes nothing.
func AddPreset(ctx context.Context, tx pgx.Tx, county int32, preset string) error {
	_, err := tx.Exec(ctx, `UPDATE county SET presets = array_append(presets, $2)
		WHERE county_id = $1 AND NOT presets @> ARRAY[$2]`, county, preset)
	if err != nil {
		return fmt.Errorf("note preset %s of county %d: %w", preset, county, err)
	}
	return nil
}
