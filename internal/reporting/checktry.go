package reporting

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/formula"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Bounds of a trial, which somebody waits for.
const (
	MaxTrialMonths = 12
	MaxTrialFound  = 200
	maxTrialed     = 1500 // reports
)

// Found is a finding in one report.
type Found struct {
	Report   Report
	Finding  Finding
	Value    decimal.NullDecimal // of the marked cell
	Accepted decimal.NullDecimal // the accepted figure of it
}

// Trial is what a rule would find in past months.
type Trial struct {
	First, Last period.Month
	Forms       []string               // titles of the forms it works on
	Reports     int                    // looked at
	Units       int                    // with a finding
	Held        int                    // places where the rule holds
	Unknown     map[formula.Reason]int // places where it cannot be computed, and why
	Total       int
	Found       []Found // the first MaxTrialFound of them
	Truncated   bool    // there are more reports than one trial looks at
}

// TryCheckRule runs a rule that is not stored on past months and says what it would find. It changes nothing.
func (s *Service) TryCheckRule(ctx context.Context, who actor.Actor, r CheckRule, first, last period.Month) (Trial, error) {
	t := Trial{First: first, Last: last, Unknown: map[formula.Reason]int{}}
	if err := who.Require(ActionManageRules); err != nil {
		return t, err
	}
	problems, err := s.ruleProblems(ctx, s.db, who.CountyID, &r)
	if err != nil {
		return t, err
	}
	if problems = append(problems, trialMonths(first, last)...); len(problems) > 0 {
		return t, fault.Invalid(problems...)
	}
	c, err := loadForms(ctx, s.db, who.CountyID)
	if err != nil {
		return t, err
	}
	forms, err := c.try(r)
	if err != nil {
		return t, fmt.Errorf("try check rule %s: %w", r.Code, err)
	}
	c.quiet()
	err = s.try(ctx, who, &t, c, forms)
	return t, err
}

func trialMonths(first, last period.Month) []fault.Problem {
	switch {
	case first.IsZero() || last.IsZero():
		return []fault.Problem{{Field: "first", Message: "请填写试算的起止月份"}}
	case last.Before(first):
		return []fault.Problem{{Field: "last", Message: "结束月份不能早于开始月份"}}
	case !last.Before(first.Add(MaxTrialMonths)):
		return []fault.Problem{{Field: "last", Message: fmt.Sprintf("一次最多试算 %d 个月;更多请保存后用批量复核", MaxTrialMonths)}}
	}
	return nil
}

// begun are the states of a report with figures, handedIn those in which nobody may change them, unpassed those before
// the acceptance.
var (
	begun    = statesBut(func(s State) bool { return s == NotStarted })
	handedIn = statesBut(State.Editable)
	unpassed = statesBut(func(s State) bool { return s == Accepted })
)

// statesBut leaves states out of all there are, so that none is forgotten.
func statesBut(left func(State) bool) []State { return slices.DeleteFunc(slices.Clone(States), left) }

func (s *Service) try(ctx context.Context, who actor.Actor, t *Trial, c *Catalogue, forms []string) error {
	for _, slug := range forms {
		f, _ := c.Form(slug)
		t.Forms = append(t.Forms, f.Title)
	}
	reports, err := reportsToCheck(ctx, s.db, who, forms, t.First, t.Last, begun, maxTrialed+1)
	if err != nil {
		return err
	}
	if t.Truncated = len(reports) > maxTrialed; t.Truncated {
		reports = reports[:maxTrialed]
	}
	units := map[int64]bool{}
	for _, r := range reports {
		f, err := s.loadFiguresBy(ctx, s.db, who.CountyID, r, c)
		if err != nil {
			return err
		}
		found := f.found()
		f.tally(t)
		t.Reports++
		t.Total += len(found)
		for _, one := range found {
			units[one.Finding.SubjectID] = true
		}
		t.Found = append(t.Found, found[:min(len(found), MaxTrialFound-len(t.Found))]...)
	}
	t.Units = len(units)
	return nil
}

// quiet leaves out what the program reckons by itself.
func (c *Catalogue) quiet() {
	c.outlier = OutlierSetting{}
	for _, f := range c.Forms {
		for _, l := range f.Layouts {
			l.limits = nil
		}
	}
}

// checkBy evaluates the checks of a catalogue on a report as it stands; usual, if any, takes the place of the stored
// ranges.
func (s *Service) checkBy(ctx context.Context, q pg.Querier, county int32, r Report, c *Catalogue, usual map[CellKey]ranges) ([]Found, error) {
	f, err := s.loadFiguresBy(ctx, q, county, r, c)
	if err != nil {
		return nil, err
	}
	if usual != nil {
		f.ranges = usual
	}
	return f.found(), nil
}

// tally counts where the checks hold and where they cannot be computed.
func (f *figures) tally(t *Trial) {
	for _, subject := range f.subjects {
		env := f.env(subject.ID, formula.This)
		for _, c := range f.layout.checks {
			if !c.inForce(f.report.Month) {
				continue
			}
			if why := formula.WhyUnknown(c.expr, env); why != "" {
				t.Unknown[why]++
			} else if holds, _ := formula.Holds(c.expr, env); holds {
				t.Held++
			}
		}
	}
}

// found are the findings with the figure of the cell that each marks.
func (f *figures) found() []Found {
	var out []Found
	for _, found := range f.findings() {
		one := Found{Report: f.report, Finding: found}
		if cell := f.cells[CellKey{found.SubjectID, found.Element}].Cell; cell.State == number.Given {
			one.Value = decimal.NullDecimal{Decimal: cell.Value, Valid: true}
		}
		out = append(out, one)
	}
	return out
}

// CheckSet is a county's rules put to work for a re-validation. It is for one goroutine.
type CheckSet struct {
	catalogue *Catalogue
	all       bool // with what the program reckons by itself
	month     period.Month
	usual     map[CellKey]ranges // of the month
}

// CheckSet puts rules to work: codes empty means all, with what the program reckons by itself. With current the newest
// versions count for every month, otherwise each month is looked at by the versions in force then.
func (s *Service) CheckSet(ctx context.Context, q pg.Querier, county int32, codes []string, current bool) (*CheckSet, error) {
	c, err := loadForms(ctx, q, county)
	if err != nil {
		return nil, err
	}
	rules, err := readRules(ctx, q, county)
	if err != nil {
		return nil, err
	}
	if current {
		rules = newest(rules)
	}
	if len(codes) > 0 {
		rules = slices.DeleteFunc(rules, func(r rule) bool { return !slices.Contains(codes, r.Code) })
	}
	if err := c.compile(rules); err != nil {
		return nil, err
	}
	if len(codes) > 0 {
		c.quiet()
	}
	return &CheckSet{catalogue: c, all: len(codes) == 0}, nil
}

// newest keeps the last version of every rule that was not ended, for all months.
func newest(rules []rule) []rule {
	var out []rule
	for _, r := range rules {
		if r.Until.IsZero() {
			r.From = period.Month{}
			out = append(out, r)
		}
	}
	return out
}

// ReportsToCheck lists the reports of some months in scope that were handed in, checked or accepted, newest month first.
func (s *Service) ReportsToCheck(ctx context.Context, q pg.Querier, who actor.Actor, first, last period.Month, limit int) ([]Report, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return reportsToCheck(ctx, q, who, nil, first, last, handedIn, limit)
}

// Check evaluates a set of rules on a report, with the accepted figure beside each.
func (s *Service) Check(ctx context.Context, q pg.Querier, county int32, set *CheckSet, r Report) ([]Found, error) {
	if set.all && set.month != r.Month {
		usual, err := s.usualIn(ctx, q, county, r.Month, set.catalogue)
		if err != nil {
			return nil, err
		}
		set.month, set.usual = r.Month, usual
	}
	found, err := s.checkBy(ctx, q, county, r, set.catalogue, set.usual)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found, acceptedBeside(ctx, q, county, r, set.catalogue, found)
}

// acceptedBeside fills in the accepted figures of the marked cells.
func acceptedBeside(ctx context.Context, q pg.Querier, county int32, r Report, c *Catalogue, found []Found) error {
	for i := range found {
		e, ok := c.Element(found[i].Finding.Element)
		if !ok {
			continue
		}
		err := q.QueryRow(ctx, `SELECT value FROM fact WHERE county_id = $1 AND period = $2 AND element_id = $3 AND institution_id = $4`,
			county, r.Month, e.ID, found[i].Finding.SubjectID).Scan(&found[i].Accepted)
		if err != nil && !pg.NoRows(err) {
			return fmt.Errorf("read accepted figure: %w", err)
		}
	}
	return nil
}

// SayFigures writes what a finding was computed from in Chinese: 总诊疗人次 5,400;总诊疗人次(上月) 4,000.
func (c *Catalogue) SayFigures(figures string) string {
	var out []string
	for part := range strings.SplitSeq(figures, ";") {
		name, value, _ := strings.Cut(part, "=")
		if d, err := decimal.NewFromString(value); err == nil {
			value = grouped(d)
		} else if formula.Reason(value) != "" {
			value = formula.Reason(value).Text()
		}
		expr, err := formula.Parse(name)
		if err == nil {
			name = expr.Text(func(slug string) string { return nameOf(c.bySlug, slug) })
		}
		out = append(out, name+" "+value)
	}
	return strings.Join(out, ";")
}
