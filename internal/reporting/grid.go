package reporting

import (
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/period"
)

// Grid is the reviewer's table: the reports of one form and month with chosen figures beside last month's.
type Grid struct {
	Month    period.Month
	Form     *Form
	Columns  []*Row // the chosen elements, as the form names them
	Rows     []GridRow
	Due      int
	Received int
	Late     int
}

// GridRow is one report of the grid.
type GridRow struct {
	Report      Report
	Figures     map[string]GridFigure // by slug; of a proxy form the sum over its subjects
	Explained   int                   // warnings with an explanation
	Differences int                   // figures changed since it was last sent back, 0 on a first submission
	First       bool                  // never submitted before
	Mine        bool                  // who submitted it, so it is somebody else's to review
	Chosen      bool                  // ticked by who and left for later
	Looked      bool                  // marked by who as looked at, as it was handed in last
	Waits       bool                  // for who to review it
	Threads     int                   // on cells that are not resolved
	Unread      int                   // remarks of others that who has not seen
}

// GridFigure is a figure with last month's.
type GridFigure struct {
	Cell number.Cell
	Last number.Cell
}

// Change is the change against last month in percent; Valid is false when there is none to compare with.
func (g GridFigure) Change() decimal.NullDecimal {
	if !g.Cell.IsGiven() || !g.Last.IsGiven() || g.Last.Value.IsZero() {
		return decimal.NullDecimal{}
	}
	const places = 6
	change := g.Cell.Value.Sub(g.Last.Value).Mul(decimal.NewFromInt(100)).DivRound(g.Last.Value.Abs(), places)
	return decimal.NewNullDecimal(change)
}

// maxColumns bounds what is shown beside each report.
const maxColumns = 12

// Grid returns the reports of a form and month in scope with the figures of the chosen elements; slugs that the form
// does not ask for are left out, and none chosen means the usual ones, filled up with rows that the form prints bold.
func (s *Service) Grid(ctx context.Context, who actor.Actor, m period.Month, form string, slugs []string) (Grid, error) {
	if err := who.Require(ActionView); err != nil {
		return Grid{}, err
	}
	c, err := s.catalogue(ctx, s.db, who.CountyID)
	if err != nil {
		return Grid{}, err
	}
	f, ok := c.Form(form)
	if !ok || f.LayoutIn(m) == nil {
		return Grid{}, fault.NotFound("这张报表")
	}
	g := Grid{Month: m, Form: f, Columns: chooseColumns(f.LayoutIn(m), slugs)}
	reports, err := gridReports(ctx, s.db, who, m, f.ID)
	if err != nil {
		return g, fmt.Errorf("review grid: %w", err)
	}
	figures, err := s.gridFigures(ctx, who, g, c)
	if err != nil {
		return g, fmt.Errorf("review grid: %w", err)
	}
	g.fill(reports, figures, s.now)
	return g, nil
}

func chooseColumns(l *Layout, slugs []string) []*Row {
	var out []*Row
	for _, slug := range slugs {
		if row, ok := l.rows[slug]; ok && len(out) < maxColumns {
			out = append(out, row)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, slug := range usual {
		if row, ok := l.rows[slug]; ok {
			out = append(out, row)
		}
	}
	for _, row := range l.Entered() {
		if row.Bold && len(out) < len(usual) && !slices.Contains(out, row) {
			out = append(out, row)
		}
	}
	return out
}

// usual are the figures a reviewer looks at first: work, beds, income. More would push who handed in and what changed
// since out of a screen of 1366 pixels.
var usual = []string{"visits_total", "bed_days_occupied", "income_medical"}
