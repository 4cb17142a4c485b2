package reporting

import (
	"context"

	"yigai/internal/actor"
)

// SaveCells stores several figures as the clerk leaves them or pastes a block; each stands for itself, so that one that
// is stale or unreadable does not hold up the others.
func (s *Service) SaveCells(ctx context.Context, who actor.Actor, report int64, edits []Edit) (Outcome, error) {
	return s.save(ctx, who, report, edits, originTyped, func([]Saved) error { return nil })
}
