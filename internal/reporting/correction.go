package reporting

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Correction is a change of figures that had been accepted: asked for, decided, and done with the next acceptance.
type Correction struct {
	ID            int64
	ReportID      int64
	Form          string // title
	InstitutionID int64
	Code          string
	Institution   string
	Month         period.Month
	From          int // the accepted submission that it corrects
	Reason        string
	AskedByID     int64
	AskedBy       string
	AskedAt       time.Time
	Decision      Decision
	Answer        string // why it was refused
	DecidedBy     string
	DecidedAt     time.Time // zero while nobody decided
	To            int       // the accepted submission that took its place, 0 until then
	AcceptedBy    string
	AcceptedAt    time.Time
	Changes       []Corrected // so far, while it is under way
}

// Decision is what became of the request for a correction.
type Decision string

// The decisions.
const (
	Undecided Decision = ""
	Approved  Decision = "approved"
	Rejected  Decision = "refused"
)

// Corrected is one figure of a correction.
type Corrected struct {
	SubjectID int64
	Subject   string
	Element   Element // Slug, NameZH, Unit, Decimals and Money
	Old, New  number.Cell
}

// Title says in Chinese how far the correction is.
func (c Correction) Title() string {
	switch {
	case c.Decision == Rejected:
		return "未批准"
	case c.Decision == Undecided:
		return "待批准"
	case c.To == 0:
		return "更正中"
	}
	return "已更正"
}

// Open reports whether the correction is still to be decided, done or accepted.
func (c Correction) Open() bool { return c.Decision != Rejected && c.To == 0 }

// Undecided counts the requests in scope that wait for who to decide them, 0 for whoever may not.
func (s *Service) Undecided(ctx context.Context, who actor.Actor) (int, error) {
	if !who.May(ActionReopen) {
		return 0, nil
	}
	return countUndecided(ctx, s.db, who)
}

// Correcting tells later rooms that a correction was asked for, or that it was refused; one that is approved is told by
// Moved.
type Correcting struct {
	County     int32  `json:"county"`
	Correction int64  `json:"correction"`
	Report     int64  `json:"report"`
	Refused    bool   `json:"refused"`
	Text       string `json:"text"` // the reason, or why it was refused
	ByID       int64  `json:"by_id"`
	By         string `json:"by"`
}

// Kind names the event.
func (Correcting) Kind() string { return "reporting.correcting" }

// AskCorrection asks for leave to correct accepted figures; the report stays locked until it is approved.
func (s *Service) AskCorrection(ctx context.Context, who actor.Actor, report int64, reason string) error {
	if !who.May(ActionReview) {
		if err := who.Require(ActionSubmit); err != nil {
			return err
		}
	}
	reason, err := requireText("reason", "更正原因", reason)
	if err != nil {
		return err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		r, err := lockReport(ctx, tx, who, report)
		if err != nil {
			return err
		}
		if r.State != Accepted {
			return fault.Conflict("只有已审核通过的月报需要申请更正,这份月报现在是“%s”", r.State.Title())
		}
		id, err := askCorrection(ctx, tx, who, r, reason, s.now())
		if err != nil {
			return err
		}
		if err := recordCorrection(ctx, tx, who, r, id, reason, "asked"); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, Correcting{County: who.CountyID, Correction: id, Report: r.ID, Text: reason, ByID: who.AccountID, By: who.Name})
	})
	if err != nil {
		return fmt.Errorf("ask for a correction of report %d: %w", report, err)
	}
	return nil
}

// ApproveCorrection unlocks the report for the correction that was asked for. The facts stand until the corrected
// figures are accepted.
func (s *Service) ApproveCorrection(ctx context.Context, who actor.Actor, id int64) error {
	return s.decideCorrection(ctx, who, id, func(tx pgx.Tx, c Correction, r Report) error {
		if err := decide(ctx, tx, who, id, Approved, "", s.now()); err != nil {
			return err
		}
		if err := s.move(ctx, tx, who, &r, Returned, c.Reason); err != nil {
			return err
		}
		return writeReturn(ctx, tx, who, r.ID, Accepted, c.Reason, s.now())
	})
}

// RefuseCorrection leaves the accepted figures as they are and says why.
func (s *Service) RefuseCorrection(ctx context.Context, who actor.Actor, id int64, answer string) error {
	if err := who.Require(ActionReopen); err != nil {
		return err
	}
	answer, err := requireText("answer", "不批准的原因", answer)
	if err != nil {
		return err
	}
	return s.decideCorrection(ctx, who, id, func(tx pgx.Tx, _ Correction, r Report) error {
		if err := decide(ctx, tx, who, id, Rejected, answer, s.now()); err != nil {
			return err
		}
		if err := recordCorrection(ctx, tx, who, r, id, answer, string(Rejected)); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, Correcting{County: who.CountyID, Correction: id, Report: r.ID, Refused: true, Text: answer, ByID: who.AccountID, By: who.Name})
	})
}

func (s *Service) decideCorrection(ctx context.Context, who actor.Actor, id int64, do func(pgx.Tx, Correction, Report) error) error {
	if err := who.Require(ActionReopen); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		c, err := getCorrection(ctx, tx, who, id)
		if err != nil {
			return err
		}
		r, err := lockReport(ctx, tx, who, c.ReportID)
		if err != nil {
			return err
		}
		if c, err = getCorrection(ctx, tx, who, id); err != nil {
			return err
		}
		switch {
		case c.Decision != Undecided:
			return fault.Conflict("这项更正申请已由 %s 处理", c.DecidedBy)
		case r.State != Accepted:
			return fault.Conflict("这份月报现在是“%s”,不能再处理更正申请", r.State.Title())
		}
		return do(tx, c, r)
	})
	if err != nil {
		return fmt.Errorf("decide correction %d: %w", id, err)
	}
	return nil
}

func recordCorrection(ctx context.Context, tx pgx.Tx, who actor.Actor, r Report, id int64, reason, step string) error {
	action := ActionReopen
	if !who.May(action) {
		action = ActionSubmit
	}
	return audit.Record(ctx, tx, who, audit.Entry{Action: action, Kind: "correction", ID: strconv.FormatInt(id, 10), Name: r.Name(),
		InstitutionID: r.InstitutionID, Reason: reason, After: map[string]any{"step": step, "submission": r.Submission}})
}

// Corrections lists the corrections in scope of a month's figures with what changed, newest first, at most 500; the zero
// month lists those that are not finished yet. With a report, all of its own.
func (s *Service) Corrections(ctx context.Context, who actor.Actor, m period.Month, report int64) ([]Correction, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	found, err := listCorrections(ctx, s.db, who, m, report)
	if err != nil {
		return nil, err
	}
	return found, readCorrected(ctx, s.db, who.CountyID, found)
}
