package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pg"
)

// listDerivations lists the versions of one element's derivation, or of all with "", newest first within an element.
func listDerivations(ctx context.Context, q pg.Querier, county int32, element string) ([]Derivation, error) {
	rows, err := q.Query(ctx, `SELECT d.element_id, d.source, s.title, d.expression, d.note, d.version, d.effective_from, d.enabled, d.reason, d.by_name, d.at
		FROM derivation d JOIN figure_source s ON s.name = d.source
		JOIN element e ON e.county_id = d.county_id AND e.id = d.element_id
		WHERE d.county_id = $1 AND ($2 = '' OR e.slug = $2) ORDER BY d.element_id, d.version DESC LIMIT 2000`, county, element)
	if err != nil {
		return nil, fmt.Errorf("list derivations: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Derivation, err error) {
		return d, row.Scan(&d.Element.ID, &d.Source, &d.Title, &d.Expression, &d.Note, &d.Version, &d.From, &d.Enabled, &d.Reason, &d.By, &d.At)
	})
	if err != nil {
		return nil, fmt.Errorf("list derivations: %w", err)
	}
	return found, nil
}

func listFigureSources(ctx context.Context, q pg.Querier) ([]FigureSource, error) {
	rows, err := q.Query(ctx, `SELECT name, title, figures FROM figure_source ORDER BY name LIMIT 200`)
	if err != nil {
		return nil, fmt.Errorf("list figure sources: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[FigureSource])
	if err != nil {
		return nil, fmt.Errorf("list figure sources: %w", err)
	}
	return found, nil
}

func writeDerivation(ctx context.Context, q pg.Querier, county int32, d Derivation) error {
	_, err := q.Exec(ctx, `INSERT INTO derivation (county_id, element_id, source, expression, note, enabled, version, effective_from, reason, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		county, d.Element.ID, d.Source, d.Expression, d.Note, d.Enabled, d.Version, d.From, d.Reason, d.By, d.At)
	if err != nil {
		return fmt.Errorf("write derivation: %w", err)
	}
	return nil
}
