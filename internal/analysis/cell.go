package analysis

import (
	"github.com/shopspring/decimal"

	"yigai/internal/period"
)

// State says what stands in a cell. Not reported, zero and not applicable are three things.
type State uint8

// The states of a cell.
const (
	Unasked       State = iota // nobody is asked for it here
	Missing                    // asked for, not reported or not accepted yet
	NotApplicable              // declared so
	Number                     // Value holds it, zero included
	None                       // cannot be computed; Note says why
)

// Cell is a figure of a table.
type Cell struct {
	State  State
	Value  decimal.Decimal
	Places int32
	Signed bool
	Base   decimal.NullDecimal // what a change is held against
	Note   string              // why there is no number, or what the number means
	Given  int                 // how many of Due have reported; both 0 where nothing is counted
	Due    int
	Of     string // what is counted: 家, 个月
	Origin Origin
}

// Partial reports whether somebody who was due has not reported.
func (c Cell) Partial() bool { return c.State == Number && c.Given < c.Due }

// Origin says where a figure comes from: a cell of a report, an indicator's value, or the table of what it was added from.
type Origin struct {
	Report        int64 // with InstitutionID and Slug
	InstitutionID int64
	Code          string
	Slug          string
	Indicator     bool // with Code, Slug and Month
	Month         period.Month
	Drill         *Query // for sums
}

func none(why string) Cell { return Cell{State: None, Note: why} }

// counted notes how many of how many reported.
func (c Cell) counted(given, due int, of string) Cell {
	c.Given, c.Due, c.Of = given, due, of
	return c
}

// tally counts what is known of the figures that go into one cell.
type tally struct {
	sum                  decimal.Decimal
	given, owed, na      int
	complete, due        int  // institutions
	months, monthsWanted int  // of the only institution
	printed              bool // a total that was loaded beside its parts is left out
}

func (t tally) state() State {
	switch {
	case t.given > 0:
		return Number
	case t.owed > 0:
		return Missing
	case t.na > 0:
		return NotApplicable
	default:
		return Unasked
	}
}
