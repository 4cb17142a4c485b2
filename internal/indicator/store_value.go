package indicator

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	"yigai/internal/pg"
)

// outcome is what a task found, to be written.
type outcome struct {
	county  int32
	task    task
	at      time.Time
	results []result
	places  []int64 // whose values were computed; nil for all
}

var freshColumns = []string{"indicator_id", "institution_id", "version", "numerator", "denominator", "value", "reason",
	"reporting", "expected", "uneven", "inputs", "missing"}

// store writes what changed, keeps complete values that changed, and deletes what is no longer there.
func (o outcome) store(ctx context.Context, tx pgx.Tx, began time.Time) error {
	_, err := tx.Exec(ctx, `CREATE TEMP TABLE indicator_fresh (indicator_id int, institution_id bigint, version int,
		numerator numeric, denominator numeric, value numeric, reason text, reporting int, expected int, uneven boolean, inputs jsonb, missing bigint[],
		PRIMARY KEY (indicator_id, institution_id)) ON COMMIT DROP`)
	if err != nil {
		return fmt.Errorf("make room for values: %w", err)
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"indicator_fresh"}, freshColumns, pgx.CopyFromSlice(len(o.results), o.row)); err != nil {
		return fmt.Errorf("copy values: %w", err)
	}
	for _, step := range []func(context.Context, pgx.Tx) error{o.keepCorrected, o.upsert, o.deleteStale} {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return o.note(ctx, tx, began)
}

func (o outcome) row(i int) ([]any, error) {
	r := o.results[i]
	missing := r.missing
	if missing == nil {
		missing = []int64{}
	}
	return []any{r.indicator, r.institution, r.version, numeric(r.ratio.Numerator, r.ratio.HasNum),
		numeric(r.ratio.Denominator, r.ratio.HasDen), numeric(r.ratio.Value, r.ratio.Reason == ""), string(r.ratio.Reason),
		r.reporting, r.expected, r.uneven, r.inputs, missing}, nil
}

func numeric(d decimal.Decimal, known bool) pgtype.Numeric {
	if !known {
		return pgtype.Numeric{}
	}
	return pgtype.Numeric{Int: d.Coefficient(), Exp: d.Exponent(), Valid: true}
}

// keepCorrected remembers complete values that are about to be replaced by others.
func (o outcome) keepCorrected(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO indicator_correction (county_id, period, indicator_id, institution_id, version, numerator, denominator,
		                                  value, inputs, computed_at, replaced_at)
		SELECT v.county_id, v.period, v.indicator_id, v.institution_id, v.version, v.numerator, v.denominator, v.value, v.inputs, v.computed_at, $3
		FROM indicator_value v JOIN indicator_fresh f USING (indicator_id, institution_id)
		WHERE v.county_id = $1 AND v.period = $2 AND v.value IS NOT NULL AND v.reporting = v.expected
		  AND v.value IS DISTINCT FROM f.value`, o.county, o.task.month, o.at)
	if err != nil {
		return fmt.Errorf("keep corrected values: %w", err)
	}
	return nil
}

func (o outcome) upsert(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO indicator_value AS v (county_id, period, indicator_id, institution_id, version, numerator, denominator,
			value, reason, reporting, expected, uneven, inputs, missing, computed_at)
		SELECT $1, $2, indicator_id, institution_id, version, numerator, denominator, value, reason, reporting, expected,
			uneven, inputs, missing, $3 FROM indicator_fresh
		ON CONFLICT (county_id, period, indicator_id, institution_id) DO UPDATE SET
			version = EXCLUDED.version, numerator = EXCLUDED.numerator, denominator = EXCLUDED.denominator,
			value = EXCLUDED.value, reason = EXCLUDED.reason, reporting = EXCLUDED.reporting, expected = EXCLUDED.expected,
			uneven = EXCLUDED.uneven, inputs = EXCLUDED.inputs, missing = EXCLUDED.missing, computed_at = EXCLUDED.computed_at
		WHERE (v.version, v.numerator, v.denominator, v.value, v.reason, v.reporting, v.expected, v.uneven, v.inputs, v.missing)
			IS DISTINCT FROM (EXCLUDED.version, EXCLUDED.numerator, EXCLUDED.denominator, EXCLUDED.value, EXCLUDED.reason,
			EXCLUDED.reporting, EXCLUDED.expected, EXCLUDED.uneven, EXCLUDED.inputs, EXCLUDED.missing)`, o.county, o.task.month, o.at)
	if err != nil {
		return fmt.Errorf("store values: %w", err)
	}
	return nil
}

// deleteStale drops values that nothing is due or given for any more, within what the task computed.
func (o outcome) deleteStale(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM indicator_value v WHERE v.county_id = $1 AND v.period = $2
		  AND ($3::int[] IS NULL OR v.indicator_id = ANY($3)) AND ($4::bigint[] IS NULL OR v.institution_id = ANY($4))
		  AND NOT EXISTS (SELECT FROM indicator_fresh f WHERE f.indicator_id = v.indicator_id AND f.institution_id = v.institution_id)`,
		o.county, o.task.month, o.task.indicators, o.places)
	if err != nil {
		return fmt.Errorf("drop stale values: %w", err)
	}
	return nil
}

// note says when the month was computed and on how many of the due reports. Report by report: a tenth of the time of
// counting the distinct reports of all figures.
func (o outcome) note(ctx context.Context, q pg.Querier, began time.Time) error {
	_, err := q.Exec(ctx, `
		INSERT INTO indicator_run (county_id, period, computed_at, value_count, millis, accepted, due)
		SELECT $1, $2, $3, (SELECT count(*) FROM indicator_value WHERE county_id = $1 AND period = $2), $4,
		       count(*) FILTER (WHERE EXISTS (SELECT FROM reporting_fact f WHERE f.county_id = $1 AND f.period = $2 AND f.report_id = r.id)),
		       count(*) FILTER (WHERE EXISTS (SELECT FROM reporting_due d WHERE d.county_id = $1 AND d.period = $2 AND d.report_id = r.id))
		FROM report_public r WHERE r.county_id = $1 AND r.period = $2
		ON CONFLICT (county_id, period) DO UPDATE SET computed_at = EXCLUDED.computed_at, value_count = EXCLUDED.value_count,
			millis = EXCLUDED.millis, accepted = EXCLUDED.accepted, due = EXCLUDED.due`,
		o.county, o.task.month, o.at, time.Since(began).Milliseconds())
	if err != nil {
		return fmt.Errorf("note computation: %w", err)
	}
	return nil
}
