package reporting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/jobs"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Ranges are reckoned beforehand, when figures were accepted or handed in, so that opening a form and saving a cell only
// read them. They are those of the reports that are not accepted yet: what was accepted keeps the ranges it was looked
// at with.

// maxOpenMonths bounds how many months with open reports one change is reckoned for, the newest first.
const maxOpenMonths = 6

// asked is a figure that an open report asks for.
type asked struct {
	subject int64
	element int32
}

// peerGroup are the figures that are compared with each other: of one kind of institution on one form.
type peerGroup struct {
	form, element int32
	kind          string
}

// RefreshRanges reckons the usual ranges of a month's open reports anew; institutions nil means all, else only reports
// of these and about these.
func (s *Service) RefreshRanges(ctx context.Context, county int32, m period.Month, institutions []int64) error {
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		wanted, err := readAsked(ctx, tx, county, m, institutions, unpassed)
		if err != nil || len(wanted) == 0 {
			return err
		}
		reckoned, err := reckonRanges(ctx, tx, county, m, wanted)
		if err != nil {
			return err
		}
		return writeRanges(ctx, tx, county, m, reckoned)
	})
	if err != nil {
		return fmt.Errorf("refresh ranges of %s: %w", m, err)
	}
	return nil
}

func reckonRanges(ctx context.Context, q pg.Querier, county int32, m period.Month, open map[asked]peerGroup) ([]measured, error) {
	own, err := readHistory(ctx, q, county, m, open)
	if err != nil {
		return nil, err
	}
	peers, err := readPeers(ctx, q, county, m)
	if err != nil {
		return nil, err
	}
	return rangesOf(open, own, peers), nil
}

// usualIn reckons the ranges of a month's handed in and accepted figures, without keeping them.
func (s *Service) usualIn(ctx context.Context, q pg.Querier, county int32, m period.Month, c *Catalogue) (map[CellKey]ranges, error) {
	wanted, err := readAsked(ctx, q, county, m, nil, handedIn)
	if err != nil {
		return nil, err
	}
	reckoned, err := reckonRanges(ctx, q, county, m, wanted)
	if err != nil {
		return nil, err
	}
	usual := map[CellKey]ranges{}
	for _, one := range reckoned {
		if e, ok := c.byID[one.element]; ok {
			k := CellKey{one.subject, e.Slug}
			usual[k] = usual[k].with(one.peers, one.middle)
		}
	}
	return usual, nil
}

func (r ranges) with(peers bool, m Middle) ranges {
	if peers {
		r.peers = m
	} else {
		r.own = m
	}
	return r
}

// measured is one row of figure_range.
type measured struct {
	asked
	peers  bool
	middle Middle
}

func rangesOf(open map[asked]peerGroup, own map[asked][]decimal.Decimal, peers map[peerGroup]map[int64]decimal.Decimal) []measured {
	var out []measured
	for a, group := range open {
		if m := MiddleOf(own[a]); m.N > 0 {
			out = append(out, measured{a, false, m})
		}
		var others []decimal.Decimal
		for subject, v := range peers[group] {
			if subject != a.subject {
				others = append(others, v)
			}
		}
		if len(others) >= leastPeers {
			out = append(out, measured{a, true, MiddleOf(others)})
		}
	}
	return out
}

// watchRanges keeps the ranges true: new facts move the institution's own, a report handed in moves its peers'.
func (s *Service) watchRanges(r *jobs.Registry) {
	jobs.On(r, 2*time.Minute, func(ctx context.Context, e FactsChanged) error { return s.refreshAfter(ctx, e) })
	jobs.On(r, 2*time.Minute, func(ctx context.Context, e MonthOpened) error {
		m, err := period.Parse(e.Month)
		if err != nil {
			return fmt.Errorf("read opened month: %w", err)
		}
		return s.RefreshRanges(ctx, e.County, m, nil)
	})
	jobs.On(r, 2*time.Minute, func(ctx context.Context, e Moved) error {
		if e.To != Submitted {
			return nil
		}
		m, err := monthOfReport(ctx, s.db, e.County, e.Report)
		if err != nil {
			return err
		}
		return s.RefreshRanges(ctx, e.County, m, nil)
	})
	r.Every(jobs.Schedule{Name: "reporting.ranges", Next: jobs.Daily(period.Shanghai, 3, 40), Do: s.RefreshDue})
}

// refreshAfter reckons the months that changed facts may move.
func (s *Service) refreshAfter(ctx context.Context, e FactsChanged) error {
	if len(e.Months) == 0 {
		return nil
	}
	first, err := period.Parse(e.Months[0])
	if err != nil {
		return fmt.Errorf("read changed month: %w", err)
	}
	last, err := period.Parse(e.Months[len(e.Months)-1])
	if err != nil {
		return fmt.Errorf("read changed month: %w", err)
	}
	return s.refreshMonths(ctx, e.County, first, last.Add(rangeMonths), e.Institutions)
}

func (s *Service) refreshMonths(ctx context.Context, county int32, first, last period.Month, institutions []int64) error {
	months, err := openMonths(ctx, s.db, county, first, last)
	if err != nil {
		return err
	}
	for _, m := range months {
		if err := s.RefreshRanges(ctx, county, m, institutions); err != nil {
			return err
		}
	}
	return nil
}

// RefreshDue is the nightly duty for every county.
func (s *Service) RefreshDue(ctx context.Context, at time.Time) error {
	counties, err := countyIDs(ctx, s.db)
	if err != nil {
		return err
	}
	now := period.MonthOf(at)
	var failed []error // one county's trouble must not keep the ranges of the others old
	for _, county := range counties {
		if err := s.refreshMonths(ctx, county, now.Add(-maxOpenMonths), now.Next(), nil); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
