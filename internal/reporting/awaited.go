package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// Awaited is what a reviewer waits for, the longest waiting first; Total counts also what does not fit.
type Awaited struct {
	Reports []Report // at most 200
	Total   int
}

// SentBack lists the reports in scope that were returned or reopened and have not been handed in again.
func (s *Service) SentBack(ctx context.Context, who actor.Actor) (Awaited, error) {
	return s.awaited(ctx, who, "r.returned_at", func(w *where) {
		w.add(true, "(r.state = 'returned' OR r.state = 'draft' AND r.returned_at IS NOT NULL)")
	})
}

// Overdue lists the reports in scope that have not been handed in though they are due.
func (s *Service) Overdue(ctx context.Context, who actor.Actor) (Awaited, error) {
	return s.awaited(ctx, who, "r.due_at", func(w *where) {
		w.add(true, "r.state IN ('not_started', 'draft')")
		w.add(true, "coalesce(r.received_at, $?) > coalesce(r.grace_until, r.due_at)", s.now())
	})
}

func (s *Service) awaited(ctx context.Context, who actor.Actor, since string, which func(*where)) (Awaited, error) {
	if err := who.Require(ActionReview); err != nil {
		return Awaited{}, err
	}
	w := where{sql: inScope, args: []any{who.CountyID, who.Scope.Subtrees, who.Scope.Institutions}}
	which(&w)
	return awaitedReports(ctx, s.db, w, since)
}

func awaitedReports(ctx context.Context, q pg.Querier, w where, since string) (a Awaited, err error) {
	w.args = append(w.args, maxPage)
	rows, err := q.Query(ctx, `SELECT `+reportColumns+`, count(*) OVER () FROM `+reportTables+` WHERE `+w.sql+
		` ORDER BY `+since+`, i.code COLLATE "C", r.id LIMIT `+w.last(), w.args...)
	if err != nil {
		return a, fmt.Errorf("list awaited reports: %w", err)
	}
	a.Reports, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Report, error) {
		return scanReport(withMore{row, []any{&a.Total}})
	})
	if err != nil {
		return a, fmt.Errorf("list awaited reports: %w", err)
	}
	return a, nil
}
