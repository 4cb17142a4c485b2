package compliance

import (
	"context"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/policy"
)

// Filter selects what a board shows; zero fields do not filter.
type Filter struct {
	Month    period.Month // zero: the latest evaluated
	Document string       // preset
	Kind     SubjectKind
	Result   Result // of the row
}

// Counts are how many meet, do not meet, and are not known.
type Counts struct{ Met, NotMet, NotKnown int }

// All is how many there are.
func (c Counts) All() int { return c.Met + c.NotMet + c.NotKnown }

func (c *Counts) add(r Result) {
	switch r {
	case Met:
		c.Met++
	case NotMet:
		c.NotMet++
	default:
		c.NotKnown++
	}
}

// Row is one standard on the board with what its subjects in scope come to.
type Row struct {
	Code     string
	Standard policy.Standard // as its document prints it
	Kind     SubjectKind
	Held     Held // the number held against, and the fact where there is one subject only
	Counts
}

// Result is met when all subjects meet it, not met when one does not.
func (r Row) Result() Result {
	switch {
	case r.NotMet > 0:
		return NotMet
	case r.NotKnown > 0:
		return NotKnown
	}
	return Met
}

// Held is a fact beside the number that it was held against.
type Held struct {
	Operator   string
	Number     decimal.NullDecimal
	Max        decimal.NullDecimal
	Unit       string
	State      policy.State
	Phase      policy.Phase
	Value      decimal.NullDecimal
	Declared   *bool
	How        string
	Gap        decimal.NullDecimal
	Note       string
	Particular bool // the subjects of a row are held against different numbers
}

// Text is the number held against.
func (h Held) Text() string { return policy.Say(h.Operator, h.Number, h.Max, h.Unit) }

// Board is a month at a glance.
type Board struct {
	Month       period.Month
	EvaluatedAt time.Time // zero: not yet
	Presets     []string  // of the rows there are, in the order of the documents
	Total       Counts    // of rows, before the filter
	ByKind      map[SubjectKind]Counts
	ByDocument  map[string]Counts
	Rows        []Row // filtered
	Places      []Place
}

// Place is a township institution, or the one of the reader, with the results of everything below it.
type Place struct {
	ID   int64
	Name string
	Kind string
	Counts
}

// Board returns the standards of a month with the results in scope.
func (s *Service) Board(ctx context.Context, who actor.Actor, f Filter) (b Board, err error) {
	if b.Month, b.EvaluatedAt, err = s.month(ctx, who, f.Month); err != nil {
		return b, err
	}
	rows, err := listRows(ctx, s.db, who, b.Month)
	if err != nil {
		return b, err
	}
	b.ByKind, b.ByDocument = map[SubjectKind]Counts{}, map[string]Counts{}
	for _, r := range inOrder(rows) {
		b.take(r, f)
	}
	b.Places, err = listPlaces(ctx, s.db, who, b.Month)
	return b, err
}

// take counts a row and shows it when the filter lets it pass.
func (b *Board) take(r Row, f Filter) {
	result := r.Result()
	b.Total.add(result)
	kind, document := b.ByKind[r.Kind], b.ByDocument[r.Standard.Preset]
	kind.add(result)
	document.add(result)
	b.ByKind[r.Kind], b.ByDocument[r.Standard.Preset] = kind, document
	if !slices.Contains(b.Presets, r.Standard.Preset) {
		b.Presets = append(b.Presets, r.Standard.Preset)
	}
	if (f.Document == "" || f.Document == r.Standard.Preset) && (f.Kind == "" || f.Kind == r.Kind) && (f.Result == "" || f.Result == result) {
		b.Rows = append(b.Rows, r)
	}
}

// inOrder puts rows in the order of the catalogue; a standard that is no longer known is left out.
func inOrder(rows map[string]Row) []Row {
	var out []Row
	for _, s := range policy.Known().Standards {
		if r, ok := rows[s.Code]; ok {
			r.Standard = s
			out = append(out, r)
		}
	}
	return out
}

// month is the month in view and when it was evaluated.
func (s *Service) month(ctx context.Context, who actor.Actor, m period.Month) (period.Month, time.Time, error) {
	if err := who.Require(ActionView); err != nil {
		return m, time.Time{}, err
	}
	if m.IsZero() {
		latest, err := s.indicator.LatestMonthOf(ctx, who.CountyID)
		if err != nil {
			return m, time.Time{}, err
		}
		m = latest
	}
	at, err := evaluatedAt(ctx, s.db, who.CountyID, m)
	return m, at, err
}

// Item is the result of one standard for one subject.
type Item struct {
	Code          string
	Standard      policy.Standard
	InstitutionID int64
	Institution   string
	InstKind      string // kind of institution
	Kind          SubjectKind
	Result        Result
	Since         period.Month
	Held          Held
}

// ItemFilter selects results; zero fields do not filter.
type ItemFilter struct {
	Month       period.Month
	Code        string
	Institution int64 // this one only
	Below       int64 // this one and everything below it
	Result      Result
	Document    string
	Kind        SubjectKind
	After       string // cursor of the page before
	Limit       int
}

// Page is a stretch of results.
type Page struct {
	Month period.Month
	Items []Item
	Next  string // cursor, "" at the end
}

const (
	onPage   = 200
	exported = 100_000
)

// Items lists results in scope, by standard and institution.
func (s *Service) Items(ctx context.Context, who actor.Actor, f ItemFilter) (p Page, err error) {
	if p.Month, _, err = s.month(ctx, who, f.Month); err != nil {
		return p, err
	}
	f.Month = p.Month
	if f.Limit <= 0 || f.Limit > exported {
		f.Limit = onPage
	}
	if p.Items, err = listItems(ctx, s.db, who, f); err != nil {
		return p, err
	}
	if len(p.Items) > f.Limit {
		p.Items = p.Items[:f.Limit]
		last := p.Items[f.Limit-1]
		p.Next = cursor(last)
	}
	for n := range p.Items {
		p.Items[n].Standard, _ = policy.Known().Standard(p.Items[n].Code)
	}
	return p, nil
}
