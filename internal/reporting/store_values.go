package reporting

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// valueInstitutions resolves scope and filter to institutions first, so that the facts of a few are found by index
// instead of by walking the county's.
func valueInstitutions(ctx context.Context, q pg.Querier, who actor.Actor, f ValueFilter) ([]int64, error) {
	w := where{args: []any{who.CountyID, who.Scope.Subtrees, who.Scope.Institutions},
		sql: ` i.county_id = $1 AND (i.path <@ ANY($2::text[]::ltree[]) OR i.id = ANY($3::bigint[]))`}
	codes := f.Institutions
	if f.Institution != "" {
		codes = append(slices.Clone(codes), f.Institution)
	}
	w.add(len(codes) > 0 && !f.Descendants, "i.code = ANY($?)", codes)
	w.add(len(codes) > 0 && f.Descendants, "i.path <@ ANY(SELECT path FROM institution_public WHERE county_id = $1 AND code = ANY($?))", codes)
	rows, err := q.Query(ctx, `SELECT i.id FROM institution_public i WHERE `+w.sql+` ORDER BY i.id LIMIT 50000`, w.args...)
	if err != nil {
		return nil, fmt.Errorf("find institutions: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("find institutions: %w", err)
	}
	return ids, nil
}

func readValues(ctx context.Context, q pg.Querier, county int32, f ValueFilter, institutions []int64, elements []int32, after *valueCursor) ([]Value, error) {
	w := where{args: []any{county, institutions}, sql: ` fa.county_id = $1 AND fa.institution_id = ANY($2::bigint[])`}
	w.add(elements != nil, "fa.element_id = ANY($?::int[])", elements)
	w.add(!f.From.IsZero(), "fa.period >= $?", f.From)
	w.add(!f.To.IsZero(), "fa.period <= $?", f.To)
	if after != nil {
		w.add(true, "(fa.period, fa.institution_id, fa.element_id) > ($?::date, $?::bigint, $?::int)",
			after.month, after.institution, after.element)
	}
	w.args = append(w.args, f.Limit+1)
	rows, err := q.Query(ctx, `
		SELECT i.code, i.name, e.slug, fa.period, fa.state, fa.value, fa.comment, coalesce(fa.report_id, 0), fa.by_name, fa.at,
		       fa.institution_id, fa.element_id
		FROM fact fa
		JOIN institution_public i ON i.county_id = fa.county_id AND i.id = fa.institution_id
		JOIN element e ON e.county_id = fa.county_id AND e.id = fa.element_id
		WHERE `+w.sql+` ORDER BY fa.period, fa.institution_id, fa.element_id LIMIT `+w.last(), w.args...)
	if err != nil {
		return nil, fmt.Errorf("list values: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v Value, err error) {
		var state string
		var value decimal.NullDecimal
		err = row.Scan(&v.Institution, &v.Name, &v.Element, &v.Month, &state, &value, &v.Comment, &v.Report, &v.By, &v.At,
			&v.institutionID, &v.elementID)
		v.Cell = cellOf(state, value)
		return v, err
	})
	if err != nil {
		return nil, fmt.Errorf("list values: %w", err)
	}
	return found, nil
}
