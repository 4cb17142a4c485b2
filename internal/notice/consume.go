package notice

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// heard is a report that something happened to, with the people it may concern.
type heard struct {
	*Service
	tx     pgx.Tx
	report reporting.Report
	by     int64 // who did it, and need not be told
}

func (s *Service) hear(ctx context.Context, county int32, report, by int64, do func(h heard) error) error {
	root, err := org.Root(ctx, s.db, county)
	if err != nil {
		return err
	}
	r, err := s.reporting.Get(ctx, actor.System(county, root.Path, reporting.ActionView), report)
	if err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error { return do(heard{s, tx, r, by}) })
}

func (h heard) county(ctx context.Context, county int32, to []int64, l letter) error {
	_, err := h.tell(ctx, h.tx, county, to, l)
	return err
}

func reportURL(id int64) string { return fmt.Sprintf("/reporting/%d", id) }

// correctionURL is where corrections are decided; the report in it lets the message be found when that is done.
func correctionURL(report int64) string { return fmt.Sprintf("/corrections?report=%d", report) }

// moved tells reviewers of a submission, and the unit of what became of it. A step that waits for somebody is not told
// any more when the report has gone on meanwhile: jobs come in any order.
func (s *Service) moved(ctx context.Context, e reporting.Moved) error {
	err := s.hear(ctx, e.County, e.Report, e.ByID, func(h heard) error {
		if (e.To == reporting.Submitted || e.To == reporting.Checked) && h.report.State != e.To {
			return nil
		}
		l := letter{url: reportURL(e.Report), source: fmt.Sprintf("moved:%d:%d", e.Report, e.Version)}
		switch e.To {
		case reporting.Submitted:
			return h.submitted(ctx, e, l)
		case reporting.Checked:
			return h.checked(ctx, e, l)
		case reporting.Returned:
			return h.returned(ctx, e, l)
		case reporting.Accepted:
			l.kind, l.title, l.text = KindAccepted, h.report.Name()+" 审核通过", "审核人:"+e.By
			return h.unit(ctx, e.County, l)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("tell of the move of report %d: %w", e.Report, err)
	}
	return nil
}

func (h heard) submitted(ctx context.Context, e reporting.Moved, l letter) error {
	l.kind, l.title, l.text = KindSubmitted, h.report.Name()+" 已上报,等待审核", "上报人:"+e.By
	if e.Submission > 1 {
		l.text += fmt.Sprintf(",第 %d 次上报", e.Submission)
	}
	to, err := reviewersOf(ctx, h.tx, e.County, h.report.InstitutionID, h.rolesWith(reporting.ActionReview), h.by)
	if err != nil {
		return err
	}
	return h.county(ctx, e.County, to, l)
}

// checked tells those who may approve what others checked; what the first level was told of it is settled.
func (h heard) checked(ctx context.Context, e reporting.Moved, l letter) error {
	if err := settled(ctx, h.tx, e.County, h.report.ID, h.now()); err != nil {
		return err
	}
	l.kind, l.title, l.text = KindSubmitted, h.report.Name()+" 初审通过,等待终审", "初审人:"+e.By
	to, err := reviewersOf(ctx, h.tx, e.County, h.report.InstitutionID, h.rolesWith(reporting.ActionApprove), h.by)
	if err != nil {
		return err
	}
	return h.county(ctx, e.County, to, l)
}

func (h heard) returned(ctx context.Context, e reporting.Moved, l letter) error {
	l.kind, l.title, l.text = KindReturned, h.report.Name()+" 被退回,请修改后重新上报", "退回原因:"+e.Reason+"(审核人:"+e.By+")"
	if e.From == reporting.Accepted {
		l.title, l.text = h.report.Name()+" 已解锁,请更正后重新上报", "解锁原因:"+e.Reason+"(经办人:"+e.By+")"
	}
	return h.unit(ctx, e.County, l)
}

// unit tells the people who fill the report; what reviewers were told of it is settled.
func (h heard) unit(ctx context.Context, county int32, l letter) error {
	if err := settled(ctx, h.tx, county, h.report.ID, h.now()); err != nil {
		return err
	}
	return h.clerks(ctx, county, l)
}

func (h heard) clerks(ctx context.Context, county int32, l letter) error {
	to, err := clerksOf(ctx, h.tx, county, h.report.InstitutionID, h.rolesWith(reporting.ActionEnter), h.by)
	if err != nil {
		return err
	}
	return h.county(ctx, county, to, l)
}

// remarked tells the other side: the unit of a reviewer's question, the reviewers of the unit's answer.
func (s *Service) remarked(ctx context.Context, e reporting.Remarked) error {
	err := s.hear(ctx, e.County, e.Report, e.ByID, func(h heard) error {
		l := letter{kind: KindRemark, title: h.report.Name() + " 有新的审核意见", text: e.By + " 提出了意见",
			url: reportURL(e.Report), source: fmt.Sprintf("remark:%d", e.Remark)}
		if !e.Review {
			l.title, l.text = h.report.Name()+" 有填报单位的答复", e.By+" 作了答复"
		}
		if e.Resolved {
			l.title, l.text, l.source = h.report.Name()+" 有批注已解决", e.By+" 把一格的批注标为已解决", fmt.Sprintf("resolved:%d", e.Remark)
		}
		if e.Review {
			return h.clerks(ctx, e.County, l)
		}
		to, err := reviewersOf(ctx, h.tx, e.County, h.report.InstitutionID, h.rolesWith(reporting.ActionReview), h.by)
		if err != nil {
			return err
		}
		return h.county(ctx, e.County, to, l)
	})
	if err != nil {
		return fmt.Errorf("tell of a remark on report %d: %w", e.Report, err)
	}
	return nil
}

// extended tells the units whose deadline was put off.
func (s *Service) extended(ctx context.Context, e reporting.Extended) error {
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		all, err := s.reporting.ExtensionsOf(ctx, tx, e.County, e.Extensions)
		if err != nil {
			return err
		}
		for _, x := range all {
			to, err := clerksOf(ctx, tx, e.County, x.InstitutionID, s.rolesWith(reporting.ActionEnter), e.ByID)
			if err != nil {
				return err
			}
			if _, err := s.tell(ctx, tx, e.County, to, extensionLetter(x)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("tell of extensions: %w", err)
	}
	return nil
}

func extensionLetter(x reporting.Extension) letter {
	until := x.DueAt.In(period.Shanghai).Format("1月2日")
	return letter{kind: KindExtension, title: fmt.Sprintf("%s · %s · %s 延期到 %s", x.Form, x.Institution, x.Month.Chinese(), until),
		text: "原因:" + x.Reason + "(批准人:" + x.By + ")", url: reportURL(x.ReportID), source: fmt.Sprintf("extension:%d", x.ID)}
}

// signed tells the unit and its reviewers that the responsible person has signed.
func (s *Service) signed(ctx context.Context, e reporting.Signed) error {
	err := s.hear(ctx, e.County, e.Report, e.ByID, func(h heard) error {
		l := letter{kind: KindSigned, title: h.report.Name() + " 已签认", text: fmt.Sprintf("单位负责人 %s 签认了第 %d 次上报的数(经办账号:%s)", e.Name, e.Submission, e.By),
			url: reportURL(e.Report) + "/print", source: fmt.Sprintf("signed:%d:%d", e.Report, e.Submission)}
		if err := h.clerks(ctx, e.County, l); err != nil {
			return err
		}
		to, err := reviewersOf(ctx, h.tx, e.County, h.report.InstitutionID, h.rolesWith(reporting.ActionReview), h.by)
		if err != nil {
			return err
		}
		return h.county(ctx, e.County, to, l)
	})
	if err != nil {
		return fmt.Errorf("tell of the signature of report %d: %w", e.Report, err)
	}
	return nil
}

// correcting tells those who decide of a request for a correction, and the unit of a refusal.
func (s *Service) correcting(ctx context.Context, e reporting.Correcting) error {
	err := s.hear(ctx, e.County, e.Report, e.ByID, func(h heard) error {
		l := letter{kind: KindSubmitted, title: h.report.Name() + " 申请更正,等待批准", text: "原因:" + e.Text + "(申请人:" + e.By + ")",
			url: correctionURL(e.Report), source: fmt.Sprintf("correction:%d", e.Correction)}
		if e.Refused {
			l.kind, l.title, l.text = KindReturned, h.report.Name()+" 的更正申请没有批准", "答复:"+e.Text+"(经办人:"+e.By+")"
			l.url, l.source = reportURL(e.Report), l.source+":refused"
			return h.unit(ctx, e.County, l)
		}
		to, err := reviewersOf(ctx, h.tx, e.County, h.report.InstitutionID, h.rolesWith(reporting.ActionReopen), h.by)
		if err != nil {
			return err
		}
		return h.county(ctx, e.County, to, l)
	})
	if err != nil {
		return fmt.Errorf("tell of correction %d: %w", e.Correction, err)
	}
	return nil
}
