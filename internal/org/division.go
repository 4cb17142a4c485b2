package org

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Levels of a division.
const (
	LevelCounty   = "county"
	LevelTownship = "township"
	LevelVillage  = "village"
)

// Division is an area with a statistical code: the county (6 digits), a township (9) or a village (12).
type Division struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Level      string `json:"level"`
	Parent     string `json:"parent_code"` // "" for the county
	Population *int   `json:"population"`  // resident population, nil when it is not known

	Villages     int `json:"-"` // below a township
	Institutions int `json:"-"` // open ones in it, villages included
}

// LevelTitle is the Chinese name of a division's level.
func LevelTitle(level string) string {
	switch level {
	case LevelCounty:
		return "县"
	case LevelTownship:
		return "乡镇"
	case LevelVillage:
		return "村"
	}
	return level
}

// levelOf follows from the length of the code, which the standard fixes.
func levelOf(code string) string {
	switch len(code) {
	case 6:
		return LevelCounty
	case 9:
		return LevelTownship
	case 12:
		return LevelVillage
	}
	return ""
}

// above is the code of the division that a code lies in, "" for a county.
func (d Division) above() string {
	switch d.Level {
	case LevelTownship:
		return d.Code[:6]
	case LevelVillage:
		return d.Code[:9]
	}
	return ""
}

// Townships lists the county's townships with how many villages and open institutions they have.
func (s *Service) Townships(ctx context.Context, who actor.Actor) ([]Division, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return divisions(ctx, s.db, who.CountyID, "d.level = 'township'")
}

// Villages lists the villages of a township.
func (s *Service) Villages(ctx context.Context, who actor.Actor, township string) ([]Division, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return divisions(ctx, s.db, who.CountyID, "d.level = 'village' AND d.parent_code = $2", pg.Storable(township))
}

// Division finds one of the county's divisions by code.
func (s *Service) Division(ctx context.Context, who actor.Actor, code string) (Division, error) {
	if err := who.Require(ActionView); err != nil {
		return Division{}, err
	}
	found, err := divisions(ctx, s.db, who.CountyID, "d.code = $2", pg.Storable(code))
	if err == nil && len(found) == 0 {
		err = fault.NotFound("代码为 " + code + " 的行政区划")
	}
	if err != nil {
		return Division{}, err
	}
	return found[0], nil
}

// FindDivisions lists up to 200 townships and villages by part of a name or the start of a code.
func (s *Service) FindDivisions(ctx context.Context, who actor.Actor, text string) ([]Division, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return divisions(ctx, s.db, who.CountyID, "(strpos(d.name, $2) > 0 OR starts_with(d.code, $2)) AND d.code IN ("+
		"SELECT code FROM division WHERE county_id = $1 AND (strpos(name, $2) > 0 OR starts_with(code, $2)) ORDER BY code LIMIT 200)",
		pg.Storable(strings.TrimSpace(text)))
}

// AllDivisions lists every division of the county, the county itself first.
func AllDivisions(ctx context.Context, q pg.Querier, county int32) ([]Division, error) {
	return divisions(ctx, q, county, "true")
}

func divisions(ctx context.Context, q pg.Querier, county int32, where string, args ...any) ([]Division, error) {
	rows, err := q.Query(ctx, `
		SELECT d.code, d.name, d.level, coalesce(d.parent_code, ''), d.population, coalesce(v.n, 0), coalesce(i.n, 0)
		FROM division d
		LEFT JOIN (SELECT parent_code, count(*) AS n FROM division WHERE county_id = $1 AND level = 'village'
		           GROUP BY parent_code) v ON v.parent_code = d.code
		LEFT JOIN (SELECT c.code, count(*) AS n
		           FROM institution i, LATERAL (SELECT left(i.division_code, 9) UNION SELECT i.division_code) c(code)
		           WHERE i.county_id = $1 AND i.closed_on IS NULL AND i.kind <> 'county'
		           GROUP BY c.code) i ON i.code = d.code AND d.level <> 'county'
		WHERE d.county_id = $1 AND `+where+` ORDER BY d.code LIMIT 50000`, append([]any{county}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list divisions: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Division, err error) {
		err = row.Scan(&d.Code, &d.Name, &d.Level, &d.Parent, &d.Population, &d.Villages, &d.Institutions)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("list divisions: %w", err)
	}
	return found, nil
}

// Divisions is AllDivisions of the asker's county.
func (s *Service) Divisions(ctx context.Context, who actor.Actor) ([]Division, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return AllDivisions(ctx, s.db, who.CountyID)
}
