package reporting

import (
	"context"
	"time"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// maxOwed bounds what one reminder or circular looks at: a large county's quarter.
const maxOwed = 20_000

// Awaited lists the reports in scope that have not come and whose deadline lies between two moments, by unit.
func (s *Service) Awaited(ctx context.Context, q pg.Querier, who actor.Actor, after, before time.Time) ([]Report, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return collectReports(q.Query(ctx, `SELECT `+reportColumns+` FROM `+reportTables+` WHERE `+inScope+`
		AND r.received_at IS NULL AND r.state <> 'accepted' AND r.due_at > $4 AND r.due_at < $5
		ORDER BY i.path, i.id, r.due_at, f.position, r.id LIMIT $6`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, after, before, maxOwed))
}

// Owed lists the reports in scope of some months, by unit, month and form.
func (s *Service) Owed(ctx context.Context, q pg.Querier, who actor.Actor, first, last period.Month) ([]Report, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return collectReports(q.Query(ctx, `SELECT `+reportColumns+` FROM `+reportTables+` WHERE `+inScope+`
		AND r.period BETWEEN $4 AND $5 ORDER BY i.code, i.id, r.period, f.position, r.id LIMIT $6`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, first, last, maxOwed))
}
