// Package number reads the figures people type, paste and upload.
//
// Empty, zero and not applicable are three things: a Cell says which one it is
// and is never guessed. What cannot be read exactly is refused with one Chinese
// sentence that says what is wrong and what is expected; nothing is rounded and
// no unit is converted in silence.
package number

import "github.com/shopspring/decimal"

// State says whether a cell was left empty, holds a number or does not apply.
type State int8

// The states of a cell; the zero value is Empty.
const (
	Empty State = iota
	Given
	NotApplicable
)

// NotApplicableText is how a cell that does not apply is shown and exported.
const NotApplicableText = "不适用"

// Cell is what somebody entered: nothing, a number (zero included), or "不适用".
type Cell struct {
	State State
	Value decimal.Decimal // meaningful only when State is Given
}

// Of returns a cell that holds d.
func Of(d decimal.Decimal) Cell { return Cell{State: Given, Value: d} }

// IsGiven reports whether c holds a number.
func (c Cell) IsGiven() bool { return c.State == Given }

// Equal reports whether two cells say the same; 1.50 equals 1.5, and an empty
// cell never equals zero.
func (c Cell) Equal(o Cell) bool {
	if c.State != o.State {
		return false
	}
	return c.State != Given || c.Value.Equal(o.Value)
}

// String returns the number without separators, "不适用", or "" for empty.
func (c Cell) String() string {
	switch c.State {
	case Given:
		return c.Value.String()
	case NotApplicable:
		return NotApplicableText
	}
	return ""
}
