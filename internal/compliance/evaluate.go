package compliance

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/policy"
)

// maxMonths is how far back a change is followed.
const maxMonths = 36

// outcome is the result of one standard for one subject, as it is stored.
type outcome struct {
	code    string
	kind    SubjectKind
	subject int64
	rule    policy.Rule
	fact    Fact
	verdict Verdict
}

// Evaluate evaluates a month anew and stores its results. It may run twice.
func (s *Service) Evaluate(ctx context.Context, county int32, m period.Month) error {
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := lockCounty(ctx, tx, county); err != nil {
			return err
		}
		results, err := s.evaluate(ctx, tx, county, m)
		if err != nil {
			return err
		}
		return replaceResults(ctx, tx, county, m, results, s.now())
	})
	if err != nil {
		return fmt.Errorf("evaluate standards of %s: %w", m, err)
	}
	return nil
}

// evaluate is the arithmetic of a month on rules and facts as they stand.
func (s *Service) evaluate(ctx context.Context, q pg.Querier, county int32, m period.Month) ([]outcome, error) {
	book, err := policy.ReadBook(ctx, q, county)
	if err != nil {
		return nil, err
	}
	on := policy.LastDay(m)
	rules := book.HoldsAll(on, policy.Subject{})
	measures := make([]Measure, 0, len(rules))
	for _, r := range rules {
		measures = append(measures, measuresOf(r, book)...)
	}
	e, err := s.gather(ctx, q, county, m, measures)
	if err != nil {
		return nil, err
	}
	var out []outcome
	for _, r := range rules {
		out = append(out, e.row(book, r, m)...)
	}
	return out, nil
}

// measuresOf lists how a rule may be measured: as the standard that gives it, or as one that an override is set in.
func measuresOf(r policy.Rule, book *policy.Book) []Measure {
	out := []Measure{Measures()[r.Standard.Code]}
	for _, o := range book.Overrides(r.Standard) {
		if o.Code != r.Standard.Code {
			out = append(out, Measures()[o.Code])
		}
	}
	return out
}

// row evaluates one standard for all its subjects. One without any is not known: it still is a row of the board.
func (e *evidence) row(book *policy.Book, r policy.Rule, m period.Month) []outcome {
	measure := Measures()[r.Standard.Code]
	particular := book.Particular(r.Standard)
	list, unsure := e.subjects(measure)
	var out []outcome
	for _, n := range list {
		rule, how := r, measure
		if particular && len(measure.Kinds) > 0 {
			rule, _ = book.Holds(r.Code, policy.LastDay(m), policy.Subject{Kind: n.Kind, Institution: n.ID})
			how = Measures()[rule.Standard.Code]
		}
		f := e.fact(how, r.Standard.Key(), n)
		if note := unsure[n.ID]; note != "" {
			f = Fact{Note: note}
		}
		out = append(out, outcome{code: r.Code, kind: measure.subjectOf(n), subject: n.ID, rule: rule, fact: f, verdict: Judge(rule, how, f, m)})
	}
	if len(out) == 0 {
		out = append(out, outcome{code: r.Code, kind: measure.Subject, subject: e.tree.root().ID, rule: r,
			verdict: Verdict{Result: NotKnown, Note: "县里没有适用这条标准的机构"}})
	}
	return out
}

// subjectOf is the sort that a subject is shown under: a standard may be about hospitals and townships.
func (m Measure) subjectOf(n org.Node) SubjectKind {
	if len(m.Kinds) == 0 {
		return m.Subject
	}
	return kindOf([]string{n.Kind})
}

// standardValue is the number that the fact is held against, as it is stored.
func (o outcome) standardValue() (value, limit decimal.NullDecimal) { return o.rule.Value, o.rule.Max }
