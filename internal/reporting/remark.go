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

	ID         int64 // 0 while it is not written
	ByID       int64
	ResolvedBy string    // who resolved the thread after it
	ResolvedAt time.Time // zero where nobody did
	Unread     bool      // written by somebody else since the reader last opened the report
}

// Remark adds a remark on a cell outside a return: the reviewer's question or the clerk's answer. Its
// Submission is the one that was looked at, 0 whichever is there.
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
		if err := (Seen{report, remark.Submission}).unchanged(r, "发意见"); err != nil {
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
