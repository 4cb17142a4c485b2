package indicator

import (
	"context"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// BoardColumns is how many institutions stand on one page of the board.
const BoardColumns = 20

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
	Tabs         []Tab // those with something to show in scope
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
	Cells     []Judged
	Trend     []*decimal.Decimal // of the focus, TrendMonths up to the month; empty without any value
}

// LastMonth is the value of the focus a month before, nil when there was none.
func (r BoardRow) LastMonth() *decimal.Decimal { return before(r.Trend, 1) }

// LastYear is the value of the focus a year before, nil when there was none.
func (r BoardRow) LastYear() *decimal.Decimal { return before(r.Trend, 12) }

// before is the value some months before the last of a trend.
func before(trend []*decimal.Decimal, months int) *decimal.Decimal {
	if n := len(trend) - 1 - months; n >= 0 {
		return trend[n]
	}
	return nil
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
	case !j.Value.Valid || j.Uneven:
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

// LatestMonthOf is LatestMonth for later rooms, which have asked for permission themselves.
func (s *Service) LatestMonthOf(ctx context.Context, county int32) (period.Month, error) {
	return latestMonth(ctx, s.db, county, period.MonthOf(s.now()).Prev())
}
