package clinic

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
)

// Event is one entry of a clinic's history, as the trail keeps it.
type Event struct {
	At            time.Time
	Who           string
	Action        string
	Kind          string // what of the clinic: clinic, clinic_assessment, clinic_photo
	Before, After map[string]string
}

// History lists the last 100 changes of a clinic in scope, newest first.
func (s *Service) History(ctx context.Context, who actor.Actor, id int64) ([]Event, error) {
	if _, err := s.Get(ctx, who, id); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `
		SELECT e.at, coalesce(nullif(a.name, ''), e.username), e.action, e.object_kind, e.before, e.after
		FROM audit_entry e LEFT JOIN audit_person a ON a.county_id = e.county_id AND a.account_id = e.account_id
		WHERE e.county_id = $1 AND e.object_kind IN ('clinic', 'clinic_assessment', 'clinic_photo') AND e.object_id = $2
		ORDER BY e.id DESC LIMIT 100`, who.CountyID, strconv.FormatInt(id, 10))
	if err != nil {
		return nil, fmt.Errorf("read history of clinic %d: %w", id, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Event, err error) {
		return e, row.Scan(&e.At, &e.Who, &e.Action, &e.Kind, &e.Before, &e.After)
	})
	if err != nil {
		return nil, fmt.Errorf("read history of clinic %d: %w", id, err)
	}
	return found, nil
}
