package org

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Close ends an institution: on is the first day it is no longer open. One with open institutions below
// it, or that leads a community, cannot be closed; its own membership of a community ends the same day.
func (s *Service) Close(ctx context.Context, who actor.Actor, id int64, version int, on time.Time, reason string) (Institution, error) {
	var closed Institution
	err := s.change(ctx, who, func(tx pgx.Tx) error {
		was, err := seen(ctx, tx, who, id, version)
		if err != nil {
			return err
		}
		reason = strings.TrimSpace(reason)
		if err := s.checkClose(ctx, tx, was, on, reason); err != nil {
			return err
		}
		if err := setClosed(ctx, tx, was, &on, reason); err != nil {
			return err
		}
		closed, err = Get(ctx, tx, who, id)
		if err != nil {
			return err
		}
		return recordChange(ctx, tx, who, ActionManage, closed, facts{"closed_on": ""}, facts{"closed_on": on.Format("2006-01-02")}, reason)
	})
	return closed, err
}

func (s *Service) checkClose(ctx context.Context, tx pgx.Tx, was Institution, on time.Time, reason string) error {
	if was.ParentID == nil {
		return fault.Conflict("县级根机构不能关闭")
	}
	if was.Closed() {
		return fault.Conflict("“%s”已于 %s 关闭", was.Name, was.ClosedOn.Format("2006-01-02"))
	}
	p := problems{}
	p.text(textField{"reason", "关闭原因", reason, 500, true})
	switch {
	case was.OpenedOn != nil && on.Before(*was.OpenedOn):
		p.add("on", "关闭日期不能早于开办日期 "+was.OpenedOn.Format("2006-01-02"))
	case on.After(s.today()):
		p.add("on", "关闭日期不能晚于今天")
	case on.Year() < 1900:
		p.add("on", "关闭日期的年份不对")
	}
	if err := p.err(); err != nil {
		return err
	}
	return checkUnused(ctx, tx, was)
}

func checkUnused(ctx context.Context, tx pgx.Tx, was Institution) error {
	var children int
	var leads string
	err := tx.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM institution WHERE county_id = $1 AND parent_id = $2 AND closed_on IS NULL),
		       coalesce((SELECT min(name) FROM community WHERE county_id = $1 AND lead_institution_id = $2), '')`,
		was.CountyID, was.ID).Scan(&children, &leads)
	switch {
	case err != nil:
		return fmt.Errorf("look for what depends on institution %d: %w", was.ID, err)
	case children > 0:
		return fault.Conflict("“%s”下面还有 %d 家机构没有关闭,请先关闭或移到其他上级", was.Name, children)
	case leads != "":
		return fault.Conflict("“%s”是医共体“%s”的牵头医院,请先更换牵头医院", was.Name, leads)
	}
	return nil
}

func setClosed(ctx context.Context, tx pgx.Tx, i Institution, on *time.Time, reason string) error {
	_, err := tx.Exec(ctx, `UPDATE institution SET closed_on = $3, closed_reason = $4, version = version + 1, updated_at = now()
		WHERE county_id = $1 AND id = $2`, i.CountyID, i.ID, on, reason)
	if err != nil {
		return fmt.Errorf("close institution %d: %w", i.ID, err)
	}
	if err := announce(ctx, tx, i.CountyID, i.ID); err != nil {
		return err
	}
	return endMemberships(ctx, tx, i.CountyID)
}

// Reopen takes a closing back. The institution above must be open.
func (s *Service) Reopen(ctx context.Context, who actor.Actor, id int64, version int, reason string) (Institution, error) {
	var opened Institution
	err := s.change(ctx, who, func(tx pgx.Tx) error {
		was, err := seen(ctx, tx, who, id, version)
		if err != nil {
			return err
		}
		reason = strings.TrimSpace(reason)
		if err := checkReopen(ctx, tx, was, reason); err != nil {
			return err
		}
		if err := setClosed(ctx, tx, was, nil, ""); err != nil {
			return err
		}
		opened, err = Get(ctx, tx, who, id)
		if err != nil {
			return err
		}
		return recordChange(ctx, tx, who, ActionManage, opened,
			facts{"closed_on": was.ClosedOn.Format("2006-01-02")}, facts{"closed_on": ""}, reason)
	})
	return opened, err
}

func checkReopen(ctx context.Context, q pg.Querier, was Institution, reason string) error {
	if !was.Closed() {
		return fault.Conflict("“%s”没有关闭", was.Name)
	}
	p := problems{}
	p.text(textField{"reason", "恢复原因", reason, 500, true})
	if err := p.err(); err != nil {
		return err
	}
	var shut bool
	err := q.QueryRow(ctx, `SELECT closed_on IS NOT NULL FROM institution WHERE county_id = $1 AND id = $2`,
		was.CountyID, was.ParentID).Scan(&shut)
	if err != nil {
		return fmt.Errorf("read institution above %d: %w", was.ID, err)
	}
	if shut {
		return fault.Conflict("上级机构“%s”已关闭,请先恢复上级或改换上级", was.ParentName)
	}
	return nil
}
