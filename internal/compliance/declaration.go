package compliance

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
	"yigai/internal/policy"
)

// Declaration is what the bureau states of a standard where nothing measures it: a number, or whether it is met. It
// holds for the institution and for everything below it, until a later one replaces it.
type Declaration struct {
	ID            int64
	Code          string
	InstitutionID int64
	Institution   string
	From          period.Month
	Value         decimal.NullDecimal
	Met           *bool // instead of a value
	EvidenceOn    time.Time
	Note          string // the evidence
	By            string
	At            time.Time
}

// Declared announces a declaration.
type Declared struct {
	County int32        `json:"county"`
	From   period.Month `json:"from"`
}

// Kind names the event in the queue.
func (Declared) Kind() string { return "compliance.declared" }

const maxNote = 500

// Declare states what is known of a standard at an institution in scope, from a month on.
func (s *Service) Declare(ctx context.Context, who actor.Actor, d Declaration) error {
	if err := who.Require(ActionDeclare); err != nil {
		return err
	}
	standard, ok := policy.Known().Standard(d.Code)
	if !ok {
		return fault.NotFound("这条标准")
	}
	d.Note = strings.TrimSpace(d.Note)
	if err := d.check(s.now()); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		at, err := org.Get(ctx, tx, who.Grant(org.ActionView), d.InstitutionID)
		if err != nil {
			return err
		}
		id, err := insertDeclaration(ctx, tx, who, standard.Key(), d, s.now())
		if err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, who, audit.Entry{Action: ActionDeclare, Kind: "compliance_declaration", ID: strconv.FormatInt(id, 10),
			Name: standard.Name + " " + at.Name, InstitutionID: at.ID, Reason: d.Note,
			After: map[string]any{"value": d.Says(""), "effective_from": d.From}}); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, Declared{County: who.CountyID, From: d.From})
	})
	if err != nil {
		return fmt.Errorf("declare %s: %w", d.Code, err)
	}
	return nil
}

func (d Declaration) check(now time.Time) error {
	var wrong []fault.Problem
	say := func(field, message string) { wrong = append(wrong, fault.Problem{Field: field, Message: message}) }
	if d.Value.Valid == (d.Met != nil) {
		say("value", "请填写数值,或选择是否达到,只填一样")
	}
	this := period.MonthOf(now)
	if d.From.IsZero() || d.From.After(this) || d.From.Before(this.Add(-maxMonths)) {
		say("from", fmt.Sprintf("月份应在 %s 到 %s 之间", this.Add(-maxMonths), this))
	}
	if d.EvidenceOn.IsZero() || d.EvidenceOn.After(now) {
		say("evidence_on", "请填写依据的日期,不晚于今天")
	}
	if n := utf8.RuneCountInString(d.Note); n == 0 || n > maxNote {
		say("note", fmt.Sprintf("请写明依据,最多 %d 个字", maxNote))
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

// Says is the declared number with a unit, or the yes or no.
func (d Declaration) Says(unit string) string {
	switch {
	case d.Met == nil:
		return strings.TrimSpace(d.Value.Decimal.String() + " " + unit)
	case *d.Met:
		return "达到"
	}
	return "没有达到"
}

// fact is the declaration as something to hold against a standard.
func (d Declaration) fact() Fact {
	return Fact{Value: d.Value, Yes: d.Met, How: FromBureau, Note: "申报:" + d.By + " " + d.EvidenceOn.Format(time.DateOnly) + " " + d.Note}
}

// Declarations lists what was declared of a standard's matter in scope, the latest first.
func (s *Service) Declarations(ctx context.Context, who actor.Actor, code string) ([]Declaration, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	standard, ok := policy.Known().Standard(code)
	if !ok {
		return nil, fault.NotFound("这条标准")
	}
	return listDeclarations(ctx, s.db, who, standard.Key())
}

// statements are the declarations in force in a month, by matter and institution.
type statements map[string]map[int64]Declaration

// at is the declaration that holds for an institution: its own, or that of the nearest one above it.
func (d statements) at(key string, id int64, t *tree) (Declaration, bool) {
	for more := true; more; id, more = t.parent[id] {
		if one, ok := d[key][id]; ok {
			return one, true
		}
	}
	return Declaration{}, false
}

// DeclareFor lists whom a standard may be declared for: the county for all, and every institution it is about or that
// stands above one.
func (s *Service) DeclareFor(ctx context.Context, who actor.Actor, code string) ([]org.Institution, error) {
	if err := who.Require(ActionDeclare); err != nil {
		return nil, err
	}
	all, err := org.InScope(ctx, s.db, who, org.Filter{})
	if err != nil {
		return nil, err
	}
	m := Measures()[code]
	return slices.DeleteFunc(all, func(i org.Institution) bool {
		above := m.Subject == Clinic && slices.Contains(places, i.Kind)
		return i.Kind != org.KindCounty && !above && !slices.Contains(m.Kinds, i.Kind)
	}), nil
}

// Institution is the subject of a check-list, in scope.
func (s *Service) Institution(ctx context.Context, who actor.Actor, id int64) (org.Institution, error) {
	if err := who.Require(ActionView); err != nil {
		return org.Institution{}, err
	}
	return org.Get(ctx, s.db, who.Grant(org.ActionView), id)
}
