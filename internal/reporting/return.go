package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Return sends a submitted report back to the clerk, with a reason and remarks on cells. When the report was handed in
// again since the reviewer looked at it, it is a Conflict.
func (s *Service) Return(ctx context.Context, who actor.Actor, seen Seen, reason string, remarks []Remark) error {
	if err := who.Require(ActionReview); err != nil {
		return err
	}
	reason, err := requireText("reason", "退回原因", reason)
	if err != nil {
		return err
	}
	waits := func(r Report) error {
		if err := seen.stands(r, "退回"); err != nil {
			return err
		}
		return r.mayReturn(who)
	}
	return s.sendBack(ctx, who, seen.Report, reason, waits, remarks)
}

// Reopen unlocks an accepted report for correction without anybody having asked. Its facts stand until the next
// acceptance replaces them.
func (s *Service) Reopen(ctx context.Context, who actor.Actor, report int64, reason string) error {
	if err := who.Require(ActionReopen); err != nil {
		return err
	}
	reason, err := requireText("reason", "解锁原因", reason)
	if err != nil {
		return err
	}
	return s.sendBack(ctx, who, report, reason, isAccepted, nil)
}

func isAccepted(r Report) error {
	if r.State != Accepted {
		return fault.Conflict("只有已审核通过的月报需要解锁,这份月报现在是“%s”", r.State.Title())
	}
	return nil
}

func (s *Service) sendBack(ctx context.Context, who actor.Actor, report int64, reason string, allow func(Report) error, remarks []Remark) error {
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		r, err := lockReport(ctx, tx, who, report)
		if err != nil {
			return err
		}
		if err := allow(r); err != nil {
			return err
		}
		from := r.State
		if err := s.remark(ctx, tx, who, r, remarks); err != nil {
			return err
		}
		if from == Accepted {
			if err := s.openCorrection(ctx, tx, who, r, reason); err != nil {
				return err
			}
		}
		if err := s.move(ctx, tx, who, &r, Returned, reason); err != nil {
			return err
		}
		return writeReturn(ctx, tx, who, r.ID, from, reason, s.now())
	})
	if err != nil {
		return fmt.Errorf("send report %d back: %w", report, err)
	}
	return nil
}

// openCorrection keeps a correction that the bureau begins of its own accord: asked for and approved in one.
func (s *Service) openCorrection(ctx context.Context, tx pgx.Tx, who actor.Actor, r Report, reason string) error {
	id, err := askCorrection(ctx, tx, who, r, reason, s.now())
	if err != nil {
		return err
	}
	return decide(ctx, tx, who, id, Approved, "", s.now())
}
