package indicator

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/pg"
)

const inScope = actor.InScope

const valueColumns = `v.indicator_id, x.slug, v.institution_id, i.code, i.name, v.period, v.version, v.numerator, v.denominator,
	v.value, x.decimals, v.reason, v.reporting, v.expected, v.uneven, v.computed_at`

const valueFrom = `
	FROM indicator_value v
	JOIN indicator x ON x.county_id = v.county_id AND x.id = v.indicator_id
	JOIN institution_public i ON i.county_id = v.county_id AND i.id = v.institution_id
	WHERE v.county_id = $1 AND ` + inScope

func scanValue(row pgx.CollectableRow) (v Value, err error) {
	err = row.Scan(&v.IndicatorID, &v.Indicator, &v.InstitutionID, &v.InstitutionCode, &v.Institution, &v.Month, &v.Version,
		&v.Numerator, &v.Denominator, &v.Value, &v.Decimals, &v.Reason, &v.Reporting, &v.Expected, &v.Uneven, &v.ComputedAt)
	return v, err
}

func listValues(ctx context.Context, q pg.Querier, who actor.Actor, f ValueFilter) ([]Value, error) {
	where, args, err := f.where(who)
	if err != nil {
		return nil, err
	}
	args = append(args, f.Limit)
	rows, err := q.Query(ctx, "SELECT "+valueColumns+valueFrom+where+
		fmt.Sprintf(" ORDER BY v.period, v.indicator_id, v.institution_id LIMIT $%d", len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("list values: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanValue)
	if err != nil {
		return nil, fmt.Errorf("list values: %w", err)
	}
	return found, nil
}

func (f ValueFilter) where(who actor.Actor) (string, []any, error) {
	args := []any{who.CountyID, who.Scope.Subtrees, who.Scope.Institutions}
	where := ""
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "$n", fmt.Sprintf("$%d", len(args)), 1)
		}
		where += " AND " + condition
	}
	if f.Indicator != "" {
		add("x.slug = $n", f.Indicator)
	}
	if f.Institution != "" && f.Descendants {
		add("i.path <@ (SELECT a.path FROM institution_public a WHERE a.county_id = $1 AND a.code = $n)", f.Institution)
	} else if f.Institution != "" {
		add("i.code = $n", f.Institution)
	}
	if !f.From.IsZero() {
		add("v.period >= $n", f.From)
	}
	if !f.To.IsZero() {
		add("v.period <= $n", f.To)
	}
	if f.Cursor != "" {
		k, err := parseValueKey(f.Cursor)
		if err != nil {
			return "", nil, err
		}
		add("(v.period, v.indicator_id, v.institution_id) > ($n::text::date, $n, $n)", k.Period, k.Indicator, k.Institution)
	}
	return where, args, nil
}

// Point is a value without its names, for boards and trends.
type Point struct {
	Value               decimal.NullDecimal
	Reason              formula.Reason
	Reporting, Expected int
	Uneven              bool // partial on one side of the quotient only: not to be held against a target
}

// Number is the value, nil when there is none.
func (p Point) Number() *decimal.Decimal {
	if !p.Value.Valid {
		return nil
	}
	return &p.Value.Decimal
}

// Partial reports whether somebody who was due has not reported.
func (p Point) Partial() bool { return p.Reporting < p.Expected }

// spot names a value within a month.
type spot struct {
	indicator   int32
	institution int64
}

// pointsOf reads the values of a month; the institutions are known to be in scope. IS TRUE keeps the indicators out of
// the index: one range for each institution takes a third of the time of one search for each pair.
func pointsOf(ctx context.Context, q pg.Querier, county int32, m period.Month, indicators []int32, institutions []int64) (map[spot]Point, error) {
	rows, err := q.Query(ctx, `SELECT indicator_id, institution_id, value, reason, reporting, expected, uneven FROM indicator_value
		WHERE county_id = $1 AND period = $2 AND (indicator_id = ANY($3)) IS TRUE AND institution_id = ANY($4)`, county, m, indicators, institutions)
	if err != nil {
		return nil, fmt.Errorf("read values of %s: %w", m, err)
	}
	found := map[spot]Point{}
	var at spot
	var p Point
	var value pgtype.Numeric // a board reads thousands: as text each would take three times as long
	_, err = pgx.ForEachRow(rows, []any{&at.indicator, &at.institution, &value, &p.Reason, &p.Reporting, &p.Expected, &p.Uneven}, func() error {
		p.Value = decimal.NullDecimal{Decimal: toDecimal(value), Valid: value.Valid}
		found[at] = p
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read values of %s: %w", m, err)
	}
	return found, nil
}

// trendsOf reads one institution's values over months, by indicator, with a place for every month.
func trendsOf(ctx context.Context, q pg.Querier, county int32, institution int64, indicators []int32, from, to period.Month) (map[int32][]*decimal.Decimal, error) {
	rows, err := q.Query(ctx, `SELECT indicator_id, period, value FROM indicator_value
		WHERE county_id = $1 AND institution_id = $2 AND indicator_id = ANY($3) AND period BETWEEN $4 AND $5 AND value IS NOT NULL`,
		county, institution, indicators, from, to)
	if err != nil {
		return nil, fmt.Errorf("read trends: %w", err)
	}
	trends := map[int32][]*decimal.Decimal{}
	var id int32
	var m pgtype.Date
	var value pgtype.Numeric
	_, err = pgx.ForEachRow(rows, []any{&id, &m, &value}, func() error {
		if trends[id] == nil {
			trends[id] = make([]*decimal.Decimal, monthsBetween(from, to)+1)
		}
		v := toDecimal(value)
		trends[id][monthsBetween(from, period.NewMonth(m.Time.Year(), m.Time.Month()))] = &v
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read trends: %w", err)
	}
	return trends, nil
}

func monthsBetween(from, to period.Month) int {
	return (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
}

// Freshness says when a month was last computed, and on how many of the due reports.
type Freshness struct {
	ComputedAt    time.Time // zero: not yet
	Accepted, Due int
}

func readRun(ctx context.Context, q pg.Querier, county int32, m period.Month) (f Freshness, err error) {
	err = q.QueryRow(ctx, "SELECT computed_at, accepted, due FROM indicator_run WHERE county_id = $1 AND period = $2",
		county, m).Scan(&f.ComputedAt, &f.Accepted, &f.Due)
	if err != nil && !pg.NoRows(err) {
		return f, fmt.Errorf("read last computation of %s: %w", m, err)
	}
	return f, nil
}

// latestMonth is the newest computed month of which at least half was accepted; else the newest with values at all.
func latestMonth(ctx context.Context, q pg.Querier, county int32, otherwise period.Month) (m period.Month, err error) {
	err = q.QueryRow(ctx, `SELECT period FROM indicator_run WHERE county_id = $1 AND value_count > 0
		ORDER BY 2 * accepted >= due DESC, period DESC LIMIT 1`, county).Scan(&m)
	if pg.NoRows(err) {
		return otherwise, nil
	}
	if err != nil {
		return m, fmt.Errorf("find latest computed month: %w", err)
	}
	return m, nil
}

// latestMonthOf is the newest month, at most a year back, in which at least half of what an institution is asked for
// has a value; else the newest with any value; else the month itself.
func latestMonthOf(ctx context.Context, q pg.Querier, county int32, institution int64, latest period.Month) (m period.Month, err error) {
	err = q.QueryRow(ctx, `SELECT period FROM indicator_value
		WHERE county_id = $1 AND institution_id = $2 AND period BETWEEN $3 AND $4
		GROUP BY period HAVING count(value) > 0 ORDER BY 2 * count(value) >= count(*) DESC, period DESC LIMIT 1`,
		county, institution, latest.Add(-11), latest).Scan(&m)
	if pg.NoRows(err) {
		return latest, nil
	}
	if err != nil {
		return m, fmt.Errorf("find latest month of institution %d: %w", institution, err)
	}
	return m, nil
}
