package policy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
)

// LastDay is the last day of a month: a target “by the end of the year” is judged in December.
func LastDay(m period.Month) time.Time { return m.Next().Date().AddDate(0, 0, -1) }

// ReadBook reads what a county decided about policy.
func ReadBook(ctx context.Context, q pg.Querier, county int32) (*Book, error) {
	c, err := org.CountyByID(ctx, q, county)
	if err != nil {
		return nil, err
	}
	b := &Book{presets: slices.DeleteFunc(c.Presets, func(p string) bool { return p == preset.Standard }), overrides: map[string][]Override{}}
	if b.orders, err = listOrders(ctx, q, county); err != nil {
		return nil, err
	}
	all, err := listOverrides(ctx, q, county, "")
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		b.overrides[o.Matter] = append(b.overrides[o.Matter], o)
	}
	return b, nil
}

func listOrders(ctx context.Context, q pg.Querier, county int32) ([]Order, error) {
	rows, err := q.Query(ctx, `SELECT id, effective_from, presets, reason, by_name, at FROM policy_order
		WHERE county_id = $1 ORDER BY effective_from DESC, id DESC LIMIT 1000`, county)
	if err != nil {
		return nil, fmt.Errorf("list orders of documents: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Order, err error) {
		return o, row.Scan(&o.ID, &o.From, &o.Presets, &o.Reason, &o.By, &o.At)
	})
	if err != nil {
		return nil, fmt.Errorf("list orders of documents: %w", err)
	}
	return found, nil
}

func insertOrder(ctx context.Context, q pg.Querier, who actor.Actor, o Order, at time.Time) error {
	_, err := q.Exec(ctx, `INSERT INTO policy_order (county_id, effective_from, presets, reason, by_id, by_name, at)
		VALUES ($1, $2, $3, $4, NULLIF($5, 0), $6, $7)`, who.CountyID, o.From, o.Presets, o.Reason, who.AccountID, who.Name, at)
	if err != nil {
		return fmt.Errorf("store order of documents: %w", err)
	}
	return nil
}

const overrideColumns = `o.id, o.matter, o.code, o.kind, coalesce(o.institution_id, 0), coalesce(i.short_name, ''), o.operator, o.value, o.value_max,
	o.effective_from, o.effective_to, o.reason, o.by_name, o.at, o.ended_reason, o.ended_by`

func scanOverride(row pgx.CollectableRow) (o Override, err error) {
	err = row.Scan(&o.ID, &o.Matter, &o.Code, &o.Kind, &o.InstitutionID, &o.Institution, &o.Operator, &o.Value, &o.Max,
		&o.From, &o.To, &o.Reason, &o.By, &o.At, &o.EndedReason, &o.EndedBy)
	return o, err
}

// listOverrides lists the numbers of a matter, or all; the latest first.
func listOverrides(ctx context.Context, q pg.Querier, county int32, matter string) ([]Override, error) {
	rows, err := q.Query(ctx, `SELECT `+overrideColumns+` FROM policy_override o
		LEFT JOIN institution_public i ON i.county_id = o.county_id AND i.id = o.institution_id
		WHERE o.county_id = $1 AND ($2 = '' OR o.matter = $2) ORDER BY o.effective_from DESC, o.id DESC LIMIT 10000`, county, matter)
	if err != nil {
		return nil, fmt.Errorf("list overrides: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanOverride)
	if err != nil {
		return nil, fmt.Errorf("list overrides: %w", err)
	}
	return found, nil
}

func getOverride(ctx context.Context, q pg.Querier, county int32, id int64) (Override, error) {
	rows, err := q.Query(ctx, `SELECT `+overrideColumns+` FROM policy_override o
		LEFT JOIN institution_public i ON i.county_id = o.county_id AND i.id = o.institution_id
		WHERE o.county_id = $1 AND o.id = $2`, county, id)
	if err != nil {
		return Override{}, fmt.Errorf("read override %d: %w", id, err)
	}
	o, err := pgx.CollectExactlyOneRow(rows, scanOverride)
	if pg.NoRows(err) {
		return o, fault.NotFound("这条设定")
	}
	if err != nil {
		return o, fmt.Errorf("read override %d: %w", id, err)
	}
	return o, nil
}

func insertOverride(ctx context.Context, q pg.Querier, who actor.Actor, o Override, at time.Time) (id int64, err error) {
	err = q.QueryRow(ctx, `INSERT INTO policy_override (county_id, matter, code, kind, institution_id, operator, value, value_max, effective_from,
			reason, by_id, by_name, at)
		VALUES ($1, $2, $3, $4, NULLIF($5, 0), $6, $7, $8, $9, $10, NULLIF($11, 0), $12, $13) RETURNING id`, who.CountyID, o.Matter, o.Code, o.Kind,
		o.InstitutionID, o.Operator, o.Value, o.Max, o.From, o.Reason, who.AccountID, who.Name, at).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("store override: %w", err)
	}
	return id, nil
}

func endOverride(ctx context.Context, q pg.Querier, who actor.Actor, id int64, before period.Month, reason string) error {
	_, err := q.Exec(ctx, `UPDATE policy_override SET effective_to = $3, ended_reason = $4, ended_by = $5
		WHERE county_id = $1 AND id = $2`, who.CountyID, id, before, reason, who.Name)
	if err != nil {
		return fmt.Errorf("end override %d: %w", id, err)
	}
	return nil
}

func institutionThere(ctx context.Context, q pg.Querier, county int32, id int64) (there bool, err error) {
	err = q.QueryRow(ctx, "SELECT EXISTS (SELECT FROM institution_public WHERE county_id = $1 AND id = $2)", county, id).Scan(&there)
	if err != nil {
		return false, fmt.Errorf("look for institution %d: %w", id, err)
	}
	return there, nil
}

// lockCounty lets one person at a time change a county's policy.
func lockCounty(ctx context.Context, tx pgx.Tx, county int32) error {
	const family = 0x706f6c69 // "poli"
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1, $2)", family, county); err != nil {
		return fmt.Errorf("lock policy of county: %w", err)
	}
	return nil
}
