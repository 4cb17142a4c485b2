package indicator

import (
	"cmp"
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// BoardColumns is how many institutions stand on one page of the board.
const BoardColumns = 30

// TrendMonths is how far back a trend goes.
const TrendMonths = 24

// Tab is a part of the board: the county itself, or institutions of some kinds.
type Tab struct {
	Name, Title string
	Kinds       []string
}

// Tabs lists the parts of the board.
var Tabs = []Tab{
	{"county", "县级", nil},
	{"township", "乡镇", []string{org.KindTownshipHospital, org.KindCommunityCentre}},
	{"hospital", "县医院", []string{org.KindCountyHospital, org.KindMCH, org.KindCDC}},
	{"clinic", "村卫生室", []string{org.KindVillageClinic, org.KindCommunityStation}},
}

// Query says which part of the board is wanted.
type Query struct {
	Month  period.Month // zero: the latest
	Tab    string       // name of a Tab
	Topic  string
	Order  string // slug: institutions ordered by this indicator, best first
	SortBy int64  // rows ordered by how far they miss the target in this institution; 0: as defined
	Page   int    // of institutions, from 1
}

// Board is indicators by institutions in a month.
type Board struct {
	Query        Query
	Fresh        Freshness
	Focus        Place // the county where it is in scope, else the reader's own institution; ID 0: none
	Institutions []Place
	Pages        int
	Total        int // institutions over all pages
	Topics       []string
	Rows         []BoardRow
}

// Place is an institution as a column.
type Place struct {
	ID                      int64
	Code, Name, Short, Kind string
}

// BoardRow is one indicator over the institutions.
type BoardRow struct {
	Indicator Indicator
	Formula   string // in Chinese
	Focus     Judged
	LastMonth Point // of the focus
	LastYear  Point // of the focus
	Cells     []Judged
	Trend     []*decimal.Decimal // of the focus, TrendMonths up to the month
}

// Judged is a value held against the target of its institution.
type Judged struct {
	Point
	Present   bool // false: nothing is due or given here
	Target    Target
	HasTarget bool
}

// The outcomes of holding a value against its target.
const (
	Met      = "met"
	NotMet   = "not_met"
	NotKnown = "not_known"
)

// Status is Met, NotMet or NotKnown, "" where there is nothing to hold it against.
func (j Judged) Status() string {
	switch {
	case !j.HasTarget || !j.Present:
		return ""
	case !j.Value.Valid:
		return NotKnown
	case j.Target.Met(j.Value.Decimal):
		return Met
	default:
		return NotMet
	}
}

// Gap is how far the value misses its target, relative to it.
func (j Judged) Gap() decimal.Decimal {
	if j.Status() != NotMet {
		return decimal.Zero
	}
	return j.Target.Gap(j.Value.Decimal)
}

func judge(i Indicator, kind string, m period.Month, points map[spot]Point, institution int64) Judged {
	p, present := points[spot{i.ID, institution}]
	j := Judged{Point: p, Present: present}
	if i.Direction != preset.Watch {
		j.Target, j.HasTarget = i.Target(kind, m)
	}
	return j
}

// Board shows a month.
func (s *Service) Board(ctx context.Context, who actor.Actor, query Query) (Board, error) {
	if err := who.Require(ActionView); err != nil {
		return Board{}, err
	}
	b := Board{Query: query}
	for _, step := range []func(context.Context, actor.Actor, *Board) error{s.boardMonth, s.boardPlaces, s.boardRows} {
		if err := step(ctx, who, &b); err != nil {
			return Board{}, err
		}
	}
	return b, nil
}

func (s *Service) boardMonth(ctx context.Context, who actor.Actor, b *Board) (err error) {
	if b.Query.Month.IsZero() {
		if b.Query.Month, err = s.LatestMonth(ctx, who); err != nil {
			return err
		}
	}
	b.Fresh, err = readRun(ctx, s.db, who.CountyID, b.Query.Month)
	return err
}

// LatestMonth is the month people look at first: the newest that was mostly accepted, else the month before this one.
func (s *Service) LatestMonth(ctx context.Context, who actor.Actor) (period.Month, error) {
	return latestMonth(ctx, s.db, who.CountyID, period.MonthOf(s.now()).Prev())
}

// boardPlaces finds the institutions of the tab that were open in the month, in the wanted order, and cuts out the page.
func (s *Service) boardPlaces(ctx context.Context, who actor.Actor, b *Board) (err error) {
	if b.Focus, err = s.focus(ctx, who); err != nil {
		return err
	}
	n := slices.IndexFunc(Tabs, func(t Tab) bool { return t.Name == b.Query.Tab })
	if n < 0 {
		n = tabFor(who)
		b.Query.Tab = Tabs[n].Name
	}
	if len(Tabs[n].Kinds) == 0 {
		return nil
	}
	all, err := s.places(ctx, who, Tabs[n].Kinds, b.Query.Month)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(p Place) bool { return p.ID == b.Focus.ID })
	if b.Query.Order != "" {
		if err := s.order(ctx, who, b.Query, all); err != nil {
			return err
		}
	}
	b.cut(all)
	return nil
}

func (b *Board) cut(all []Place) {
	b.Total = len(all)
	b.Pages = max(1, (len(all)+BoardColumns-1)/BoardColumns)
	b.Query.Page = min(max(b.Query.Page, 1), b.Pages)
	from := (b.Query.Page - 1) * BoardColumns
	b.Institutions = all[from:min(from+BoardColumns, len(all))]
}

// tabFor is the tab somebody sees first: townships, or the kind they work at.
func tabFor(who actor.Actor) int {
	for n, t := range Tabs {
		if slices.Contains(t.Kinds, who.InstitutionKind) {
			return n
		}
	}
	return 1
}

// focus is the institution whose values stand first on the board.
func (s *Service) focus(ctx context.Context, who actor.Actor) (Place, error) {
	found, err := org.InScope(ctx, s.db, who, org.Filter{Kinds: []string{org.KindCounty}, Limit: 1})
	if err == nil && len(found) == 0 && who.InstitutionID != 0 {
		found, err = ownInstitution(ctx, s.db, who)
	}
	if err != nil || len(found) == 0 {
		return Place{}, err
	}
	return placeOf(found[0]), nil
}

// places lists the institutions of some kinds in scope that were open at some time in the month, by code.
func (s *Service) places(ctx context.Context, who actor.Actor, kinds []string, m period.Month) ([]Place, error) {
	found, err := org.InScope(ctx, s.db, who, org.Filter{Kinds: kinds})
	if err != nil {
		return nil, err
	}
	var places []Place
	for _, i := range found {
		began := i.OpenedOn == nil || i.OpenedOn.Before(m.Next().Date())
		if began && (i.ClosedOn == nil || i.ClosedOn.After(m.Date())) {
			places = append(places, placeOf(i))
		}
	}
	return places, nil
}

func placeOf(i org.Institution) Place {
	return Place{ID: i.ID, Code: i.Code, Name: i.Name, Short: i.ShortName, Kind: i.Kind}
}

func idsOf(places []Place) []int64 {
	ids := make([]int64, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	return ids
}

// order sorts institutions by one indicator, the best first and those without a value last.
func (s *Service) order(ctx context.Context, who actor.Actor, query Query, places []Place) error {
	i, err := bySlug(ctx, s.db, who.CountyID, query.Order)
	if err != nil {
		return err
	}
	points, err := pointsOf(ctx, s.db, who.CountyID, query.Month, []int32{i.ID}, idsOf(places))
	if err != nil {
		return err
	}
	slices.SortStableFunc(places, func(a, b Place) int {
		return better(judge(i, a.Kind, query.Month, points, a.ID), judge(i, b.Kind, query.Month, points, b.ID), i.Direction)
	})
	return nil
}

// better orders two values: the better first, those without a value last.
func better(a, b Judged, d preset.Direction) int {
	switch {
	case !a.Value.Valid || !b.Value.Valid:
		return cmp.Compare(boolInt(b.Value.Valid), boolInt(a.Value.Valid))
	case d == preset.Down:
		return a.Value.Decimal.Cmp(b.Value.Decimal)
	case d == preset.Range && a.HasTarget:
		return cmp.Or(a.Gap().Cmp(b.Gap()), b.Value.Decimal.Cmp(a.Value.Decimal))
	default:
		return b.Value.Decimal.Cmp(a.Value.Decimal)
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
