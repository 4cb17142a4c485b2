package notice

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// insertMessages leaves out people who had this before, and hides the kind from those who do not want it here.
func insertMessages(ctx context.Context, q pg.Querier, county int32, to []int64, l letter, at time.Time) ([]int64, error) {
	rows, err := q.Query(ctx, `
		INSERT INTO message (county_id, account_id, kind, title, text, url, source, created_at, shown)
		SELECT $1, x.id, $3, $4, $5, $6, $7, $8, coalesce(p.wanted, true)
		FROM (SELECT DISTINCT unnest($2::bigint[]) AS id) x
		LEFT JOIN message_preference p ON p.county_id = $1 AND p.account_id = x.id AND p.kind = $3 AND p.channel = 'inbox'
		ORDER BY x.id
		ON CONFLICT (county_id, account_id, source) DO NOTHING RETURNING id`,
		county, to, l.kind, l.title, l.text, l.url, l.source, at)
	if err != nil {
		return nil, fmt.Errorf("write messages: %w", err)
	}
	made, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("write messages: %w", err)
	}
	return made, nil
}

// fillOutbox queues messages for the channels where their readers have an address and want the kind.
func fillOutbox(ctx context.Context, q pg.Querier, county int32, messages []int64, channels, urgent []string, text string, at time.Time) (int, error) {
	tag, err := q.Exec(ctx, `
		INSERT INTO outbox (county_id, message_id, channel, recipient, masked, text, next_at, created_at)
		SELECT m.county_id, m.id, a.channel, a.sealed, a.masked, $5, $6, $6
		FROM message m
		JOIN message_address a ON a.county_id = m.county_id AND a.account_id = m.account_id AND a.channel = ANY($3)
		LEFT JOIN message_preference p ON p.county_id = m.county_id AND p.account_id = m.account_id AND p.kind = m.kind AND p.channel = a.channel
		WHERE m.county_id = $1 AND m.id = ANY($2) AND coalesce(p.wanted, m.kind = ANY($4))
		ORDER BY m.id, a.channel
		ON CONFLICT (county_id, message_id, channel) DO NOTHING`, county, messages, channels, urgent, text, at)
	if err != nil {
		return 0, fmt.Errorf("fill outbox: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

func readMessages(ctx context.Context, q pg.Querier, who actor.Actor, unread bool, before int64, limit int) ([]Message, error) {
	rows, err := q.Query(ctx, `SELECT id, kind, title, text, url, created_at, read_at FROM message
		WHERE county_id = $1 AND account_id = $2 AND shown AND ($3 = 0 OR id < $3) AND (NOT $4 OR read_at IS NULL)
		ORDER BY id DESC LIMIT $5`, who.CountyID, who.AccountID, before, unread, limit)
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Message])
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	return found, nil
}

// settled marks what was told of a report's submission, check or wish for a correction as read for everybody: there is
// nothing left to do about it.
func settled(ctx context.Context, q pg.Querier, county int32, report int64, at time.Time) error {
	_, err := q.Exec(ctx, `UPDATE message SET read_at = $4 WHERE county_id = $1 AND kind = $2 AND url = ANY($3) AND read_at IS NULL`,
		county, KindSubmitted, []string{reportURL(report), correctionURL(report)}, at)
	if err != nil {
		return fmt.Errorf("settle messages about report %d: %w", report, err)
	}
	return nil
}

// reviewersOf are the people with one of the roles whose scope holds the institution, but for one.
func reviewersOf(ctx context.Context, q pg.Querier, county int32, institution int64, roles []string, but int64) ([]int64, error) {
	return people(q.Query(ctx, `
		SELECT DISTINCT a.account_id FROM account_reach a
		JOIN institution_public i ON i.county_id = a.county_id AND i.id = $2
		WHERE a.county_id = $1 AND a.roles && $3::text[] AND a.account_id <> $4
		  AND (i.path = a.path OR a.whole AND i.path <@ a.path)
		ORDER BY 1 LIMIT 1000`, county, institution, roles, but))
}

// clerksOf are the people with one of the roles who work at the institution, but for one.
func clerksOf(ctx context.Context, q pg.Querier, county int32, institution int64, roles []string, but int64) ([]int64, error) {
	return people(q.Query(ctx, `
		SELECT DISTINCT account_id FROM account_reach
		WHERE county_id = $1 AND institution_id = $2 AND roles && $3::text[] AND account_id <> $4
		ORDER BY 1 LIMIT 1000`, county, institution, roles, but))
}

func people(rows pgx.Rows, err error) ([]int64, error) {
	if err != nil {
		return nil, fmt.Errorf("find recipients: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("find recipients: %w", err)
	}
	return found, nil
}
