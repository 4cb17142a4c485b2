package reporting

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Catalogue returns the county's elements and forms. It is shared: do not change it.
func (s *Service) Catalogue(ctx context.Context, who actor.Actor) (*Catalogue, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return s.catalogue(ctx, s.db, who.CountyID)
}

// CatalogueOf is Catalogue for rooms that act in a transaction of their own and have asked for permission themselves.
func (s *Service) CatalogueOf(ctx context.Context, q pg.Querier, county int32) (*Catalogue, error) {
	return s.catalogue(ctx, q, county)
}

// CreateElement adds an element. One that is there and says the same is left alone; one that says otherwise is a Conflict.
func (s *Service) CreateElement(ctx context.Context, who actor.Actor, e Element) (stored Element, created bool, err error) {
	if err := who.Require(ActionConfigure); err != nil {
		return Element{}, false, err
	}
	e = e.withDefaults()
	if err := e.check(); err != nil {
		return Element{}, false, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := requireWholeCounty(ctx, tx, who); err != nil {
			return err
		}
		stored, created, err = s.createElement(ctx, tx, who, e)
		return err
	})
	if err != nil {
		return Element{}, false, fmt.Errorf("create element %s: %w", e.Slug, elementFault(err))
	}
	return stored, created, nil
}

func (s *Service) createElement(ctx context.Context, tx pgx.Tx, who actor.Actor, e Element) (Element, bool, error) {
	if err := moveStamp(ctx, tx, who.CountyID); err != nil {
		return e, false, err
	}
	id, added, err := insertElement(ctx, tx, who.CountyID, e)
	if err != nil {
		return e, false, err
	}
	if !added {
		there, err := getElement(ctx, tx, who.CountyID, e.Slug)
		if err == nil && !there.same(e) {
			err = fault.Conflict("编码“%s”已用于数据项“%s”,且定义不同", e.Slug, there.NameZH)
		}
		return there, false, err
	}
	e.ID, e.Revision = id, 1
	return e, true, recordElement(ctx, tx, who, nil, e)
}

// EditElement changes an element; kind and decimals stay once figures exist, because they decide what those figures
// mean. Its Revision is the one that the change was made upon, 0 whichever stands; upon an older one it is a Conflict.
// Another way of adding up is computed anew for every month with figures.
func (s *Service) EditElement(ctx context.Context, who actor.Actor, e Element) error {
	if err := who.Require(ActionConfigure); err != nil {
		return err
	}
	e = e.withDefaults()
	if err := e.check(); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := requireWholeCounty(ctx, tx, who); err != nil {
			return err
		}
		if err := moveStamp(ctx, tx, who.CountyID); err != nil {
			return err
		}
		there, err := getElement(ctx, tx, who.CountyID, e.Slug)
		if err != nil {
			return err
		}
		return s.editElement(ctx, tx, who, there, e)
	})
	if err != nil {
		return fmt.Errorf("edit element %s: %w", e.Slug, elementFault(err))
	}
	return nil
}

func (s *Service) editElement(ctx context.Context, tx pgx.Tx, who actor.Actor, there, e Element) error {
	if there.same(e) {
		return nil
	}
	if e.Revision != 0 && e.Revision != there.Revision {
		return fault.Conflict("数据项“%s”刚被别人修改过,请重新打开,核对现在的内容后再保存", there.NameZH)
	}
	e.ID, e.Revision = there.ID, there.Revision+1
	if err := refuseMeaning(ctx, tx, who.CountyID, there, e); err != nil {
		return err
	}
	if err := updateElement(ctx, tx, who.CountyID, e); err != nil {
		return err
	}
	if there.Aggregation != e.Aggregation {
		if err := announceElement(ctx, tx, who.CountyID, e.ID); err != nil {
			return err
		}
	}
	return recordElement(ctx, tx, who, there, e)
}

// announceElement tells that every accepted figure of an element counts in another way.
func announceElement(ctx context.Context, tx pgx.Tx, county, element int32) error {
	months, err := monthsOf(ctx, tx, county, element)
	if err != nil {
		return err
	}
	return announce(ctx, tx, county, changedFacts{months: months})
}

func refuseMeaning(ctx context.Context, q pg.Querier, county int32, old, e Element) error {
	if old.Kind == e.Kind && old.Unit == e.Unit && old.Decimals <= e.Decimals {
		return nil
	}
	used, err := elementUsed(ctx, q, county, old.ID)
	if err != nil {
		return err
	}
	if used {
		return fault.Conflict("数据项“%s”已有数据,不能再改类型、单位或减少小数位数", old.NameZH)
	}
	return nil
}

func recordElement(ctx context.Context, tx pgx.Tx, who actor.Actor, before any, e Element) error {
	return audit.Record(ctx, tx, who, audit.Entry{Action: ActionConfigure, Kind: "element",
		ID: strconv.Itoa(int(e.ID)), Name: e.NameZH, Before: before, After: e})
}

// elementFault names the field behind a violated constraint.
func elementFault(err error) error {
	if pg.Violates(err, "element_code_unique") {
		return fault.Field("code", "这个代码已用于另一个数据项")
	}
	return err
}
