package reporting

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// Form is a monthly form of a county: who fills it, when it is due, and its layouts by month.
type Form struct {
	ID           int32
	Slug         string
	Title        string
	Kinds        []string // kinds of institution that fill it
	SubjectKinds []string // proxy entry: kinds of the institutions below that it is filled for; empty: itself
	DueDay       int
	DueMonths    int
	WorkingDay   bool
	GraceDays    int  // working days after the deadline that still count as on time
	Chosen       bool // only chosen institutions fill it, not all of its kinds
	Position     int
	Enabled      bool
	Revision     int       // of title, deadline and enabling; moves on with every change of them
	Layouts      []*Layout // newest first
}

// Proxy reports whether the form is filled for the institutions below the one that fills it.
func (f *Form) Proxy() bool { return len(f.SubjectKinds) > 0 }

// LayoutIn returns the layout in force in a month, nil before the first.
func (f *Form) LayoutIn(m period.Month) *Layout {
	for _, l := range f.Layouts {
		if !l.EffectiveFrom.After(m) {
			return l
		}
	}
	return nil
}

// layout finds a version.
func (f *Form) layout(version int) *Layout {
	for _, l := range f.Layouts {
		if l.Version == version {
			return l
		}
	}
	return nil
}

// DueAt is the last moment at which the report of a month is on time.
func (f *Form) DueAt(m period.Month, c period.Calendar) time.Time {
	if f.WorkingDay && f.DueMonths > 0 {
		return period.Due(m.Add(f.DueMonths-1), f.DueDay, c)
	}
	in := m.Add(f.DueMonths)
	day := in.First().AddDate(0, 0, min(f.DueDay, in.Days())-1)
	if f.WorkingDay {
		day = c.NextWorkingDay(day)
	}
	return day.AddDate(0, 0, 1).Add(-time.Microsecond)
}

// Layout is one version of a form: sections of rows, as on the paper form.
type Layout struct {
	Version       int
	EffectiveFrom period.Month
	Grid          bool // a row for each subject, a column for each element
	Note          string
	Sections      []Section

	rows        map[string]*Row // by slug of the entered element
	derived     []*Row
	checks      []check
	children    []string      // elements of proxy forms that derived rows and checks sum over the institutions below
	beside      []string      // elements of the institution's other forms that checks look at
	limits      []limit       // how much figures may change here
	derivations []*derivation // of entered elements that can be taken from a source, over all months
	ytd         bool          // whether anything asks for the year to date
}

// Section is a titled part of a form; it becomes a tab.
type Section struct {
	Title string
	Note  string
	Rows  []*Row
}

// Row enters one element or shows a figure derived from others.
type Row struct {
	Key      string // stable within the layout: the slug, or d1, d2 … for derived rows
	No       string // number on the paper form
	Name     string // as the form says it
	Unit     string
	Decimals int
	Indent   int
	Bold     bool
	Required bool
	Element  *Element // nil for derived rows
	Children bool     // derived from the figures of the institutions below
	Formula  string   // of a derived row, in Chinese

	expr *formula.Expr
}

// Entered reports whether figures are typed in this row.
func (r *Row) Entered() bool { return r.Element != nil }

// Spreadsheet is the formula of a derived row as Excel reads it, the address of each figure from the caller; ok is
// false when it cannot be written so.
func (r *Row) Spreadsheet(address func(formula.Ref) (string, bool)) (text string, ok bool) {
	if r.expr == nil || r.Children {
		return "", false
	}
	return r.expr.Spreadsheet(address)
}

// Row finds the row that enters an element.
func (l *Layout) Row(slug string) (*Row, bool) {
	r, ok := l.rows[slug]
	return r, ok
}

// Entered lists the rows that figures are typed in, in the order shown.
func (l *Layout) Entered() []*Row {
	var out []*Row
	for _, s := range l.Sections {
		for _, r := range s.Rows {
			if r.Entered() {
				out = append(out, r)
			}
		}
	}
	return out
}

// DerivedRows lists the read-only rows, in the order shown.
func (l *Layout) DerivedRows() []*Row { return slices.Clone(l.derived) }

// parseLayout reads a stored layout; elements answers its slugs.
func parseLayout(version int, from period.Month, stored []byte, elements map[string]*Element) (*Layout, error) {
	var f preset.Form
	if err := json.Unmarshal(stored, &f); err != nil {
		return nil, fmt.Errorf("read layout: %w", err)
	}
	l := &Layout{Version: version, EffectiveFrom: from, Grid: f.Layout == preset.LayoutGrid, Note: f.Note, rows: map[string]*Row{}}
	for _, s := range f.Sections {
		section := Section{Title: s.Title, Note: s.Note}
		for _, stored := range s.Rows {
			row, err := l.parseRow(stored, elements)
			if err != nil {
				return nil, fmt.Errorf("row %s of %s: %w", stored.No, s.Title, err)
			}
			section.Rows = append(section.Rows, row)
		}
		l.Sections = append(l.Sections, section)
	}
	return l, nil
}

func (l *Layout) parseRow(r preset.Row, elements map[string]*Element) (*Row, error) {
	row := &Row{Key: r.Element, No: r.No, Name: r.Name, Unit: r.Unit, Decimals: r.Decimals, Indent: r.Indent, Bold: r.Bold, Required: r.Required}
	if r.Element != "" {
		e, ok := elements[r.Element]
		if !ok {
			return nil, fmt.Errorf("there is no element %s", r.Element)
		}
		row.Element, row.Unit, row.Decimals = e, e.Unit, e.Decimals
		if row.Name == "" {
			row.Name = e.NameZH
		}
		l.rows[r.Element] = row
		return row, nil
	}
	return row, l.parseDerived(row, r, elements)
}

func (l *Layout) parseDerived(row *Row, r preset.Row, elements map[string]*Element) error {
	expr, err := formula.Parse(r.Derived)
	if err != nil {
		return fmt.Errorf("formula %q: %w", r.Derived, err)
	}
	row.expr, row.Children = expr, r.Over == preset.SubjectChildren
	row.Formula = expr.Text(func(slug string) string { return nameOf(elements, slug) })
	l.derived = append(l.derived, row)
	row.Key = fmt.Sprintf("d%d", len(l.derived))
	return nil
}

func nameOf(elements map[string]*Element, slug string) string {
	if e, ok := elements[slug]; ok {
		return e.NameZH
	}
	return slug
}
