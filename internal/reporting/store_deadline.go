package reporting

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

func readCalendarDays(ctx context.Context, q pg.Querier, county int32, from time.Time) ([]CalendarDay, error) {
	rows, err := q.Query(ctx, `SELECT day, worked, reason, by_name, at FROM calendar_day
		WHERE county_id = $1 AND day >= $2 ORDER BY day LIMIT 2000`, county, from)
	if err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[CalendarDay])
	if err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	return found, nil
}

func writeCalendarDay(ctx context.Context, q pg.Querier, who actor.Actor, d CalendarDay) error {
	_, err := q.Exec(ctx, `INSERT INTO calendar_day (county_id, day, worked, reason, by_name, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (county_id, day) DO UPDATE SET worked = EXCLUDED.worked, reason = EXCLUDED.reason,
		by_name = EXCLUDED.by_name, at = EXCLUDED.at`, who.CountyID, d.Day, d.Worked, d.Reason, who.Name, d.At)
	if err != nil {
		return fmt.Errorf("write calendar day: %w", err)
	}
	return nil
}

func deleteCalendarDay(ctx context.Context, q pg.Querier, county int32, day time.Time) error {
	tag, err := q.Exec(ctx, `DELETE FROM calendar_day WHERE county_id = $1 AND day = $2`, county, day)
	if err != nil {
		return fmt.Errorf("delete calendar day: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fault.NotFound("这一天的设置")
	}
	return nil
}

func updateGrace(ctx context.Context, q pg.Querier, county, form int32, days int) error {
	_, err := q.Exec(ctx, `UPDATE form SET grace_days = $3 WHERE county_id = $1 AND id = $2`, county, form, days)
	if err != nil {
		return fmt.Errorf("write grace: %w", err)
	}
	return nil
}

// awaited is a form and month with reports whose deadline has not passed.
type awaited struct {
	form  int32
	month period.Month
}

func readAwaited(ctx context.Context, q pg.Querier, county int32, now time.Time) ([]awaited, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT form_id, period FROM report
		WHERE county_id = $1 AND received_at IS NULL AND NOT extended AND due_at > $2 AND state <> 'accepted'
		ORDER BY form_id, period LIMIT 2000`, county, now)
	if err != nil {
		return nil, fmt.Errorf("list awaited reports: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (a awaited, err error) {
		return a, row.Scan(&a.form, &a.month)
	})
	if err != nil {
		return nil, fmt.Errorf("list awaited reports: %w", err)
	}
	return found, nil
}

// deadline is what a form and month get.
type deadline struct {
	form  int32
	month period.Month
	due   time.Time
	grace *time.Time
}

func writeDeadlines(ctx context.Context, q pg.Querier, county int32, now time.Time, all []deadline) (int, error) {
	n := len(all)
	forms, months, due, grace := make([]int32, n), make([]time.Time, n), make([]time.Time, n), make([]*time.Time, n)
	for i, d := range all {
		forms[i], months[i], due[i], grace[i] = d.form, d.month.Date(), d.due, d.grace
	}
	tag, err := q.Exec(ctx, `
		UPDATE report r SET due_at = d.due, grace_until = d.grace
		FROM unnest($3::int[], $4::date[], $5::timestamptz[], $6::timestamptz[]) AS d(form, month, due, grace)
		WHERE r.county_id = $1 AND r.form_id = d.form AND r.period = d.month AND r.received_at IS NULL AND NOT r.extended
		  AND r.due_at > $2 AND r.state <> 'accepted' AND (r.due_at, r.grace_until) IS DISTINCT FROM (d.due, d.grace)`,
		county, now, forms, months, due, grace)
	if err != nil {
		return 0, fmt.Errorf("move deadlines: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

func writeExtension(ctx context.Context, q pg.Querier, who actor.Actor, r Report, due time.Time, reason string, at time.Time) (id int64, err error) {
	err = q.QueryRow(ctx, `
		WITH put_off AS (
			UPDATE report SET due_at = $4, grace_until = NULL, extended = true, updated_at = $8
			WHERE county_id = $1 AND id = $2)
		INSERT INTO extension (county_id, report_id, was_due_at, due_at, reason, by_id, by_name, at)
		VALUES ($1, $2, $3, $4, $5, NULLIF($6, 0), $7, $8) RETURNING id`,
		who.CountyID, r.ID, r.DueAt, due, reason, who.AccountID, who.Name, at).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("write extension of report %d: %w", r.ID, err)
	}
	return id, nil
}

const extensionQuery = `
	SELECT e.id, e.report_id, f.title, r.institution_id, i.short_name, r.period, e.was_due_at, e.due_at, e.reason, e.by_name, e.at
	FROM extension e JOIN report r ON r.county_id = e.county_id AND r.id = e.report_id
	JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
	JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id WHERE `

func readExtensions(ctx context.Context, q pg.Querier, who actor.Actor, m period.Month, report int64) ([]Extension, error) {
	return collectExtensions(q.Query(ctx, extensionQuery+inScope+` AND ($5 <> 0 OR r.period = $4) AND ($5 = 0 OR r.id = $5)
		ORDER BY e.id DESC LIMIT 500`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, m, report))
}

func extensionsByID(ctx context.Context, q pg.Querier, county int32, ids []int64) ([]Extension, error) {
	return collectExtensions(q.Query(ctx, extensionQuery+` e.county_id = $1 AND e.id = ANY($2) ORDER BY e.id LIMIT 1000`, county, ids))
}

func collectExtensions(rows pgx.Rows, err error) ([]Extension, error) {
	if err != nil {
		return nil, fmt.Errorf("list extensions: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Extension])
	if err != nil {
		return nil, fmt.Errorf("list extensions: %w", err)
	}
	return found, nil
}
