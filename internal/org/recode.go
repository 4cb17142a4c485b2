package org

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
)

// Recode gives institutions in scope, named by their own codes, the codes that other systems know them by; an empty one
// takes it away. All of them or none; it tells how many changed. Codes may change places.
func (s *Service) Recode(ctx context.Context, who actor.Actor, codes map[string]string) (changed int, err error) {
	err = s.change(ctx, who, func(tx pgx.Tx) error {
		changed, err = recode(ctx, tx, who, codes)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("recode institutions: %w", err)
	}
	return changed, nil
}

func recode(ctx context.Context, tx pgx.Tx, who actor.Actor, codes map[string]string) (int, error) {
	were, err := InScope(ctx, tx, who, Filter{codes: slices.Sorted(maps.Keys(codes))})
	if err != nil {
		return 0, err
	}
	known := map[string]bool{}
	var ids []int64
	for _, was := range were {
		known[was.Code] = true
		if was.ExternalCode != codes[was.Code] {
			ids = append(ids, was.ID)
		}
	}
	for code := range codes {
		if !known[code] {
			return 0, fault.Field("code", "没有编码为“%s”的机构,或不在您的管理范围内", code)
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE institution SET external_code = NULL WHERE county_id = $1 AND id = ANY($2)`, who.CountyID, ids); err != nil {
		return 0, fmt.Errorf("free codes: %w", err)
	}
	return len(ids), storeCodes(ctx, tx, who, were, codes)
}

// storeCodes writes the institutions whose code differs, all at once, each with its entry in the trail.
func storeCodes(ctx context.Context, tx pgx.Tx, who actor.Actor, were []Institution, codes map[string]string) error {
	var records []record
	var changed []Institution
	for _, was := range were {
		d := DraftOf(was)
		d.ExternalCode = codes[was.Code]
		d = d.normal()
		if d.ExternalCode == was.ExternalCode {
			continue
		}
		if p := problems(d.problems()); len(p) > 0 {
			return p.err()
		}
		records = append(records, record{Draft: d, ID: was.ID, ClosedOn: was.ClosedOn, ClosedReason: was.ClosedReason})
		changed = append(changed, was)
	}
	if err := storeRecords(ctx, tx, who.CountyID, records); err != nil {
		return err
	}
	for n, was := range changed {
		old, now := difference(stated(DraftOf(was)), stated(records[n].Draft))
		if err := recordChange(ctx, tx, who, ActionManage, was, old, now, ""); err != nil {
			return err
		}
	}
	return nil
}
