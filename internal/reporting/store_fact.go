package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// changedFacts says which facts a write really changed.
type changedFacts struct {
	months       []period.Month
	institutions []int64
}

// writeFacts makes the cells of accepted reports facts, one statement for all. A figure that says the same stays as it
// was, with the submission that brought it; an emptied cell makes the fact empty, it is never deleted. A figure that
// another report brought is not taken over: that is a Conflict.
func writeFacts(ctx context.Context, q pg.Querier, county int32, reports []int64) (changedFacts, error) {
	if err := refuseTaken(ctx, q, county, reports); err != nil {
		return changedFacts{}, err
	}
	rows, err := q.Query(ctx, `
		WITH written AS (
			INSERT INTO fact (county_id, period, element_id, institution_id, state, value, comment, report_id, submission, by_name, at)
			SELECT r.county_id, r.period, c.element_id, c.subject_id, c.state, c.value, c.comment, r.id, r.submission,
			       r.reviewed_name, r.reviewed_at
			FROM report r JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id
			WHERE r.county_id = $1 AND r.id = ANY($2)
			ORDER BY c.element_id, c.subject_id, r.period
			ON CONFLICT (county_id, period, element_id, institution_id) DO UPDATE
			SET state = EXCLUDED.state, value = EXCLUDED.value, comment = EXCLUDED.comment, report_id = EXCLUDED.report_id,
			    submission = EXCLUDED.submission, by_name = EXCLUDED.by_name, at = EXCLUDED.at
			WHERE (fact.report_id IS NULL OR fact.report_id = EXCLUDED.report_id OR fact.state = 'empty')
			  AND (fact.state, fact.value, fact.comment, fact.report_id)
			      IS DISTINCT FROM (EXCLUDED.state, EXCLUDED.value, EXCLUDED.comment, EXCLUDED.report_id)
			RETURNING period, institution_id)
		SELECT DISTINCT period, institution_id FROM written ORDER BY period, institution_id`, county, reports)
	if err != nil {
		return changedFacts{}, fmt.Errorf("write facts: %w", err)
	}
	return collectChanged(rows)
}

func collectChanged(rows pgx.Rows) (c changedFacts, err error) {
	seen := map[int64]bool{}
	var month period.Month
	var institution int64
	_, err = pgx.ForEachRow(rows, []any{&month, &institution}, func() error {
		if n := len(c.months); n == 0 || c.months[n-1] != month {
			c.months = append(c.months, month)
		}
		if !seen[institution] {
			seen[institution] = true
			c.institutions = append(c.institutions, institution)
		}
		return nil
	})
	if err != nil {
		return c, fmt.Errorf("write facts: %w", err)
	}
	return c, nil
}

// takenQuery finds the first such figure by itself and names it afterwards: the server planned one join of all nine tables
// for longer than everything else at an acceptance takes.
const takenQuery = `
	WITH taken AS MATERIALIZED (
		SELECT r.county_id, r.period, c.subject_id, c.element_id, t.report_id
		FROM report r
		JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id AND c.state <> 'empty'
		CROSS JOIN LATERAL (SELECT report_id FROM fact WHERE county_id = r.county_id AND period = r.period
		     AND element_id = c.element_id AND institution_id = c.subject_id AND report_id <> r.id AND state <> 'empty' OFFSET 0) t
		WHERE r.county_id = $1 AND r.id = ANY($2) ORDER BY r.id, c.subject_id, c.element_id LIMIT 1)
	SELECT i.short_name, e.name_zh, f.title, o.short_name, k.period
	FROM taken k
	JOIN report other ON other.county_id = k.county_id AND other.id = k.report_id
	JOIN form f ON f.county_id = k.county_id AND f.id = other.form_id
	JOIN institution_public i ON i.county_id = k.county_id AND i.id = k.subject_id
	JOIN institution_public o ON o.county_id = k.county_id AND o.id = other.institution_id
	JOIN element e ON e.county_id = k.county_id AND e.id = k.element_id`

// refuseTaken says which figure of the reports another report has already brought. One that it left empty is free.
func refuseTaken(ctx context.Context, q pg.Querier, county int32, reports []int64) error {
	var name, element, form, reporter string
	var m period.Month
	err := q.QueryRow(ctx, takenQuery, county, reports).Scan(&name, &element, &form, &reporter, &m)
	switch {
	case pg.NoRows(err):
		return nil
	case err != nil:
		return fmt.Errorf("look whose figures these are: %w", err)
	}
	return fault.Conflict("“%s”%s的“%s”已由%s在“%s”里上报并通过审核,不能再由另一份月报上报;请退回,把这一格改为空", name, m.Chinese(), element, reporter, form)
}
