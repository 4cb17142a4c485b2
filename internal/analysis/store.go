package analysis

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// mostUnits is how many institutions a scope may hold; a table of more is refused.
const mostUnits = 20_000

// unitsInScope lists every institution that who may see, in the order shown: down the tree, siblings by code.
func unitsInScope(ctx context.Context, q pg.Querier, who actor.Actor) ([]Unit, error) {
	rows, err := q.Query(ctx, `
		SELECT i.id, i.code, i.name, i.short_name, i.kind, i.path::text, coalesce(left(i.division_code, 9), ''), coalesce(i.parent_id, 0),
		       i.opened_on, i.closed_on
		FROM institution_public i
		WHERE i.county_id = $1 AND (i.path <@ ANY($2::text[]::ltree[]) OR i.id = ANY($3::bigint[]))
		ORDER BY i.code COLLATE "C", i.id LIMIT $4`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, mostUnits+1)
	if err != nil {
		return nil, fmt.Errorf("list institutions in scope: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (u Unit, err error) {
		return u, row.Scan(&u.ID, &u.Code, &u.Name, &u.Short, &u.Kind, &u.Path, &u.Township, &u.Parent, &u.Opened, &u.Closed)
	})
	if err != nil {
		return nil, fmt.Errorf("list institutions in scope: %w", err)
	}
	return found, bounded(found)
}

// bounded refuses a scope of which only a part was read: its sums would be short without a word.
func bounded(found []Unit) error {
	if len(found) > mostUnits {
		return fault.Conflict("您的数据范围内超过 %d 家机构,自定义表算不全,请用数据范围小一些的账号查看", mostUnits)
	}
	return nil
}

// readFacts fills the cube with accepted and loaded figures. The institutions are known to be in scope.
func readFacts(ctx context.Context, q pg.Querier, county int32, c *cube, elements []int32, institutions []int64) error {
	first, last := runs(c.months)
	rows, err := q.Query(ctx, `
		SELECT f.element_id, f.institution_id, f.period, f.state, f.value, coalesce(f.report_id, 0)
		FROM unnest($2::date[], $3::date[]) AS r(first, last) JOIN reporting_fact f ON f.period BETWEEN r.first AND r.last
		WHERE f.county_id = $1 AND f.element_id = ANY($4) AND f.institution_id = ANY($5)`,
		county, first, last, elements, institutions)
	if err != nil {
		return fmt.Errorf("read facts: %w", err)
	}
	var at spot
	var month pgtype.Date
	var said string
	var value pgtype.Numeric // as text each would take three times as long
	var report int64
	_, err = pgx.ForEachRow(rows, []any{&at.item, &at.institution, &month, &said, &value, &report}, func() error {
		f := c.element(at, monthOf(month))
		f.report = report
		switch said {
		case "value":
			f.state, f.value = given, toDecimal(value)
		case "na":
			f.state = notApplicable
		default:
			f.state = owed
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read facts: %w", err)
	}
	return nil
}

// readDues marks what reports ask for and nobody has given yet; only the months shown need it.
func readDues(ctx context.Context, q pg.Querier, county int32, c *cube, shown []period.Month, elements []int32, institutions []int64) error {
	rows, err := q.Query(ctx, `
		SELECT element_id, institution_id, period, report_id FROM reporting_due
		WHERE county_id = $1 AND period = ANY($2) AND element_id = ANY($3) AND institution_id = ANY($4) AND report_id IS NOT NULL`,
		county, dates(shown), elements, institutions)
	if err != nil {
		return fmt.Errorf("read due figures: %w", err)
	}
	var at spot
	var month pgtype.Date
	var report int64
	_, err = pgx.ForEachRow(rows, []any{&at.item, &at.institution, &month, &report}, func() error {
		if f := c.element(at, monthOf(month)); f.state == nothing {
			f.state, f.report = owed, report
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read due figures: %w", err)
	}
	return nil
}

// readValues fills the cube with indicator values. The institutions are known to be in scope.
func readValues(ctx context.Context, q pg.Querier, county int32, c *cube, indicators []int32, institutions []int64) error {
	first, last := runs(c.months)
	rows, err := q.Query(ctx, `
		SELECT v.indicator_id, v.institution_id, v.period, v.version, v.numerator, v.denominator, v.value, v.reason, v.reporting, v.expected
		FROM unnest($2::date[], $3::date[]) AS r(first, last) JOIN indicator_value_public v ON v.period BETWEEN r.first AND r.last
		WHERE v.county_id = $1 AND v.indicator_id = ANY($4) AND v.institution_id = ANY($5)`,
		county, first, last, indicators, institutions)
	if err != nil {
		return fmt.Errorf("read indicator values: %w", err)
	}
	var at spot
	var month pgtype.Date
	var r ratio
	var num, den, value pgtype.Numeric
	_, err = pgx.ForEachRow(rows, []any{&at.item, &at.institution, &month, &r.version, &num, &den, &value, &r.reason, &r.reporting, &r.expected}, func() error {
		r.present, r.num, r.den, r.value = true, nullable(num), nullable(den), nullable(value)
		*c.indicator(at, monthOf(month)) = r
		return nil
	})
	if err != nil {
		return fmt.Errorf("read indicator values: %w", err)
	}
	return nil
}

// runs are the first and last months of unbroken stretches. One index range for each stretch reads a quarter of the pages
// that one search for each month does: 23,000 instead of 87,000 for 300 institutions, 2 elements and 36 months.
func runs(months []period.Month) (first, last []pgtype.Date) {
	for n, m := range months {
		day := pgtype.Date{Time: m.Date(), Valid: true}
		if n > 0 && months[n-1].Next() == m {
			last[len(last)-1] = day
			continue
		}
		first, last = append(first, day), append(last, day)
	}
	return first, last
}

func dates(months []period.Month) []pgtype.Date {
	out := make([]pgtype.Date, len(months))
	for n, m := range months {
		out[n] = pgtype.Date{Time: m.Date(), Valid: true}
	}
	return out
}

func monthOf(d pgtype.Date) period.Month { return period.NewMonth(d.Time.Year(), d.Time.Month()) }

func toDecimal(n pgtype.Numeric) decimal.Decimal {
	if n.Int == nil {
		return decimal.Zero
	}
	return decimal.NewFromBigInt(n.Int, n.Exp)
}

func nullable(n pgtype.Numeric) decimal.NullDecimal {
	return decimal.NullDecimal{Decimal: toDecimal(n), Valid: n.Valid}
}

func ascending(seen map[period.Month]bool) []period.Month {
	out := make([]period.Month, 0, len(seen))
	for m := range seen {
		out = append(out, m)
	}
	slices.SortFunc(out, period.Month.Compare)
	return out
}
