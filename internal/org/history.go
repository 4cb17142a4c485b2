package org

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
)

// Change is one entry of an institution's history, as the audit trail keeps it.
type Change struct {
	At            time.Time
	Username      string // "system" for the command line and the program itself
	Name          string // of the account, "" when there is none
	Action        string
	Before, After map[string]string // changed fields; Before is nil when it was created
	Reason        string
}

// History lists the last 100 changes of an institution in scope, newest first.
func (s *Service) History(ctx context.Context, who actor.Actor, id int64) ([]Change, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	if _, err := Get(ctx, s.db, who, id); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `
		SELECT e.at, e.username, coalesce(a.name, ''), e.action, e.before, e.after, e.reason
		FROM audit_entry e LEFT JOIN audit_person a ON a.county_id = e.county_id AND a.account_id = e.account_id
		WHERE e.county_id = $1 AND e.object_kind = 'institution' AND e.object_id = $2
		ORDER BY e.id DESC LIMIT 100`, who.CountyID, strconv.FormatInt(id, 10))
	if err != nil {
		return nil, fmt.Errorf("read history of institution %d: %w", id, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Change, err error) {
		err = row.Scan(&c.At, &c.Username, &c.Name, &c.Action, &c.Before, &c.After, &c.Reason)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read history of institution %d: %w", id, err)
	}
	return found, nil
}
