package reporting

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/period"
	"yigai/internal/pg"
)

// insertReports opens the forms of a month for everybody who owes them, or only for the institutions named. A proxy
// form is owed where there is somebody below to report for.
func insertReports(ctx context.Context, q pg.Querier, county int32, m period.Month, forms []opening, only []int64) (int, error) {
	ids, versions, due, grace := make([]int32, len(forms)), make([]int, len(forms)), make([]time.Time, len(forms)), make([]*time.Time, len(forms))
	for i, o := range forms {
		ids[i], versions[i], due[i], grace[i] = o.form.ID, o.version, o.due, o.grace
	}
	tag, err := q.Exec(ctx, `
		WITH open AS (
			SELECT id, parent_id, kind FROM institution_public
			WHERE county_id = $1 AND (opened_on IS NULL OR opened_on < $2::date + interval '1 month')
			  AND (closed_on IS NULL OR closed_on > $2::date)),
		owed AS (
			SELECT f.id AS form_id, o.version, o.due, o.grace, i.id AS institution_id, items.n * CASE
			       WHEN cardinality(f.subject_kinds) = 0 THEN 1
			       ELSE (SELECT count(*) FROM open child WHERE child.parent_id = i.id AND child.kind = ANY (f.subject_kinds)
			             AND NOT EXISTS (SELECT FROM report_subject h WHERE h.county_id = $1 AND h.form_id = f.id
			                             AND h.period = $2 AND h.subject_id = child.id))
			       END AS fillable
			FROM unnest($3::int[], $4::int[], $5::timestamptz[], $7::timestamptz[]) AS o(form_id, version, due, grace)
			JOIN form f ON f.county_id = $1 AND f.id = o.form_id
			JOIN open i ON i.kind = ANY (f.kinds)
			CROSS JOIN LATERAL (SELECT count(*) AS n FROM form_item
			                    WHERE county_id = $1 AND form_id = f.id AND version = o.version) items
			WHERE ($6::bigint[] IS NULL OR i.id = ANY ($6))
			  AND (f.assigned = 'kind' OR EXISTS (SELECT FROM form_assignment a
			       WHERE a.county_id = $1 AND a.form_id = f.id AND a.institution_id = i.id)))
		INSERT INTO report (county_id, form_id, form_version, institution_id, period, due_at, grace_until, fillable)
		SELECT $1, form_id, version, institution_id, $2, due, grace, fillable FROM owed WHERE fillable > 0
		ORDER BY institution_id, form_id
		ON CONFLICT (county_id, form_id, institution_id, period) DO NOTHING`, county, m, ids, versions, due, only, grace)
	if err != nil {
		return 0, fmt.Errorf("insert reports: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

// tenant is a county as the daily duty needs it.
type tenant struct {
	id    int32
	path  string // of its root institution
	since time.Time
}

func readCounties(ctx context.Context, q pg.Querier) ([]tenant, error) {
	rows, err := q.Query(ctx, `
		SELECT c.county_id, i.path::text, c.created_at FROM county c
		JOIN institution_public i ON i.county_id = c.county_id AND i.parent_id IS NULL
		ORDER BY c.county_id LIMIT 5000`)
	if err != nil {
		return nil, fmt.Errorf("list counties: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t tenant, err error) {
		return t, row.Scan(&t.id, &t.path, &t.since)
	})
	if err != nil {
		return nil, fmt.Errorf("list counties: %w", err)
	}
	return found, nil
}
