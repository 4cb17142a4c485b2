package indicator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yigai/internal/jobs"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// nightlyMonths is how many months the nightly duty computes anew: the latest and the year it is compared with.
const nightlyMonths = 13

// DefinitionChanged announces that an indicator was added, changed or enabled.
type DefinitionChanged struct {
	County    int32
	Indicator int32
}

// Kind names the event in the queue.
func (DefinitionChanged) Kind() string { return "indicator.definition_changed" }

// ComputationAsked announces that somebody wants months computed anew.
type ComputationAsked struct {
	County int32
	Months []period.Month
}

// Kind names the event in the queue.
func (ComputationAsked) Kind() string { return "indicator.computation_asked" }

// Jobs registers what this room does in the background.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.On(r, 10*time.Minute, s.factsChanged)
	jobs.On(r, 10*time.Minute, s.monthOpened)
	jobs.On(r, 30*time.Minute, s.treeChanged)
	jobs.On(r, 30*time.Minute, s.definitionChanged)
	jobs.On(r, 30*time.Minute, s.computationAsked)
	r.Every(jobs.Schedule{Name: "indicator.nightly", Next: jobs.Daily(period.Shanghai, 2, 10), Do: s.Nightly})
	r.Every(jobs.Schedule{Name: "indicator.left_over", Next: jobs.Interval(10 * time.Minute), Do: s.LeftOver})
}

// hand asks for the tasks and computes them, unless somebody computes the county already and so does them too: a job
// never holds a worker's place while it waits.
func (s *Service) hand(ctx context.Context, county int32, tasks []task) error {
	if err := s.request(ctx, county, tasks); err != nil {
		return err
	}
	_, err := s.work(ctx, county, leave)
	return err
}

func (s *Service) factsChanged(ctx context.Context, e reporting.FactsChanged) error {
	months := make([]period.Month, 0, len(e.Months))
	for _, text := range e.Months {
		m, err := period.Parse(text)
		if err != nil {
			return fmt.Errorf("read month of changed facts: %w", err)
		}
		months = append(months, m)
	}
	return s.recompute(ctx, e.County, months, e.Institutions)
}

func (s *Service) computationAsked(ctx context.Context, e ComputationAsked) error {
	return s.recompute(ctx, e.County, e.Months, nil)
}

func (s *Service) recompute(ctx context.Context, county int32, months []period.Month, only []int64) error {
	tasks, err := s.dependants(ctx, county, months, only)
	if err != nil {
		return err
	}
	return s.hand(ctx, county, tasks)
}

// monthOpened shows who owes figures; months that look back to it do not ask who owed.
func (s *Service) monthOpened(ctx context.Context, e reporting.MonthOpened) error {
	m, err := period.Parse(e.Month)
	if err != nil {
		return fmt.Errorf("read opened month: %w", err)
	}
	return s.hand(ctx, e.County, wholeMonths([]period.Month{m}))
}

// definitionChanged computes every month there is: an indicator taken out of use lost its values, and gets them back.
func (s *Service) definitionChanged(ctx context.Context, e DefinitionChanged) error {
	return s.handEver(ctx, e.County, task{indicators: []int32{e.Indicator}})
}

// treeChanged computes the institutions that were closed, moved or added, and those above them then and now: sums go
// over the tree as it stands, in earlier months too.
func (s *Service) treeChanged(ctx context.Context, e org.TreeChanged) error {
	return s.handEver(ctx, e.County, task{institutions: e.Institutions})
}

// handEver computes a task in every month of the county, the latest first.
func (s *Service) handEver(ctx context.Context, county int32, t task) error {
	months, err := monthsEver(ctx, s.db, county)
	if err != nil {
		return err
	}
	tasks := make([]task, len(months))
	for i, m := range months {
		tasks[i] = task{month: m, institutions: t.institutions, indicators: t.indicators}
	}
	return s.hand(ctx, county, tasks)
}

// Nightly computes the last months of every county, so that nothing depends on an event alone.
func (s *Service) Nightly(ctx context.Context, slot time.Time) error {
	return s.eachCounty(ctx, func(county int32) error {
		months, err := monthsWithFigures(ctx, s.db, county, lastMonths(slot, nightlyMonths))
		if err != nil {
			return err
		}
		return s.hand(ctx, county, wholeMonths(months))
	})
}

// LeftOver computes what was left to a worker that was ended from outside, such as a computation on the command line.
func (s *Service) LeftOver(ctx context.Context, _ time.Time) error {
	return s.eachCounty(ctx, func(county int32) error {
		_, err := s.work(ctx, county, leave)
		return err
	})
}

// eachCounty runs a duty for every county; one that fails does not keep back the next.
func (s *Service) eachCounty(ctx context.Context, do func(county int32) error) error {
	counties, err := org.Counties(ctx, s.db)
	if err != nil {
		return err
	}
	for _, c := range counties {
		if failed := do(c.ID); failed != nil {
			err = errors.Join(err, fmt.Errorf("county %s: %w", c.Code, failed))
		}
	}
	return err
}

// lastMonths lists n months up to the one of now, and the next: figures may be loaded ahead.
func lastMonths(now time.Time, n int) []period.Month {
	first := period.MonthOf(now).Add(1 - n)
	months := make([]period.Month, n+1)
	for i := range months {
		months[i] = first.Add(i)
	}
	return months
}
