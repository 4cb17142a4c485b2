package register

import "slices"

// Kind says what a field holds, and so how it is typed, checked and shown.
type Kind string

// Kinds of fields.
const (
	Words   Kind = "text"
	Note    Kind = "note"
	Integer Kind = "integer"
	Number  Kind = "number"
	Money   Kind = "money" // yuan
	Day     Kind = "date"
	Expiry  Kind = "expiry" // a day that is warned of before it comes
	Choice  Kind = "choice"
)

// Field is one thing that an entry of a type says.
type Field struct {
	Slug, Label string
	Kind        Kind
	Unit        string
	Required    bool
	Listed      bool // is a column of the list
	Options     []string
	Hint        string
}

// Numeric reports whether its values are numbers.
func (f Field) Numeric() bool { return f.Kind == Integer || f.Kind == Number || f.Kind == Money }

// Type is one register: what is entered in it, and of whom.
type Type struct {
	Slug, Title, Group string
	Kinds              []string // kinds of institutions it is kept for; empty is every kind
	WarnDays           int      // how long before an Expiry it warns; the product's own default, no policy number
	Hint               string
	Rules              string // the rules of the policy documents that ask for it, as INS-07
	Clause             string // where the documents say so, as far as it was noted
	Fields             []Field
}

// Field finds a field by slug.
func (t Type) Field(slug string) (Field, bool) {
	i := slices.IndexFunc(t.Fields, func(f Field) bool { return f.Slug == slug })
	if i < 0 {
		return Field{}, false
	}
	return t.Fields[i], true
}

// expiry is the field that is warned of, if the type has one.
func (t Type) expiry() (Field, bool) {
	i := slices.IndexFunc(t.Fields, func(f Field) bool { return f.Kind == Expiry })
	if i < 0 {
		return Field{}, false
	}
	return t.Fields[i], true
}

// For reports whether institutions of the kind keep it.
func (t Type) For(kind string) bool { return len(t.Kinds) == 0 || slices.Contains(t.Kinds, kind) }

// Fact is a figure that a register yields for an institution and a month: a count of the entries that hold in it, or
// the sum of one of their fields.
type Fact struct {
	Element, Title, Unit string
	Type, Aggregate      string // Aggregate is count or sum
	Field                string // what is summed
	OnlyField, OnlyValue string // which entries count; empty is all
}
