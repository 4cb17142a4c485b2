package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/period"
	"yigai/internal/pg"
)

func readStamp(ctx context.Context, q pg.Querier, county int32) (int64, error) {
	var stamp int64
	err := q.QueryRow(ctx, `SELECT stamp FROM reporting_catalogue WHERE county_id = $1`, county).Scan(&stamp)
	if err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("read catalogue stamp: %w", err)
	}
	return stamp, nil
}

// moveStamp makes every kept catalogue of the county stale and holds other changes off until the end of the transaction.
func moveStamp(ctx context.Context, q pg.Querier, county int32) error {
	_, err := q.Exec(ctx, `INSERT INTO reporting_catalogue (county_id) VALUES ($1)
		ON CONFLICT (county_id) DO UPDATE SET stamp = EXCLUDED.stamp`, county)
	if err != nil {
		return fmt.Errorf("move catalogue stamp: %w", err)
	}
	return nil
}

func readElements(ctx context.Context, q pg.Querier, county int32) ([]Element, error) {
	rows, err := q.Query(ctx, `
		SELECT id, slug, name_zh, unit, kind, decimals, money, negative, aggregation, coalesce(code, ''), definition, source,
		       revision
		FROM element WHERE county_id = $1 ORDER BY id LIMIT 5000`, county)
	if err != nil {
		return nil, fmt.Errorf("read elements: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Element, err error) {
		return e, row.Scan(&e.ID, &e.Slug, &e.NameZH, &e.Unit, &e.Kind, &e.Decimals, &e.Money, &e.Negative,
			&e.Aggregation, &e.Code, &e.Definition, &e.Source, &e.Revision)
	})
	if err != nil {
		return nil, fmt.Errorf("read elements: %w", err)
	}
	return found, nil
}

func readForms(ctx context.Context, q pg.Querier, county int32) ([]*Form, error) {
	rows, err := q.Query(ctx, `
		SELECT id, slug, title, kinds, subject_kinds, due_day, due_months, working_day, grace_days, assigned = 'chosen', position, enabled, revision
		FROM form WHERE county_id = $1 ORDER BY position, id LIMIT 500`, county)
	if err != nil {
		return nil, fmt.Errorf("read forms: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*Form, error) {
		f := &Form{}
		return f, row.Scan(&f.ID, &f.Slug, &f.Title, &f.Kinds, &f.SubjectKinds, &f.DueDay, &f.DueMonths, &f.WorkingDay, &f.GraceDays,
			&f.Chosen, &f.Position, &f.Enabled, &f.Revision)
	})
	if err != nil {
		return nil, fmt.Errorf("read forms: %w", err)
	}
	return found, nil
}

type storedVersion struct {
	FormID        int32
	Version       int
	EffectiveFrom period.Month
	Layout        []byte
}

func readVersions(ctx context.Context, q pg.Querier, county int32) ([]storedVersion, error) {
	rows, err := q.Query(ctx, `
		SELECT form_id, version, effective_from, layout FROM form_version
		WHERE county_id = $1 ORDER BY form_id, effective_from DESC LIMIT 5000`, county)
	if err != nil {
		return nil, fmt.Errorf("read form versions: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v storedVersion, err error) {
		return v, row.Scan(&v.FormID, &v.Version, &v.EffectiveFrom, &v.Layout)
	})
	if err != nil {
		return nil, fmt.Errorf("read form versions: %w", err)
	}
	return found, nil
}

// readRules gives every version of every enabled rule with the month in which the next version takes over.
func readRules(ctx context.Context, q pg.Querier, county int32) ([]rule, error) {
	rows, err := q.Query(ctx, `
		SELECT code, version, level, expression, elements, each_of, forms, message, effective_from, until
		FROM (SELECT *, lead(effective_from) OVER (PARTITION BY code ORDER BY version) AS until
		      FROM check_rule WHERE county_id = $1) r
		WHERE enabled ORDER BY id LIMIT 5000`, county)
	if err != nil {
		return nil, fmt.Errorf("read check rules: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r rule, err error) {
		return r, row.Scan(&r.Code, &r.Version, &r.Level, &r.Condition, &r.Marks, &r.Each, &r.Forms, &r.Message, &r.From, &r.Until)
	})
	if err != nil {
		return nil, fmt.Errorf("read check rules: %w", err)
	}
	return found, nil
}
