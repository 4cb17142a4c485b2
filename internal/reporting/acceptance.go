package reporting

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Accept makes a report's figures facts and locks them; indicators hear of it in the same transaction. It is the only
// level of review, or the second one after FirstCheck. When the report was handed in again since the reviewer looked at it,
// it is a Conflict.
func (s *Service) Accept(ctx context.Context, who actor.Actor, seen Seen) error {
	_, err := s.pass(ctx, who, seen, func(r Report) error {
		if r.AfterReview() == Checked {
			return fault.Conflict("这张报表实行两级审核,请先初审,再由他人终审")
		}
		return nil
	})
	return err
}

// FirstCheck is the first of two levels of review: its figures wait for the second one and are no facts yet.
func (s *Service) FirstCheck(ctx context.Context, who actor.Actor, seen Seen) error {
	_, err := s.pass(ctx, who, seen, func(r Report) error {
		if r.AfterReview() == Accepted {
			return fault.Conflict("这份月报不需要初审,可以直接审核通过")
		}
		return nil
	})
	return err
}

// Pass checks or accepts a report, whichever it waits for, and answers what became of it.
func (s *Service) Pass(ctx context.Context, who actor.Actor, seen Seen) (State, error) {
	return s.pass(ctx, who, seen, func(Report) error { return nil })
}

func (s *Service) pass(ctx context.Context, who actor.Actor, seen Seen, allow func(Report) error) (to State, err error) {
	if err := who.Require(ActionReview); err != nil {
		return "", err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		r, err := s.lockReviewed(ctx, tx, who, seen, allow)
		if err != nil {
			return err
		}
		if to = r.AfterReview(); to == Checked {
			return s.check(ctx, tx, who, r)
		}
		return s.accept(ctx, tx, who, r)
	})
	if err != nil {
		return "", fmt.Errorf("pass report %d: %w", seen.Report, err)
	}
	return to, nil
}

// lockReviewed is the report that who is about to pass, locked; it waits for who, and is not of their own making.
func (s *Service) lockReviewed(ctx context.Context, tx pgx.Tx, who actor.Actor, seen Seen, allow func(Report) error) (Report, error) {
	r, err := lockReport(ctx, tx, who, seen.Report)
	if err != nil {
		return r, err
	}
	if err := seen.stands(r, "通过"); err != nil {
		return r, err
	}
	if err := allow(r); err != nil {
		return r, err
	}
	if err := who.Require(r.reviewedWith()); err != nil {
		return r, err
	}
	refused, err := s.mayNotReview(ctx, tx, who, r)
	if err != nil {
		return r, err
	}
	if refused != "" {
		return r, fault.Forbidden("%s", refused)
	}
	return r, nil
}

func (s *Service) check(ctx context.Context, tx pgx.Tx, who actor.Actor, r Report) error {
	if err := s.move(ctx, tx, who, &r, Checked, ""); err != nil {
		return err
	}
	return writeCheck(ctx, tx, who, r.ID, s.now())
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
	if err := finishCorrection(ctx, tx, who, r, s.now()); err != nil {
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

// Passed is what became of reports that were passed together.
type Passed struct {
	Checked, Accepted int
	Refused           []Refusal
}

// PassMany checks or accepts each report by itself and says which could not be, so that one does not hold up the
// others. When something breaks it stops, and tells what was done until then together with the error.
func (s *Service) PassMany(ctx context.Context, who actor.Actor, reports []Seen) (p Passed, err error) {
	p.Refused, err = s.many(ctx, who, reports, func(seen Seen) error {
		if err := s.recheck(ctx, who, seen.Report); err != nil {
			return err
		}
		to, err := s.Pass(ctx, who, seen)
		switch {
		case err == nil && to == Checked:
			p.Checked++
		case err == nil:
			p.Accepted++
		}
		return err
	})
	return p, err
}

// ReturnMany returns each report by itself with one reason, and what is said to its unit besides, by report.
func (s *Service) ReturnMany(ctx context.Context, who actor.Actor, reports []Seen, reason string, notes map[int64]string) (returned int, refused []Refusal, err error) {
	if reason, err = requireText("reason", "退回原因", reason); err != nil {
		return 0, nil, err
	}
	refused, err = s.many(ctx, who, reports, func(seen Seen) error {
		words := reason
		if note := strings.TrimSpace(notes[seen.Report]); note != "" {
			words += ";" + note
		}
		err := s.Return(ctx, who, seen, words, nil)
		if err == nil {
			returned++
		}
		return err
	})
	return returned, refused, err
}

// tooFewOrMany says that nothing was ticked, or more than can be done at once.
func tooFewOrMany(most, n int) error {
	if n == 0 {
		return fault.Field("reports", "请勾选至少一份月报")
	}
	return fault.Field("reports", "一次最多勾选 %d 份月报,现在勾选了 %d 份", most, n)
}

// many does something to each of many reports, and stops when something breaks.
func (s *Service) many(ctx context.Context, who actor.Actor, reports []Seen, do func(Seen) error) (refused []Refusal, err error) {
	if err := who.Require(ActionReview); err != nil {
		return nil, err
	}
	if len(reports) == 0 || len(reports) > maxMany {
		return nil, tooFewOrMany(maxMany, len(reports))
	}
	for _, seen := range reports {
		err := do(seen)
		if err == nil {
			continue
		}
		refused = append(refused, Refusal{Report: seen.Report, Name: s.nameOf(ctx, who, seen.Report), Why: plain(err)})
		if !fault.IsFault(err) {
			return refused, err
		}
	}
	return refused, nil
}

func (s *Service) nameOf(ctx context.Context, who actor.Actor, id int64) string {
	r, err := s.Get(ctx, who, id)
	if err != nil {
		return ""
	}
	return r.Name()
}
