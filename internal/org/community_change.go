package org

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// CommunityDraft is what people state about a medical community.
type CommunityDraft struct {
	Name     string
	Lead     string // code of the lead hospital
	JoinedOn time.Time
}

// CreateCommunity founds a medical community; its lead hospital is a member from the day on.
func (s *Service) CreateCommunity(ctx context.Context, who actor.Actor, d CommunityDraft) (Community, error) {
	var made Community
	err := s.change(ctx, who, func(tx pgx.Tx) error {
		lead, err := checkCommunity(ctx, tx, who, &d)
		if err != nil {
			return err
		}
		var id int64
		err = tx.QueryRow(ctx, `INSERT INTO community (county_id, name, lead_institution_id) VALUES ($1, $2, $3) RETURNING id`,
			who.CountyID, d.Name, lead.ID).Scan(&id)
		if err != nil {
			return nameTaken(err)
		}
		if err := join(ctx, tx, who.CountyID, id, []int64{lead.ID}, d.JoinedOn); err != nil {
			return err
		}
		if made, err = community(ctx, tx, who, id, s.today()); err != nil {
			return err
		}
		return recordCommunity(ctx, tx, who, id, d.Name, nil, facts{"name": d.Name, "lead": lead.Code, "joined_on": d.JoinedOn.Format("2006-01-02")})
	})
	return made, err
}

// EditCommunity changes name and lead hospital; a new lead becomes a member from the day on if it is none yet.
func (s *Service) EditCommunity(ctx context.Context, who actor.Actor, id int64, version int, d CommunityDraft) error {
	return s.change(ctx, who, func(tx pgx.Tx) error {
		was, err := ledInScope(ctx, tx, who, id, s.today())
		if err != nil {
			return err
		}
		if was.Version != version {
			return fault.Conflict("医共体“%s”刚刚被别人修改过,请核对现在的内容后再保存", was.Name)
		}
		lead, err := checkCommunity(ctx, tx, who, &d)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE community SET name = $3, lead_institution_id = $4, version = version + 1
			WHERE county_id = $1 AND id = $2`, who.CountyID, id, d.Name, lead.ID)
		if err != nil {
			return nameTaken(err)
		}
		if err := s.leadJoins(ctx, tx, who, id, lead, d.JoinedOn); err != nil {
			return err
		}
		old, now := difference(facts{"name": was.Name, "lead": was.LeadCode}, facts{"name": d.Name, "lead": lead.Code})
		return recordCommunity(ctx, tx, who, id, d.Name, old, now)
	})
}

func (s *Service) leadJoins(ctx context.Context, tx pgx.Tx, who actor.Actor, id int64, lead Institution, on time.Time) error {
	in, err := memberships(ctx, tx, "m.community_id = $2 AND m.institution_id = $3 AND m.left_on IS NULL", who.CountyID, id, lead.ID)
	if err != nil || len(in) > 0 {
		return err
	}
	return join(ctx, tx, who.CountyID, id, []int64{lead.ID}, on)
}

func checkCommunity(ctx context.Context, q pg.Querier, who actor.Actor, d *CommunityDraft) (Institution, error) {
	d.Name = strings.TrimSpace(d.Name)
	p := problems{}
	p.text(textField{"name", "医共体名称", d.Name, 60, true})
	p.text(textField{"lead", "牵头医院", d.Lead, 40, true})
	if d.JoinedOn.Year() < 1950 {
		p.add("joined_on", "请填写成立日期")
	}
	if err := p.err(); err != nil {
		return Institution{}, err
	}
	lead, err := ByCode(ctx, q, who, d.Lead)
	switch {
	case fault.IsNotFound(err):
		return lead, fault.Field("lead", "没有编码为“%s”的机构", d.Lead)
	case err != nil:
		return lead, err
	case !slices.Contains(KindsOf(GroupHospital), lead.Kind):
		return lead, fault.Field("lead", "牵头医院应为县级医院或妇幼保健院,“%s”是%s", lead.Name, lead.KindTitle())
	case lead.Closed():
		return lead, fault.Field("lead", "“%s”已关闭,不能牵头", lead.Name)
	}
	return lead, nil
}

func nameTaken(err error) error {
	if pg.Violates(err, "community_name_unique") {
		return fault.Field("name", "已有同名的医共体")
	}
	return fmt.Errorf("store community: %w", err)
}

// Join takes institutions, named by code, into a community from the day on: all of them or none.
func (s *Service) Join(ctx context.Context, who actor.Actor, id int64, codes []string, on time.Time) error {
	return s.change(ctx, who, func(tx pgx.Tx) error {
		c, err := ledInScope(ctx, tx, who, id, s.today())
		if err != nil {
			return err
		}
		ids, err := joining(ctx, tx, who, codes, on)
		if err != nil {
			return err
		}
		if err := join(ctx, tx, who.CountyID, id, ids, on); err != nil {
			return err
		}
		return recordCommunity(ctx, tx, who, id, c.Name, nil,
			facts{"members_joined": strings.Join(codes, ","), "joined_on": on.Format("2006-01-02")})
	})
}

// joining finds the institutions and refuses those that cannot be members on the day.
func joining(ctx context.Context, q pg.Querier, who actor.Actor, codes []string, on time.Time) ([]int64, error) {
	if len(codes) == 0 {
		return nil, fault.Field("members", "请选择要加入的成员单位")
	}
	if on.Year() < 1950 {
		return nil, fault.Field("joined_on", "请填写加入日期")
	}
	found, err := InScope(ctx, q, who, Filter{codes: codes})
	if err != nil {
		return nil, err
	}
	if len(found) != len(codes) {
		return nil, fault.Field("members", "有的机构不存在或不在您的数据范围内,请重新选择")
	}
	ids := make([]int64, len(found))
	for n, i := range found {
		ids[n] = i.ID
		if i.Kind == KindCounty || !i.OpenOn(on) {
			return nil, fault.Field("members", "“%s”在 %s 不是开办中的机构,不能加入", i.Name, on.Format("2006-01-02"))
		}
	}
	return ids, nil
}

func join(ctx context.Context, tx pgx.Tx, county int32, id int64, institutions []int64, on time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO community_member (county_id, community_id, institution_id, joined_on)
		SELECT $1, $2, m, $4 FROM unnest($3::bigint[]) AS m`, county, id, institutions, on)
	if pg.Violates(err, "community_member_once") || pg.Violates(err, "community_member_pkey") {
		return fault.Field("members", "所选机构里有的已经是医共体成员,请先让它退出")
	}
	if err != nil {
		return fmt.Errorf("join community %d: %w", id, err)
	}
	return nil
}

// leads names the community that each lead hospital leads.
func leads(ctx context.Context, q pg.Querier, county int32) (map[int64]string, error) {
	rows, err := q.Query(ctx, `SELECT lead_institution_id, name FROM community WHERE county_id = $1 ORDER BY name DESC LIMIT 200`, county)
	if err != nil {
		return nil, fmt.Errorf("read lead hospitals: %w", err)
	}
	out := map[int64]string{}
	var id int64
	var name string
	if _, err := pgx.ForEachRow(rows, []any{&id, &name}, func() error { out[id] = name; return nil }); err != nil {
		return nil, fmt.Errorf("read lead hospitals: %w", err)
	}
	return out, nil
}

// endMemberships lets closed institutions leave their community on the day they closed.
func endMemberships(ctx context.Context, q pg.Querier, county int32) error {
	_, err := q.Exec(ctx, `UPDATE community_member m SET left_on = i.closed_on FROM institution i
		WHERE m.county_id = $1 AND i.county_id = $1 AND i.id = m.institution_id
		  AND m.left_on IS NULL AND m.joined_on <= i.closed_on`, county)
	if err != nil {
		return fmt.Errorf("end memberships of closed institutions: %w", err)
	}
	return nil
}

// Leave ends an institution's membership: on is the first day it is no longer a member. The lead cannot leave.
func (s *Service) Leave(ctx context.Context, who actor.Actor, id, institution int64, on time.Time) error {
	return s.change(ctx, who, func(tx pgx.Tx) error {
		c, err := ledInScope(ctx, tx, who, id, s.today())
		if err != nil {
			return err
		}
		i, err := Get(ctx, tx, who, institution)
		if err != nil {
			return err
		}
		if c.LeadID == institution {
			return fault.Conflict("“%s”是牵头医院,请先更换牵头医院", i.Name)
		}
		if err := leave(ctx, tx, c, i, on); err != nil {
			return err
		}
		return recordCommunity(ctx, tx, who, id, c.Name, nil, facts{"member_left": i.Code, "left_on": on.Format("2006-01-02")})
	})
}

func leave(ctx context.Context, tx pgx.Tx, c Community, i Institution, on time.Time) error {
	tag, err := tx.Exec(ctx, `UPDATE community_member SET left_on = $4
		WHERE county_id = $1 AND community_id = $2 AND institution_id = $3 AND left_on IS NULL`, i.CountyID, c.ID, i.ID, on)
	if pg.Violates(err, "community_member_dates") {
		return fault.Field("left_on", "退出日期不能早于加入日期")
	}
	if err != nil {
		return fmt.Errorf("leave community %d: %w", c.ID, err)
	}
	if tag.RowsAffected() == 0 {
		return fault.Conflict("“%s”现在不是“%s”的成员", i.Name, c.Name)
	}
	return nil
}
