package indicator

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
)

// boardRows fills the indicators that have anything to show.
func (s *Service) boardRows(ctx context.Context, who actor.Actor, b *Board) error {
	all, err := definitions(ctx, s.db, who.CountyID)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(i Indicator) bool { return !i.Enabled })
	b.Topics = Topics(all)
	all = slices.DeleteFunc(all, func(i Indicator) bool { return !b.wants(i) })
	v, err := s.view(ctx, who, b, all)
	if err != nil {
		return err
	}
	for _, i := range all {
		if row, ok := v.row(b, i); ok {
			b.Rows = append(b.Rows, row)
		}
	}
	b.sort()
	return nil
}

func (b *Board) wants(i Indicator) bool {
	if b.Query.Topic != "" && i.Topic != b.Query.Topic {
		return false
	}
	return b.Query.Tab == Tabs[0].Name || i.Level != preset.LevelCounty
}

// view is what was read to fill a board.
type view struct {
	now    map[spot]Point
	trends map[int32][]*decimal.Decimal
	texts  map[int32]string
}

func (s *Service) view(ctx context.Context, who actor.Actor, b *Board, all []Indicator) (v view, err error) {
	ids := make([]int32, len(all))
	for n, i := range all {
		ids[n] = i.ID
	}
	m := b.Query.Month
	if v.now, err = pointsOf(ctx, s.db, who.CountyID, m, ids, append(idsOf(b.Institutions), b.Focus.ID)); err != nil {
		return v, err
	}
	if v.trends, err = trendsOf(ctx, s.db, who.CountyID, b.Focus.ID, ids, m.Add(1-TrendMonths), m); err != nil {
		return v, err
	}
	v.texts, err = s.formulaTexts(ctx, s.db, who.CountyID, all, m)
	return v, err
}

// formulaTexts are the formulas in force in Chinese.
func (s *Service) formulaTexts(ctx context.Context, q pg.Querier, county int32, all []Indicator, m period.Month) (map[int32]string, error) {
	known, err := s.elements(ctx, q, county)
	if err != nil {
		return nil, err
	}
	texts := make(map[int32]string, len(all))
	for _, i := range all {
		version, ok := i.InForce(m)
		if !ok {
			continue
		}
		expr, err := version.parse()
		if err != nil {
			return nil, err
		}
		texts[i.ID] = formulaText(expr, known)
	}
	return texts, nil
}

func (v view) row(b *Board, i Indicator) (BoardRow, bool) {
	m := b.Query.Month
	row := BoardRow{Indicator: i, Formula: v.texts[i.ID], Focus: judge(i, b.Focus.Kind, m, v.now, b.Focus.ID), Trend: v.trends[i.ID]}
	shown := row.Focus.Present && b.Query.Tab == Tabs[0].Name
	for _, p := range b.Institutions {
		cell := judge(i, p.Kind, m, v.now, p.ID)
		shown = shown || cell.Present
		row.Cells = append(row.Cells, cell)
	}
	return row, shown || len(b.Institutions) == 0 && row.Focus.Present
}

// sort puts the rows first that miss their target most, in the wanted institution.
func (b *Board) sort() {
	if b.Query.SortBy == 0 {
		return
	}
	at := slices.IndexFunc(b.Institutions, func(p Place) bool { return p.ID == b.Query.SortBy })
	if at < 0 && b.Query.SortBy != b.Focus.ID {
		b.Query.SortBy = 0
		return
	}
	of := func(r BoardRow) Judged {
		if at < 0 {
			return r.Focus
		}
		return r.Cells[at]
	}
	slices.SortStableFunc(b.Rows, func(x, y BoardRow) int { return of(y).Gap().Cmp(of(x).Gap()) })
}

// ownInstitution is the reader's own institution, if it lies in their scope.
func ownInstitution(ctx context.Context, q pg.Querier, who actor.Actor) ([]org.Institution, error) {
	own, err := org.Get(ctx, q, who, who.InstitutionID)
	if err != nil {
		if fault.IsNotFound(err) {
			return nil, nil
		}
		return nil, err
	}
	return []org.Institution{own}, nil
}
