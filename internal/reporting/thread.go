package reporting

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/pg"
)

// Thread is everything said about one cell, over all submissions, the oldest first.
type Thread struct {
	CellKey
	Remarks []Remark
}

// Open reports whether somebody still waits for an answer: nobody resolved the thread after its newest remark.
func (t Thread) Open() bool { return len(t.Remarks) > 0 && t.Last().ResolvedAt.IsZero() }

// Last is the newest remark, the zero one of an empty thread.
func (t Thread) Last() Remark {
	if len(t.Remarks) == 0 {
		return Remark{}
	}
	return t.Remarks[len(t.Remarks)-1]
}

// Unread counts what others said since the reader last opened the report.
func (t Thread) Unread() int {
	n := 0
	for _, m := range t.Remarks {
		if m.Unread {
			n++
		}
	}
	return n
}

// Threads are the threads of the report by cell.
func (s Sheet) Threads() map[CellKey]Thread {
	all := map[CellKey]Thread{}
	for _, m := range s.Remarks {
		k := CellKey{m.SubjectID, m.Element}
		all[k] = Thread{k, append(all[k].Remarks, m)}
	}
	return all
}

// ResolveThread marks the thread on a cell as resolved; the next remark opens it again. Upto is the newest remark that
// was looked at: when somebody said more meanwhile, it is a Conflict.
func (s *Service) ResolveThread(ctx context.Context, who actor.Actor, report int64, k CellKey, upto int64) error {
	if !who.May(ActionReview) {
		if err := who.Require(ActionEnter); err != nil {
			return err
		}
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		r, err := lockReport(ctx, tx, who, report)
		if err != nil {
			return err
		}
		last, err := lastRemark(ctx, tx, who, report, k)
		switch {
		case err != nil:
			return err
		case last.remark != upto:
			return fault.Conflict("这一格刚有新的意见,请看过再标为已解决")
		case last.resolved:
			return nil // by somebody else, or twice
		}
		return s.resolve(ctx, tx, who, r, last)
	})
	if err != nil {
		return fmt.Errorf("resolve thread on report %d: %w", report, err)
	}
	return nil
}

func (s *Service) resolve(ctx context.Context, tx pgx.Tx, who actor.Actor, r Report, last threadEnd) error {
	if err := writeResolution(ctx, tx, who, last.remark, s.now()); err != nil {
		return err
	}
	action, review := ActionEnter, who.May(ActionReview)
	if review {
		action = ActionReview
	}
	err := audit.Record(ctx, tx, who, audit.Entry{Action: action, Kind: "remark", ID: strconv.FormatInt(r.ID, 10), Name: r.Name(),
		InstitutionID: r.InstitutionID, After: map[string]string{last.element: "批注已解决"}})
	if err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, Remarked{County: who.CountyID, Report: r.ID, Remark: last.remark, Review: review, Resolved: true,
		ByID: who.AccountID, By: who.Name})
}

// threadEnd is the newest remark of a thread.
type threadEnd struct {
	remark   int64
	element  string // in Chinese
	resolved bool
}

// ReadRemarks notes that who has seen what is said about the figures of a report, up to the newest that was shown.
func (s *Service) ReadRemarks(ctx context.Context, who actor.Actor, report, upto int64) error {
	if _, err := s.Get(ctx, who, report); err != nil {
		return err
	}
	if who.AccountID == 0 {
		return nil
	}
	return writeRead(ctx, s.db, who, report, upto)
}
