package org

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Create adds an institution below its parent. A code that is taken is the field's problem.
func (s *Service) Create(ctx context.Context, who actor.Actor, d Draft) (Institution, error) {
	var made Institution
	err := s.change(ctx, who, func(tx pgx.Tx) (err error) {
		made, err = create(ctx, tx, who, d.normal())
		return err
	})
	return made, err
}

// Ensure is Create for programs that may ask twice: an institution that already is as stated is left as
// it is, one that differs is a Conflict. It reports whether one was created.
func (s *Service) Ensure(ctx context.Context, who actor.Actor, d Draft) (Institution, bool, error) {
	d = d.normal()
	var made Institution
	created := false
	err := s.change(ctx, who, func(tx pgx.Tx) error {
		there, err := ByCode(ctx, tx, who, d.Code)
		if fault.IsNotFound(err) {
			created = true
			made, err = create(ctx, tx, who, d)
			return err
		}
		if err != nil {
			return err
		}
		if !DraftOf(there).same(d) {
			return fault.Conflict("编码 %s 已经是“%s”,而且资料与提交的不同;要修改请用 PATCH", d.Code, there.Name)
		}
		made, created = there, false
		return nil
	})
	return made, created, err
}

// change runs an operation that changes institutions: permission first, then one transaction that owns the tree.
func (s *Service) change(ctx context.Context, who actor.Actor, do func(tx pgx.Tx) error) error {
	if err := who.Require(ActionManage); err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := lockTree(ctx, tx, who.CountyID); err != nil {
			return err
		}
		return do(tx)
	})
}

func create(ctx context.Context, tx pgx.Tx, who actor.Actor, d Draft) (Institution, error) {
	p := problems(d.problems())
	if err := checkPlace(ctx, tx, who, d, &p); err != nil {
		return Institution{}, err
	}
	if err := checkFree(ctx, tx, who.CountyID, 0, d, &p); err != nil {
		return Institution{}, err
	}
	if err := p.err(); err != nil {
		return Institution{}, err
	}
	if err := storeRecords(ctx, tx, who.CountyID, []record{{Draft: d}}); err != nil {
		return Institution{}, err
	}
	made, err := ByCode(ctx, tx, who, d.Code)
	if err != nil {
		return made, fmt.Errorf("read new institution %s: %w", d.Code, err)
	}
	if err := recordChange(ctx, tx, who, ActionManage, made, nil, stated(d), ""); err != nil {
		return made, err
	}
	return made, announce(ctx, tx, who.CountyID, made.ID)
}

// checkPlace notes what is wrong with the draft's parent and division.
func checkPlace(ctx context.Context, q pg.Querier, who actor.Actor, d Draft, p *problems) error {
	if d.Parent != "" {
		parent, err := above(ctx, q, who, d.Parent)
		if found := fault.Problems(err); found != nil {
			p.add("parent", found[0].Message)
		} else if err != nil {
			return err
		} else {
			for _, f := range placeProblems(d, parent, false) {
				p.add(f.Field, f.Message)
			}
		}
	} else if d.Kind == KindCounty {
		p.add("kind", "一个县只有一个县级根机构,不能再建")
	}
	message, err := divisionProblem(ctx, q, who.CountyID, d.Division)
	p.add("division", message)
	return err
}
