package analysis

import (
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
)

// state is what is known of one institution's own figure of a month.
type state uint8

const (
	nothing       state = iota // neither due nor there
	owed                       // due and not accepted yet, or reported empty
	given                      // a number, zero included
	notApplicable              // declared so
	printed                    // a total that was loaded beside its own parts: nothing to add
)

// figure is one institution's own figure of an element in a month.
type figure struct {
	state  state
	value  decimal.Decimal
	report int64 // 0 for a loaded one
}

// ratio is an indicator's value of one institution in a month.
type ratio struct {
	present             bool
	version             int
	num, den, value     decimal.NullDecimal
	reason              formula.Reason
	reporting, expected int
}

// spot names an item at an institution by their ids.
type spot struct {
	item        int32
	institution int64
}

// cube holds what a table is computed from: months by item and institution.
type cube struct {
	months   []period.Month // ascending
	at       map[period.Month]int
	elements map[spot][]figure
	ratios   map[spot][]ratio
}

func newCube(months []period.Month) *cube {
	c := &cube{months: months, at: make(map[period.Month]int, len(months)), elements: map[spot][]figure{}, ratios: map[spot][]ratio{}}
	for n, m := range months {
		c.at[m] = n
	}
	return c
}

// element is the place of a figure, made when it is not there. The month is one of the cube's.
func (c *cube) element(at spot, m period.Month) *figure {
	row, ok := c.elements[at]
	if !ok {
		row = make([]figure, len(c.months))
		c.elements[at] = row
	}
	return &row[c.at[m]]
}

func (c *cube) indicator(at spot, m period.Month) *ratio {
	row, ok := c.ratios[at]
	if !ok {
		row = make([]ratio, len(c.months))
		c.ratios[at] = row
	}
	return &row[c.at[m]]
}

// figure reads without making a place.
func (c *cube) figure(at spot, m period.Month) figure {
	if row, ok := c.elements[at]; ok {
		return row[c.at[m]]
	}
	return figure{}
}

func (c *cube) ratio(at spot, m period.Month) ratio {
	if row, ok := c.ratios[at]; ok {
		return row[c.at[m]]
	}
	return ratio{}
}
