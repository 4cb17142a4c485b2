package indicator

import (
	"context"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// Stamp changes as soon as anything is committed that a board or a headline of the actor's county is made of: a
// computation, a definition, a target, an institution, a data element. What was read after a stamp may be shown to
// people of the same scope while the stamp is the same.
func (s *Service) Stamp(ctx context.Context, who actor.Actor) (string, error) {
	if err := who.Require(ActionView); err != nil {
		return "", err
	}
	return readStamp(ctx, s.db, who.CountyID)
}

// readStamp looks at the transactions that wrote the rows there are: a change replaces some by newer ones, a deletion
// makes them fewer. Values have no part of their own, they change with the run that computed them; the catalogue has a
// stamp. Times would not do: two runs may have the same, and an office's clock may be set back.
func readStamp(ctx context.Context, q pg.Querier, county int32) (stamp string, err error) {
	err = q.QueryRow(ctx, `SELECT concat_ws(' ',
		(SELECT stamp FROM reporting_stamp WHERE county_id = $1),
		(SELECT concat(count(*), '/', sum(xmin::text::bigint)) FROM indicator_run WHERE county_id = $1),
		(SELECT concat(count(*), '/', sum(xmin::text::bigint)) FROM indicator WHERE county_id = $1),
		(SELECT concat(count(*), '/', sum(xmin::text::bigint)) FROM indicator_version WHERE county_id = $1),
		(SELECT concat(count(*), '/', sum(xmin::text::bigint)) FROM indicator_target WHERE county_id = $1),
		(SELECT stamp FROM institution_stamp WHERE county_id = $1))`, county).Scan(&stamp)
	if err != nil {
		return "", fmt.Errorf("read stamp of the indicators: %w", err)
	}
	return stamp, nil
}
