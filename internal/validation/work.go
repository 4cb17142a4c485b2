package validation

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/jobs"
	"yigai/internal/pg"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// batch is how many reports are looked at between two looks at whether somebody has cancelled.
const batch = 40

// Work does a run. Whoever starts it again, after a crash, begins anew: what an interrupted attempt found is forgotten.
func (s *Service) Work(ctx context.Context, e Requested) error {
	r, err := takeRun(ctx, s.db, e.County, e.Run)
	if err != nil || !r.Going() {
		return err
	}
	if err := s.revalidate(ctx, e, &r); err != nil {
		told := s.end(context.WithoutCancel(ctx), e.County, r, Failed, "", nil, errors.New("复核没有做完,请稍后再试"))
		return errors.Join(fmt.Errorf("re-validate %d: %w", e.Run, err), told)
	}
	return nil
}

func (s *Service) revalidate(ctx context.Context, e Requested, r *Run) error {
	set, err := s.reporting.CheckSet(ctx, s.db, e.County, r.Rules, r.Current)
	if err != nil {
		return err
	}
	who := actor.Actor{CountyID: e.County, AccountID: e.ByID, Name: e.By, Scope: e.Scope, Actions: []string{reporting.ActionView}}
	reports, err := s.reporting.ReportsToCheck(ctx, s.db, who, r.First, r.Last, MaxReports+1)
	if err != nil {
		return err
	}
	if len(reports) > MaxReports {
		reports, r.Truncated = reports[:MaxReports], true
	}
	r.Total = len(reports)
	for len(reports) > 0 && r.State == Running {
		n := min(batch, len(reports))
		if err := s.checkBatch(ctx, e.County, r, set, reports[:n]); err != nil {
			return err
		}
		reports = reports[n:]
	}
	if r.State != Running {
		return nil
	}
	said := fmt.Sprintf("复核 %d 份月报,发现 %d 处", r.Checked, r.Found)
	return s.end(ctx, e.County, *r, Done, said, map[string]int{"reports": r.Checked, "found": r.Found}, nil)
}

// checkBatch looks at some reports, keeps what it found and says how far the run is.
func (s *Service) checkBatch(ctx context.Context, county int32, r *Run, set *reporting.CheckSet, reports []reporting.Report) error {
	var found []reporting.Found
	for _, one := range reports {
		more, err := s.reporting.Check(ctx, s.db, county, set, one)
		if err != nil {
			return err
		}
		found = append(found, more...)
	}
	if left := MaxResults - r.Found; len(found) > left {
		found, r.Truncated = found[:left], true
	}
	var next Run // a second attempt of the transaction counts from where the batch began
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		next = *r
		next.count(len(reports), found)
		return s.keepBatch(ctx, tx, county, &next, found)
	})
	if err != nil {
		return err
	}
	*r = next
	return nil
}

// keepBatch stores what a batch found behind what the run had, and tells how far it is unless somebody has ended it. The
// run's row is written first: whoever cancels waits for it, so that the person's job is never going on behind an ended run.
func (s *Service) keepBatch(ctx context.Context, tx pgx.Tx, county int32, r *Run, found []reporting.Found) error {
	if err := writeProgress(ctx, tx, county, r); err != nil {
		return err
	}
	if err := writeResults(ctx, tx, county, r.ID, r.Found-len(found), found); err != nil || r.State != Running {
		return err
	}
	return jobs.Progress(ctx, tx, county, r.JobID, int64(r.Checked), int64(r.Total))
}

func (r *Run) count(reports int, found []reporting.Found) {
	r.Checked += reports
	r.Found += len(found)
	for _, f := range found {
		if f.Finding.Level == preset.Error {
			r.Errors++
		}
		if f.Finding.Explanation != nil {
			r.Explained++
		}
	}
}

// end ends a run and its person's job alike, unless somebody has ended it before.
func (s *Service) end(ctx context.Context, county int32, r Run, state, said string, result any, failure error) error {
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		ended, err := endRun(ctx, tx, county, r.ID, state, s.now())
		if err != nil || !ended {
			return err
		}
		return jobs.Finish(ctx, tx, county, r.JobID, said, result, failure)
	})
}
