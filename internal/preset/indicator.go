package preset

import "github.com/shopspring/decimal"

// Direction says which way an indicator should move.
type Direction string

// The directions of an indicator.
const (
	Up    Direction = "up"    // higher is better
	Down  Direction = "down"  // lower is better
	Range Direction = "range" // best inside a band
	Watch Direction = "watch" // monitored, not judged
)

// Indicator is a formula over elements with its meaning and target.
type Indicator struct {
	Slug          string
	NameZH        string
	Formula       string
	Unit          string
	Decimals      int // at display only, rounded half up
	Direction     Direction
	Level         string // county, body, or both
	Group         string // topic it is listed under
	Target        Target // Op is empty when no number was established
	Official      bool   // the formula is printed in an official text; false: from memory or proposed
	OnByDefault   bool   // computed and shown without further ado
	EffectiveFrom string // first month of this version
	Definition    string // shown on hover
	Source        string
	Note          string
	Preset        string // the preset that brings it
}

// The levels an indicator is computed at.
const (
	LevelCounty = "county"
	LevelBody   = "body"
	LevelBoth   = "both"
)

// Target is a number to compare an indicator with.
type Target struct {
	Op       string // ">=", "<=", "=", "between"; empty: no target
	Value    decimal.NullDecimal
	Max      decimal.NullDecimal // upper bound of between
	Year     string              // the year the document sets it for; empty: none printed
	Source   string              // document and clause, said so that nobody takes a borrowed number for the county's own
	Official bool                // printed in an official text for the place Source names
}
