package notice

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/pg"
)

// Outgoing is a text in the outbox as its administrator sees it: whom it goes to is masked.
type Outgoing struct {
	ID         int64
	County     string
	Channel    string
	Masked     string
	Title      string
	State      string
	Attempts   int
	NextAt     time.Time
	Doubtful   bool // an attempt was broken off: it may arrive twice
	LastError  string
	ProviderID string
	CreatedAt  time.Time
	EndedAt    *time.Time
}

// MayCancel reports whether the text can be stopped at a time: it waits, has failed, or its sending broke off.
func (o Outgoing) MayCancel(at time.Time) bool {
	return o.State == StateDead || o.State == StateWaiting || o.State == StateSending && !o.NextAt.After(at)
}

// The states of a text in the outbox.
const (
	StateWaiting   = "waiting"
	StateSending   = "sending"
	StateSent      = "sent"
	StateDead      = "dead"
	StateCancelled = "cancelled"
)

// Outbox lists what leaves or left, newest first; state "" is every state. An administrator of the platform sees every
// county's.
func (s *Service) Outbox(ctx context.Context, who actor.Actor, state string, before int64) (found []Outgoing, next int64, err error) {
	if err := who.Require(ActionOutbox); err != nil {
		return nil, 0, err
	}
	rows, err := s.db.Query(ctx, `
		SELECT o.id, c.name, o.channel, o.masked, m.title, o.state, o.attempts, o.next_at, o.doubtful, o.last_error, o.provider_id,
		       o.created_at, o.ended_at
		FROM outbox o JOIN message m ON m.county_id = o.county_id AND m.id = o.message_id JOIN county c ON c.county_id = o.county_id
		WHERE ($1 = 0 OR o.county_id = $1) AND ($2 = '' OR o.state = $2) AND ($3 = 0 OR o.id < $3)
		ORDER BY o.id DESC LIMIT $4`, who.CountyID, state, before, pageSize+1)
	if err != nil {
		return nil, 0, fmt.Errorf("list outbox: %w", err)
	}
	if found, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Outgoing]); err != nil {
		return nil, 0, fmt.Errorf("list outbox: %w", err)
	}
	if len(found) > pageSize {
		found = found[:pageSize]
		next = found[pageSize-1].ID
	}
	return found, next, nil
}

// Counts says how many texts of the outbox are in each state.
func (s *Service) Counts(ctx context.Context, who actor.Actor) (map[string]int, error) {
	if err := who.Require(ActionOutbox); err != nil {
		return nil, err
	}
	counts := map[string]int{}
	rows, err := s.db.Query(ctx, `SELECT state, count(*) FROM outbox WHERE $1 = 0 OR county_id = $1 GROUP BY state`, who.CountyID)
	if err != nil {
		return nil, fmt.Errorf("count outbox: %w", err)
	}
	var state string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&state, &n}, func() error { counts[state] = n; return nil }); err != nil {
		return nil, fmt.Errorf("count outbox: %w", err)
	}
	return counts, nil
}

// Retry gives up texts another round of attempts.
func (s *Service) Retry(ctx context.Context, who actor.Actor, id int64) error {
	return s.decide(ctx, who, id, "只有发送失败的消息可以重发", `UPDATE outbox SET state = 'waiting', attempts = 0, next_at = $3, ended_at = NULL
		WHERE ($1 = 0 OR county_id = $1) AND id = $2 AND state = 'dead' RETURNING county_id`, StateWaiting)
}

// Cancel stops a text that has not left, or whose sending broke off and was not taken up again.
func (s *Service) Cancel(ctx context.Context, who actor.Actor, id int64) error {
	return s.decide(ctx, who, id, "只有等待发送、发送失败和发送中断的消息可以取消", `
		UPDATE outbox SET doubtful = doubtful OR state = 'sending', state = 'cancelled', ended_at = $3
		WHERE ($1 = 0 OR county_id = $1) AND id = $2 AND (state IN ('waiting', 'dead') OR state = 'sending' AND next_at <= $3)
		RETURNING county_id`, StateCancelled)
}

func (s *Service) decide(ctx context.Context, who actor.Actor, id int64, otherwise, sql, state string) error {
	if err := who.Require(ActionOutbox); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		var there bool
		err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM outbox WHERE ($1 = 0 OR county_id = $1) AND id = $2)`, who.CountyID, id).Scan(&there)
		if err != nil {
			return fmt.Errorf("look for text %d: %w", id, err)
		}
		if !there {
			return fault.NotFound("这条外发消息")
		}
		var county int32
		err = tx.QueryRow(ctx, sql, who.CountyID, id, s.now()).Scan(&county)
		if pg.NoRows(err) {
			return fault.Conflict("%s", otherwise)
		}
		if err != nil {
			return fmt.Errorf("change text %d: %w", id, err)
		}
		if err := audit.Record(ctx, tx, who, audit.Entry{Action: ActionOutbox, Kind: "outbox", ID: strconv.FormatInt(id, 10), Name: "外发消息",
			After: map[string]any{"state": state}}); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, outboxFilled{})
	})
	if err != nil {
		return fmt.Errorf("decide about text %d: %w", id, err)
	}
	return nil
}
