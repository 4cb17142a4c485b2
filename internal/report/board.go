package report

import (
	"context"
	"fmt"
	"time"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Overview is what an auditor sees first.
type Overview struct {
	Month         period.Month // the latest with an accepted report, zero before the first
	Due, Accepted int          // reports of that month in scope
	Entries       int64        // of the trail since the first of this month
	Unsealed      int64        // entries that wait for their place in the chain
	SealedAt      *time.Time   // when the chain last grew
}

// Overview says how far the county's figures and its trail are.
func (s *Service) Overview(ctx context.Context, who actor.Actor) (Overview, error) {
	if err := who.Require(ActionTrail); err != nil {
		return Overview{}, err
	}
	var o Overview
	err := s.db.QueryRow(ctx, `
		WITH mine AS (
			SELECT r.period, r.state FROM report_public r JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id
			WHERE r.county_id = $1 AND `+inScope+` AND `+reporting.StillOwed+`),
		latest AS (SELECT max(period) AS period FROM mine WHERE state = 'accepted')
		SELECT l.period, count(m.state), count(m.state) FILTER (WHERE m.state = 'accepted')
		FROM latest l LEFT JOIN mine m ON m.period = l.period GROUP BY l.period`, who.ScopeArgs()...).Scan(&o.Month, &o.Due, &o.Accepted)
	if err != nil {
		return o, fmt.Errorf("find latest accepted month: %w", err)
	}
	err = s.db.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM audit_entry WHERE county_id = $1 AND at >= $2),
		       (SELECT count(*) FROM audit_unsealed WHERE county_id = $1),
		       (SELECT sealed_at FROM audit_seal WHERE county_id = $1 ORDER BY seq DESC LIMIT 1)`,
		who.CountyID, period.MonthOf(s.now()).First()).Scan(&o.Entries, &o.Unsealed, &o.SealedAt)
	if err != nil {
		return o, fmt.Errorf("count audit entries: %w", err)
	}
	return o, nil
}
