package indicator

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/formula"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// FactsPage is how many facts an explained value shows at once.
const FactsPage = 200

// Explained is a value with everything it was made of.
type Explained struct {
	Value       Value
	Judged      Judged
	Indicator   Indicator
	Version     Version // that made the value
	Institution org.Institution
	Text        string // the formula in Chinese
	Factor      decimal.Decimal
	Inputs      []Input
	Facts       []Fact // one page
	Page        int    // of facts, from 1
	More        bool   // there is a next page of facts
	Missing     []Debtor
	Corrections []Correction

	expr    *formula.Expr
	missing []int64 // institutions that owe a figure, in scope or not
}

// Input is one figure of the formula: a sum over the institution and everything below it.
type Input struct {
	Ref      formula.Ref
	Element  reporting.Element
	Value    decimal.NullDecimal
	Control  decimal.NullDecimal // a printed total that was loaded beside the members' figures and is not added to them
	Months   []period.Month      // the months it is read from
	Reported int                 // of a sum over months: how many were reported, 0 for single months
	Calendar bool                // follows from the month itself
	Group    string              // Chinese name of the institutions it is summed over, "" for all
	Compared bool                // of another time: only members count that have this month's figures
	paired   bool                // its element is read from this month too
}

// Fact is one accepted or loaded figure and its way here.
type Fact struct {
	Input           int // index in Inputs
	InstitutionID   int64
	InstitutionCode string
	Institution     string
	Month           period.Month
	State           string // value, empty, na
	Value           decimal.NullDecimal
	Comment         string
	ReportID        int64 // 0 for a loaded figure
	FormTitle       string
	RowNo           string
	EnteredName     string
	EnteredAt       time.Time
	SubmittedName   string
	SubmittedAt     time.Time
	AcceptedName    string
	AcceptedAt      time.Time
}

// Debtor is an institution that owes figures of this month.
type Debtor struct {
	InstitutionID int64
	Code, Name    string
	ReportID      int64 // 0 when no report asks for them
	ReportState   reporting.State
	Elements      []string
}

// Correction is an earlier value that was complete and has been replaced.
type Correction struct {
	Version               int
	Value                 decimal.Decimal
	Inputs                map[string]*string // what it was computed from, by reference; nil where that was not kept
	ComputedAt, ReplaceAt time.Time

	Causes []reporting.Correction // that replaced it, as far as they are found among the facts shown

	NewVersion int // of the value that took its place: another one means that the formula changed, not a figure
}

// Restated reports whether another formula replaced the value, and not another figure.
func (c Correction) Restated() bool { return c.NewVersion != c.Version }

// Corrected counts how often a figure was corrected after the value was complete.
func (e Explained) Corrected() int {
	n := 0
	for _, c := range e.Corrections {
		if !c.Restated() {
			n++
		}
	}
	return n
}

// Compares reports whether the formula holds this month against another time.
func (e Explained) Compares() bool {
	return slices.ContainsFunc(e.Inputs, func(in Input) bool { return in.Compared })
}

// Worked is the formula with the figures in it, as show writes them.
func (e Explained) Worked(show func(Input) string) string {
	if e.expr == nil {
		return ""
	}
	return e.expr.Numbers(func(ref formula.Ref) string {
		for _, in := range e.Inputs {
			if in.Ref == ref {
				return show(in)
			}
		}
		return ref.String()
	})
}

// Explain shows where a value comes from; page is the page of facts, from 1.
func (s *Service) Explain(ctx context.Context, who actor.Actor, slug, institution string, m period.Month, page int) (Explained, error) {
	i, err := s.Get(ctx, who, slug)
	if err != nil {
		return Explained{}, err
	}
	e := Explained{Indicator: i, Page: max(page, 1)}
	if e.Institution, err = org.ByCode(ctx, s.db, who, institution); err != nil {
		return e, err
	}
	found, err := listValues(ctx, s.db, who, ValueFilter{Indicator: slug, Institution: e.Institution.Code, From: m, To: m, Limit: 1})
	if err != nil {
		return e, err
	}
	if len(found) == 0 {
		return e, fault.NotFound(fmt.Sprintf("%s %s 的“%s”:没有应报或已审核的数据", e.Institution.Name, m.Chinese(), i.NameZH))
	}
	e.Value = found[0]
	e.Judged = judge(i, e.Institution.Kind, m, map[spot]Point{{i.ID, e.Institution.ID}: {e.Value.Value, e.Value.Reason,
		e.Value.Reporting, e.Value.Expected, e.Value.Uneven}}, e.Institution.ID)
	if err := s.explainFormula(ctx, who, &e); err != nil {
		return e, err
	}
	return e, s.explainFacts(ctx, who, &e)
}

func (s *Service) explainFormula(ctx context.Context, who actor.Actor, e *Explained) error {
	known, err := s.elements(ctx, s.db, who.CountyID)
	if err != nil {
		return err
	}
	for _, v := range e.Indicator.Versions {
		if v.Number == e.Value.Version {
			e.Version = v
		}
	}
	if e.expr, err = e.Version.parse(); err != nil {
		return err
	}
	e.Text, e.Factor = formulaText(e.expr, known), e.expr.Fraction().Factor
	recorded, missing, err := readInputs(ctx, s.db, who.CountyID, e.Value)
	if err != nil {
		return err
	}
	e.missing = missing
	var planned []input
	for _, ref := range e.expr.Refs() {
		planned = append(planned, s.newInput(ref, e.Value.Month, known[ref.Slug]))
	}
	for _, one := range planned {
		in, err := explainInput(one, e.Value.Month, recorded)
		if err != nil {
			return err
		}
		in.Compared = compares(planned) && !one.current() && one.constant == nil
		in.paired = slices.ContainsFunc(planned, func(now input) bool { return now.current() && now.element.ID == one.element.ID })
		e.Inputs = append(e.Inputs, in)
	}
	return nil
}

func explainInput(planned input, m period.Month, recorded map[string]*string) (Input, error) {
	ref := planned.ref
	in := Input{Ref: ref, Element: planned.element, Calendar: planned.constant != nil, Months: windowMonths(planned.key.window, m),
		Group: formula.GroupName(ref.Group)}
	if text := recorded[ref.String()]; text != nil {
		d, err := decimal.NewFromString(*text)
		if err != nil {
			return in, fmt.Errorf("read recorded figure %s: %w", ref, err)
		}
		in.Value = decimal.NewNullDecimal(d)
	}
	if text := recorded[ref.String()+controlSuffix]; text != nil {
		d, err := decimal.NewFromString(*text)
		if err != nil {
			return in, fmt.Errorf("read recorded total %s: %w", ref, err)
		}
		in.Control = decimal.NewNullDecimal(d)
	}
	if text := recorded[ref.String()+monthsSuffix]; text != nil {
		n, err := strconv.Atoi(*text)
		if err != nil {
			return in, fmt.Errorf("read recorded months of %s: %w", ref, err)
		}
		in.Reported = n
	}
	return in, nil
}

// readInputs reads the figures that a value was made of, as they were recorded with it, and who owed some.
func readInputs(ctx context.Context, q pg.Querier, county int32, v Value) (recorded map[string]*string, missing []int64, err error) {
	var stored []byte
	err = q.QueryRow(ctx, `SELECT inputs, missing FROM indicator_value
		WHERE county_id = $1 AND period = $2 AND indicator_id = $3 AND institution_id = $4`,
		county, v.Month, v.IndicatorID, v.InstitutionID).Scan(&stored, &missing)
	if err != nil {
		return nil, nil, fmt.Errorf("read figures of a value: %w", err)
	}
	if err := json.Unmarshal(stored, &recorded); err != nil {
		return nil, nil, fmt.Errorf("read figures of a value: %w", err)
	}
	return recorded, missing, nil
}

// explainFacts reads the facts, who still owes some, and earlier values.
func (s *Service) explainFacts(ctx context.Context, who actor.Actor, e *Explained) (err error) {
	if e.Facts, err = s.facts(ctx, who, *e); err != nil {
		return err
	}
	if e.More = len(e.Facts) > FactsPage; e.More {
		e.Facts = e.Facts[:FactsPage]
	}
	if e.Missing, err = s.debtors(ctx, who, *e); err != nil {
		return err
	}
	if e.Corrections, err = readCorrections(ctx, s.db, who.CountyID, e.Value); err != nil {
		return err
	}
	return s.explainCorrections(ctx, who, e)
}
