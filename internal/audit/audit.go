// Package audit writes and proves the audit trail: who did what to which object, before and after.
// An entry is recorded in the transaction of the change, so there is none without the other.
// Every file that leaves the house is logged here too, with its hash.
// Tables: audit_entry, audit_unsealed, audit_seal, export_log (append-only by trigger).
package audit

import (
	"context"
	"encoding/json"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// Entry is what a room says about its change. Before and After are small structs or maps
// holding only the fields that matter; personal data in them must already be masked.
type Entry struct {
	Action        string // the permission that was used, "reporting.accept"
	Kind          string // object kind by glossary: "report", "institution"
	ID            string
	Name          string // what a reader recognises it by
	InstitutionID int64  // whose it is, 0 if of no institution
	Before, After any
	Reason        string
}

// Record writes one entry. Call it inside the transaction of the change.
func Record(ctx context.Context, tx pg.Querier, who actor.Actor, e Entry) error {
	before, err := encode(e.Before)
	if err != nil {
		return err
	}
	after, err := encode(e.After)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO audit_entry (county_id, account_id, username, address, action, object_kind, object_id,
		                         object_name, institution_id, before, after, reason)
		VALUES ($1, NULLIF($2, 0), $3, $4, $5, $6, $7, $8, NULLIF($9, 0), $10, $11, $12)`,
		who.CountyID, who.AccountID, username(who), who.Address, e.Action, e.Kind, e.ID,
		e.Name, e.InstitutionID, before, after, e.Reason)
	if err != nil {
		return fmt.Errorf("record audit entry %s %s %s: %w", e.Action, e.Kind, e.ID, err)
	}
	return nil
}

func username(who actor.Actor) string {
	if who.Username == "" {
		return "-"
	}
	return who.Username
}

func encode(v any) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode audit state: %w", err)
	}
	return b, nil
}
