package preset

// The layouts of a form.
const (
	LayoutRows = "rows" // one column of values, a row for each element
	LayoutGrid = "grid" // a row for each subject institution, a column for each element
)

// Whose figures a form holds.
const (
	SubjectSelf     = "self"     // the institution that fills the form
	SubjectChildren = "children" // the institutions below it, of the form's SubjectKinds
)

// How a county hands a form to institutions.
const (
	AssignKind   = "kind"   // every institution of the form's FillsKinds owes it
	AssignChosen = "chosen" // only those institutions of FillsKinds that the county names
)

// Form is one version of a monthly report's layout.
type Form struct {
	Slug          string    `json:"slug"`
	Title         string    `json:"title"`
	Version       int       `json:"version"`
	EffectiveFrom string    `json:"effective_from"` // first month, 2024-01
	Layout        string    `json:"layout"`
	Assign        string    `json:"assign"`
	FillsKinds    []string  `json:"fills_kinds"`   // kinds of institution that fill it
	Subject       string    `json:"subject"`       // whose figures it holds
	SubjectKinds  []string  `json:"subject_kinds"` // for SubjectChildren
	Due           Due       `json:"due"`
	Note          string    `json:"note"`
	Sections      []Section `json:"sections"`
}

// Due is the deadline rule of a form.
type Due struct {
	Day        int  `json:"day"`         // day of the month
	NextMonths int  `json:"next_months"` // 1: of the month after the reported one
	WorkingDay bool `json:"working_day"` // a rest day moves the deadline to the next working day
}

// Section is a titled part of a form; it becomes a tab on the entry screen.
type Section struct {
	Title string `json:"title"`
	Note  string `json:"note"`
	Rows  []Row  `json:"rows"`
}

// Row shows one entered element, or a read-only figure derived from others.
// Exactly one of Element and Derived is set.
type Row struct {
	No       string `json:"no"`       // number on the official table: 1.1.1
	Element  string `json:"element"`  // slug of the element entered here
	Derived  string `json:"derived"`  // formula of a read-only figure
	Over     string `json:"over"`     // derived rows: SubjectSelf (default) or SubjectChildren, whose values the formula sums
	Name     string `json:"name"`     // label: of derived rows always, of elements only where the form says it differently
	Unit     string `json:"unit"`     // derived rows only
	Decimals int    `json:"decimals"` // derived rows only
	Indent   int    `json:"indent"`
	Bold     bool   `json:"bold"`
	Required bool   `json:"required"` // must hold a value (zero is one) or "not applicable" at submission
}

// Elements lists the slugs entered on the form, in the order shown.
func (f Form) Elements() []string {
	var out []string
	for _, s := range f.Sections {
		for _, r := range s.Rows {
			if r.Element != "" {
				out = append(out, r.Element)
			}
		}
	}
	return out
}

// RecordedAt lists the kinds of institution the form's values belong to.
func (f Form) RecordedAt() []string {
	if f.Subject == SubjectChildren {
		return f.SubjectKinds
	}
	return f.FillsKinds
}

// Figures lists the slugs the form shows a value of: what is entered on it and
// what its rows take unchanged from the institutions below.
func (f Form) Figures() []string {
	out := f.Elements()
	for _, s := range f.Sections {
		for _, r := range s.Rows {
			if r.Over == SubjectChildren {
				out = append(out, r.Derived)
			}
		}
	}
	return out
}
