package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Changed announces that other rules may hold from a month on.
type Changed struct {
	County int32        `json:"county"`
	From   period.Month `json:"from"`
}

// Kind names the event in the queue.
func (Changed) Kind() string { return "policy.changed" }

// Arrange chooses the documents that the county follows from a month on; the first stands before the others.
func (s *Service) Arrange(ctx context.Context, who actor.Actor, o Order) error {
	if err := s.mayManage(ctx, who); err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error { return s.ArrangeIn(ctx, tx, who, o) })
}

// ArrangeIn is Arrange in the caller's transaction, for whoever sets up a county.
func (s *Service) ArrangeIn(ctx context.Context, tx pgx.Tx, who actor.Actor, o Order) error {
	if err := who.Require(ActionManage); err != nil {
		return err
	}
	o.Reason = strings.TrimSpace(o.Reason)
	if err := o.check(period.MonthOf(s.now())); err != nil {
		return err
	}
	if err := lockCounty(ctx, tx, who.CountyID); err != nil {
		return err
	}
	book, err := ReadBook(ctx, tx, who.CountyID)
	if err != nil {
		return err
	}
	was := book.OrderOn(o.From.First())
	if slices.Equal(was.Presets, o.Presets) {
		return nil
	}
	if err := insertOrder(ctx, tx, who, o, s.now()); err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, who, audit.Entry{Action: ActionManage, Kind: "policy_order", Name: "选用的政策文件和先后", Reason: o.Reason,
		Before: map[string]any{"presets": was.Presets}, After: map[string]any{"presets": o.Presets, "effective_from": o.From}}); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, Changed{County: who.CountyID, From: o.From})
}

func (o Order) check(now period.Month) error {
	for n, p := range o.Presets {
		if _, ok := Known().Document(p); !ok {
			return fault.Field("presets", "没有代码为“%s”的文件", p)
		}
		if slices.Contains(o.Presets[:n], p) {
			return fault.Field("presets", "同一份文件只能选一次")
		}
	}
	switch {
	case len(o.Presets) == 0:
		return fault.Field("presets", "请至少选一份文件")
	case o.From.IsZero():
		return fault.Field("from", "请填写从哪个月起执行")
	case o.From.Before(now.Add(-maxMonths)) || o.From.After(now.Add(10*12)):
		return fault.Field("from", "起始月份应在 %s 到 %s 之间", now.Add(-maxMonths), now.Add(10*12))
	}
	if n := utf8.RuneCountInString(o.Reason); n == 0 || n > maxReason {
		return fault.Field("reason", "请写明理由,最多 %d 个字", maxReason)
	}
	return nil
}

// Book is what the county decided, for whoever may see it.
func (s *Service) Book(ctx context.Context, who actor.Actor) (*Book, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return ReadBook(ctx, s.db, who.CountyID)
}

// Holds answers which rule holds for a standard in a county on a day, and why. A code that is no standard is NotFound;
// a standard whose document the county does not follow is answered with Selected false.
func Holds(ctx context.Context, q pg.Querier, county int32, code string, on period.Month) (Rule, error) {
	book, err := ReadBook(ctx, q, county)
	if err != nil {
		return Rule{}, fmt.Errorf("ask which rule holds for %s: %w", code, err)
	}
	r, ok := book.Holds(code, LastDay(on), Subject{})
	if !ok {
		return r, fault.NotFound("编码为 " + code + " 的标准")
	}
	return r, nil
}
