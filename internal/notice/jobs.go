package notice

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"yigai/internal/jobs"
	"yigai/internal/period"
)

// outboxFilled says that something is to leave.
type outboxFilled struct{}

// Kind names the event.
func (outboxFilled) Kind() string { return "notice.outbox_filled" }

// InsertOpts lets one waiting job stand for all that was put into the outbox.
func (outboxFilled) InsertOpts() river.InsertOpts {
	return river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: 5 * time.Second}}
}

// Jobs registers what this room hears of and does by itself.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.On(r, time.Minute, s.moved)
	jobs.On(r, time.Minute, s.remarked)
	jobs.On(r, time.Minute, s.correcting)
	jobs.On(r, time.Minute, s.signed)
	jobs.On(r, 2*time.Minute, s.extended)
	jobs.On(r, deliverTimeout, func(ctx context.Context, _ outboxFilled) error { return s.Deliver(ctx) })
	r.Every(jobs.Schedule{Name: "notice.remind", Next: jobs.Daily(period.Shanghai, 8, 30), Do: s.Remind})
	r.Every(jobs.Schedule{Name: "notice.prune", Next: jobs.Daily(period.Shanghai, 3, 40), Do: s.prune})
	if len(s.out.Channels) > 0 {
		r.Every(jobs.Schedule{Name: "notice.deliver", Next: jobs.Interval(time.Minute),
			Do: func(ctx context.Context, _ time.Time) error { return s.Deliver(ctx) }})
	}
}

const (
	keepMessages = 400 // days: a year and the month in which somebody looks back
	keepOutbox   = 90  // days after which nobody asks any more whether a text arrived
)

// prune deletes what nobody asks for any more, telephone numbers first of all. A text whose channel was switched off
// waits no longer than the others are kept; only one that a worker has in hand stays.
func (s *Service) prune(ctx context.Context, at time.Time) error {
	if err := endStale(ctx, s.db, at); err != nil {
		return err
	}
	_, err := s.db.Exec(ctx, `DELETE FROM outbox WHERE created_at < $1 AND (state <> 'sending' OR next_at <= $2)`, at.AddDate(0, 0, -keepOutbox), at)
	if err != nil {
		return fmt.Errorf("prune outbox: %w", err)
	}
	_, err = s.db.Exec(ctx, `DELETE FROM message m WHERE created_at < $1
		AND NOT EXISTS (SELECT FROM outbox o WHERE o.county_id = m.county_id AND o.message_id = m.id)`, at.AddDate(0, 0, -keepMessages))
	if err != nil {
		return fmt.Errorf("prune messages: %w", err)
	}
	return nil
}
