package account

import (
	"context"
	"fmt"

	"yigai/internal/actor"
)

// Overview counts the accounts in the asker's scope by what they wait for.
type Overview struct {
	Active   int
	Disabled int
	Blocked  int // has to wait after failed sign-ins
	Waiting  int // without a role
}

// Overview counts accounts by state; each figure is the length of the list of that state.
func (s *Service) Overview(ctx context.Context, who actor.Actor) (o Overview, err error) {
	if err := who.Require(ActionView); err != nil {
		return o, err
	}
	err = s.db.QueryRow(ctx, `SELECT count(*) FILTER (WHERE x.active), count(*) FILTER (WHERE NOT x.active),
		count(*) FILTER (WHERE x.blocked), count(*) FILTER (WHERE x.roles = '{}') FROM (`+accountQuery+`) x`,
		sight(who, s.now())...).Scan(&o.Active, &o.Disabled, &o.Blocked, &o.Waiting)
	if err != nil {
		return o, fmt.Errorf("count accounts: %w", err)
	}
	return o, nil
}
