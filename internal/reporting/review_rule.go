package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// ReviewRule says how a form's reports are reviewed.
type ReviewRule struct {
	Form     string // slug
	Title    string
	TwoLevel bool // a first check, then the acceptance by somebody else
	Days     int  // working days in which each level should pass or return
	Waiting  int  // reports under review now
}

// maxReviewDays bounds the time for a review; the table says the same.
const maxReviewDays = 30

// ReviewRules lists how the reports of each form in use are reviewed.
func (s *Service) ReviewRules(ctx context.Context, who actor.Actor) ([]ReviewRule, error) {
	if err := who.Require(ActionReview); err != nil {
		return nil, err
	}
	return readReviewRules(ctx, s.db, who.CountyID)
}

// SetReviewRule changes how a form's reports are reviewed. Reports under way follow: one that is handed in has to be
// checked first from now on, one that was checked may be accepted by any reviewer where one level is enough.
func (s *Service) SetReviewRule(ctx context.Context, who actor.Actor, rule ReviewRule) error {
	if err := who.Require(ActionConfigure); err != nil {
		return err
	}
	if err := requireWholeCounty(ctx, s.db, who); err != nil {
		return err
	}
	if rule.Days < 1 || rule.Days > maxReviewDays {
		return fault.Field("days", "审核时限应为 1 到 %d 个工作日", maxReviewDays)
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		id, before, err := lockReviewRule(ctx, tx, who.CountyID, rule.Form)
		if err != nil {
			return err
		}
		if before.TwoLevel == rule.TwoLevel && before.Days == rule.Days {
			return nil
		}
		if err := updateReviewRule(ctx, tx, who.CountyID, id, rule); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionConfigure, Kind: "form", ID: fmt.Sprint(id), Name: before.Title,
			Before: map[string]any{"two_level": before.TwoLevel, "review_days": before.Days},
			After:  map[string]any{"two_level": rule.TwoLevel, "review_days": rule.Days}})
	})
	if err != nil {
		return fmt.Errorf("set review of form %s: %w", rule.Form, err)
	}
	return nil
}

func readReviewRules(ctx context.Context, q pg.Querier, county int32) ([]ReviewRule, error) {
	rows, err := q.Query(ctx, `SELECT f.slug, f.title, f.two_level, f.review_days,
			(SELECT count(*) FROM report r WHERE r.county_id = f.county_id AND r.form_id = f.id AND r.state IN ('submitted', 'checked'))
		FROM form f WHERE f.county_id = $1 AND f.enabled ORDER BY f.position, f.id LIMIT 500`, county)
	if err != nil {
		return nil, fmt.Errorf("read review rules: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ReviewRule])
	if err != nil {
		return nil, fmt.Errorf("read review rules: %w", err)
	}
	return found, nil
}

func lockReviewRule(ctx context.Context, q pg.Querier, county int32, form string) (id int32, r ReviewRule, err error) {
	err = q.QueryRow(ctx, `SELECT id, slug, title, two_level, review_days FROM form WHERE county_id = $1 AND slug = $2 FOR NO KEY UPDATE`,
		county, form).Scan(&id, &r.Form, &r.Title, &r.TwoLevel, &r.Days)
	if pg.NoRows(err) {
		return 0, r, fault.NotFound("这张报表")
	}
	if err != nil {
		return 0, r, fmt.Errorf("read review rule: %w", err)
	}
	return id, r, nil
}

func updateReviewRule(ctx context.Context, q pg.Querier, county, form int32, r ReviewRule) error {
	_, err := q.Exec(ctx, `UPDATE form SET two_level = $3, review_days = $4 WHERE county_id = $1 AND id = $2`, county, form, r.TwoLevel, r.Days)
	if err != nil {
		return fmt.Errorf("write review rule: %w", err)
	}
	return nil
}
