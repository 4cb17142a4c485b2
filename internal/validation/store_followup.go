package validation

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

func insertFollowUp(ctx context.Context, q pg.Querier, who actor.Actor, f FollowUp) (id int64, err error) {
	err = q.QueryRow(ctx, `
		INSERT INTO follow_up (county_id, report_id, institution_id, period, form, subject_id, element, rule_code, note, owner_id, owner_name,
			due_on, made_id, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULLIF($13, 0), $14, $15) RETURNING id`,
		who.CountyID, f.Report, f.InstitutionID, f.Month, f.Form, f.SubjectID, f.Element, f.Rule, f.Note, f.OwnerID, f.Owner, f.DueOn,
		who.AccountID, f.MadeBy, f.MadeAt).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert follow-up: %w", err)
	}
	return id, nil
}

func closeFollowUp(ctx context.Context, q pg.Querier, who actor.Actor, id int64, note string, at time.Time) error {
	tag, err := q.Exec(ctx, `UPDATE follow_up SET done_by = $3, done_at = $4, done_note = $5
		WHERE county_id = $1 AND id = $2 AND done_at IS NULL`, who.CountyID, id, who.Name, at, note)
	if err != nil {
		return fmt.Errorf("close follow-up %d: %w", id, err)
	}
	if tag.RowsAffected() == 0 {
		return fault.Conflict("这条跟进刚被别人办结")
	}
	return nil
}

// listFollowUps lists marks in scope; with an id only that one.
func listFollowUps(ctx context.Context, q pg.Querier, who actor.Actor, f FollowFilter, id int64) ([]FollowUp, error) {
	rows, err := q.Query(ctx, `
		SELECT u.id, u.report_id, u.institution_id, i.short_name, u.subject_id, s.short_name, u.period, u.form, u.element, u.rule_code, u.note,
		       u.owner_id, u.owner_name, u.due_on, u.made_by, u.made_at, u.done_by, u.done_at, u.done_note
		FROM follow_up u
		JOIN institution_public i ON i.county_id = u.county_id AND i.id = u.institution_id
		JOIN institution_public s ON s.county_id = u.county_id AND s.id = u.subject_id
		WHERE u.county_id = $1 AND `+actor.InScope+`
		  AND ($4 = 0 OR u.id = $4) AND ($5 = '' OR ($5 = 'open') = (u.done_at IS NULL)) AND (NOT $6 OR u.owner_id = $7)
		  AND ($8 = 0 OR u.report_id = $8) AND ($9::date IS NULL OR u.period = $9)
		ORDER BY u.done_at IS NOT NULL, u.due_on, u.id DESC LIMIT 200`,
		append(who.ScopeArgs(), id, f.State, f.Mine, who.AccountID, f.Report, f.Month)...)
	if err != nil {
		return nil, fmt.Errorf("list follow-ups: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (u FollowUp, err error) {
		var done *time.Time
		err = row.Scan(&u.ID, &u.Report, &u.InstitutionID, &u.Institution, &u.SubjectID, &u.Subject, &u.Month, &u.Form, &u.Element, &u.Rule, &u.Note,
			&u.OwnerID, &u.Owner, &u.DueOn, &u.MadeBy, &u.MadeAt, &u.DoneBy, &done, &u.DoneNote)
		if done != nil {
			u.DoneAt = *done
		}
		return u, err
	})
	if err != nil {
		return nil, fmt.Errorf("list follow-ups: %w", err)
	}
	return found, nil
}

// countOwn counts the open marks of an owner that lie in their scope.
func countOwn(ctx context.Context, q pg.Querier, who actor.Actor) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT count(*) FROM follow_up u JOIN institution_public i ON i.county_id = u.county_id AND i.id = u.institution_id
		WHERE u.county_id = $1 AND `+actor.InScope+` AND u.owner_id = $4 AND u.done_at IS NULL`,
		append(who.ScopeArgs(), who.AccountID)...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count follow-ups: %w", err)
	}
	return n, nil
}

// listOwners lists the active accounts that see an institution's reports.
func listOwners(ctx context.Context, q pg.Querier, county int32, institution int64) ([]Owner, error) {
	rows, err := q.Query(ctx, `
		SELECT DISTINCT a.account_id, a.name, coalesce(h.short_name, ''), coalesce(a.institution_id = $2, false) AS own
		FROM institution_public i
		JOIN account_reach a ON a.county_id = i.county_id AND (a.path = i.path OR a.whole AND a.path @> i.path)
		LEFT JOIN institution_public h ON h.county_id = a.county_id AND h.id = a.institution_id
		WHERE i.county_id = $1 AND i.id = $2 AND a.roles && $3::text[] ORDER BY own DESC, 3, 2 LIMIT 500`, county, institution, readers())
	if err != nil {
		return nil, fmt.Errorf("list owners: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Owner, err error) {
		var own bool
		return o, row.Scan(&o.ID, &o.Name, &o.Institution, &own)
	})
	if err != nil {
		return nil, fmt.Errorf("list owners: %w", err)
	}
	return found, nil
}

// readers are the preset roles that read reports.
func readers() []string {
	for _, a := range reporting.Actions {
		if a.Name == reporting.ActionView {
			return a.Roles
		}
	}
	return nil
}
