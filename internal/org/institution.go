package org

import (
	"context"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Institution is every body with a code, from the county itself to a village clinic.
type Institution struct {
	ID           int64
	CountyID     int32
	Code         string
	ExternalCode string // the code other systems use, "" for none
	Name         string
	ShortName    string // never empty: the name when none was given
	Kind         string
	ParentID     *int64 // nil for the county
	ParentCode   string
	ParentName   string
	ParentKind   string
	Path         string // ids from the county root, joined by dots
	USCC         string // unified social credit code, "" for none
	DivisionCode string
	DivisionName string // "" when the division has not been loaded
	TownshipName string
	Address      string
	Phone        string
	Note         string
	OpenedOn     *time.Time
	ClosedOn     *time.Time // the first day it is no longer open
	ClosedReason string
	Version      int
}

// KindTitle is the Chinese name of the institution's kind.
func (i Institution) KindTitle() string { return KindTitle(i.Kind) }

// OpenOn reports whether the institution is open on the day.
func (i Institution) OpenOn(day time.Time) bool { return openOn(i.OpenedOn, i.ClosedOn, day) }

// Closed reports whether the institution has been closed.
func (i Institution) Closed() bool { return i.ClosedOn != nil }

func openOn(opened, closed *time.Time, day time.Time) bool {
	return (opened == nil || !day.Before(*opened)) && (closed == nil || day.Before(*closed))
}

// Get returns the institution when it lies in the asker's scope.
func Get(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (Institution, error) {
	if id <= 0 { // a filter without id asks for nothing in particular
		return Institution{}, fault.NotFound("这个机构")
	}
	return one(ctx, q, who, "这个机构", Filter{id: id})
}

// ByCode returns the institution with the code when it lies in the asker's scope.
func ByCode(ctx context.Context, q pg.Querier, who actor.Actor, code string) (Institution, error) {
	if code == "" {
		return Institution{}, fault.NotFound("没有编码的机构")
	}
	return one(ctx, q, who, "编码为 "+code+" 的机构", Filter{code: code})
}

// Root returns the county itself as the institution at the top of the tree.
func Root(ctx context.Context, q pg.Querier, county int32) (Institution, error) {
	return rootOf(ctx, q, county)
}

// InScope lists the institutions in the asker's scope that the filter lets through, in the filter's order.
func InScope(ctx context.Context, q pg.Querier, who actor.Actor, f Filter) ([]Institution, error) {
	if f.Limit <= 0 {
		f.Limit = MaxRows
	}
	found, _, err := list(ctx, q, who, f)
	return found, err
}

func one(ctx context.Context, q pg.Querier, who actor.Actor, what string, f Filter) (Institution, error) {
	f.Limit = 1
	found, _, err := list(ctx, q, who, f)
	if err != nil {
		return Institution{}, err
	}
	if len(found) == 0 {
		return Institution{}, fault.NotFound(what)
	}
	return found[0], nil
}

// Get is the package's Get for somebody who looks at institutions.
func (s *Service) Get(ctx context.Context, who actor.Actor, id int64) (Institution, error) {
	if err := who.Require(ActionView); err != nil {
		return Institution{}, err
	}
	return Get(ctx, s.db, who, id)
}

// ByCode is the package's ByCode for somebody who looks at institutions.
func (s *Service) ByCode(ctx context.Context, who actor.Actor, code string) (Institution, error) {
	if err := who.Require(ActionView); err != nil {
		return Institution{}, err
	}
	return ByCode(ctx, s.db, who, code)
}

// All is the package's InScope for somebody who looks at institutions: no pages, at most MaxRows.
func (s *Service) All(ctx context.Context, who actor.Actor, f Filter) ([]Institution, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return InScope(ctx, s.db, who, f)
}
