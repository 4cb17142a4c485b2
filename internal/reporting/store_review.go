package reporting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

func writeSubmission(ctx context.Context, q pg.Querier, who actor.Actor, r Report, responsible string, at time.Time) error {
	_, err := q.Exec(ctx, `
		UPDATE report SET submission = $3, responsible_person = $4, submitted_by = NULLIF($5, 0), submitted_name = $6,
		       submitted_at = $7, received_at = coalesce(received_at, $7), checked_by = NULL, checked_name = '', checked_at = NULL
		WHERE county_id = $1 AND id = $2`, who.CountyID, r.ID, r.Submission, responsible, who.AccountID, who.Name, at)
	if err != nil {
		return fmt.Errorf("write submission: %w", err)
	}
	return nil
}

func writeAcceptance(ctx context.Context, q pg.Querier, who actor.Actor, report int64, at time.Time) error {
	_, err := q.Exec(ctx, `
		UPDATE report SET reviewed_by = NULLIF($3, 0), reviewed_name = $4, reviewed_at = $5, reason = ''
		WHERE county_id = $1 AND id = $2`, who.CountyID, report, who.AccountID, who.Name, at)
	if err != nil {
		return fmt.Errorf("write acceptance: %w", err)
	}
	return nil
}

func writeCheck(ctx context.Context, q pg.Querier, who actor.Actor, report int64, at time.Time) error {
	_, err := q.Exec(ctx, `UPDATE report SET checked_by = NULLIF($3, 0), checked_name = $4, checked_at = $5
		WHERE county_id = $1 AND id = $2`, who.CountyID, report, who.AccountID, who.Name, at)
	if err != nil {
		return fmt.Errorf("write check: %w", err)
	}
	return nil
}

// writeReturn leaves the acceptance as it was: the facts rest on it until the next one.
func writeReturn(ctx context.Context, q pg.Querier, who actor.Actor, report int64, from State, reason string, at time.Time) error {
	_, err := q.Exec(ctx, `
		UPDATE report SET returned_name = $3, returned_at = $4, reopened = $5, reason = $6, returned_from = $7
		WHERE county_id = $1 AND id = $2`, who.CountyID, report, who.Name, at, from == Accepted, reason, string(from))
	if err != nil {
		return fmt.Errorf("write return: %w", err)
	}
	return nil
}

// keepSubmission keeps the cells and the sums over the institutions below as they are handed in.
func (f *figures) keepSubmission(ctx context.Context, q pg.Querier, who actor.Actor, at time.Time) error {
	below, err := f.frozenSums()
	if err != nil {
		return err
	}
	return takeSnapshot(ctx, q, who, f.report, false, below, at)
}

// takeSnapshot keeps the cells as they stand with this submission, or with its acceptance.
func takeSnapshot(ctx context.Context, q pg.Querier, who actor.Actor, r Report, accepted bool, below []byte, at time.Time) error {
	_, err := q.Exec(ctx, `
		INSERT INTO report_snapshot (county_id, report_id, submission, accepted, cells, by_name, at, below)
		SELECT $1, $2, $3, $4, coalesce(jsonb_agg(jsonb_build_object('subject', subject_id, 'element', element_id,
		       'state', state, 'value', value::text) ORDER BY subject_id, element_id), '[]'), $5, $6, $7
		FROM cell WHERE county_id = $1 AND report_id = $2`, who.CountyID, r.ID, r.Submission, accepted, who.Name, at, below)
	if err != nil {
		return fmt.Errorf("take snapshot of report %d: %w", r.ID, err)
	}
	return nil
}

func writeExplanation(ctx context.Context, q pg.Querier, who actor.Actor, report int64, about explained, e Explanation) error {
	_, err := q.Exec(ctx, `
		INSERT INTO explanation (county_id, report_id, rule_code, subject_id, figures, text, version, by_id, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $10, NULLIF($7, 0), $8, $9)
		ON CONFLICT (county_id, report_id, rule_code, subject_id) DO UPDATE
		SET figures = EXCLUDED.figures, text = EXCLUDED.text, version = EXCLUDED.version, by_id = EXCLUDED.by_id, by_name = EXCLUDED.by_name, at = EXCLUDED.at`,
		who.CountyID, report, about.key, about.subject, e.Figures, e.Text, who.AccountID, e.By, e.At, e.Version)
	if err != nil {
		return fmt.Errorf("write explanation: %w", err)
	}
	return nil
}

func (f *figures) writeRemarks(ctx context.Context, q pg.Querier, who actor.Actor, remarks []Remark, at time.Time) error {
	b := &pgx.Batch{}
	for _, m := range remarks {
		b.Queue(`INSERT INTO cell_remark (county_id, report_id, subject_id, element_id, submission, text, by_id, by_name, at)
			VALUES ($1, $2, $3, $4, $5, $6, NULLIF($7, 0), $8, $9)`, who.CountyID, f.report.ID, m.SubjectID,
			f.layout.rows[m.Element].Element.ID, f.report.Submission, m.Text, who.AccountID, who.Name, at)
	}
	if err := q.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("write remarks: %w", err)
	}
	return nil
}

// enteredSinceAcceptance reports whether who changed a figure of the report, or explained a finding, that no acceptance
// has covered yet.
func enteredSinceAcceptance(ctx context.Context, q pg.Querier, who actor.Actor, report int64) (bool, error) {
	var entered bool
	err := q.QueryRow(ctx, `

		WITH since AS (SELECT coalesce(max(at), '-infinity') AS at FROM report_event
		               WHERE county_id = $1 AND report_id = $2 AND to_state = 'accepted')
		SELECT EXISTS (SELECT FROM cell_change c, since WHERE c.county_id = $1 AND c.report_id = $2 AND c.by_id = $3 AND c.at >= since.at)
		    OR EXISTS (SELECT FROM explanation x, since WHERE x.county_id = $1 AND x.report_id = $2 AND x.by_id = $3 AND x.at >= since.at)`,
		who.CountyID, report, who.AccountID).Scan(&entered)
	if err != nil {
		return false, fmt.Errorf("look who entered figures of report %d: %w", report, err)
	}
	return entered, nil
}

// plain is the sentence of a fault without what was attempted around it.
func plain(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	if fault.IsFault(err) {
		return err.Error()
	}
	return "未能完成"
}
