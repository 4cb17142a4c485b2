package validation

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

const runColumns = `id, first, last, rules, current, state, coalesce(job_id, 0), total, checked, found, errors, explained, truncated,
	coalesce(by_id, 0), by_name, created_at, finished_at`

func scanRun(row pgx.CollectableRow) (r Run, err error) {
	var finished *time.Time
	err = row.Scan(&r.ID, &r.First, &r.Last, &r.Rules, &r.Current, &r.State, &r.JobID, &r.Total, &r.Checked, &r.Found, &r.Errors, &r.Explained,
		&r.Truncated, &r.ByID, &r.By, &r.CreatedAt, &finished)
	if finished != nil {
		r.FinishedAt = *finished
	}
	return r, err
}

func listRuns(ctx context.Context, q pg.Querier, county int32) ([]Run, error) {
	rows, err := q.Query(ctx, `SELECT `+runColumns+` FROM validation_run WHERE county_id = $1 ORDER BY id DESC LIMIT 100`, county)
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanRun)
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	return found, nil
}

func getRun(ctx context.Context, q pg.Querier, county int32, id int64) (Run, error) {
	rows, err := q.Query(ctx, `SELECT `+runColumns+` FROM validation_run WHERE county_id = $1 AND id = $2`, county, id)
	if err != nil {
		return Run{}, fmt.Errorf("read run %d: %w", id, err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, scanRun)
	if pg.NoRows(err) {
		return r, fault.NotFound("这次复核")
	}
	if err != nil {
		return r, fmt.Errorf("read run %d: %w", id, err)
	}
	return r, nil
}

// insertRun adds a run; the table holds one at a time that goes on in a county.
func insertRun(ctx context.Context, q pg.Querier, county int32, r Run) (id int64, err error) {
	err = q.QueryRow(ctx, `INSERT INTO validation_run (county_id, first, last, rules, current, job_id, by_id, by_name, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, NULLIF($7, 0), $8, $9) RETURNING id`,
		county, r.First, r.Last, pg.NonNil(r.Rules), r.Current, r.JobID, r.ByID, r.By, r.CreatedAt).Scan(&id)
	if pg.Violates(err, "validation_run_going") {
		return 0, fault.Conflict("上一次批量复核还没有做完,请等它结束,或先取消它")
	}
	if err != nil {
		return 0, fmt.Errorf("insert run: %w", err)
	}
	return id, nil
}

// takeRun begins a run, from the start; one that somebody ended meanwhile, or that failed and was followed by another, is
// returned as it is.
func takeRun(ctx context.Context, db pg.Beginner, county int32, id int64) (r Run, err error) {
	err = pg.Tx(ctx, db, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE validation_run SET state = 'running', total = 0, checked = 0, found = 0, errors = 0, explained = 0,
			truncated = false, finished_at = NULL WHERE county_id = $1 AND id = $2 AND state IN ('waiting', 'running', 'failed')
			AND NOT EXISTS (SELECT FROM validation_run o WHERE o.county_id = $1 AND o.id <> $2 AND o.state IN ('waiting', 'running'))`, county, id)
		if err != nil {
			return err
		}
		if r, err = getRun(ctx, tx, county, id); err != nil || !r.Going() {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM validation_result WHERE county_id = $1 AND run_id = $2`, county, id)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("take run %d: %w", id, err)
	}
	return r, nil
}

// endRun ends a run that goes on and answers whether it did; only then is there something to tell of this end.
func endRun(ctx context.Context, tx pgx.Tx, county int32, id int64, state string, at time.Time) (ended bool, err error) {
	tag, err := tx.Exec(ctx, `UPDATE validation_run SET state = $3, finished_at = $4
		WHERE county_id = $1 AND id = $2 AND state IN ('waiting', 'running')`, county, id, state, at)
	if err != nil {
		return false, fmt.Errorf("end run %d: %w", id, err)
	}
	return tag.RowsAffected() == 1, nil
}

// writeProgress stores how far a run is and reads whether somebody has cancelled it.
func writeProgress(ctx context.Context, q pg.Querier, county int32, r *Run) error {
	err := q.QueryRow(ctx, `UPDATE validation_run SET total = $3, checked = $4, found = $5, errors = $6, explained = $7, truncated = $8
		WHERE county_id = $1 AND id = $2 RETURNING state`, county, r.ID, r.Total, r.Checked, r.Found, r.Errors, r.Explained, r.Truncated).Scan(&r.State)
	if err != nil {
		return fmt.Errorf("write progress of run %d: %w", r.ID, err)
	}
	return nil
}

var resultColumns = []string{"county_id", "run_id", "n", "report_id", "institution_id", "subject_id", "period", "form", "state", "rule_code",
	"rule_version", "level", "element", "message", "figures", "value", "accepted", "explanation"}

func writeResults(ctx context.Context, tx pgx.Tx, county int32, run int64, before int, found []reporting.Found) error {
	rows := make([][]any, len(found))
	for i, f := range found {
		why := ""
		if f.Finding.Explanation != nil {
			why = f.Finding.Explanation.Text
		}
		rows[i] = []any{county, run, before + i + 1, f.Report.ID, f.Report.InstitutionID, f.Finding.SubjectID, f.Report.Month.Date(), f.Report.FormTitle,
			string(f.Report.State), f.Finding.Code, f.Finding.Rule, string(f.Finding.Level), f.Finding.Element, f.Finding.Message,
			f.Finding.Figures, f.Value, f.Accepted, why}
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"validation_result"}, resultColumns, pgx.CopyFromRows(rows)); err != nil {
		return fmt.Errorf("write results of run %d: %w", run, err)
	}
	return nil
}
