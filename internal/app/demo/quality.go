package demo

import (
	"context"
	"slices"
	"strconv"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/validation"
)

// quality shows what comes after the entry: corrections, a signature, an answer that nobody read yet, a figure that
// somebody has to look into, and past months looked at again. Each is done by who would do it, once.
func (l *load) quality(ctx context.Context) error {
	for _, step := range []func(context.Context) error{l.correction, l.wish, l.signature, l.answer, l.mark, l.revalidation} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// as is a person of the demo at work, with what their role may do.
func (l *load) as(p person, code, role string) actor.Actor {
	who := actor.Actor{AccountID: p.id, Name: p.name, CountyID: l.county.ID, County: Name, InstitutionID: l.ids[code], Roles: []string{role}}
	who.Actions = l.Permissions().Of(who.Roles)
	if who.Scope.Subtrees = []string{l.root.Path}; role == actor.InstitutionReporter {
		who.Scope = actor.Scope{Institutions: []int64{l.ids[code]}}
	}
	return who
}

func (l *load) clerkOf(code string) actor.Actor {
	return l.as(l.staff.clerk(code), code, actor.InstitutionReporter)
}

func (l *load) reviewer(n int) actor.Actor {
	return l.as(l.staff.reviewers[n], bureau, actor.BureauStaff)
}

func (l *load) monthly(ctx context.Context, code string, m period.Month) (reporting.Report, error) {
	return l.reporting.Find(ctx, l.who, formTownship, l.ids[code], m)
}

// correction changes an accepted figure of the month before, with leave; the indicators follow.
func (l *load) correction(ctx context.Context) error {
	const code = "K-T02"
	clerk := l.clerkOf(code)
	r, err := l.asked(ctx, clerk, code, l.world.open.Prev(), "漏录了月末三天的预约诊疗人次,已与预约平台核对")
	if err != nil || r.ID == 0 {
		return err
	}
	found, err := l.reporting.Corrections(ctx, l.who, r.Month, r.ID)
	if err != nil {
		return err
	}
	if err := l.reporting.ApproveCorrection(ctx, l.who, found[0].ID); err != nil {
		return err
	}
	sheet, err := l.reporting.Open(ctx, clerk, r.ID)
	if err != nil {
		return err
	}
	k := reporting.CellKey{SubjectID: r.InstitutionID, Element: correctedElement}
	edit := reporting.Edit{SubjectID: k.SubjectID, Element: k.Element, Version: sheet.Cells[k].Version, Typed: strconv.FormatInt(sheet.Cells[k].Value.IntPart()+15, 10)}
	if _, err := l.reporting.SaveCell(ctx, clerk, r.ID, edit); err != nil {
		return err
	}
	if err := l.reporting.Submit(ctx, clerk, r.ID, r.ResponsiblePerson); err != nil {
		return err
	}
	return l.reporting.Accept(ctx, l.reviewer(0), reporting.Seen{Report: r.ID})
}

// asked asks for a correction; no report when that was done before.
func (l *load) asked(ctx context.Context, clerk actor.Actor, code string, m period.Month, reason string) (reporting.Report, error) {
	r, err := l.monthly(ctx, code, m)
	if err != nil {
		return r, err
	}
	there, err := l.reporting.Corrections(ctx, l.who, m, r.ID)
	if err != nil || len(there) > 0 {
		return reporting.Report{}, err
	}
	return r, l.reporting.AskCorrection(ctx, clerk, r.ID, reason)
}

// wish is a correction that waits for its decision.
func (l *load) wish(ctx context.Context) error {
	_, err := l.asked(ctx, l.clerkOf("K-T01"), "K-T01", l.world.open, "家庭医生签约人数漏计了一个村,申请更正")
	return err
}

func (l *load) signature(ctx context.Context) error {
	r, err := l.monthly(ctx, "K-T02", l.world.open)
	if err != nil {
		return err
	}
	there, err := l.reporting.SignatureOf(ctx, l.who, r.ID)
	if err != nil || there.Name != "" {
		return err
	}
	return l.reporting.Sign(ctx, l.clerkOf("K-T02"), reporting.Seen{Report: r.ID, Submission: r.Submission}, r.ResponsiblePerson)
}

// answer is the clerk's to the first remark of the returned report; the reviewer has not read it.
func (l *load) answer(ctx context.Context) error {
	clerk := l.clerkOf("K-T04")
	r, err := l.monthly(ctx, "K-T04", l.world.open)
	if err != nil {
		return err
	}
	sheet, err := l.reporting.Open(ctx, clerk, r.ID)
	if err != nil || slices.ContainsFunc(sheet.Remarks, func(m reporting.Remark) bool { return m.ByID == clerk.AccountID }) {
		return err
	}
	return l.reporting.Remark(ctx, clerk, r.ID, reporting.Remark{SubjectID: r.InstitutionID, Element: "visits_home", Submission: r.Submission,
		Text: "已逐条核对:有 6 个村的上门服务登记本月底才交来,正在补录,请稍候"})
}

// mark has somebody of the bureau look into the visits that rose by a third.
func (l *load) mark(ctx context.Context) error {
	svc := validation.New(l.DB, l.Now, l.Calendar)
	there, err := svc.FollowUps(ctx, l.who, validation.FollowFilter{})
	if err != nil || len(there) > 0 {
		return err
	}
	r, err := l.monthly(ctx, "K-T08", l.world.open)
	if err != nil {
		return err
	}
	_, err = svc.Follow(ctx, l.reviewer(0), validation.FollowDraft{Report: r.ID, Subject: r.InstitutionID, Element: "visits_outp_emerg", Rule: "L21a",
		Note: "门急诊比上月多三成多,请调发热门诊登记核对", Owner: l.staff.reviewers[1].id, DueOn: midnight(l.Now()).AddDate(0, 0, 7)})
	return err
}

// revalidation looks at the last accepted months again; the worker does it as soon as there is one.
func (l *load) revalidation(ctx context.Context) error {
	svc := validation.New(l.DB, l.Now, l.Calendar)
	last := l.world.open.Prev()
	_, err := svc.Start(ctx, l.reviewer(0), validation.RunDraft{First: last.Add(-2), Last: last, Current: true})
	if fault.IsConflict(err) { // one is waiting already
		return nil
	}
	return err
}
