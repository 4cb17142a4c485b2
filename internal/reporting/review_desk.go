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

// KeepColumns keeps which figures who wants to see beside the reports of a form. It is a person's own affair and not in
// the audit trail, like what was ticked or looked at.
func (s *Service) KeepColumns(ctx context.Context, who actor.Actor, form string, columns []string) error {
	if err := who.Require(ActionReview); err != nil {
		return err
	}
	if len(columns) > maxColumns {
		return fault.Field("column", "最多选 %d 个数", maxColumns)
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		c, err := s.catalogue(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		f, ok := c.Form(form)
		if !ok {
			return fault.NotFound("这张报表")
		}
		return writeColumns(ctx, tx, who, f.ID, columns)
	})
	if err != nil {
		return fmt.Errorf("keep columns of form %s: %w", form, err)
	}
	return nil
}

// Columns are the figures that who chose to see beside the reports of a form, none before the first choice.
func (s *Service) Columns(ctx context.Context, who actor.Actor, form string) ([]string, error) {
	if err := who.Require(ActionReview); err != nil {
		return nil, err
	}
	return readColumns(ctx, s.db, who, form)
}

// Choose keeps which reports of a form and month who has ticked, to go on later; the others are not ticked any more. A
// tick holds for what was handed in then.
func (s *Service) Choose(ctx context.Context, who actor.Actor, m period.Month, form string, reports []Seen) error {
	if err := who.Require(ActionReview); err != nil {
		return err
	}
	if len(reports) > maxMany {
		return fault.Field("reports", "一次最多勾选 %d 份月报", maxMany)
	}
	if err := writeChoice(ctx, s.db, who, m, form, reports); err != nil {
		return fmt.Errorf("keep chosen reports: %w", err)
	}
	return nil
}

// Look marks a report as looked at by who, as it was handed in last.
func (s *Service) Look(ctx context.Context, who actor.Actor, report int64) error {
	if err := who.Require(ActionReview); err != nil {
		return err
	}
	r, err := getReport(ctx, s.db, who, report)
	if err != nil {
		return err
	}
	return writeLook(ctx, s.db, who, r, s.now())
}

// Neighbours are the reports of the same form and month that wait for who, before and after one in the order of the
// grid; the zero Report at the ends.
func (s *Service) Neighbours(ctx context.Context, who actor.Actor, r Report) (before, after Report, err error) {
	if before, err = neighbour(ctx, s.db, who, r, "<", "DESC"); err != nil {
		return before, after, err
	}
	after, err = neighbour(ctx, s.db, who, r, ">", "ASC")
	return before, after, err
}

func neighbour(ctx context.Context, q pg.Querier, who actor.Actor, r Report, side, order string) (Report, error) {
	found, err := collectReports(q.Query(ctx, `SELECT `+reportColumns+` FROM `+reportTables+` WHERE `+inScope+` AND `+waiting+`
		AND r.period = $5 AND r.form_id = $6 AND (i.code COLLATE "C", r.id) `+side+` ($7, $8)
		ORDER BY i.code COLLATE "C" `+order+`, r.id `+order+` LIMIT 1`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions,
		who.May(ActionApprove), r.Month, r.FormID, r.InstitutionCode, r.ID))
	if err != nil || len(found) == 0 {
		return Report{}, err
	}
	return found[0], nil
}

func writeColumns(ctx context.Context, q pg.Querier, who actor.Actor, form int32, columns []string) error {
	_, err := q.Exec(ctx, `INSERT INTO review_desk (county_id, account_id, form_id, columns) VALUES ($1, $2, $3, $4)
		ON CONFLICT (county_id, account_id, form_id) DO UPDATE SET columns = EXCLUDED.columns`, who.CountyID, who.AccountID, form, columns)
	if err != nil {
		return fmt.Errorf("write columns: %w", err)
	}
	return nil
}

func readColumns(ctx context.Context, q pg.Querier, who actor.Actor, form string) (columns []string, err error) {
	err = q.QueryRow(ctx, `SELECT d.columns FROM review_desk d JOIN form f ON f.county_id = d.county_id AND f.id = d.form_id
		WHERE d.county_id = $1 AND d.account_id = $2 AND f.slug = $3`, who.CountyID, who.AccountID, form).Scan(&columns)
	if err != nil && !pg.NoRows(err) {
		return nil, fmt.Errorf("read columns: %w", err)
	}
	return columns, nil
}

func writeChoice(ctx context.Context, q pg.Querier, who actor.Actor, m period.Month, form string, reports []Seen) error {
	ids, submissions := make([]int64, len(reports)), make([]int32, len(reports))
	for i, seen := range reports {
		ids[i], submissions[i] = seen.Report, int32(seen.Submission)
	}
	_, err := q.Exec(ctx, `
		INSERT INTO review_mark (county_id, account_id, report_id, submission, chosen)
		SELECT r.county_id, $6, r.id, r.submission, (r.id, r.submission) IN (SELECT * FROM unnest($7::bigint[], $8::int[]))
		FROM report r JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id
		WHERE `+inScope+` AND r.period = $4 AND f.slug = $5 AND r.submission > 0 ORDER BY r.id
		ON CONFLICT (county_id, account_id, report_id) DO UPDATE SET chosen = EXCLUDED.chosen, submission = EXCLUDED.submission,
			looked_at = CASE WHEN review_mark.submission = EXCLUDED.submission THEN review_mark.looked_at END`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, m, form, who.AccountID, ids, submissions)
	return err
}

func writeLook(ctx context.Context, q pg.Querier, who actor.Actor, r Report, at time.Time) error {
	_, err := q.Exec(ctx, `
		INSERT INTO review_mark (county_id, account_id, report_id, submission, looked_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (county_id, account_id, report_id) DO UPDATE SET looked_at = EXCLUDED.looked_at, submission = EXCLUDED.submission,
			chosen = review_mark.chosen AND review_mark.submission = EXCLUDED.submission`,
		who.CountyID, who.AccountID, r.ID, r.Submission, at)
	if err != nil {
		return fmt.Errorf("mark report %d as looked at: %w", r.ID, err)
	}
	return nil
}
