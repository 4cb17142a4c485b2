package reporting

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/number"
)

// CellKey names one figure of a report: the institution it is about and the element's slug
// (or a derived row's key).
type CellKey struct {
	SubjectID int64
	Element   string
}

// Field is the input's name in forms and problems: c.12.visits_total.
func (k CellKey) Field() string { return fmt.Sprintf("c.%d.%s", k.SubjectID, k.Element) }

// Cell is one figure with who entered it; Version 0 means that nobody ever touched it.
type Cell struct {
	number.Cell
	Comment string
	Origin  Origin
	Version int
	ByID    int64
	By      string
	At      time.Time
}

// Spellings of a cell's state in the database.
const (
	stateEmpty = "empty"
	stateValue = "value"
	stateNA    = "na"
)

func storedState(c number.Cell) string {
	switch c.State {
	case number.Given:
		return stateValue
	case number.NotApplicable:
		return stateNA
	}
	return stateEmpty
}

// storedValue is the figure as text, nil unless there is one.
func storedValue(c number.Cell) *string {
	if !c.IsGiven() {
		return nil
	}
	text := c.Value.String()
	return &text
}

func cellOf(state string, value decimal.NullDecimal) number.Cell {
	switch {
	case state == stateNA:
		return number.Cell{State: number.NotApplicable}
	case value.Valid:
		return number.Of(value.Decimal)
	}
	return number.Cell{}
}

// figure is a cell as formulas see it.
func figure(c number.Cell) formula.Value {
	switch c.State {
	case number.Given:
		return formula.Number(c.Value)
	case number.NotApplicable:
		return formula.Absent(formula.NotApplicable)
	}
	return formula.Absent(formula.Missing)
}
