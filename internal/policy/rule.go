package policy

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// State says where the number of a rule comes from.
type State string

// The states of a rule.
const (
	FromDocument State = "document"   // the document's number
	Overridden   State = "overridden" // the county's own number
	Blank        State = "blank"      // the document leaves the number open, and the county has not filled it
	Undated      State = "undated"    // the document leaves the year open, and the county has not filled it
)

// Title is the state in Chinese.
func (s State) Title() string {
	return map[State]string{FromDocument: "按文件", Overridden: "本县设定", Blank: "数值由县填写", Undated: "年份由县填写"}[s]
}

// Phase says whether a rule can be failed on the day.
type Phase string

// The phases of a rule.
const (
	InForce Phase = "in_force"
	Coming  Phase = "coming" // a target of a later day
	Ended   Phase = "ended"
)

// Subject is whom a rule is asked for; the zero value is the county at large.
type Subject struct {
	Kind        string // kind of institution
	Institution int64
}

// Rule is what holds for a standard on a day, and why.
type Rule struct {
	Code     string // the standard that was asked for
	Standard        // the standard that gives the rule: another one of the matter where its document stands first
	Operator string
	Value    decimal.NullDecimal // not valid while the number is open
	Max      decimal.NullDecimal // of between
	State    State
	Phase    Phase
	Selected bool      // the county follows the document of the standard that was asked for
	Override *Override // the county's own number, nil for none
	Chain    []Step    // why, in the order it is told
}

// Open reports whether the county still has to fill something in.
func (r Rule) Open() bool { return r.State == Blank || r.State == Undated }

// Text is the rule in words and numbers, such as “≥ 90%”.
func (r Rule) Text() string { return Say(r.Operator, r.Value, r.Max, r.Unit) }

// Step is one link of the chain that leads to a rule.
type Step struct {
	Text  string
	Note  string // why it does or does not hold
	Since string // month or day it began, "" unknown
	Holds bool   // this is the number that holds
}

// Operators are how a fact is held against a rule, in the order they are offered.
var Operators = []string{">=", "<=", "=", "between"}

// OperatorTitle is an operator in Chinese.
func OperatorTitle(op string) string {
	return map[string]string{">=": "不低于", "<=": "不高于", "=": "等于", "between": "区间"}[op]
}

var signs = map[string]string{">=": "≥ ", "<=": "≤ ", "=": "= "}

// Say writes an operator with its numbers and unit.
func Say(op string, value, limit decimal.NullDecimal, unit string) string {
	if !value.Valid {
		return "由县填写"
	}
	if unit != "%" && unit != "" {
		unit = " " + unit
	}
	if op == "between" {
		return fmt.Sprintf("%s—%s%s", value.Decimal, limit.Decimal, unit)
	}
	return signs[op] + value.Decimal.String() + unit
}

// Words is the standard as its document prints it.
func (s Standard) Words() string { return Say(s.Operator, s.Value, s.Max, s.Unit) }

func (s Standard) phase(on time.Time) Phase {
	switch {
	case !s.From.IsZero() && on.Before(s.From):
		return Coming
	case !s.To.IsZero() && on.After(s.To):
		return Ended
	}
	return InForce
}

func (s Standard) state() State {
	switch {
	case !s.Value.Valid:
		return Blank
	case s.Stage > 0 && s.From.IsZero() && s.To.IsZero():
		return Undated
	}
	return FromDocument
}
