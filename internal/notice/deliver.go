package notice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/gateway"
	"yigai/internal/pg"
	"yigai/internal/secret"
)

const (
	deliverTimeout = 5 * time.Minute
	// lease is how long a text may be with a worker before it is taken for lost: longer than one attempt can last.
	lease = 5 * time.Minute
	// noteTimeout bounds how long a worker that is told to stop may still write down what it has done.
	noteTimeout = 10 * time.Second
	// maxAttempts spread over a good day by waits.
	maxAttempts = 8
)

// waits before the second attempt, the third …
var waits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour}

// leaving is one text that a worker has taken.
type leaving struct {
	county    int32
	id        int64
	channel   string
	recipient []byte
	title     string
	text      string
	attempt   int
	key       string
}

// Deliver sends what is due, one after another; several workers share the work. It ends when nothing is due. An outcome
// that could not be noted does not hold up the texts behind it.
func (s *Service) Deliver(ctx context.Context) error {
	channels := map[string]gateway.Channel{}
	for _, c := range s.out.Channels {
		channels[c.Name()] = c
	}
	if err := errors.Join(endLost(ctx, s.db, s.now()), endStale(ctx, s.db, s.now())); err != nil {
		return err
	}
	var failed error
	for {
		l, err := takeDue(ctx, s.db, s.Channels(), s.now())
		if pg.NoRows(err) {
			return failed
		}
		if err != nil {
			return errors.Join(failed, err)
		}
		failed = errors.Join(failed, s.deliverOne(ctx, channels[l.channel], l))
	}
}

// deliverOne sends a text and notes how it went: what has left is noted even when the worker is told to stop meanwhile.
func (s *Service) deliverOne(ctx context.Context, c gateway.Channel, l leaving) error {
	id, failure := s.send(ctx, c, l)
	if failure != nil && ctx.Err() != nil { // the lease brings it back, marked as doubtful
		return fmt.Errorf("deliver: %w", ctx.Err())
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer cancel()
	return noteOutcome(ctx, s.db, l, id, failure, s.now())
}

func (s *Service) send(ctx context.Context, c gateway.Channel, l leaving) (string, error) {
	to, err := s.out.Box.Open(l.recipient)
	if errors.Is(err, secret.ErrForeign) {
		return "", fmt.Errorf("联系方式无法解密,请本人重新填写: %w", gateway.ErrRefused)
	}
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, gateway.Timeout)
	defer cancel()
	return c.Send(ctx, gateway.Message{Key: l.key, To: to, Subject: l.title, Text: l.text})
}

// endLost gives up the texts whose last attempt never came back: only a person can tell whether they arrived.
func endLost(ctx context.Context, q pg.Querier, now time.Time) error {
	_, err := q.Exec(ctx, `UPDATE outbox SET state = 'dead', doubtful = true, ended_at = $1, last_error = '多次发送都中断了,不再自动重发'
		WHERE state = 'sending' AND next_at <= $1 AND attempts >= $2`, now, maxAttempts)
	if err != nil {
		return fmt.Errorf("end lost texts: %w", err)
	}
	return nil
}

// staleAfter is how long a reminder that nobody takes is still true: its channel is switched off.
const staleAfter = 2 * 24 * time.Hour

// endStale cancels the reminders that found no way out in time, before they say “今天截止” on another day.
func endStale(ctx context.Context, q pg.Querier, now time.Time) error {
	_, err := q.Exec(ctx, `UPDATE outbox o SET state = 'cancelled', ended_at = $1, last_error = '渠道没有接通,催报已经过时,没有发出'
		FROM message m WHERE m.county_id = o.county_id AND m.id = o.message_id AND m.kind = $3 AND o.state = 'waiting' AND o.next_at < $2`,
		now, now.Add(-staleAfter), KindReminder)
	if err != nil {
		return fmt.Errorf("cancel stale reminders: %w", err)
	}
	return nil
}

// takeDue takes the text that has been due longest. One that another worker took and did not give back in time is taken
// again, and marked: it may have been sent.
func takeDue(ctx context.Context, q pg.Querier, channels []string, now time.Time) (l leaving, err error) {
	err = q.QueryRow(ctx, `
		WITH due AS (
			SELECT county_id, id FROM outbox
			WHERE state IN ('waiting', 'sending') AND next_at <= $1 AND channel = ANY($2) AND attempts < $4
			ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		UPDATE outbox o SET doubtful = doubtful OR state = 'sending', state = 'sending', attempts = attempts + 1, next_at = $3
		FROM due d, message m, county c
		WHERE o.county_id = d.county_id AND o.id = d.id AND m.county_id = o.county_id AND m.id = o.message_id AND c.county_id = o.county_id
		RETURNING o.county_id, o.id, o.channel, o.recipient, m.title, o.text, o.attempts, c.code || '-' || o.id`,
		now, channels, now.Add(lease), maxAttempts).Scan(&l.county, &l.id, &l.channel, &l.recipient, &l.title, &l.text, &l.attempt, &l.key)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return l, fmt.Errorf("take a text from the outbox: %w", err)
	}
	return l, err
}

// noteOutcome writes how an attempt ended, unless the text was taken by another worker meanwhile.
func noteOutcome(ctx context.Context, q pg.Querier, l leaving, provider string, failure error, now time.Time) error {
	state, next, said := "sent", now, ""
	var ended *time.Time
	switch {
	case failure == nil:
		ended = &now
	case errors.Is(failure, gateway.ErrRefused) || l.attempt >= maxAttempts:
		state, said, ended = "dead", failure.Error(), &now
	default:
		state, said, next = "waiting", failure.Error(), now.Add(waits[min(l.attempt, len(waits))-1])
	}
	said, provider = pg.Storable(said), pg.Storable(provider) // what other systems answer is in any encoding
	if long := []rune(said); len(long) > maxError {
		said = string(long[:maxError])
	}
	_, err := q.Exec(ctx, `UPDATE outbox SET state = $4, next_at = $5, last_error = $6, provider_id = $7, ended_at = $8
		WHERE county_id = $1 AND id = $2 AND state = 'sending' AND attempts = $3`, l.county, l.id, l.attempt, state, next, said, provider, ended)
	if err != nil {
		return fmt.Errorf("note outcome of text %d: %w", l.id, err)
	}
	return nil
}

const maxError = 300
