package indicator

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
	"yigai/internal/org"
	"yigai/internal/period"
)

// Operators lists how a value is held against a target, in the order they are offered.
var Operators = []string{">=", "<=", "between", ">", "<", "="}

// AddTarget sets what an indicator should reach from a month on. An open target for the same kind of institution ends there.
func (s *Service) AddTarget(ctx context.Context, who actor.Actor, slug string, t Target) (made Indicator, err error) {
	t.Source = strings.TrimSpace(t.Source)
	if err := who.Require(ActionManage); err != nil {
		return made, err
	}
	if err := t.check(); err != nil {
		return made, err
	}
	err = s.change(ctx, who, func(tx pgx.Tx) error {
		was, err := s.locked(ctx, tx, who.CountyID, slug)
		if err != nil {
			return err
		}
		if err := giveWay(ctx, tx, who.CountyID, was, t); err != nil {
			return err
		}
		if _, err := insertTarget(ctx, tx, who.CountyID, was.ID, t); err != nil {
			return err
		}
		made, err = bySlug(ctx, tx, who.CountyID, slug)
		if err != nil {
			return err
		}
		return recordTargets(ctx, tx, who, was, made)
	})
	return made, err
}

func (t Target) check() error {
	var wrong []fault.Problem
	say := func(field, message string) { wrong = append(wrong, fault.Problem{Field: field, Message: message}) }
	if !slices.Contains(Operators, t.Operator) {
		say("operator", "请选择比较方式")
	}
	if (t.Operator == "between") != t.Max.Valid {
		say("value_max", "只有“区间”需要上限,而且必须填写")
	}
	if t.Operator == "between" && t.Max.Valid && t.Max.Decimal.LessThan(t.Value) {
		say("value_max", "上限不能小于下限")
	}
	if t.From.IsZero() {
		say("from", "请写明目标从哪个月开始")
	}
	if !t.To.IsZero() && !t.To.After(t.From) {
		say("to", "结束月份应晚于开始月份")
	}
	if _, known := kindTitles()[t.Kind]; t.Kind != "" && !known {
		say("kind", "没有这种机构类型")
	}
	if utf8.RuneCountInString(t.Source) > 300 {
		say("source", "依据最多 300 个字")
	}
	if strings.ContainsRune(t.Source, 0) || !utf8.ValidString(t.Source) {
		say("source", "依据里有无法保存的字符")
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

func kindTitles() map[string]string {
	titles := map[string]string{}
	for _, k := range org.Kinds {
		titles[k.Name] = k.Title
	}
	return titles
}

// giveWay ends the open target of the same kind where a new one begins, or drops it when it would never have held.
func giveWay(ctx context.Context, tx pgx.Tx, county int32, was Indicator, t Target) error {
	for _, old := range was.Targets {
		switch {
		case old.Kind != t.Kind || !old.To.IsZero():
		case old.From == t.From:
			if err := deleteTarget(ctx, tx, county, was.ID, old.ID); err != nil {
				return err
			}
		case old.From.Before(t.From):
			if err := endTarget(ctx, tx, county, was.ID, old.ID, t.From); err != nil {
				return err
			}
		}
	}
	return nil
}

// EndTarget ends a target before a month; one that would end before it began is removed.
func (s *Service) EndTarget(ctx context.Context, who actor.Actor, slug string, id int32, before period.Month) (made Indicator, err error) {
	err = s.change(ctx, who, func(tx pgx.Tx) error {
		was, err := s.locked(ctx, tx, who.CountyID, slug)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(was.Targets, func(t Target) bool { return t.ID == id })
		if n < 0 {
			return fault.NotFound("这个目标")
		}
		if before.After(was.Targets[n].From) {
			err = endTarget(ctx, tx, who.CountyID, was.ID, id, before)
		} else {
			err = deleteTarget(ctx, tx, who.CountyID, was.ID, id)
		}
		if err != nil {
			return err
		}
		if made, err = bySlug(ctx, tx, who.CountyID, slug); err != nil {
			return err
		}
		return recordTargets(ctx, tx, who, was, made)
	})
	return made, err
}

func recordTargets(ctx context.Context, tx pgx.Tx, who actor.Actor, was, now Indicator) error {
	return audit.Record(ctx, tx, who, audit.Entry{Action: ActionManage, Kind: "indicator_target", ID: now.Slug, Name: now.NameZH,
		Before: targetLines(was), After: targetLines(now)})
}

func targetLines(i Indicator) map[string]string {
	lines := map[string]string{}
	for _, t := range i.Targets {
		lines[fmt.Sprintf("target_%d", t.ID)] = strings.TrimSpace(t.Kind + " " + t.String() + " " + t.From.String() + "~" + t.To.String() + " " + t.Source)
	}
	return lines
}
