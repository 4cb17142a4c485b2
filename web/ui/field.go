package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// Field is one input with everything around it: label, value as typed, hint, and what is wrong with it.
type Field struct {
	Name, Label  string
	Value        string // as typed, also when it is wrong
	Hint         string
	Problem      string // one sentence, shown beside the field
	ID           string // empty means f-Name
	Unit         string // stands after a number
	Placeholder  string
	Autocomplete string
	Pattern      string
	Help         string // explained on hover beside the label
	Min, Max     string // of a date or month
	MaxLength    int
	Rows         int // of a text area; empty means 3
	Required     bool
	Disabled     bool
	ReadOnly     bool
	AutoFocus    bool
	Short        bool // as wide as a code or a number
	Attrs        templ.Attributes
}

// Choice is a field whose value is one (or several) of the options.
type Choice struct {
	Field
	Options []Option
	Empty   string   // text of the first, empty option; empty means there is none
	Values  []string // chosen values of a CheckGroup
}

// Option is one of the values of a Choice.
type Option struct {
	Value, Label, Hint string
	Group              string // neighbours with the same group stand under one heading
	Disabled           bool
}

// Check is a single yes or no.
type Check struct {
	Name, Label, Hint, Problem string
	Value                      string // sent when checked; empty means 1
	ID                         string
	Checked, Disabled          bool
	Attrs                      templ.Attributes
}

// Upload is a field for a file.
type Upload struct {
	Field
	Accept   string // ".xlsx,.csv"
	Multiple bool
}

// FieldProblem is one line of the summary above a form; it links to its field.
type FieldProblem struct {
	Field   string // the field's Name, or "" when the whole form is meant
	Label   string
	Message string
}

// ProblemsOf collects the problems of fields in the order they are shown.
func ProblemsOf(fields ...Field) []FieldProblem {
	var out []FieldProblem
	for _, f := range fields {
		if f.Problem != "" {
			out = append(out, FieldProblem{Field: f.Name, Label: f.Label, Message: f.Problem})
		}
	}
	return out
}

// FieldID is the id of the input called name; a dot or a bracket in the name becomes a dash.
func FieldID(name string) string {
	return "f-" + idSafe.Replace(name)
}

var idSafe = strings.NewReplacer(".", "-", "[", "-", "]", "")

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return FieldID(f.Name)
}

func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.id()+"-hint")
	}
	if f.Problem != "" {
		ids = append(ids, f.id()+"-problem")
	}
	return strings.Join(ids, " ")
}

func (c Check) field() Field {
	return Field{Name: c.Name, ID: c.ID, Hint: c.Hint, Problem: c.Problem}
}

func (c Check) value() string {
	if c.Value == "" {
		return "1"
	}
	return c.Value
}

func (c Choice) holds(value string) bool {
	for _, v := range c.Values {
		if v == value {
			return true
		}
	}
	return false
}

// optionRun is a stretch of neighbouring options under one heading.
type optionRun struct {
	group   string
	options []Option
}

func (c Choice) runs() []optionRun {
	var runs []optionRun
	for _, o := range c.Options {
		if n := len(runs); n == 0 || runs[n-1].group != o.Group {
			runs = append(runs, optionRun{group: o.Group})
		}
		last := &runs[len(runs)-1]
		last.options = append(last.options, o)
	}
	return runs
}
