package indicator

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// definitions reads all indicators of a county with versions and targets, in the order shown.
func definitions(ctx context.Context, q pg.Querier, county int32) ([]Indicator, error) {
	list, err := readIndicators(ctx, q, county)
	if err != nil {
		return nil, err
	}
	at := make(map[int32]*Indicator, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	if err := readVersions(ctx, q, county, at); err != nil {
		return nil, err
	}
	return list, readTargets(ctx, q, county, at)
}

func readIndicators(ctx context.Context, q pg.Querier, county int32) ([]Indicator, error) {
	rows, err := q.Query(ctx, `
		SELECT id, slug, name_zh, unit, decimals, direction, level, topic, definition, source, note, official, enabled, position, revision
		FROM indicator WHERE county_id = $1 ORDER BY position, id LIMIT 5000`, county)
	if err != nil {
		return nil, fmt.Errorf("read indicators: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (i Indicator, err error) {
		err = row.Scan(&i.ID, &i.Slug, &i.NameZH, &i.Unit, &i.Decimals, &i.Direction, &i.Level, &i.Topic, &i.Definition,
			&i.Source, &i.Note, &i.Official, &i.Enabled, &i.Position, &i.Revision)
		return i, err
	})
	if err != nil {
		return nil, fmt.Errorf("read indicators: %w", err)
	}
	return list, nil
}

func readVersions(ctx context.Context, q pg.Querier, county int32, at map[int32]*Indicator) error {
	rows, err := q.Query(ctx, `SELECT indicator_id, version, effective_from, formula, by_name, at
		FROM indicator_version WHERE county_id = $1 ORDER BY indicator_id, version`, county)
	if err != nil {
		return fmt.Errorf("read indicator versions: %w", err)
	}
	var id int32
	var v Version
	_, err = pgx.ForEachRow(rows, []any{&id, &v.Number, &v.From, &v.Formula, &v.ByName, &v.At}, func() error {
		at[id].Versions = append(at[id].Versions, v)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read indicator versions: %w", err)
	}
	return nil
}

func readTargets(ctx context.Context, q pg.Querier, county int32, at map[int32]*Indicator) error {
	rows, err := q.Query(ctx, `SELECT indicator_id, id, kind, operator, value, value_max, effective_from, effective_to, source, official
		FROM indicator_target WHERE county_id = $1 ORDER BY indicator_id, effective_from DESC, kind`, county)
	if err != nil {
		return fmt.Errorf("read indicator targets: %w", err)
	}
	var id int32
	var t Target
	_, err = pgx.ForEachRow(rows, []any{&id, &t.ID, &t.Kind, &t.Operator, &t.Value, &t.Max, &t.From, &t.To, &t.Source, &t.Official}, func() error {
		at[id].Targets = append(at[id].Targets, t)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read indicator targets: %w", err)
	}
	return nil
}

// elements are the county's data elements by slug.
func (s *Service) elements(ctx context.Context, q pg.Querier, county int32) (map[string]reporting.Element, error) {
	catalogue, err := s.reporting.CatalogueOf(ctx, q, county)
	if err != nil {
		return nil, fmt.Errorf("read data elements: %w", err)
	}
	found := make(map[string]reporting.Element, len(catalogue.Elements))
	for _, e := range catalogue.Elements {
		found[e.Slug] = e
	}
	return found, nil
}
