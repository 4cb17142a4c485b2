package reporting

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

const correctionQuery = `
	SELECT c.id, c.report_id, f.title, r.institution_id, i.code, i.short_name, r.period, c.from_submission, c.reason,
	       coalesce(c.asked_by, 0), c.asked_name, c.asked_at, c.decision, c.answer, c.decided_name, c.decided_at,
	       coalesce(c.to_submission, 0), c.accepted_name, c.accepted_at
	FROM correction c JOIN report r ON r.county_id = c.county_id AND r.id = c.report_id
	JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
	JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id WHERE `

func scanCorrection(row pgx.CollectableRow) (c Correction, err error) {
	var decided, accepted *time.Time
	err = row.Scan(&c.ID, &c.ReportID, &c.Form, &c.InstitutionID, &c.Code, &c.Institution, &c.Month, &c.From, &c.Reason, &c.AskedByID,
		&c.AskedBy, &c.AskedAt, &c.Decision, &c.Answer, &c.DecidedBy, &decided, &c.To, &c.AcceptedBy, &accepted)
	c.DecidedAt, c.AcceptedAt = orZero(decided), orZero(accepted)
	return c, err
}

func getCorrection(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (Correction, error) {
	rows, err := q.Query(ctx, correctionQuery+inScope+` AND c.id = $4`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, id)
	if err != nil {
		return Correction{}, fmt.Errorf("read correction %d: %w", id, err)
	}
	c, err := pgx.CollectExactlyOneRow(rows, scanCorrection)
	if pg.NoRows(err) {
		return c, fault.NotFound("这项更正")
	}
	if err != nil {
		return c, fmt.Errorf("read correction %d: %w", id, err)
	}
	return c, nil
}

func listCorrections(ctx context.Context, q pg.Querier, who actor.Actor, m period.Month, report int64) ([]Correction, error) {
	w := where{sql: inScope, args: []any{who.CountyID, who.Scope.Subtrees, who.Scope.Institutions}}
	w.add(report != 0, "c.report_id = $?", report)
	w.add(report == 0 && !m.IsZero(), "r.period = $?", m)
	w.add(report == 0 && m.IsZero(), "(c.decision = '' OR c.decision = 'approved' AND c.to_submission IS NULL)")
	rows, err := q.Query(ctx, correctionQuery+w.sql+` ORDER BY c.id DESC LIMIT 500`, w.args...)
	if err != nil {
		return nil, fmt.Errorf("list corrections: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanCorrection)
	if err != nil {
		return nil, fmt.Errorf("list corrections: %w", err)
	}
	return found, nil
}

func countUndecided(ctx context.Context, q pg.Querier, who actor.Actor) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT count(*) FROM correction c JOIN report r ON r.county_id = c.county_id AND r.id = c.report_id
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id
		WHERE `+inScope+` AND c.decision = ''`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count undecided corrections: %w", err)
	}
	return n, nil
}

// correctedQuery compares the accepted snapshots before and after each correction; one that is under way is compared
// with the figures as they are entered now.
const correctedQuery = `
	SELECT k.id, d.subject, s.short_name, e.slug, e.name_zh, e.unit, e.decimals, e.money, d.old_state, d.old_value, d.new_state, d.new_value
	FROM correction k
	JOIN report_snapshot a ON a.county_id = k.county_id AND a.report_id = k.report_id AND a.submission = k.from_submission AND a.accepted
	LEFT JOIN report_snapshot b ON b.county_id = k.county_id AND b.report_id = k.report_id AND b.submission = k.to_submission AND b.accepted
	CROSS JOIN LATERAL (
		SELECT subject, element, coalesce(o.state, 'empty') AS old_state, o.value AS old_value,
		       coalesce(n.state, 'empty') AS new_state, n.value AS new_value
		FROM jsonb_to_recordset(a.cells) AS o(subject bigint, element int, state text, value numeric)
		FULL JOIN (SELECT * FROM jsonb_to_recordset(b.cells) AS s(subject bigint, element int, state text, value numeric)
		           UNION ALL SELECT subject_id, element_id, state, value FROM cell
		           WHERE county_id = k.county_id AND report_id = k.report_id AND k.to_submission IS NULL) n USING (subject, element)) d
	JOIN element e ON e.county_id = k.county_id AND e.id = d.element
	JOIN institution_public s ON s.county_id = k.county_id AND s.id = d.subject
	WHERE k.county_id = $1 AND k.id = ANY($2) AND k.decision = 'approved' AND (k.to_submission IS NULL OR b.county_id IS NOT NULL)
	      AND (d.old_state, d.old_value) IS DISTINCT FROM (d.new_state, d.new_value)
	ORDER BY k.id, s.code COLLATE "C", e.id LIMIT 20000`

// readCorrected fills what each correction changed or is about to change.
func readCorrected(ctx context.Context, q pg.Querier, county int32, all []Correction) error {
	at := map[int64]*Correction{}
	ids := make([]int64, 0, len(all))
	for i := range all {
		at[all[i].ID] = &all[i]
		ids = append(ids, all[i].ID)
	}
	rows, err := q.Query(ctx, correctedQuery, county, ids)
	if err != nil {
		return fmt.Errorf("read corrected figures: %w", err)
	}
	var id int64
	var c Corrected
	var oldState, newState string
	var oldValue, newValue decimal.NullDecimal
	e := &c.Element
	_, err = pgx.ForEachRow(rows, []any{&id, &c.SubjectID, &c.Subject, &e.Slug, &e.NameZH, &e.Unit, &e.Decimals, &e.Money,
		&oldState, &oldValue, &newState, &newValue}, func() error {
		c.Old, c.New = cellOf(oldState, oldValue), cellOf(newState, newValue)
		at[id].Changes = append(at[id].Changes, c)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read corrected figures: %w", err)
	}
	return nil
}

// askCorrection is refused while another one of the report is not finished.
func askCorrection(ctx context.Context, q pg.Querier, who actor.Actor, r Report, reason string, at time.Time) (id int64, err error) {
	err = q.QueryRow(ctx, `
		INSERT INTO correction (county_id, report_id, from_submission, reason, asked_by, asked_name, asked_at)
		VALUES ($1, $2, $3, $4, NULLIF($5, 0), $6, $7) RETURNING id`,
		who.CountyID, r.ID, r.Submission, reason, who.AccountID, who.Name, at).Scan(&id)
	if pg.Violates(err, "correction_open") {
		return 0, fault.Conflict("这份月报已有一项没有办完的更正申请,请先在“更正”里处理")
	}
	if err != nil {
		return 0, fmt.Errorf("write correction: %w", err)
	}
	return id, nil
}

func decide(ctx context.Context, q pg.Querier, who actor.Actor, id int64, d Decision, answer string, at time.Time) error {
	_, err := q.Exec(ctx, `UPDATE correction SET decision = $3, answer = $4, decided_by = NULLIF($5, 0), decided_name = $6, decided_at = $7
		WHERE county_id = $1 AND id = $2 AND decision = ''`, who.CountyID, id, string(d), answer, who.AccountID, who.Name, at)
	if err != nil {
		return fmt.Errorf("decide correction: %w", err)
	}
	return nil
}

// finishCorrection ends the correction of a report that is accepted again, if it was one.
func finishCorrection(ctx context.Context, q pg.Querier, who actor.Actor, r Report, at time.Time) error {
	_, err := q.Exec(ctx, `UPDATE correction SET to_submission = $3, accepted_name = $4, accepted_at = $5
		WHERE county_id = $1 AND report_id = $2 AND decision = 'approved' AND to_submission IS NULL`,
		who.CountyID, r.ID, r.Submission, who.Name, at)
	if err != nil {
		return fmt.Errorf("finish correction: %w", err)
	}
	return nil
}

// keepLoaded keeps that history was loaded over accepted figures: a correction that needs no leave. One that was under
// way is done with it, and a request that nobody decided falls away.
const keepLoaded = `
	WITH done AS (
		UPDATE correction c SET decision = 'approved', to_submission = r.submission + 1, accepted_name = $5, accepted_at = $6,
		       decided_by = coalesce(c.decided_by, NULLIF($4::bigint, 0)), decided_at = coalesce(c.decided_at, $6),
		       decided_name = CASE WHEN c.decision = '' THEN $5 ELSE c.decided_name END
		FROM report r WHERE r.county_id = c.county_id AND r.id = c.report_id AND c.county_id = $1 AND c.report_id = ANY($2)
		  AND c.decision <> 'refused' AND c.to_submission IS NULL
		RETURNING c.report_id)
	INSERT INTO correction (county_id, report_id, from_submission, reason, asked_by, asked_name, asked_at, decision, decided_by,
	                        decided_name, decided_at, to_submission, accepted_name, accepted_at)
	SELECT county_id, id, submission, $3, NULLIF($4::bigint, 0), $5, $6, 'approved', NULLIF($4::bigint, 0), $5, $6, submission + 1, $5, $6
	FROM report WHERE county_id = $1 AND id = ANY($2) AND state = 'accepted' AND id NOT IN (SELECT report_id FROM done) ORDER BY id`
