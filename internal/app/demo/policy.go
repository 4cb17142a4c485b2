package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/compliance"
	"yigai/internal/indicator"
	"yigai/internal/jobs"
	"yigai/internal/pg"
	"yigai/internal/policy"
)

// statement is what the demo's bureau declares: a number, or yes or no.
type statement struct{ code, value, note string }

var statements = []statement{
	{"kl_platform", "yes", "演示:统一信息平台已验收"},
	{"kl_shared_centres", "5", "演示:检验、影像、心电、病理、消毒供应五个中心挂牌"},
	{"kl_specialty_groups", "6", "演示:已建成 6 个重点专科群"},
	{"kl_unify_items", "7", "演示:七统一文件齐备"},
	{"kl_internet_hospital", "no", "演示:互联网医院还在申请"},
	{"kl_complaint_ten", "10", "演示:各机构已公示“十应当”"},
	{"kl_quarter_dispatch", "1", "演示:一季度、二季度已调度"},
}

// judged is how many months are held against the standards: enough to see since when something is not met, and a quarter
// of the time that every month would take.
const judged = 6

// judge follows the county's plan, declares what nothing measures, sets one number of its own, and holds the facts of
// the last months against the standards.
func (l *load) judge(ctx context.Context) error {
	if err := l.followPlan(ctx); err != nil {
		return err
	}
	for _, s := range statements {
		if err := l.declare(ctx, s); err != nil {
			return err
		}
	}
	svc := compliance.New(l.DB, l.Now, l.Calendar)
	months := l.months()
	for _, m := range months[max(0, len(months)-judged):] {
		if err := svc.Evaluate(ctx, l.county.ID, m); err != nil {
			return err
		}
	}
	err := pg.Tx(ctx, l.DB, func(tx pgx.Tx) error {
		for _, kind := range []string{indicator.Computed{}.Kind(), policy.Changed{}.Kind(), compliance.Declared{}.Kind()} {
			if err := jobs.Withdraw(ctx, tx, kind, l.county.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return analyze(ctx, l.DB, "compliance_result")
}

func (l *load) followPlan(ctx context.Context) error {
	svc := policy.New(l.DB, l.Now)
	first := l.world.open.Add(-historyMonths)
	if err := svc.Arrange(ctx, l.who, policy.Order{From: first, Presets: []string{countyPreset}, Reason: "演示:执行开政办字〔2024〕31号"}); err != nil {
		return err
	}
	book, err := svc.Book(ctx, l.who)
	if err != nil {
		return err
	}
	meetings, _ := policy.Known().Standard("kl_committee_meetings")
	if slices.ContainsFunc(book.Overrides(meetings), func(o policy.Override) bool { return o.Code == meetings.Code }) {
		return nil // a load that was broken off had set it
	}
	_, err = svc.Set(ctx, l.who, policy.Override{Code: meetings.Code, Operator: ">=", Value: decimal.NewNullDecimal(decimal.NewFromInt(4)),
		From: l.world.open.Add(-9), Reason: "演示:医管委决定每季度专题研究一次"})
	return err
}

func (l *load) declare(ctx context.Context, s statement) error {
	d := compliance.Declaration{Code: s.code, InstitutionID: l.root.ID, From: l.world.open.Add(-3), EvidenceOn: l.world.open.Add(-3).Date(), Note: s.note}
	if s.value == "yes" || s.value == "no" {
		met := s.value == "yes"
		d.Met = &met
	} else {
		n, err := decimal.NewFromString(s.value)
		if err != nil {
			return fmt.Errorf("read demo declaration of %s: %w", s.code, err)
		}
		d.Value = decimal.NewNullDecimal(n)
	}
	svc := compliance.New(l.DB, l.Now, l.Calendar)
	return svc.Declare(ctx, l.who, d)
}
