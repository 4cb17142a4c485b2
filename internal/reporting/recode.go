package reporting

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Recode gives elements, named by slug, the codes that other systems know them by; an empty one takes it away. All of
// them or none; it tells how many changed. Codes may change places.
func (s *Service) Recode(ctx context.Context, who actor.Actor, codes map[string]string) (changed int, err error) {
	if err := who.Require(ActionConfigure); err != nil {
		return 0, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := requireWholeCounty(ctx, tx, who); err != nil {
			return err
		}
		if err := moveStamp(ctx, tx, who.CountyID); err != nil {
			return err
		}
		changed, err = s.recode(ctx, tx, who, codes)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("recode elements: %w", elementFault(err))
	}
	return changed, nil
}

func (s *Service) recode(ctx context.Context, tx pgx.Tx, who actor.Actor, codes map[string]string) (int, error) {
	var were []Element
	var ids []int32
	for _, slug := range slices.Sorted(maps.Keys(codes)) {
		was, err := getElement(ctx, tx, who.CountyID, slug)
		if fault.IsNotFound(err) {
			return 0, fault.Field("code", "没有编码为“%s”的数据项", slug)
		}
		if err != nil {
			return 0, err
		}
		if was.Code != codes[slug] {
			were, ids = append(were, was), append(ids, was.ID)
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE element SET code = NULL WHERE county_id = $1 AND id = ANY($2)`, who.CountyID, ids); err != nil {
		return 0, fmt.Errorf("free codes: %w", err)
	}
	for _, was := range were {
		is := was
		is.Code = codes[was.Slug]
		if err := s.editElement(ctx, tx, who, was, is.withDefaults()); err != nil {
			return 0, err
		}
	}
	return len(were), nil
}
