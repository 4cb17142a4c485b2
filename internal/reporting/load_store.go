package reporting

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"yigai/internal/period"
)

// origin of loaded figures in the trail.
func (l *load) origin() string {
	if l.who.TokenID != 0 {
		return originAPI
	}
	return originImported
}

// writeCells stores the rows that belong to reports, with their trail.
func (l *load) writeCells(ctx context.Context) error {
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO report_subject (county_id, form_id, period, subject_id, report_id)
		SELECT DISTINCT ON (r.form_id, r.period, v.subject_id) $1::int, r.form_id, r.period, v.subject_id, r.id
		FROM load_value v JOIN report r ON r.county_id = $1 AND r.id = v.report_id
		JOIN form f ON f.county_id = $1 AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
		WHERE v.outcome IN ('imported', 'updated') ORDER BY r.form_id, r.period, v.subject_id, r.id
		ON CONFLICT (county_id, form_id, period, subject_id) DO NOTHING`, l.who.CountyID)
	b.Queue(`INSERT INTO cell (county_id, report_id, subject_id, element_id, state, value, comment, by_id, by_name, at)
		SELECT $1, report_id, subject_id, element_id, state, value, comment, NULLIF($2, 0), $3, $4
		FROM load_value WHERE report_id IS NOT NULL AND outcome IN ('imported', 'updated')
		ON CONFLICT (county_id, report_id, subject_id, element_id) DO UPDATE
		SET state = EXCLUDED.state, value = EXCLUDED.value, comment = EXCLUDED.comment, version = cell.version + 1, origin = 'typed',
		    by_id = EXCLUDED.by_id, by_name = EXCLUDED.by_name, at = EXCLUDED.at
		WHERE (cell.state, cell.value, cell.comment) IS DISTINCT FROM (EXCLUDED.state, EXCLUDED.value, EXCLUDED.comment)`,
		l.who.CountyID, l.who.AccountID, l.who.Name, l.at)
	b.Queue(`INSERT INTO cell_change (county_id, report_id, subject_id, element_id, old_state, old_value, new_state, new_value,
		                          comment, origin, by_id, by_name, at)
		SELECT $1, report_id, subject_id, element_id, coalesce(old_state, 'empty'), old_value, state, value, comment, $5,
		       NULLIF($2, 0), $3, $4
		FROM load_value WHERE report_id IS NOT NULL AND outcome IN ('imported', 'updated')
		  AND (coalesce(old_state, 'empty'), old_value) IS DISTINCT FROM (state, value)`,
		l.who.CountyID, l.who.AccountID, l.who.Name, l.at, l.origin())
	if err := l.tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("write cells: %w", err)
	}
	return nil
}

// touched lists the reports that really change, in the order they were locked in.
func (l *load) touched(ctx context.Context) ([]int64, error) {
	rows, err := l.tx.Query(ctx, `SELECT DISTINCT report_id FROM load_value
		WHERE report_id IS NOT NULL AND outcome IN ('imported', 'updated') ORDER BY report_id`)
	if err != nil {
		return nil, fmt.Errorf("list changed reports: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("list changed reports: %w", err)
	}
	return found, nil
}

// finishDrafts moves changed reports to draft and counts their findings.
func (l *load) finishDrafts(ctx context.Context) error {
	reports, err := l.touched(ctx)
	if err != nil {
		return err
	}
	for _, id := range reports {
		r, err := getReport(ctx, l.tx, l.who, id)
		if err != nil {
			return err
		}
		f, err := l.loadFigures(ctx, l.tx, l.who.CountyID, r)
		if err != nil {
			return err
		}
		if r.State != Draft {
			if err := l.move(ctx, l.tx, l.who, &f.report, Draft, ""); err != nil {
				return err
			}
		}
		if err := writeSaved(ctx, l.tx, l.who.CountyID, &f.report, l.at); err != nil {
			return err
		}
		if err := l.recount(ctx, l.tx, l.who.CountyID, &f.report, f.count(f.findings())); err != nil {
			return err
		}
	}
	return nil
}

// finishAccepted accepts the changed reports as they stand, with event and snapshot, and writes their facts.
// History says nothing of when it arrived, so it counts as on time; it is taken as it was, and nobody checked it.
func (l *load) finishAccepted(ctx context.Context) error {
	reports, err := l.touched(ctx)
	if err != nil || len(reports) == 0 {
		return err
	}
	const reason = "导入历史数据"
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO report_event (county_id, report_id, from_state, to_state, reason, by_id, by_name, at)
		SELECT county_id, id, state, 'accepted', $3, NULLIF($4, 0), $5, $6 FROM report
		WHERE county_id = $1 AND id = ANY($2) ORDER BY id`, l.who.CountyID, reports, reason, l.who.AccountID, l.who.Name, l.at)
	b.Queue(keepLoaded, l.who.CountyID, reports, reason, l.who.AccountID, l.who.Name, l.at)
	b.Queue(`UPDATE report r SET state = 'accepted', submission = submission + 1, version = version + 1, updated_at = $5, reason = '',
		       submitted_by = NULLIF($3, 0), submitted_name = $4, submitted_at = $5, received_at = coalesce(received_at, least(due_at, $5)),
		       reviewed_by = NULLIF($3, 0), reviewed_name = $4, reviewed_at = $5, checked = false, errors = 0, warnings = 0, unexplained = 0,
		       saved_at = $5, fillable = (SELECT count(*) FROM form_item t WHERE t.county_id = r.county_id AND t.form_id = r.form_id
		           AND t.version = r.form_version) * CASE WHEN EXISTS (SELECT FROM form f WHERE f.county_id = r.county_id
		           AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0) THEN (SELECT count(*) FROM proxy_subject s
		           WHERE s.county_id = r.county_id AND s.report_id = r.id) ELSE 1 END,
		       filled = (SELECT count(*) FROM cell c WHERE c.county_id = r.county_id AND c.report_id = r.id AND c.state <> 'empty')
		WHERE county_id = $1 AND id = ANY($2)`, l.who.CountyID, reports, l.who.AccountID, l.who.Name, l.at)
	b.Queue(`INSERT INTO report_snapshot (county_id, report_id, submission, accepted, cells, by_name, at)
		SELECT r.county_id, r.id, r.submission, true, jsonb_agg(jsonb_build_object('subject', c.subject_id, 'element', c.element_id,
		       'state', c.state, 'value', c.value::text) ORDER BY c.subject_id, c.element_id), $3, $4
		FROM report r JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id
		WHERE r.county_id = $1 AND r.id = ANY($2) GROUP BY r.county_id, r.id, r.submission`, l.who.CountyID, reports, l.who.Name, l.at)
	if err := l.tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("accept loaded reports: %w", err)
	}
	changed, err := writeFacts(ctx, l.tx, l.who.CountyID, reports)
	l.changed.add(changed)
	return err
}

// writeLoose stores the rows that belong to no report as loaded facts.
func (l *load) writeLoose(ctx context.Context) error {
	rows, err := l.tx.Query(ctx, `
		WITH written AS (
			INSERT INTO fact (county_id, period, element_id, institution_id, state, value, comment, by_name, at)
			SELECT $1, period, element_id, subject_id, state, value, comment, $2, $3
			FROM load_value WHERE report_id IS NULL AND outcome IN ('imported', 'updated')
			ORDER BY element_id, subject_id, period
			ON CONFLICT (county_id, period, element_id, institution_id) DO UPDATE
			SET state = EXCLUDED.state, value = EXCLUDED.value, comment = EXCLUDED.comment, by_name = EXCLUDED.by_name, at = EXCLUDED.at
			WHERE (fact.state, fact.value, fact.comment) IS DISTINCT FROM (EXCLUDED.state, EXCLUDED.value, EXCLUDED.comment)
			RETURNING period, institution_id)
		SELECT DISTINCT period, institution_id FROM written ORDER BY period, institution_id`, l.who.CountyID, l.who.Name, l.at)
	if err != nil {
		return fmt.Errorf("write loaded facts: %w", err)
	}
	changed, err := collectChanged(rows)
	l.changed.add(changed)
	return err
}

// add joins two sets of changes, keeping months and institutions in order and once.
func (c *changedFacts) add(o changedFacts) {
	c.months = append(c.months, o.months...)
	slices.SortFunc(c.months, period.Month.Compare)
	c.months = slices.Compact(c.months)
	c.institutions = append(c.institutions, o.institutions...)
	slices.Sort(c.institutions)
	c.institutions = slices.Compact(c.institutions)
}
