package indicator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/jobs"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Computations of a county are done by one worker at a time. Everybody first writes down what is to be computed; who
// gets the county's lock takes the requests month by month, all of a month in one go, until none is left. So ten
// acceptances cost one or two computations, and an acceptance does not wait behind months that were opened or loaded.
// See docs/decisions/0014-computation-requests.md.

// patience says what to do while somebody else computes the county.
type patience bool

const (
	wait  patience = true  // until it is done: for who wants to see the values afterwards
	leave patience = false // the other one does it too
)

// lockFamily is the class of the advisory lock that serialises the computations of a county.
const lockFamily = 0x696e6469 // "indi"

// merge is both tasks of one month in one.
func (t task) merge(o task) task {
	t.institutions = union(t.institutions, o.institutions)
	t.indicators = union(t.indicators, o.indicators)
	return t
}

// union of two lists, where nil means all.
func union[T comparable](a, b []T) []T {
	if a == nil || b == nil {
		return nil
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}

// step is what one transaction of a worker came to.
type step struct {
	busy, idle bool // somebody else computes; nothing was left
	month      period.Month
	values     int
}

// work computes what is asked of a county until nothing is left. A month that fails stays asked for; the others are
// computed all the same.
func (s *Service) work(ctx context.Context, county int32, p patience) (run Run, err error) {
	began := time.Now()
	failed := []period.Month{}
	for {
		did, problem := s.computeNext(ctx, county, p, failed)
		run.Values, run.Took = run.Values+did.values, time.Since(began)
		switch {
		case problem != nil && did.month.IsZero():
			return run, errors.Join(err, problem)
		case problem != nil:
			err, failed = errors.Join(err, fmt.Errorf("compute indicators of %s: %w", did.month, problem)), append(failed, did.month)
		case did.busy:
			return run, err
		case did.idle:
			// Who asked while the lock was still held for a look left it to this worker.
			more, problem := anyRequest(ctx, s.db, county, failed)
			if problem != nil || !more {
				return run, errors.Join(err, problem)
			}
		}
	}
}

// computeNext takes the requests of the most urgent month and computes it, in one transaction: who dies on the way
// leaves them as they were.
func (s *Service) computeNext(ctx context.Context, county int32, p patience, except []period.Month) (did step, err error) {
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		did = step{}
		held, err := lock(ctx, tx, county, p)
		if err != nil || !held {
			did.busy = !held
			return err
		}
		t, found, err := takeRequests(ctx, tx, county, except)
		if err != nil || !found {
			did.idle = !found
			return err
		}
		did.month = t.month
		if did.values, err = s.computeMonth(ctx, tx, county, t); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, Computed{County: county, Month: t.month})
	})
	if err != nil {
		did.values = 0
	}
	return did, err
}
