package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// fill writes figures and trails with one statement for each table, as the superuser, without triggers and foreign
// keys: what is loaded is made of rows that are there.
func (w *world) fill(ctx context.Context, c *county) (err error) {
	conn, err := pgx.Connect(ctx, w.admin)
	if err != nil {
		return fmt.Errorf("connect as superuser: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if err := prepareFigures(ctx, conn, c); err != nil {
		return err
	}
	for _, s := range []struct{ what, sql string }{
		{"cells", insertCells}, {"proxy subjects", insertSubjects}, {"states", settleStates}, {"events", insertEvents}, {"cell changes", insertChanges},
		{"snapshots", insertSnapshots}, {"facts", insertFacts}, {"trail", insertTrail},
	} {
		began := time.Now()
		if _, err := conn.Exec(ctx, s.sql); err != nil {
			return fmt.Errorf("load %s: %w", s.what, err)
		}
		w.say("  %s: %.1f s", s.what, time.Since(began).Seconds())
	}
	// A database that has just been filled is not what people work on: statistics, visibility and a checkpoint first.
	for _, sql := range []string{"VACUUM ANALYZE", "CHECKPOINT"} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// prepareFigures makes the temporary tables that say how big each figure is.
func prepareFigures(ctx context.Context, conn *pgx.Conn, c *county) error {
	if _, err := conn.Exec(ctx, `SET session_replication_role = replica; SET synchronous_commit = off; SET timezone = 'Asia/Shanghai'; SET work_mem = '128MB'`); err != nil {
		return err
	}
	slugs, weights, chosen := []string{}, []string{}, c.elements
	for slug, weight := range c.weights {
		slugs, weights = append(slugs, slug), append(weights, fmt.Sprintf("%.1f", weight))
	}
	_, err := conn.Exec(ctx, `CREATE TEMP TABLE c AS SELECT $1::int AS id, $2::date AS in_hand`, c.id, c.inHand)
	if err != nil {
		return fmt.Errorf("keep the county: %w", err)
	}
	if _, err := conn.Exec(ctx, `
		CREATE TEMP TABLE weight AS
		SELECT e.id AS element, coalesce(w.weight, 40) AS weight, e.slug = ANY($3) AS chosen
		FROM element e LEFT JOIN unnest($1::text[], $2::numeric[]) AS w(slug, weight) ON w.slug = e.slug
		WHERE e.county_id = $4`, slugs, weights, chosen, c.id); err != nil {
		return fmt.Errorf("weigh elements: %w", err)
	}
	_, err = conn.Exec(ctx, figureFunction+`; CREATE TEMP TABLE month AS SELECT DISTINCT period FROM report; ANALYZE c; ANALYZE weight; ANALYZE month`)
	if err != nil {
		return fmt.Errorf("prepare figures: %w", err)
	}
	return nil
}

// A figure is the element's weight times the size of the institution, growing by 1 % of the beginning a month, so that
// cumulative figures never fall and none jumps.
const figureFunction = `CREATE FUNCTION pg_temp.figure(weight numeric, institution bigint, month date) RETURNS numeric
	LANGUAGE sql IMMUTABLE RETURN round(weight * (1 + institution % 7) * (100 + extract(year FROM month)::int * 12
	+ extract(month FROM month)::int - 24000) / 100)`

// insertSubjects notes which proxy report has whose figures, as typing them would.
const insertSubjects = `
	INSERT INTO report_subject (county_id, form_id, period, subject_id, report_id)
	SELECT DISTINCT r.county_id, r.form_id, r.period, c.subject_id, r.id
	FROM report r JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
	JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id`

// Every figure that a report asks for is entered.
const insertCells = `
	INSERT INTO cell (county_id, report_id, subject_id, element_id, state, value, by_name, at)
	SELECT d.county_id, d.report_id, d.institution_id, d.element_id, 'value', pg_temp.figure(w.weight, d.institution_id, d.period),
	       '填报员', d.period + interval '1 month 2 days 10 hours'
	FROM c JOIN reporting_due d ON d.county_id = c.id JOIN weight w ON w.element = d.element_id
	ORDER BY d.report_id, d.institution_id, d.element_id`

// Past months are accepted; in the month in hand a third of the institutions is still entering, a third has submitted.
const settleStates = `
	UPDATE report r SET filled = fillable, submission = (s.state <> 'draft')::int, state = s.state, version = 4, updated_at = s.at, saved_at = s.at,
	       responsible_person = '院长', submitted_name = '填报员',
	       submitted_at = CASE WHEN s.state <> 'draft' THEN s.at END, received_at = CASE WHEN s.state <> 'draft' THEN s.at END,
	       reviewed_name = CASE WHEN s.state = 'accepted' THEN '审核员' ELSE '' END,
	       reviewed_at = CASE WHEN s.state = 'accepted' THEN s.at + interval '1 day' END
	FROM (SELECT r.id, CASE WHEN r.period < c.in_hand THEN 'accepted'
	             ELSE (ARRAY['draft', 'submitted', 'accepted'])[1 + (dense_rank() OVER (ORDER BY r.institution_id) - 1) % 3] END AS state,
	             r.period + interval '1 month 3 days 9 hours' AS at
	      FROM c JOIN report r ON r.county_id = c.id) s
	WHERE r.id = s.id`

const insertEvents = `
	INSERT INTO report_event (county_id, report_id, from_state, to_state, by_name, at)
	SELECT r.county_id, r.id, s.was, s.now, s.name, r.period + s.later
	FROM c JOIN report r ON r.county_id = c.id
	JOIN (VALUES ('not_started', 'draft', '填报员', interval '1 month 1 day'), ('draft', 'submitted', '填报员', interval '1 month 3 days'),
	             ('submitted', 'accepted', '审核员', interval '1 month 4 days')) s(was, now, name, later)
	  ON s.now = 'draft' OR s.now = 'submitted' AND r.state <> 'draft' OR r.state = 'accepted'
	ORDER BY r.period, r.id`

const insertChanges = `
	INSERT INTO cell_change (county_id, report_id, subject_id, element_id, old_state, new_state, new_value, origin, by_name, at)
	SELECT county_id, report_id, subject_id, element_id, 'empty', state, value, 'typed', by_name, at
	FROM cell ORDER BY report_id, subject_id, element_id`

const insertSnapshots = `
	INSERT INTO report_snapshot (county_id, report_id, submission, accepted, cells, by_name, at)
	SELECT r.county_id, r.id, 1, a.accepted, jsonb_agg(jsonb_build_object('subject', x.subject_id, 'element', x.element_id,
	       'state', x.state, 'value', x.value::text) ORDER BY x.subject_id, x.element_id), '填报员', r.submitted_at
	FROM report r JOIN cell x ON x.county_id = r.county_id AND x.report_id = r.id
	CROSS JOIN (VALUES (false), (true)) a(accepted)
	WHERE r.state = 'accepted' OR r.state = 'submitted' AND NOT a.accepted
	GROUP BY r.county_id, r.id, a.accepted`

// Accepted figures are facts. What no form asks of an institution was loaded, so that each has every element in every
// month. The indexes are made anew afterwards, which takes a fraction of the time of keeping them.
const insertFacts = `
	CREATE TEMP TABLE kept AS SELECT indexdef FROM pg_indexes WHERE tablename = 'fact' AND indexname <> 'fact_pkey';
	DO $$ DECLARE name text; BEGIN
		FOR name IN SELECT indexname FROM pg_indexes WHERE tablename = 'fact' AND indexname <> 'fact_pkey' LOOP
			EXECUTE 'DROP INDEX ' || quote_ident(name);
		END LOOP;
	END $$;
	INSERT INTO fact (county_id, period, element_id, institution_id, state, value, report_id, submission, by_name, at)
	SELECT r.county_id, r.period, x.element_id, x.subject_id, x.state, x.value, r.id, 1, r.reviewed_name, r.reviewed_at
	FROM report r JOIN cell x ON x.county_id = r.county_id AND x.report_id = r.id
	WHERE r.state = 'accepted' ORDER BY r.period, x.element_id, x.subject_id;
	CREATE TEMP TABLE asked AS SELECT r.period, x.element_id, x.subject_id FROM report r JOIN cell x ON x.report_id = r.id;
	ANALYZE asked;
	INSERT INTO fact (county_id, period, element_id, institution_id, state, value, by_name, at)
	SELECT i.county_id, m.period, w.element, i.id, 'value', pg_temp.figure(w.weight, i.id, m.period), '导入', m.period + interval '1 month'
	FROM c JOIN institution i ON i.county_id = c.id AND i.parent_id IS NOT NULL CROSS JOIN month m JOIN weight w ON w.chosen
	LEFT JOIN asked a ON a.period = m.period AND a.element_id = w.element AND a.subject_id = i.id
	WHERE a.period IS NULL ORDER BY m.period, w.element, i.id;
	DO $$ DECLARE def text; BEGIN
		FOR def IN SELECT indexdef FROM kept LOOP EXECUTE def; END LOOP;
	END $$`

// The trail of three years: every report's steps many times over.
const insertTrail = `
	INSERT INTO audit_entry (county_id, at, username, action, object_kind, object_id, object_name, institution_id, before, after)
	SELECT r.county_id, r.period + interval '1 month' + n * interval '1 hour', 'user-' || r.institution_id, 'reporting.enter', 'report',
	       r.id::text, '月报', r.institution_id, '{"state": "draft"}', '{"state": "submitted"}'
	FROM c JOIN report r ON r.county_id = c.id CROSS JOIN generate_series(1, 60) n ORDER BY r.period, n, r.id`
