package clinic

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// GridRow is what somebody states about one of many clinics at once.
type GridRow struct {
	ID      int64
	Version int // that was shown
	Values  Values
}

// GridField names a field of one clinic in the problems of EditMany.
func GridField(name string, id int64) string { return name + "." + strconv.FormatInt(id, 10) }

// EditMany states what is known of many clinics at once: all of it or, when one does not fit, nothing. It returns how many
// have changed. A clinic that somebody else has changed meanwhile is refused only where it would be changed again.
func (s *Service) EditMany(ctx context.Context, who actor.Actor, rows []GridRow) (int, error) {
	if err := who.Require(ActionEdit); err != nil {
		return 0, err
	}
	var changed []edited
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		there, err := all(ctx, tx, who, Filter{}, s.today())
		if err != nil {
			return err
		}
		changed, err = gridChanges(there, rows)
		if err != nil {
			return err
		}
		return s.store(ctx, tx, who, ActionEdit, changed)
	})
	if err != nil {
		return 0, err
	}
	return len(changed), nil
}

// gridChanges compares the rows with what is there.
func gridChanges(there []Clinic, rows []GridRow) ([]edited, error) {
	known := map[int64]Clinic{}
	for _, c := range there {
		known[c.ID] = c
	}
	var out []edited
	var problems []fault.Problem
	for _, r := range rows {
		was, ok := known[r.ID]
		if !ok {
			return nil, fault.NotFound("这家村卫生室")
		}
		after, changed := was.apply(Change{Values: r.Values})
		if len(changed) == 0 {
			continue
		}
		if was.Version != r.Version {
			return nil, fault.Conflict("“%s”的资料刚刚被别人修改过,请核对现在的内容后再保存", was.Name)
		}
		for _, p := range after.Values.Check() {
			problems = append(problems, fault.Problem{Field: GridField(p.Field, r.ID), Message: fmt.Sprintf("%s:%s", was.Name, p.Message)})
		}
		out = append(out, edited{was, after, changed})
	}
	if len(problems) > 0 {
		return nil, fault.Invalid(problems...)
	}
	return out, nil
}
