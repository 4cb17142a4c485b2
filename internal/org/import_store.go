package org

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
)

func (p *institutionPlan) store(ctx context.Context, tx pgx.Tx, who actor.Actor) error {
	var records []record
	var codes []string
	p.each(func(n *planned) {
		if n.was == nil || !n.unchanged() {
			records, codes = append(records, n.record), append(codes, n.Code)
		}
	})
	if err := storeRecords(ctx, tx, who.CountyID, records); err != nil {
		return err
	}
	if err := endMemberships(ctx, tx, who.CountyID); err != nil {
		return err
	}
	return p.trail(ctx, tx, who, codes)
}

func (p *institutionPlan) trail(ctx context.Context, tx pgx.Tx, who actor.Actor, codes []string) error {
	now, err := InScope(ctx, tx, actor.System(who.CountyID, p.root.Path), Filter{codes: codes})
	if err != nil {
		return err
	}
	if len(now) != len(codes) {
		return fmt.Errorf("import institutions: %d rows stored, %d expected", len(now), len(codes))
	}
	t := newTrail(tx)
	var touched []int64
	for _, i := range now {
		n := p.byCode[i.Code]
		var before facts
		after := n.record.facts()
		if n.was != nil {
			was := record{Draft: DraftOf(*n.was), ClosedOn: n.was.ClosedOn, ClosedReason: n.was.ClosedReason}
			before, after = difference(was.facts(), after)
			touched = append(touched, n.record.touched(*n.was)...)
		} else {
			touched = append(touched, i.ID)
		}
		if err := recordChange(ctx, t, who, ActionImport, i, before, after, ""); err != nil {
			return err
		}
	}
	if err := t.send(ctx); err != nil {
		return err
	}
	return announce(ctx, tx, who.CountyID, touched...)
}

func (r record) facts() facts {
	f := stated(r.Draft)
	if r.ClosedOn != nil {
		f["closed_on"], f["closed_reason"] = r.ClosedOn.Format("2006-01-02"), r.ClosedReason
	}
	return f
}
