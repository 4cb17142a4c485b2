package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Accept makes a submitted report's figures facts and locks them; indicators hear of it in the same transaction. When
// the report was handed in again since the reviewer looked at it, it is a Conflict.
func (s *Service) Accept(ctx context.Context, who actor.Actor, seen Seen) error {
	if err := who.Require(ActionReview); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		r, err := lockReport(ctx, tx, who, seen.Report)
		if err != nil {
			return err
		}
		if err := seen.stands(r, "通过"); err != nil {
			return err
		}
		refused, err := s.mayNotReview(ctx, tx, who, r)
		if err != nil {
			return err
		}
		if refused != "" {
			return fault.Forbidden("%s", refused)
		}
		return s.accept(ctx, tx, who, r)
	})
	if err != nil {
		return fmt.Errorf("accept report %d: %w", seen.Report, err)
	}
	return nil
}

func (s *Service) accept(ctx context.Context, tx pgx.Tx, who actor.Actor, r Report) error {
	if err := s.move(ctx, tx, who, &r, Accepted, ""); err != nil {
		return err
	}
	if err := writeAcceptance(ctx, tx, who, r.ID, s.now()); err != nil {
		return err
	}
	if err := takeSnapshot(ctx, tx, who, r, true, nil, s.now()); err != nil {
		return err
	}
	changed, err := writeFacts(ctx, tx, who.CountyID, []int64{r.ID})
	if err != nil {
		return err
	}
	return announce(ctx, tx, who.CountyID, changed)
}

// Refusal is why one of many reports could not be accepted.
type Refusal struct {
	Report int64
	Name   string // empty when who may not know of the report
	Why    string
}

// maxMany bounds one round of acceptances.
const maxMany = 500

// AcceptMany accepts each report by itself and says which could not be, so that one does not hold up the others. When
// something breaks it stops, and tells what was done until then together with the error.
func (s *Service) AcceptMany(ctx context.Context, who actor.Actor, reports []Seen) (accepted int, refused []Refusal, err error) {
	if err := who.Require(ActionReview); err != nil {
		return 0, nil, err
	}
	if len(reports) == 0 || len(reports) > maxMany {
		return 0, nil, fault.Field("reports", "请选择 1 到 %d 份月报", maxMany)
	}
	for _, seen := range reports {
		switch err := s.Accept(ctx, who, seen); {
		case err == nil:
			accepted++
		case fault.IsFault(err):
			refused = append(refused, Refusal{Report: seen.Report, Name: s.nameOf(ctx, who, seen.Report), Why: plain(err)})
		default:
			refused = append(refused, Refusal{Report: seen.Report, Name: s.nameOf(ctx, who, seen.Report), Why: plain(err)})
			return accepted, refused, err
		}
	}
	return accepted, refused, nil
}

func (s *Service) nameOf(ctx context.Context, who actor.Actor, id int64) string {
	r, err := s.Get(ctx, who, id)
	if err != nil {
		return ""
	}
	return r.Name()
}
