package register

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pg"
)

// Install writes the declared facts where the view register_facts reads them; what is the same stays. It runs at every
// start, so that a new version of the program brings its facts along.
func Install(ctx context.Context, db pg.Beginner) error {
	err := pg.Tx(ctx, db, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		elements := make([]string, 0, len(Facts()))
		for _, f := range Facts() {
			elements = append(elements, f.Element)
			b.Queue(`INSERT INTO register_rule (element, title, unit, type, aggregate, field, only_field, only_value) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
				ON CONFLICT (element) DO UPDATE SET title = $2, unit = $3, type = $4, aggregate = $5, field = $6, only_field = $7, only_value = $8`,
				f.Element, f.Title, f.Unit, f.Type, f.Aggregate, f.Field, f.OnlyField, f.OnlyValue)
		}
		b.Queue(`DELETE FROM register_rule WHERE element <> ALL($1)`, elements)
		return tx.SendBatch(ctx, b).Close()
	})
	if err != nil {
		return fmt.Errorf("install the registers' facts: %w", err)
	}
	return nil
}
