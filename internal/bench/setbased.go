package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// setBased is the ceiling of the computation: one statement that reads the facts each formula needs, sums them over
// every institution's subtree and stores one row for each indicator and institution. It takes every formula for a plain
// sum over its figures, so it is less work than the product does, not more.
func (w *world) setBased(ctx context.Context, months []period.Month) (took time.Duration, stored int64, err error) {
	err = pg.Tx(ctx, w.db, func(tx pgx.Tx) error {
		if err := w.terms(ctx, tx, months); err != nil {
			return err
		}
		began := time.Now()
		tag, err := tx.Exec(ctx, sumTerms, w.county.id)
		took, stored = time.Since(began), tag.RowsAffected()
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("set-based sum: %w", err)
	}
	return took, stored, nil
}

// terms spreads the formulas: which element of which months counts for an indicator in a month, of which kinds.
func (w *world) terms(ctx context.Context, tx pgx.Tx, months []period.Month) error {
	_, err := tx.Exec(ctx, `
		CREATE TEMP TABLE term (month date, indicator int, n int, element int, period date, kinds text[]) ON COMMIT DROP;
		CREATE TEMP TABLE computed (month date, indicator int, institution bigint, value numeric, figures int,
		                            PRIMARY KEY (month, indicator, institution)) ON COMMIT DROP`)
	if err != nil {
		return err
	}
	formulas, err := w.formulas(ctx, tx)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, m := range months {
		for id, expr := range formulas {
			for n, ref := range expr.Refs() {
				for _, read := range span(ref.Window, m) {
					rows = append(rows, []any{m.Date(), id, n, ref.Slug, read.Date(), w.county.kindsOf(ref.Group)})
				}
			}
		}
	}
	return storeTerms(ctx, tx, w.county.id, rows)
}

func storeTerms(ctx context.Context, tx pgx.Tx, county int32, rows [][]any) error {
	b := &pgx.Batch{}
	for _, r := range rows {
		b.Queue(`INSERT INTO term SELECT $2, $3, $4, id, $6, $7 FROM element WHERE county_id = $1 AND slug = $5 AND kind <> 'calendar'`,
			append([]any{county}, r...)...)
	}
	b.Queue("ANALYZE term")
	return tx.SendBatch(ctx, b).Close()
}

func (w *world) formulas(ctx context.Context, q pg.Querier) (map[int32]*formula.Expr, error) {
	rows, err := q.Query(ctx, "SELECT indicator_id, formula FROM indicator_version WHERE county_id = $1", w.county.id)
	if err != nil {
		return nil, err
	}
	formulas := map[int32]*formula.Expr{}
	var id int32
	var text string
	_, err = pgx.ForEachRow(rows, []any{&id, &text}, func() error {
		expr, err := formula.Parse(text)
		formulas[id] = expr
		return err
	})
	return formulas, err
}

// span lists the months that a window covers.
func span(w formula.Window, m period.Month) []period.Month {
	switch w {
	case formula.Prev:
		return []period.Month{m.Prev()}
	case formula.PrevYear:
		return []period.Month{m.SameLastYear()}
	case formula.YTD:
		return m.YearToDate()
	case formula.PrevYearYTD:
		return m.SameLastYear().YearToDate()
	}
	return []period.Month{m}
}

// kindsOf are the kinds of institution that count; nil means all.
func (c *county) kindsOf(group string) []string {
	if kinds, ok := c.groups[group]; ok || group == "" {
		return kinds
	}
	return []string{group}
}

const sumTerms = `
	INSERT INTO computed
	SELECT s.month, s.indicator, s.institution, sum(s.value), count(*) FROM (
		SELECT t.month, t.indicator, t.n, up.id AS institution, sum(f.value) AS value
		FROM term t
		JOIN fact f ON f.county_id = $1 AND f.element_id = t.element AND f.period = t.period
		JOIN institution i ON i.county_id = $1 AND i.id = f.institution_id AND (t.kinds IS NULL OR i.kind = ANY (t.kinds))
		JOIN institution up ON up.county_id = $1 AND up.path @> i.path
		GROUP BY 1, 2, 3, 4) s
	GROUP BY 1, 2, 3`
