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
	e.ID = id
	return e, true, recordElement(ctx, tx, who, nil, e)
}

// EditElement changes an element; kind and decimals stay once figures exist, because they decide what those figures mean.
func (s *Service) EditElement(ctx context.Context, who actor.Actor, e Element) error {
	if err := who.Require(ActionConfigure); err != nil {
		return err
	}
	e = e.withDefaults()
	if err := e.check(); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := moveStamp(ctx, tx, who.CountyID); err != nil {
			return err
		}
		there, err := getElement(ctx, tx, who.CountyID, e.Slug)
		if err != nil {
			return err
		}
		e.ID = there.ID
		if err := refuseMeaning(ctx, tx, who.CountyID, there, e); err != nil {
			return err
		}
		if err := updateElement(ctx, tx, who.CountyID, e); err != nil {
			return err
		}
		return recordElement(ctx, tx, who, there, e)
	})
	if err != nil {
		return fmt.Errorf("edit element %s: %w", e.Slug, elementFault(err))
	}
	return nil
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

// Assign replaces who fills a form that is handed to chosen institutions only.
func (s *Service) Assign(ctx context.Context, who actor.Actor, form string, institutions []int64) error {
	if err := who.Require(ActionConfigure); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		c, err := s.catalogue(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		f, ok := c.Form(form)
		if !ok {
			return fault.NotFound("这张报表")
		}
		if !f.Chosen {
			return fault.Conflict("“%s”由所有同类机构填报,不需要指定", f.Title)
		}
		if err := replaceAssignments(ctx, tx, who.CountyID, f, institutions); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionConfigure, Kind: "form", ID: strconv.Itoa(int(f.ID)), Name: f.Title,
			After: map[string]any{"assigned": institutions}})
	})
	if err != nil {
		return fmt.Errorf("assign form %s: %w", form, err)
	}
	return nil
}
