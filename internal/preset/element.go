package preset

// Kind says how an element's values combine over the months of a period.
type Kind string

// The kinds of element.
const (
	Flow       Kind = "flow"       // summed over the months
	Stock      Kind = "stock"      // the last month's value
	Cumulative Kind = "cumulative" // reported as year to date: the last month's value
	Calendar   Kind = "calendar"   // never entered: the system knows it from the period
)

// How an element's values of several institutions combine.
const (
	AggregateSum  = "sum"
	AggregateMax  = "max"
	AggregateNone = "none"
)

// Mark says how far a definition or rule was verified.
type Mark string

// The marks. A source number (S14 …) refers to docs/decisions/0007-one-vocabulary.md.
const (
	MarkMemory  Mark = "M" // from memory, not verified against the official text
	MarkDerived Mark = "D" // derived or proposed by the product
)

// Element is one number that institutions enter, as shown to users.
type Element struct {
	Slug        string
	NameZH      string
	Unit        string
	Kind        Kind
	Decimals    int    // digits kept after the point: 0 for people, visits and days, 2 for money
	Money       bool   // entered and kept in yuan
	Aggregation string // AggregateSum, AggregateMax or AggregateNone over institutions
	Code        string // official row code, a label only; may be empty
	Definition  string // shown on hover
	Source      string // the text the definition comes from
	Mark        Mark   // S…, M or D
	OnForm      bool   // false: no preset form asks for it yet; values are loaded or come from a register
}

// Group is a set of institution kinds that a formula names after @.
type Group struct {
	Slug   string
	NameZH string
	Kinds  []string
}
