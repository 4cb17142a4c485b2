package policy

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Override is a number that the county set itself. It is never changed, only ended and followed by another.
type Override struct {
	ID            int64
	Matter        string // what it is kept by
	Code          string // the standard whose unit and measure it is in
	Kind          string // kind of institution it is for; "" for all
	InstitutionID int64  // 0 for all
	Institution   string
	Operator      string
	Value         decimal.NullDecimal
	Max           decimal.NullDecimal
	From          period.Month
	To            period.Month // first month it no longer holds, zero while open
	Reason        string
	By            string
	At            time.Time
	EndedReason   string
	EndedBy       string
}

// Never reports whether it was ended before it began.
func (o Override) Never() bool { return !o.To.IsZero() && !o.To.After(o.From) }

func (o Override) holdsOn(on time.Time) bool {
	m := period.MonthOf(on)
	return !m.Before(o.From) && (o.To.IsZero() || m.Before(o.To))
}

func (o Override) covers(at Subject) bool {
	return (o.Kind == "" || o.Kind == at.Kind) && (o.InstitutionID == 0 || o.InstitutionID == at.Institution)
}

// particular ranks overrides: one institution before a kind before all.
func (o Override) particular() int {
	switch {
	case o.InstitutionID != 0:
		return 2
	case o.Kind != "":
		return 1
	}
	return 0
}

func (o Override) whom() string {
	switch {
	case o.InstitutionID != 0:
		return "(只对" + o.Institution + ")"
	case o.Kind != "":
		return "(只对" + org.KindTitle(o.Kind) + ")"
	}
	return ""
}

const (
	maxReason = 300
	maxMonths = 36 // how far back a number may reach: what is recomputed
)

// Set sets a number from a month on. The open one for the same subject ends there; one that begins later stands in the way.
func (s *Service) Set(ctx context.Context, who actor.Actor, o Override) (id int64, err error) {
	if err := s.mayManage(ctx, who); err != nil {
		return 0, err
	}
	standard, ok := Known().Standard(o.Code)
	if !ok {
		return 0, fault.NotFound("这条标准")
	}
	o.Matter, o.Reason = standard.Key(), strings.TrimSpace(o.Reason)
	if err := o.check(period.MonthOf(s.now())); err != nil {
		return 0, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) (err error) {
		if err := lockCounty(ctx, tx, who.CountyID); err != nil {
			return err
		}
		if err := o.takePlace(ctx, tx, who); err != nil {
			return err
		}
		if id, err = insertOverride(ctx, tx, who, o, s.now()); err != nil {
			return err
		}
		return s.tell(ctx, tx, who, o, standard, id, map[string]any{"value": Say(o.Operator, o.Value, o.Max, standard.Unit), "effective_from": o.From, "whom": o.whom()}, o.Reason)
	})
	if err != nil {
		return 0, fmt.Errorf("set %s: %w", o.Code, err)
	}
	return id, nil
}

func (o Override) check(now period.Month) error {
	var wrong []fault.Problem
	say := func(field, format string, args ...any) {
		wrong = append(wrong, fault.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	if !slices.Contains(Operators, o.Operator) {
		say("operator", "请选择比较方式")
	}
	if !o.Value.Valid {
		say("value", "请填写数值")
	}
	if (o.Operator == "between") != o.Max.Valid {
		say("max", "只有“区间”需要上限,而且必须填写")
	} else if o.Max.Valid && o.Max.Decimal.LessThan(o.Value.Decimal) {
		say("max", "上限不能小于下限")
	}
	switch {
	case o.From.IsZero():
		say("from", "请填写从哪个月起执行")
	case o.From.Before(now.Add(-maxMonths)) || o.From.After(now.Add(10*12)):
		say("from", "起始月份应在 %s 到 %s 之间", now.Add(-maxMonths), now.Add(10*12))
	}
	if n := utf8.RuneCountInString(o.Reason); n == 0 || n > maxReason {
		say("reason", "请写明理由或依据,最多 %d 个字", maxReason)
	}
	if o.Kind != "" && o.InstitutionID != 0 {
		say("kind", "机构类型和单个机构只能选一样")
	}
	if o.Kind != "" && org.KindTitle(o.Kind) == o.Kind {
		say("kind", "没有这种机构类型")
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

// takePlace ends the number that the new one follows.
func (o Override) takePlace(ctx context.Context, tx pgx.Tx, who actor.Actor) error {
	if o.InstitutionID != 0 {
		if there, err := institutionThere(ctx, tx, who.CountyID, o.InstitutionID); err != nil || !there {
			return cmpErr(err, fault.Field("institution", "没有找到这个机构"))
		}
	}
	all, err := listOverrides(ctx, tx, who.CountyID, o.Matter)
	if err != nil {
		return err
	}
	for _, old := range all {
		switch {
		case old.Never() || old.Kind != o.Kind || old.InstitutionID != o.InstitutionID || !old.To.IsZero() && !old.To.After(o.From):
		case old.From.Before(o.From):
			if err := endOverride(ctx, tx, who, old.ID, o.From, "由后一次设定接替"); err != nil {
				return err
			}
		default:
			return fault.Field("from", "从 %s 起已经设定为 %s,请先结束那一条", old.From, Say(old.Operator, old.Value, old.Max, ""))
		}
	}
	return nil
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// End ends a number before a month; what held until then stays as it was.
func (s *Service) End(ctx context.Context, who actor.Actor, id int64, before period.Month, reason string) error {
	if err := s.mayManage(ctx, who); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > maxReason {
		return fault.Field("reason", "请写明理由,最多 %d 个字", maxReason)
	}
	if before.IsZero() {
		return fault.Field("to", "请填写从哪个月起不再执行")
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := lockCounty(ctx, tx, who.CountyID); err != nil {
			return err
		}
		o, err := getOverride(ctx, tx, who.CountyID, id)
		switch {
		case err != nil:
			return err
		case !o.To.IsZero():
			return fault.Conflict("这条设定已经结束")
		case before.Before(o.From):
			before = o.From
		}
		if err := endOverride(ctx, tx, who, id, before, reason); err != nil {
			return err
		}
		o.From = before // what changes, changes from here on
		standard, _ := Known().Standard(o.Code)
		return s.tell(ctx, tx, who, o, standard, id, map[string]any{"effective_to": before}, reason)
	})
	if err != nil {
		return fmt.Errorf("end override %d: %w", id, err)
	}
	return nil
}

// tell writes the trail and tells later rooms.
func (s *Service) tell(ctx context.Context, tx pgx.Tx, who actor.Actor, o Override, standard Standard, id int64, after map[string]any, reason string) error {
	if err := audit.Record(ctx, tx, who, audit.Entry{Action: ActionManage, Kind: "policy_override", ID: strconv.FormatInt(id, 10), Name: standard.Name,
		InstitutionID: o.InstitutionID, After: after, Reason: reason}); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, Changed{County: who.CountyID, From: o.From})
}

// Choose lets the number of one document hold for a contradiction: an override with that number from a month on.
func (s *Service) Choose(ctx context.Context, who actor.Actor, code string, from period.Month, reason string) (int64, error) {
	standard, ok := Known().Standard(code)
	if !ok {
		return 0, fault.NotFound("这条标准")
	}
	d, _ := Known().Document(standard.Preset)
	if strings.TrimSpace(reason) == "" {
		reason = "采用" + d.Label() + " " + standard.Clause + "的数"
	}
	return s.Set(ctx, who, Override{Code: code, Operator: standard.Operator, Value: standard.Value, Max: standard.Max, From: from, Reason: reason})
}

// mayManage asks for the permission and for the whole county: policy is the same for everybody.
func (s *Service) mayManage(ctx context.Context, who actor.Actor) error {
	if err := who.Require(ActionManage); err != nil {
		return err
	}
	root, err := org.Root(ctx, s.db, who.CountyID)
	if err != nil {
		return err
	}
	if !slices.Contains(who.Scope.Subtrees, root.Path) {
		return fault.Forbidden("政策标准对全县有效,只有数据范围为全县的账号可以设置")
	}
	return nil
}
