package indicator

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// Indicator is a definition with all its versions and targets.
type Indicator struct {
	ID         int32
	Slug       string
	NameZH     string
	Unit       string
	Decimals   int32
	Direction  preset.Direction
	Level      string // preset.LevelCounty, LevelBody or LevelBoth
	Topic      string
	Definition string
	Source     string
	Note       string
	Official   bool // the formula stands in an official text
	Enabled    bool
	Position   int
	Revision   int       // moves on with every change, targets apart
	Versions   []Version // by number
	Targets    []Target  // latest first
}

// Version is a formula from a month on.
type Version struct {
	Number  int
	From    period.Month
	Formula string // canonical
	ByName  string
	At      time.Time
}

// InForce is the version of a month: the highest that has begun. There is none before the first.
func (i Indicator) InForce(m period.Month) (Version, bool) {
	for n := len(i.Versions) - 1; n >= 0; n-- {
		if !i.Versions[n].From.After(m) {
			return i.Versions[n], true
		}
	}
	return Version{}, false
}

// Latest is the newest version.
func (i Indicator) Latest() Version {
	if len(i.Versions) == 0 {
		return Version{}
	}
	return i.Versions[len(i.Versions)-1]
}

// Target is what a value should reach.
type Target struct {
	ID       int32
	Kind     string // kind of institution it is for, "" for all
	Operator string // >= > <= < = between
	Value    decimal.Decimal
	Max      decimal.NullDecimal // upper bound of between
	From     period.Month
	To       period.Month // first month it no longer holds, zero for open
	Source   string
	Official bool
}

// Target is the target of a kind of institution in a month; one for the kind goes before one for all.
func (i Indicator) Target(kind string, m period.Month) (Target, bool) {
	var found Target
	ok := false
	for _, t := range i.Targets {
		if t.holds(m) && (t.Kind == kind || t.Kind == "" && !ok) {
			found, ok = t, true
		}
	}
	return found, ok
}

func (t Target) holds(m period.Month) bool {
	return !t.From.After(m) && (t.To.IsZero() || m.Before(t.To))
}

// Met reports whether the unrounded value reaches the target.
func (t Target) Met(v decimal.Decimal) bool {
	switch t.Operator {
	case ">=":
		return v.GreaterThanOrEqual(t.Value)
	case ">":
		return v.GreaterThan(t.Value)
	case "<=":
		return v.LessThanOrEqual(t.Value)
	case "<":
		return v.LessThan(t.Value)
	case "=":
		return v.Equal(t.Value)
	default:
		return v.GreaterThanOrEqual(t.Value) && v.LessThanOrEqual(t.Max.Decimal)
	}
}

// String is the target as it is read: ≥76, 60–85.
func (t Target) String() string {
	if t.Operator == "between" {
		return t.Value.String() + "–" + t.Max.Decimal.String()
	}
	return operatorSigns[t.Operator] + t.Value.String()
}

var operatorSigns = map[string]string{">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "="}

// Gap is how far a value misses the target, relative to it; zero when it is met.
func (t Target) Gap(v decimal.Decimal) decimal.Decimal {
	if t.Met(v) {
		return decimal.Zero
	}
	bound := t.Value
	if t.Operator == "between" && v.GreaterThan(t.Max.Decimal) {
		bound = t.Max.Decimal
	}
	gap := v.Sub(bound).Abs()
	if bound.IsZero() {
		return gap
	}
	return gap.DivRound(bound.Abs(), 6)
}

// parse reads a stored formula, which was checked when it was stored.
func (v Version) parse() (*formula.Expr, error) {
	expr, err := formula.Parse(v.Formula)
	if err != nil {
		return nil, fmt.Errorf("version %d: %w", v.Number, err)
	}
	return expr, nil
}
