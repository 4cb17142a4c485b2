package reporting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/period"
)

// History is the story of one cell: the last twelve months and every change in this one.
type History struct {
	Element Element
	Months  []MonthFigure // oldest first, this month last; a month without a figure is Empty
	Changes []Change      // newest first, at most 100
}

// MonthFigure is a figure of one month.
type MonthFigure struct {
	Month period.Month
	Cell  number.Cell
}

// Change is one change of a cell: who, when, from what to what.
type Change struct {
	Old, New number.Cell
	Comment  string // as it was after the change
	Origin   string
	By       string
	At       time.Time
}

// OriginTitle says in Chinese where the figure came from.
func (c Change) OriginTitle() string {
	switch c.Origin {
	case originImported:
		return "导入"
	case originAPI:
		return "接口"
	case string(Carried):
		return "沿用上月"
	case string(FromSource):
		return "自动取数"
	case originUndo:
		return "撤销导入"
	case "demo":
		return "演示"
	}
	return "填写"
}

// historyMonths is how far back a cell's curve goes, this month included.
const historyMonths = 12

// CellHistory returns the last twelve months and the changes of one cell of a report in scope.
func (s *Service) CellHistory(ctx context.Context, who actor.Actor, report int64, k CellKey) (History, error) {
	r, err := s.Get(ctx, who, report)
	if err != nil {
		return History{}, err
	}
	c, err := s.catalogue(ctx, s.db, who.CountyID)
	if err != nil {
		return History{}, err
	}
	e, err := s.cellElement(ctx, who, c, r, k)
	if err != nil {
		return History{}, err
	}
	h := History{Element: *e}
	months := lastMonths(r.Month, historyMonths)
	known, err := monthFigures(ctx, s.db, who.CountyID, r, months[0], k.SubjectID, e.ID)
	if err != nil {
		return h, fmt.Errorf("history of report %d: %w", report, err)
	}
	for _, m := range months {
		h.Months = append(h.Months, MonthFigure{m, known[m]})
	}
	if h.Changes, err = readChanges(ctx, s.db, who.CountyID, report, k.SubjectID, e.ID); err != nil {
		return h, fmt.Errorf("history of report %d: %w", report, err)
	}
	return h, nil
}

// cellElement is the element of a cell that the report really has.
func (s *Service) cellElement(ctx context.Context, who actor.Actor, c *Catalogue, r Report, k CellKey) (*Element, error) {
	form, layout, err := c.layoutOf(r.FormID, r.FormVersion)
	if err != nil {
		return nil, err
	}
	subjects := []Subject{{ID: r.InstitutionID}}
	if form.Proxy() {
		if subjects, err = readSubjects(ctx, s.db, who.CountyID, r.ID); err != nil {
			return nil, err
		}
	}
	row, asked := layout.Row(k.Element)
	if !asked || !slices.ContainsFunc(subjects, func(one Subject) bool { return one.ID == k.SubjectID }) {
		return nil, fault.NotFound("这一格")
	}
	return row.Element, nil
}

// lastMonths lists n months up to m, oldest first; fewer where the calendar begins.
func lastMonths(m period.Month, n int) []period.Month {
	var months []period.Month
	for i := n - 1; i >= 0; i-- {
		if one := m.Add(-i); !one.IsZero() {
			months = append(months, one)
		}
	}
	return months
}
