package org

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// Node is an institution as a place in the tree.
type Node struct {
	ID           int64
	ParentID     *int64
	Kind         string
	Path         string
	Code         string
	Name         string
	ShortName    string
	DivisionCode string
	OpenedOn     *time.Time
	ClosedOn     *time.Time
}

// OpenOn reports whether the institution is open on the day.
func (n Node) OpenOn(day time.Time) bool { return openOn(n.OpenedOn, n.ClosedOn, day) }

// Tree is the county's whole tree, parents before children and siblings by code. It asks for no scope:
// callers use it to compute, and show only what their reader may see.
func Tree(ctx context.Context, q pg.Querier, county int32) ([]Node, error) {
	root, err := Root(ctx, q, county)
	if err != nil {
		return nil, err
	}
	return nodes(ctx, q, actor.System(county, root.Path))
}

// TreeInScope is the part of the tree that the asker may see, in the order of Tree.
func (s *Service) TreeInScope(ctx context.Context, who actor.Actor) ([]Node, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return nodes(ctx, s.db, who)
}

func nodes(ctx context.Context, q pg.Querier, who actor.Actor) ([]Node, error) {
	rows, err := q.Query(ctx, `
		SELECT i.id, i.parent_id, i.kind, i.path::text, i.code, i.name,
		       CASE WHEN i.short_name = '' THEN i.name ELSE i.short_name END,
		       coalesce(i.division_code, ''), i.opened_on, i.closed_on
		FROM institution i
		WHERE i.county_id = $1 AND `+actor.InScope+`
		ORDER BY nlevel(i.path), i.code COLLATE "C" LIMIT $4`, append(who.ScopeArgs(), MaxRows)...)
	if err != nil {
		return nil, fmt.Errorf("read institution tree: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (n Node, err error) {
		err = row.Scan(&n.ID, &n.ParentID, &n.Kind, &n.Path, &n.Code, &n.Name, &n.ShortName,
			&n.DivisionCode, &n.OpenedOn, &n.ClosedOn)
		return n, err
	})
	if err != nil {
		return nil, fmt.Errorf("read institution tree: %w", err)
	}
	return found, nil
}
