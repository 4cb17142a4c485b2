package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
)

// storedDerivation is a derivation as it is written down.
type storedDerivation struct {
	element                         int32
	source, title, expression, note string
	from, until                     period.Month
}

func readDerivations(ctx context.Context, q pg.Querier, county int32) ([]storedDerivation, error) {
	rows, err := q.Query(ctx, `SELECT d.element_id, d.source, s.title, d.expression, d.note, d.effective_from, d.until
		FROM (SELECT *, lead(effective_from) OVER (PARTITION BY element_id ORDER BY version) AS until
		      FROM derivation WHERE county_id = $1) d JOIN figure_source s ON s.name = d.source
		WHERE d.enabled ORDER BY d.element_id, d.version LIMIT 2000`, county)
	if err != nil {
		return nil, fmt.Errorf("read derivations: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d storedDerivation, err error) {
		return d, row.Scan(&d.element, &d.source, &d.title, &d.expression, &d.note, &d.from, &d.until)
	})
	if err != nil {
		return nil, fmt.Errorf("read derivations: %w", err)
	}
	return found, nil
}

func insertDerivation(ctx context.Context, q pg.Querier, county int32, d preset.Derivation) (int64, error) {
	tag, err := q.Exec(ctx, `INSERT INTO derivation (county_id, element_id, source, expression, note)
		SELECT $1, e.id, $3, $4, $5 FROM element e WHERE e.county_id = $1 AND e.slug = $2
		  AND NOT EXISTS (SELECT FROM derivation d WHERE d.county_id = $1 AND d.element_id = e.id)`, county, d.Element, d.Source, d.Expression, d.Note)
	if err != nil {
		return 0, fmt.Errorf("insert derivation: %w", err)
	}
	return tag.RowsAffected(), nil
}

// queueSources reads what the sources of the form know, one statement for each view.
func (f *figures) queueSources(b *pgx.Batch, county int32) {
	figures := map[string][]string{}
	for _, d := range f.layout.derivations {
		if !d.inForce(f.report.Month) {
			continue
		}
		for _, ref := range d.expr.Refs() {
			figures[d.source] = append(figures[d.source], ref.Slug)
		}
	}
	for view, slugs := range figures {
		b.Queue(`SELECT institution_id, figure, value, filled, expected, link FROM `+pgx.Identifier{view}.Sanitize()+`
			WHERE county_id = $1 AND period = $2 AND institution_id = ANY($3) AND figure = ANY($4)`,
			county, f.report.Month, f.subjectIDs(), slugs).Query(func(rows pgx.Rows) error { return f.keepSource(view, rows) })
	}
}

func (f *figures) keepSource(view string, rows pgx.Rows) error {
	k := sourceKey{source: view}
	var value decimal.NullDecimal
	var one SourceFigure
	_, err := pgx.ForEachRow(rows, []any{&k.institution, &k.figure, &value, &one.Filled, &one.Expected, &one.Link}, func() error {
		one.Value = formula.Absent(formula.Missing)
		if value.Valid {
			one.Value = formula.Number(value.Decimal)
		}
		f.known[k] = one
		return nil
	})
	return err
}
