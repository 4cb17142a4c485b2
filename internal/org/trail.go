package org

import (
	"context"
	"fmt"
	"maps"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/pg"
)

// facts are the fields of a draft as the audit trail shows them: only what is stated.
type facts map[string]string

// stated lists the fields of a draft that are not empty.
func stated(d Draft) facts {
	out := facts{"code": d.Code, "external_code": d.ExternalCode, "name": d.Name, "short_name": d.ShortName,
		"kind": d.Kind, "parent": d.Parent, "uscc": d.USCC, "division": d.Division, "address": d.Address,
		"phone": d.Phone, "note": d.Note}
	if d.OpenedOn != nil {
		out["opened_on"] = d.OpenedOn.Format("2006-01-02")
	}
	maps.DeleteFunc(out, func(_, v string) bool { return v == "" })
	return out
}

// difference keeps the fields that changed; a field that became empty is an empty text after.
func difference(before, after facts) (facts, facts) {
	was, is := facts{}, facts{}
	for k := range before {
		if before[k] != after[k] {
			was[k], is[k] = before[k], after[k]
		}
	}
	for k := range after {
		if before[k] != after[k] {
			was[k], is[k] = before[k], after[k]
		}
	}
	return was, is
}

func recordChange(ctx context.Context, q pg.Querier, who actor.Actor, action string, i Institution, before, after facts, reason string) error {
	e := audit.Entry{Action: action, Kind: "institution", ID: strconv.FormatInt(i.ID, 10), Name: i.Name,
		InstitutionID: i.ID, Reason: reason}
	if before != nil {
		e.Before = before
	}
	if after != nil {
		e.After = after
	}
	return audit.Record(ctx, q, who, e)
}

// trail records many entries in one round trip: it passes as the transaction that audit writes to.
type trail struct {
	pg.Querier
	batch *pgx.Batch
}

func newTrail(tx pg.Querier) *trail { return &trail{Querier: tx, batch: &pgx.Batch{}} }

// Exec queues the statement; its outcome shows in send.
func (t *trail) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	t.batch.Queue(sql, args...)
	return pgconn.CommandTag{}, nil
}

func (t *trail) send(ctx context.Context) error {
	if t.batch.Len() == 0 {
		return nil
	}
	if err := t.SendBatch(ctx, t.batch).Close(); err != nil {
		return fmt.Errorf("record audit entries: %w", err)
	}
	return nil
}

func (t *trail) division(ctx context.Context, who actor.Actor, d Division, before facts) error {
	e := audit.Entry{Action: ActionImport, Kind: "division", ID: d.Code, Name: d.Name, After: d.facts()}
	if before != nil {
		e.Before = before
	}
	return audit.Record(ctx, t, who, e)
}
