package clinic

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// CoverFilter narrows the villages shown.
type CoverFilter struct {
	Township string
	State    State
}

// Cover is the county's coverage as far as the asker sees it.
type Cover struct {
	Villages []Coverage // that the filter lets through
	Counts   map[State]int
	Limits   Limits
	Areas    []Area
}

// Area is a township of the villages in scope.
type Area struct{ Code, Name string }

// Coverage decides the rule for every village in the asker's scope. What it looks at is the whole county: a clinic beyond the
// border may serve a village here.
func (s *Service) Coverage(ctx context.Context, who actor.Actor, f CoverFilter) (Cover, error) {
	if err := who.Require(ActionView); err != nil {
		return Cover{}, err
	}
	g, err := ground(ctx, s.db, who.CountyID, s.today())
	if err != nil {
		return Cover{}, err
	}
	seen, err := villages(ctx, s.db, who, "true")
	if err != nil {
		return Cover{}, err
	}
	mine := map[string]bool{}
	for _, v := range seen {
		mine[v.Code] = true
	}
	out := Cover{Counts: map[State]int{}, Limits: g.Limits}
	for _, one := range g.Cover() {
		if mine[one.Village.Code] {
			out.take(one, f)
		}
	}
	return out, nil
}

func (c *Cover) take(one Coverage, f CoverFilter) {
	area := Area{one.Village.Township, one.Village.TownshipName}
	if !slices.Contains(c.Areas, area) {
		c.Areas = append(c.Areas, area)
	}
	if f.Township != "" && f.Township != one.Village.Township {
		return
	}
	c.Counts[one.State]++
	if f.State == "" || f.State == one.State {
		c.Villages = append(c.Villages, one)
	}
}

// ground reads what the rule looks at, of the whole county.
func ground(ctx context.Context, q pg.Querier, county int32, today time.Time) (g Ground, err error) {
	g.Villages, err = readVillages(ctx, q, "SELECT "+villageColumns+villageFrom+" WHERE d.county_id = $1 AND d.level = 'village' ORDER BY "+byCode+" LIMIT 20000", county)
	if err != nil {
		return g, err
	}
	if g.Limits, err = readLimits(ctx, q, county, today); err != nil {
		return g, err
	}
	if g.Clinics, err = serving(ctx, q, county); err != nil {
		return g, err
	}
	if g.Seats, err = seats(ctx, q, county); err != nil {
		return g, err
	}
	g.Minutes, err = minutes(ctx, q, county)
	return g, err
}

// serving are the open clinics with where they stand and what they serve, nothing else.
func serving(ctx context.Context, q pg.Querier, county int32) ([]Clinic, error) {
	rows, err := q.Query(ctx, `SELECT i.id, i.code, i.name, coalesce(i.division_code, ''),
			ARRAY(SELECT v.village_code FROM clinic_village v WHERE v.county_id = i.county_id AND v.institution_id = i.id ORDER BY v.village_code)
		FROM institution_public i WHERE i.county_id = $1 AND i.kind = 'village_clinic' AND i.closed_on IS NULL ORDER BY i.code LIMIT 20000`, county)
	if err != nil {
		return nil, fmt.Errorf("read who serves: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Clinic, err error) {
		return c, row.Scan(&c.ID, &c.Code, &c.Name, &c.Division, &c.Villages)
	})
	if err != nil {
		return nil, fmt.Errorf("read who serves: %w", err)
	}
	return found, nil
}

// seats are the villages in which an open township hospital is known to stand.
func seats(ctx context.Context, q pg.Querier, county int32) (map[string]bool, error) {
	rows, err := q.Query(ctx, `SELECT division_code FROM institution_public
		WHERE county_id = $1 AND kind = 'township_hospital' AND closed_on IS NULL AND length(division_code) = 12 ORDER BY 1 LIMIT 1000`, county)
	if err != nil {
		return nil, fmt.Errorf("read seats: %w", err)
	}
	codes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read seats: %w", err)
	}
	out := map[string]bool{}
	for _, code := range codes {
		out[code] = true
	}
	return out, nil
}

func minutes(ctx context.Context, q pg.Querier, county int32) (map[Pair]int, error) {
	rows, err := q.Query(ctx, `SELECT code, other, minutes FROM village_neighbour WHERE county_id = $1 ORDER BY code, other LIMIT 100000`, county)
	if err != nil {
		return nil, fmt.Errorf("read minutes: %w", err)
	}
	out := map[Pair]int{}
	var code, other string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&code, &other, &n}, func() error {
		out[PairOf(code, other)] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read minutes: %w", err)
	}
	return out, nil
}

// ExportCoverage writes the villages with what was decided and why.
func (s *Service) ExportCoverage(ctx context.Context, who actor.Actor, f CoverFilter, format sheet.Format, w io.Writer) error {
	if err := who.Require(audit.ActionExport); err != nil {
		return err
	}
	c, err := s.Coverage(ctx, who, f)
	if err != nil {
		return err
	}
	e := audit.Export{Kind: "clinic_coverage", Format: string(format), Name: who.County + "村卫生室覆盖." + string(format), Rows: int64(len(c.Villages)),
		Filter: map[string]string{"township": f.Township, "state": string(f.State)}}
	meta := sheet.Meta{Title: who.County + "村卫生室覆盖", Columns: []sheet.Field{{Title: "村代码", Width: 16}, {Title: "村", Width: 20}, {Title: "乡镇"},
		{Title: "人口", Unit: "人", Kind: sheet.Int}, {Title: "结论"}, {Title: "卫生室", Width: 24}, {Title: "原因", Width: 40}, {Title: "缺的资料", Width: 30}, {Title: "固定服务场所", Width: 20}}}
	return s.release(ctx, who, e, w, meta, func(n int) []any { return c.Villages[n].fileRow() })
}

func (c Coverage) fileRow() []any {
	var population any
	if c.Village.Population != nil {
		population = *c.Village.Population
	}
	return []any{c.Village.Code, c.Village.Name, c.Village.TownshipName, population, c.State.Title(), c.ClinicNames(), c.Why, c.MissingWords(), c.Village.FixedPlace}
}
