package org

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
)

// Edit changes what is stated about an institution. version is the one the asker saw; another one is a
// Conflict. An edit that changes nothing leaves the version and the audit trail alone.
func (s *Service) Edit(ctx context.Context, who actor.Actor, id int64, version int, d Draft) (Institution, error) {
	var edited Institution
	err := s.change(ctx, who, func(tx pgx.Tx) error {
		was, err := seen(ctx, tx, who, id, version)
		if err != nil {
			return err
		}
		edited, err = edit(ctx, tx, who, was, d.normal())
		return err
	})
	return edited, err
}

// seen reads the institution and refuses when it has changed since the asker looked.
func seen(ctx context.Context, tx pgx.Tx, who actor.Actor, id int64, version int) (Institution, error) {
	was, err := Get(ctx, tx, who, id)
	if err == nil && was.Version != version {
		err = fault.Conflict("“%s”的资料刚刚被别人修改过,请核对现在的内容后再保存", was.Name)
	}
	return was, err
}

func edit(ctx context.Context, tx pgx.Tx, who actor.Actor, was Institution, d Draft) (Institution, error) {
	before := DraftOf(was)
	if before.same(d) {
		return was, nil
	}
	if err := checkEdit(ctx, tx, who, was, d); err != nil {
		return was, err
	}
	r := record{Draft: d, ID: was.ID, ClosedOn: was.ClosedOn, ClosedReason: was.ClosedReason}
	if err := storeRecords(ctx, tx, who.CountyID, []record{r}); err != nil {
		return was, err
	}
	is, err := Get(ctx, tx, who, was.ID)
	if fault.IsNotFound(err) {
		return was, fault.Field("parent", "不能移到您的数据范围以外")
	}
	if err != nil {
		return was, err
	}
	old, now := difference(stated(before), stated(d))
	if err := recordChange(ctx, tx, who, ActionManage, is, old, now, ""); err != nil {
		return is, err
	}
	return is, announce(ctx, tx, who.CountyID, r.touched(was)...)
}

func checkEdit(ctx context.Context, tx pgx.Tx, who actor.Actor, was Institution, d Draft) error {
	p := problems(d.problems())
	if err := checkFree(ctx, tx, who.CountyID, was.ID, d, &p); err != nil {
		return err
	}
	if was.ParentID == nil {
		rootProblems(was, d, &p)
		message, err := divisionProblem(ctx, tx, who.CountyID, d.Division)
		p.add("division", message)
		if err != nil {
			return err
		}
		return p.err()
	}
	if d.Parent != was.ParentCode || d.Kind != was.Kind || d.Division != was.DivisionCode {
		if err := checkPlace(ctx, tx, who, d, &p); err != nil {
			return err
		}
	}
	if d.Parent != was.ParentCode {
		if err := checkLoop(ctx, tx, who, was, d, &p); err != nil {
			return err
		}
	}
	if leaf(d.Kind) && !leaf(was.Kind) {
		if err := checkNoneBelow(ctx, tx, was, d, &p); err != nil {
			return err
		}
	}
	if was.ClosedOn != nil && d.OpenedOn != nil && d.OpenedOn.After(*was.ClosedOn) {
		p.add("opened_on", "开办日期不能晚于关闭日期 "+was.ClosedOn.Format("2006-01-02"))
	}
	return p.err()
}

func rootProblems(was Institution, d Draft, p *problems) {
	if d.Kind != KindCounty {
		p.add("kind", "县级根机构的类型不能修改")
	}
	if d.Parent != "" {
		p.add("parent", "县级根机构没有上级")
	}
	if d.Code != was.Code {
		p.add("code", "县级根机构的编码就是行政区划代码,不能修改")
	}
}

// checkNoneBelow refuses a kind that nothing stands below for an institution that has others below it.
func checkNoneBelow(ctx context.Context, tx pgx.Tx, was Institution, d Draft, p *problems) error {
	var children int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM institution WHERE county_id = $1 AND parent_id = $2`, was.CountyID, was.ID).Scan(&children)
	if err != nil {
		return fmt.Errorf("count institutions below %d: %w", was.ID, err)
	}
	if children > 0 {
		p.add("kind", fmt.Sprintf("下面还有 %d 家机构,不能改为%s", children, KindTitle(d.Kind)))
	}
	return nil
}

// checkLoop refuses to move an institution below itself.
func checkLoop(ctx context.Context, tx pgx.Tx, who actor.Actor, was Institution, d Draft, p *problems) error {
	parent, err := above(ctx, tx, who, d.Parent)
	if fault.IsInvalid(err) {
		return nil // already noted by checkPlace
	}
	if err != nil {
		return err
	}
	if parent.Path == was.Path || strings.HasPrefix(parent.Path, was.Path+".") {
		p.add("parent", "不能把机构移到它自己或它的下级机构下面")
	}
	return nil
}
