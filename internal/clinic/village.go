package clinic

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Village is a village as the coverage rule sees it.
type Village struct {
	Code         string // 12 digits; a natural village has two more behind a hyphen
	Division     string // of the administrative village
	Name         string
	Natural      bool
	Township     string
	TownshipName string
	Population   *int  // stated here, else that of the division; nil when neither is known
	Stated       *int  // the population stated here
	Seat         *bool // the township hospital stands here; nil when it is not known
	FixedPlace   string
	Note         string
	Version      int // 0 before anything has been stated
	Demo         bool
}

const villageColumns = `coalesce(v.code, d.code), d.code, CASE WHEN coalesce(v.name, '') = '' THEN d.name ELSE v.name END, coalesce(v.name, '') <> '',
	t.code, t.name, CASE WHEN coalesce(v.name, '') = '' THEN coalesce(v.population, d.population) ELSE v.population END, v.population,
	v.is_seat, coalesce(v.fixed_place, ''), coalesce(v.note, ''), coalesce(v.version, 0), coalesce(v.demo, false)`

const byCode = `coalesce(v.code, d.code) COLLATE "C"`

const villageFrom = `
	FROM division_public d
	JOIN division_public t ON t.county_id = d.county_id AND t.code = d.parent_code
	LEFT JOIN village v ON v.county_id = d.county_id AND v.division_code = d.code`

// villageScope holds of the villages of whoever sees the whole county, the township's hospital or centre, or the clinic there.
const villageScope = `
	WITH mine AS MATERIALIZED (SELECT i.kind, i.division_code FROM institution_public i WHERE i.county_id = $1 AND ` + actor.InScope + `)`

const inVillageScope = `(EXISTS (SELECT FROM mine WHERE kind = 'county')
	OR t.code IN (SELECT left(division_code, 9) FROM mine WHERE kind IN ('township_hospital', 'community_health_centre'))
	OR d.code IN (SELECT division_code FROM mine WHERE kind = 'village_clinic'))`

func scanVillage(row pgx.CollectableRow) (v Village, err error) {
	err = row.Scan(&v.Code, &v.Division, &v.Name, &v.Natural, &v.Township, &v.TownshipName, &v.Population, &v.Stated, &v.Seat,
		&v.FixedPlace, &v.Note, &v.Version, &v.Demo)
	return v, err
}

// villages reads those in scope that the condition holds of; its arguments follow the three of the scope.
func villages(ctx context.Context, q pg.Querier, who actor.Actor, where string, args ...any) ([]Village, error) {
	return readVillages(ctx, q, villageScope+" SELECT "+villageColumns+villageFrom+`
		WHERE d.county_id = $1 AND d.level = 'village' AND `+inVillageScope+` AND `+where+` ORDER BY `+byCode+` LIMIT 20000`, append(who.ScopeArgs(), args...)...)
}

func readVillages(ctx context.Context, q pg.Querier, sql string, args ...any) ([]Village, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read villages: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanVillage)
	if err != nil {
		return nil, fmt.Errorf("read villages: %w", err)
	}
	return found, nil
}

// Village returns one village in scope.
func (s *Service) Village(ctx context.Context, who actor.Actor, code string) (Village, error) {
	if err := who.Require(ActionView); err != nil {
		return Village{}, err
	}
	return village(ctx, s.db, who, code)
}

func village(ctx context.Context, q pg.Querier, who actor.Actor, code string) (Village, error) {
	found, err := villages(ctx, q, who, "coalesce(v.code, d.code) = $4", pg.Storable(code))
	if err == nil && len(found) == 0 {
		err = fault.NotFound("这个村")
	}
	if err != nil {
		return Village{}, err
	}
	return found[0], nil
}

// VillagesAround lists what a clinic can be said to serve: the villages of its township, and those it is said to serve
// elsewhere.
func (s *Service) VillagesAround(ctx context.Context, who actor.Actor, c Clinic) ([]Village, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return readVillages(ctx, s.db, "SELECT "+villageColumns+villageFrom+`
		WHERE d.county_id = $1 AND d.level = 'village' AND (t.code = $2 OR coalesce(v.code, d.code) = ANY($3)) ORDER BY `+byCode+` LIMIT 1000`,
		who.CountyID, c.Township, pg.NonNil(c.Villages))
}

// VillageNames are what villages are called, in the order of their codes.
func (s *Service) VillageNames(ctx context.Context, who actor.Actor, codes []string) ([]string, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	found, err := readVillages(ctx, s.db, "SELECT "+villageColumns+villageFrom+`
		WHERE d.county_id = $1 AND d.level = 'village' AND coalesce(v.code, d.code) = ANY($2) ORDER BY `+byCode+` LIMIT 1000`, who.CountyID, pg.NonNil(codes))
	names := make([]string, len(found))
	for i, v := range found {
		names[i] = v.Name
	}
	return names, err
}
