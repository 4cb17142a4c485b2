package indicator

import (
	"context"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// insertIndicator adds a definition; a taken slug is a Conflict.
func insertIndicator(ctx context.Context, q pg.Querier, county int32, i Indicator) (int32, error) {
	var id int32
	err := q.QueryRow(ctx, `
		INSERT INTO indicator (county_id, slug, name_zh, unit, decimals, direction, level, topic, definition, source, note,
		                       official, enabled, position)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
		        CASE WHEN $14 > 0 THEN $14 ELSE (SELECT coalesce(max(position), 0) + 1 FROM indicator WHERE county_id = $1) END)
		RETURNING id`, county, i.Slug, i.NameZH, i.Unit, i.Decimals, string(i.Direction), i.Level, i.Topic, i.Definition,
		i.Source, i.Note, i.Official, i.Enabled, i.Position).Scan(&id)
	if pg.Violates(err, "indicator_slug_unique") {
		return 0, fault.Conflict("编码 %s 已经有指标在用", i.Slug)
	}
	if err != nil {
		return 0, fmt.Errorf("insert indicator %s: %w", i.Slug, err)
	}
	return id, nil
}

func updateIndicator(ctx context.Context, q pg.Querier, county int32, i Indicator) error {
	_, err := q.Exec(ctx, `
		UPDATE indicator SET name_zh = $3, unit = $4, decimals = $5, direction = $6, level = $7, topic = $8, definition = $9,
			source = $10, note = $11, official = $12, enabled = $13, revision = revision + 1
		WHERE county_id = $1 AND id = $2`, county, i.ID, i.NameZH, i.Unit, i.Decimals, string(i.Direction), i.Level, i.Topic,
		i.Definition, i.Source, i.Note, i.Official, i.Enabled)
	if err != nil {
		return fmt.Errorf("update indicator %s: %w", i.Slug, err)
	}
	return nil
}

func insertVersion(ctx context.Context, q pg.Querier, who actor.Actor, indicator int32, v Version) error {
	_, err := q.Exec(ctx, `INSERT INTO indicator_version (county_id, indicator_id, version, effective_from, formula, by_name)
		VALUES ($1, $2, $3, $4, $5, $6)`, who.CountyID, indicator, v.Number, v.From, v.Formula, who.Name)
	if err != nil {
		return fmt.Errorf("insert version %d: %w", v.Number, err)
	}
	return nil
}

// insertTarget adds a target; one that overlaps another for the same kind is the month's problem.
func insertTarget(ctx context.Context, q pg.Querier, county, indicator int32, t Target) (int32, error) {
	var id int32
	err := q.QueryRow(ctx, `
		INSERT INTO indicator_target (county_id, indicator_id, kind, operator, value, value_max, effective_from, effective_to, source, official)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`, county, indicator, t.Kind, t.Operator, t.Value, t.Max,
		t.From, t.To, t.Source, t.Official).Scan(&id)
	if pg.Violates(err, "indicator_target_once") {
		return 0, fault.Field("from", "这类机构在这段时间已经有目标,请先结束原来的目标")
	}
	if err != nil {
		return 0, fmt.Errorf("insert target: %w", err)
	}
	return id, nil
}

// lockIndicator keeps two people from changing one definition at the same time.
func lockIndicator(ctx context.Context, q pg.Querier, county int32, slug string) error {
	var id int32
	err := q.QueryRow(ctx, "SELECT id FROM indicator WHERE county_id = $1 AND slug = $2 FOR UPDATE", county, slug).Scan(&id)
	if pg.NoRows(err) {
		return notFound(slug)
	}
	if err != nil {
		return fmt.Errorf("lock indicator %s: %w", slug, err)
	}
	return nil
}

func notFound(slug string) error { return fault.NotFound("编码为 " + slug + " 的指标") }

func endTarget(ctx context.Context, q pg.Querier, county, indicator, id int32, before period.Month) error {
	_, err := q.Exec(ctx, `UPDATE indicator_target SET effective_to = $4 WHERE county_id = $1 AND indicator_id = $2 AND id = $3`,
		county, indicator, id, before)
	if err != nil {
		return fmt.Errorf("end target %d: %w", id, err)
	}
	return nil
}

func deleteTarget(ctx context.Context, q pg.Querier, county, indicator, id int32) error {
	_, err := q.Exec(ctx, "DELETE FROM indicator_target WHERE county_id = $1 AND indicator_id = $2 AND id = $3", county, indicator, id)
	if err != nil {
		return fmt.Errorf("delete target %d: %w", id, err)
	}
	return nil
}

// deleteValues drops what was computed of an indicator; it can be computed again at any time.
func deleteValues(ctx context.Context, q pg.Querier, county, indicator int32) error {
	_, err := q.Exec(ctx, "DELETE FROM indicator_value WHERE county_id = $1 AND indicator_id = $2", county, indicator)
	if err != nil {
		return fmt.Errorf("drop values of indicator %d: %w", indicator, err)
	}
	return nil
}
