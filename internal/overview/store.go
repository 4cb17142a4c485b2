package overview

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// maxSites bounds the grid: the largest counties have some sixty townships.
const maxSites = MaxRow * MaxColumn

// chosenSlugs are the key indicators a county chose, in order; none means the defaults.
func chosenSlugs(ctx context.Context, q pg.Querier, county int32) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT i.slug FROM overview_indicator o
		JOIN indicator_public i ON i.county_id = o.county_id AND i.id = o.indicator_id
		WHERE o.county_id = $1 ORDER BY o.position`, county)
	if err != nil {
		return nil, fmt.Errorf("read key indicators: %w", err)
	}
	slugs, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read key indicators: %w", err)
	}
	return slugs, nil
}

func keySlugs(ctx context.Context, q pg.Querier, county int32) ([]string, error) {
	slugs, err := chosenSlugs(ctx, q, county)
	if err != nil || len(slugs) > 0 {
		return slugs, err
	}
	for _, d := range Defaults() {
		slugs = append(slugs, d.Slug)
	}
	return slugs, nil
}

// replaceIndicators stores the key indicators in order and answers how many of them the county has.
func replaceIndicators(ctx context.Context, tx pgx.Tx, county int32, slugs []string) (int, error) {
	if _, err := tx.Exec(ctx, "DELETE FROM overview_indicator WHERE county_id = $1", county); err != nil {
		return 0, fmt.Errorf("forget key indicators: %w", err)
	}
	done, err := tx.Exec(ctx, `INSERT INTO overview_indicator (county_id, position, indicator_id)
		SELECT $1, w.position, i.id FROM unnest($2::text[]) WITH ORDINALITY w (slug, position)
		JOIN indicator_public i ON i.county_id = $1 AND i.slug = w.slug AND i.enabled`, county, slugs)
	if err != nil {
		return 0, fmt.Errorf("store key indicators: %w", err)
	}
	return int(done.RowsAffected()), nil
}

// readSites lists the township institutions in scope that were open in the month, by division code.
func readSites(ctx context.Context, q pg.Querier, who actor.Actor, m period.Month) ([]Site, error) {
	rows, err := q.Query(ctx, `SELECT i.id, i.name, i.short_name, coalesce(d.name, ''), coalesce(t.tile_row, 0), coalesce(t.tile_column, 0)
		FROM institution_public i
		LEFT JOIN division_public d ON d.county_id = i.county_id AND d.code = left(i.division_code, 9) AND d.level = 'township'
		LEFT JOIN overview_tile t ON t.county_id = i.county_id AND t.institution_id = i.id
		WHERE i.county_id = $1 AND `+actor.InScope+` AND i.kind = ANY ($4)
		  AND (i.opened_on IS NULL OR i.opened_on < $5) AND (i.closed_on IS NULL OR i.closed_on > $6)
		ORDER BY i.division_code, i.code, i.id LIMIT $7`, append(who.ScopeArgs(), townships, m.Next(), m, maxSites)...)
	if err != nil {
		return nil, fmt.Errorf("list tiles: %w", err)
	}
	var sites []Site
	var names []string
	var s Site
	var township string
	_, err = pgx.ForEachRow(rows, []any{&s.ID, &s.Name, &s.Label, &township, &s.Row, &s.Column}, func() error {
		sites, names = append(sites, s), append(names, township)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list tiles: %w", err)
	}
	label(sites, names)
	return sites, nil
}

// replaceTiles stores the places of the sites that can be placed now.
func replaceTiles(ctx context.Context, tx pgx.Tx, county int32, sites, placed []Site) error {
	shown := make([]int64, len(sites))
	for n, s := range sites {
		shown[n] = s.ID
	}
	ids, rows, columns := make([]int64, len(placed)), make([]int, len(placed)), make([]int, len(placed))
	for n, s := range placed {
		ids[n], rows[n], columns[n] = s.ID, s.Row, s.Column
	}
	_, err := tx.Exec(ctx, `DELETE FROM overview_tile WHERE county_id = $1 AND (institution_id = ANY($2)
		OR (tile_row, tile_column) IN (SELECT r, c FROM unnest($3::int[], $4::int[]) AS u (r, c)))`, county, shown, rows, columns)
	if err != nil {
		return fmt.Errorf("forget tiles: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO overview_tile (county_id, institution_id, tile_row, tile_column)
		SELECT $1, id, r, c FROM unnest($2::bigint[], $3::int[], $4::int[]) AS u (id, r, c)`, county, ids, rows, columns)
	if err != nil {
		return fmt.Errorf("store tiles: %w", err)
	}
	return nil
}

// readStamps looks at the transactions that wrote what the county arranged, as the indicators' stamp does.
func readStamps(ctx context.Context, q pg.Querier, county int32) (s Stamps, err error) {
	err = q.QueryRow(ctx, `SELECT
		(SELECT concat(count(*), '/', sum(xmin::text::bigint)) FROM overview_indicator WHERE county_id = $1),
		(SELECT concat(count(*), '/', sum(xmin::text::bigint)) FROM overview_tile WHERE county_id = $1)`, county).Scan(&s.Indicators, &s.Tiles)
	if err != nil {
		return s, fmt.Errorf("read stamps of the overview: %w", err)
	}
	return s, nil
}

const lockFamily = 0x6f766572 // "over": one change of a county's arrangement at a time

// lockArrangement reads the stamps when nobody else is changing the arrangement any more.
func lockArrangement(ctx context.Context, tx pgx.Tx, county int32) (Stamps, error) {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1, $2)", lockFamily, county); err != nil {
		return Stamps{}, fmt.Errorf("lock the arrangement: %w", err)
	}
	return readStamps(ctx, tx, county)
}

// readTallies counts the reports of a month in scope by form and state.
func readTallies(ctx context.Context, q pg.Querier, who actor.Actor, m period.Month, now time.Time) ([]Tally, error) {
	rows, err := q.Query(ctx, `SELECT f.slug, f.title, r.state, count(*), `+reporting.TallyColumns("$5")+`
		FROM report_public r
		JOIN form_public f ON f.county_id = r.county_id AND f.id = r.form_id
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id AND `+reporting.StillOwed+`
		WHERE r.county_id = $1 AND `+actor.InScope+` AND r.period = $4
		GROUP BY f.position, f.slug, f.title, r.state ORDER BY f.position, f.slug`, append(who.ScopeArgs(), m, now)...)
	if err != nil {
		return nil, fmt.Errorf("count reports of %s: %w", m, err)
	}
	var list []Tally
	var slug, title string
	var state reporting.State
	var count int
	var came reporting.Tally
	_, err = pgx.ForEachRow(rows, []any{&slug, &title, &state, &count, &came.OnTime, &came.Late, &came.Missing, &came.Open}, func() error {
		if n := len(list); n == 0 || list[n-1].Slug != slug {
			list = append(list, Tally{Slug: slug, Title: title, States: map[reporting.State]int{}})
		}
		t := &list[len(list)-1]
		t.States[state] += count
		t.Came = t.Came.Plus(came)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count reports of %s: %w", m, err)
	}
	return list, nil
}
