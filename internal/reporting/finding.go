package reporting

import (
	"strings"
	"time"

	"yigai/internal/formula"
	"yigai/internal/preset"
)

// Finding is a check that does not hold for the figures as they are.
type Finding struct {
	Key         string // names the check in Explain: L05b, or L21a:visits_total
	Code        string // L21a
	Rule        int    // version of the rule that found it, 0 for what the program reckons by itself
	Level       preset.Level
	SubjectID   int64
	Subject     string   // its name, for proxy forms
	Element     string   // whose cell carries the message
	Marks       []string // all cells to mark, Element first
	Message     string
	Figures     string // what it was computed from; an explanation holds only for these
	Explanation *Explanation
	Version     int // of what was ever explained here, 0 = nothing; also when that held for other figures
}

// Basis is what an explanation of the finding is typed upon.
func (f Finding) Basis() Basis { return Basis{f.Figures, f.Version} }

// Blocks reports whether the finding forbids submission.
func (f Finding) Blocks() bool { return f.Level == preset.Error }

// Unexplained reports whether the finding still needs an explanation.
func (f Finding) Unexplained() bool { return f.Level == preset.Warning && f.Explanation == nil }

// Explanation says why a warning is right as it stands.
type Explanation struct {
	Text    string
	Figures string
	Version int
	By      string
	At      time.Time
}

func (e Explanation) traced() map[string]any {
	return map[string]any{"text": e.Text, "figures": e.Figures}
}

// explained names what an explanation is about.
type explained struct {
	key     string
	subject int64
}

// findings evaluates every check in force for every subject, errors first.
func (f *figures) findings() []Finding {
	var errors, warnings []Finding
	for _, subject := range f.subjects {
		env := f.env(subject.ID, formula.This)
		for _, c := range f.layout.checks {
			if !c.inForce(f.report.Month) {
				continue
			}
			if holds, known := formula.Holds(c.expr, env); holds || !known {
				continue
			}
			found := f.finding(c, subject, env)
			if found.Blocks() {
				errors = append(errors, found)
			} else {
				warnings = append(warnings, found)
			}
		}
		warnings = append(warnings, f.reckoned(subject)...)
		warnings = append(warnings, f.unlike(subject)...)
	}
	return append(errors, warnings...)
}

func (f *figures) finding(c check, subject Subject, env formula.Env) Finding {
	found := Finding{Key: c.key, Code: c.code, Rule: c.version, Level: c.level, SubjectID: subject.ID, Element: c.marks[0], Marks: c.marks,
		Message: c.say(f.catalogue.bySlug, env), Figures: basis(c.expr, env)}
	if f.form.Proxy() {
		found.Subject = subject.Name
	}
	return f.explainedBy(found)
}

// explainedBy puts the explanation to a finding, when there is one for the figures as they are.
func (f *figures) explainedBy(found Finding) Finding {
	if e, ok := f.explanations[explained{found.Key, found.SubjectID}]; ok {
		found.Version = e.Version
		if e.Figures == found.Figures {
			found.Explanation = &e
		}
	}
	return found
}

// basis writes down the figures a check looked at.
func basis(expr *formula.Expr, env formula.Env) string {
	var parts []string
	for _, ref := range expr.Refs() {
		v := env(ref)
		said := string(v.Reason)
		if v.Reason == "" {
			said = v.Decimal.String()
		}
		parts = append(parts, ref.String()+"="+said)
	}
	return strings.Join(parts, ";")
}

// counts is what a report's row says about its content.
type counts struct {
	filled, fillable, errors, warnings, unexplained int
}

func (f *figures) count(findings []Finding) counts {
	n := counts{fillable: len(f.subjects) * len(f.layout.rows)}
	for _, s := range f.subjects {
		for slug := range f.layout.rows {
			k := CellKey{s.ID, slug}
			if _, follows := f.unstored[k]; f.filled(k) && !follows { // nobody filled what a source says
				n.filled++
			}
		}
	}
	for _, found := range findings {
		switch {
		case found.Blocks():
			n.errors++
		case found.Explanation == nil:
			n.warnings, n.unexplained = n.warnings+1, n.unexplained+1
		default:
			n.warnings++
		}
	}
	return n
}

// filled reports whether a cell holds a value (zero is one) or "not applicable".
func (f *figures) filled(k CellKey) bool { return storedState(f.cells[k].Cell) != stateEmpty }

// Progress is how far a section is.
type Progress struct {
	Title    string
	Filled   int
	Fillable int
	Missing  int // required cells that are still empty
	Errors   int
	Warnings int // without explanation
}

// Done reports whether nothing in the section stands against submission.
func (p Progress) Done() bool { return p.Missing == 0 && p.Errors == 0 && p.Warnings == 0 }

func (f *figures) progress(findings []Finding) []Progress {
	out := make([]Progress, len(f.layout.Sections))
	section := map[string]int{}
	for i, s := range f.layout.Sections {
		out[i].Title = s.Title
		for _, row := range s.Rows {
			if row.Entered() {
				section[row.Key] = i
				f.countRow(&out[i], row)
			}
		}
	}
	for _, found := range findings {
		at := &out[section[found.Element]]
		if found.Blocks() {
			at.Errors++
		} else if found.Explanation == nil {
			at.Warnings++
		}
	}
	return out
}

func (f *figures) countRow(p *Progress, row *Row) {
	for _, s := range f.subjects {
		p.Fillable++
		if f.filled(CellKey{s.ID, row.Key}) {
			p.Filled++
		} else if row.Required {
			p.Missing++
		}
	}
}
