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

// Submit hands a report in under the name of the institution's responsible person. It is refused with one problem per
// cell for errors and missing required figures, and one per warning (field named by WarningField) without explanation.
func (s *Service) Submit(ctx context.Context, who actor.Actor, report int64, responsible string) error {
	if err := who.Require(ActionSubmit); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		f, err := s.lockFigures(ctx, tx, who, report)
		if err != nil {
			return err
		}
		return s.submit(ctx, tx, who, f, strings.TrimSpace(responsible))
	})
	if err != nil {
		return fmt.Errorf("submit report %d: %w", report, err)
	}
	return nil
}

func (s *Service) submit(ctx context.Context, tx pgx.Tx, who actor.Actor, f *figures, responsible string) error {
	if f.report.State == NotStarted {
		return fault.Conflict("这份月报还没有填写,不能上报")
	}
	findings := f.findings()
	if problems := f.againstSubmission(findings, responsible); len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	if err := s.storeFollowed(ctx, tx, who, f); err != nil {
		return err
	}
	if err := s.recount(ctx, tx, who.CountyID, &f.report, f.count(findings)); err != nil {
		return err
	}
	f.report.Submission++
	if err := s.move(ctx, tx, who, &f.report, Submitted, ""); err != nil {
		return err
	}
	if err := writeSubmission(ctx, tx, who, f.report, responsible, s.now()); err != nil {
		return err
	}
	if err := f.holdAll(ctx, tx, who.CountyID); err != nil {
		return err
	}
	return f.keepSubmission(ctx, tx, who, s.now())
}

// maxResponsible bounds a person's name.
const maxResponsible = 40

// againstSubmission lists everything that has to be put right first.
func (f *figures) againstSubmission(findings []Finding, responsible string) []fault.Problem {
	var problems []fault.Problem
	switch n := len([]rune(responsible)); {
	case n == 0:
		problems = append(problems, fault.Problem{Field: "responsible", Message: "请填写单位负责人姓名"})
	case n > maxResponsible:
		problems = append(problems, fault.Problem{Field: "responsible", Message: fmt.Sprintf("姓名最多 %d 个字", maxResponsible)})
	}
	for _, row := range f.layout.Entered() {
		problems = append(problems, f.missing(row)...)
	}
	for _, found := range findings {
		if found.Blocks() {
			problems = append(problems, fault.Problem{Field: CellKey{found.SubjectID, found.Element}.Field(), Message: found.said()})
		} else if found.Explanation == nil {
			problems = append(problems, fault.Problem{Field: WarningField(found.Key, found.SubjectID), Message: found.said() + "(请填写说明)"})
		}
	}
	return problems
}

func (f *figures) missing(row *Row) []fault.Problem {
	if !row.Required {
		return nil
	}
	var problems []fault.Problem
	for _, s := range f.subjects {
		k := CellKey{s.ID, row.Key}
		if f.filled(k) {
			continue
		}
		name := row.Element.NameZH
		if f.form.Proxy() {
			name = s.Name + " " + name
		}
		problems = append(problems, fault.Problem{Field: k.Field(), Message: "“" + name + "”还没有填;没有发生请填 0,不适用请填“不适用”"})
	}
	return problems
}

// said is the message with the subject's name before it where there are several.
func (f Finding) said() string {
	if f.Subject == "" {
		return f.Message
	}
	return f.Subject + ":" + f.Message
}

// WarningField is the name of the input that explains a warning.
func WarningField(key string, subject int64) string { return fmt.Sprintf("x.%d.%s", subject, key) }
