package overview

import (
	"context"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Tally counts the reports of one form in a month by their state.
type Tally struct {
	Slug, Title string
	States      map[reporting.State]int
	Came        reporting.Tally // the same reports by how they came
}

// Due is how many reports are owed.
func (t Tally) Due() int {
	sum := 0
	for _, n := range t.States {
		sum += n
	}
	return sum
}

// Received is how many reports came.
func (t Tally) Received() int { return t.Came.Received() }

// Completeness counts the reports in scope by form. Who may not view reports is shown none.
func (s *Service) Completeness(ctx context.Context, who actor.Actor, m period.Month) ([]Tally, error) {
	if !who.May(reporting.ActionView) {
		return nil, nil
	}
	return readTallies(ctx, s.db, who, m, s.now())
}
