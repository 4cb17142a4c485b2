package notice

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/pg"
)

// Message is one message to one person.
type Message struct {
	ID     int64
	Kind   string
	Title  string
	Text   string
	URL    string // where the thing is, "" for none
	At     time.Time
	ReadAt *time.Time
}

// letter is what is said to several people.
type letter struct {
	kind, title, text, url string
	source                 string // what it is about: the same source is said once to a person
}

const maxTitle = 200

// tell writes a letter to people who have not had it, and puts it into the outbox for those who want it outside too.
// It answers to how many it went.
func (s *Service) tell(ctx context.Context, tx pgx.Tx, county int32, to []int64, l letter) (int, error) {
	if len(to) == 0 {
		return 0, nil
	}
	if title := []rune(l.title); len(title) > maxTitle {
		l.title = string(title[:maxTitle])
	}
	made, err := insertMessages(ctx, tx, county, to, l, s.now())
	if err != nil || len(made) == 0 || len(s.out.Channels) == 0 {
		return len(made), err
	}
	leaving, err := fillOutbox(ctx, tx, county, made, s.Channels(), urgent(), s.outsideText(l), s.now())
	if err != nil || leaving == 0 {
		return len(made), err
	}
	return len(made), jobs.Enqueue(ctx, tx, outboxFilled{})
}

// outsideText is what leaves the house: what it is about, without reasons and names of people.
func (s *Service) outsideText(l letter) string {
	return "【医改】" + l.title + "。请登录 " + s.out.BaseURL + " 查看。"
}

// pageSize is how many messages a page shows.
const pageSize = 30

// List returns who's messages, newest first, from below the one called before (0: from the top), and where to go on.
func (s *Service) List(ctx context.Context, who actor.Actor, unread bool, before int64) (found []Message, next int64, err error) {
	found, err = readMessages(ctx, s.db, who, unread, before, pageSize+1)
	if err != nil {
		return nil, 0, err
	}
	if len(found) > pageSize {
		found = found[:pageSize]
		next = found[pageSize-1].ID
	}
	return found, next, nil
}

// Unread counts who's messages that nobody has read.
func (s *Service) Unread(ctx context.Context, who actor.Actor) (n int, err error) {
	err = s.db.QueryRow(ctx, `SELECT count(*) FROM (SELECT FROM message
		WHERE county_id = $1 AND account_id = $2 AND shown AND read_at IS NULL LIMIT 100) m`, who.CountyID, who.AccountID).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count unread messages: %w", err)
	}
	return n, nil
}

// Read marks one message of who's as read and answers where it leads.
func (s *Service) Read(ctx context.Context, who actor.Actor, id int64) (url string, err error) {
	err = s.db.QueryRow(ctx, `UPDATE message SET read_at = coalesce(read_at, $4)
		WHERE county_id = $1 AND account_id = $2 AND id = $3 RETURNING url`, who.CountyID, who.AccountID, id, s.now()).Scan(&url)
	if pg.NoRows(err) {
		return "", fault.NotFound("这条消息")
	}
	if err != nil {
		return "", fmt.Errorf("read message %d: %w", id, err)
	}
	return url, nil
}

// ReadAll marks every message of who's up to the newest one seen as read.
func (s *Service) ReadAll(ctx context.Context, who actor.Actor, upTo int64) error {
	_, err := s.db.Exec(ctx, `UPDATE message SET read_at = $4
		WHERE county_id = $1 AND account_id = $2 AND id <= $3 AND read_at IS NULL`, who.CountyID, who.AccountID, upTo, s.now())
	if err != nil {
		return fmt.Errorf("read all messages: %w", err)
	}
	return nil
}
