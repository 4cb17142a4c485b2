package reporting

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Remark is what a reviewer (or the clerk in answer) says about one cell.
type Remark struct {
	SubjectID  int64
	Element    string
	Text       string
	Submission int // the submission it was said about
	By         string
	At         time.Time
}

// Return sends a submitted report back to the clerk, with a reason and remarks on cells.
func (s *Service) Return(ctx context.Context, who actor.Actor, report int64, reason string, remarks []Remark) error {
	if err := who.Require(ActionReview); err != nil {
		return err
	}
	reason, err := requireText("reason", "退回原因", reason)
	if err != nil {
		return err
	}
	return s.sendBack(ctx, who, report, reason, Submitted, "只有已上报的月报可以退回", remarks)
}

// Reopen unlocks an accepted report for correction. Its facts stand until the next acceptance replaces them.
func (s *Service) Reopen(ctx context.Context, who actor.Actor, report int64, reason string) error {
	if err := who.Require(ActionReopen); err != nil {
		return err
	}
	reason, err := requireText("reason", "解锁原因", reason)
	if err != nil {
		return err
	}
	return s.sendBack(ctx, who, report, reason, Accepted, "只有已审核通过的月报需要解锁", nil)
}

func (s *Service) sendBack(ctx context.Context, who actor.Actor, report int64, reason string, from State, otherwise string, remarks []Remark) error {
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		r, err := lockReport(ctx, tx, who, report)
		if err != nil {
			return err
		}
		if r.State != from {
			return fault.Conflict("%s,这份月报现在是“%s”", otherwise, r.State.Title())
		}
		if err := s.remark(ctx, tx, who, r, remarks); err != nil {
			return err
		}
		if err := s.move(ctx, tx, who, &r, Returned, reason); err != nil {
			return err
		}
		return writeReturn(ctx, tx, who, r.ID, from == Accepted, reason, s.now())
	})
	if err != nil {
		return fmt.Errorf("send report %d back: %w", report, err)
	}
	return nil
}

// Seen is a report as its reviewer looked at it; Submission 0 stands for the one that is there.
type Seen struct {
	Report     int64
	Submission int
}

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
		if err := seen.stands(r); err != nil {
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

// stands refuses unless the report waits for review with the submission that was looked at.
func (v Seen) stands(r Report) error {
	if r.State != Submitted {
		return fault.Conflict("只有已上报的月报可以通过,这份月报现在是“%s”", r.State.Title())
	}
	if v.Submission != 0 && v.Submission != r.Submission {
		return fault.Conflict("您看的是第 %d 次上报,%s 已在 %s 重新上报(第 %d 次),请看过新的数再通过", v.Submission, r.SubmittedBy,
			r.SubmittedAt.In(period.Shanghai).Format("2006-01-02 15:04"), r.Submission)
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
	if err := takeSnapshot(ctx, tx, who, r, true, s.now()); err != nil {
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

// AcceptMany accepts each report by itself and says which could not be, so that one does not hold up the others.
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

// Remark adds a remark on a cell outside a return: the reviewer's question or the clerk's answer.
func (s *Service) Remark(ctx context.Context, who actor.Actor, report int64, remark Remark) error {
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
		if err := s.remark(ctx, tx, who, r, []Remark{remark}); err != nil {
			return err
		}
		return tellRemark(ctx, tx, who, r)
	})
	if err != nil {
		return fmt.Errorf("remark on report %d: %w", report, err)
	}
	return nil
}

func (s *Service) remark(ctx context.Context, tx pgx.Tx, who actor.Actor, r Report, remarks []Remark) error {
	if len(remarks) == 0 {
		return nil
	}
	f, err := s.loadFigures(ctx, tx, who.CountyID, r)
	if err != nil {
		return err
	}
	var problems []fault.Problem
	for i := range remarks {
		m := &remarks[i]
		m.Text = strings.TrimSpace(m.Text)
		if why := f.refuseRemark(*m); why != "" {
			problems = append(problems, fault.Problem{Field: "m." + CellKey{m.SubjectID, m.Element}.Field(), Message: why})
		}
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	if err := f.writeRemarks(ctx, tx, who, remarks, s.now()); err != nil {
		return err
	}
	action := ActionReview
	if !who.May(action) {
		action = ActionEnter
	}
	return audit.Record(ctx, tx, who, audit.Entry{Action: action, Kind: "remark", ID: strconv.FormatInt(r.ID, 10), Name: r.Name(),
		InstitutionID: r.InstitutionID, After: f.said(remarks)})
}

// said is what the audit trail keeps of remarks: each under the name of its row, with the institution's where there
// are several.
func (f *figures) said(remarks []Remark) map[string]string {
	out := make(map[string]string, len(remarks))
	for _, m := range remarks {
		name := f.layout.rows[m.Element].Name
		for _, s := range f.subjects {
			if f.form.Proxy() && s.ID == m.SubjectID {
				name = s.Name + " " + name
			}
		}
		out[name] = m.Text
	}
	return out
}

func (f *figures) refuseRemark(m Remark) string {
	_, known := f.layout.rows[m.Element]
	switch n := utf8.RuneCountInString(m.Text); {
	case !known || !f.about(m.SubjectID):
		return "这张表里没有这一格"
	case n == 0:
		return "请填写意见"
	case n > maxReason:
		return fmt.Sprintf("意见最多 %d 个字", maxReason)
	}
	return ""
}

// mayNotReview says why who may not accept the report, "" when they may: whoever submitted it or entered a figure that
// nobody has accepted yet does not judge it. The program itself is nobody's colleague.
func (s *Service) mayNotReview(ctx context.Context, q pg.Querier, who actor.Actor, r Report) (string, error) {
	if who.AccountID == 0 {
		return "", nil
	}
	if r.SubmittedByID == who.AccountID {
		return "这份月报由您上报,应由他人审核", nil
	}
	entered, err := enteredSinceAcceptance(ctx, q, who, r.ID)
	if err != nil || !entered {
		return "", err
	}
	return "这份月报里有您填写的数据,应由他人审核", nil
}
