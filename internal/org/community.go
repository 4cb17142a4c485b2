package org

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Community is a medical community (医共体): a lead hospital and its member institutions.
// An institution is in one community at a time; those below a member belong with it.
type Community struct {
	ID       int64
	Name     string
	LeadID   int64
	LeadCode string
	LeadName string
	Members  int // now
	Version  int
}

// Membership is one institution's time in a community.
type Membership struct {
	CommunityID   int64
	Community     string
	InstitutionID int64
	Code          string
	Name          string
	Kind          string
	JoinedOn      time.Time
	LeftOn        *time.Time // the first day it is no longer a member
	Lead          bool
}

// Communities lists the medical communities that institutions in the asker's scope belong to, now or in the past.
func (s *Service) Communities(ctx context.Context, who actor.Actor) ([]Community, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return communities(ctx, s.db, who, "true", s.today())
}

// Community finds one medical community that the asker's institutions belong to.
func (s *Service) Community(ctx context.Context, who actor.Actor, id int64) (Community, error) {
	if err := who.Require(ActionView); err != nil {
		return Community{}, err
	}
	return community(ctx, s.db, who, id, s.today())
}

// ledInScope is a community whose lead hospital lies in the asker's scope: only such a one may be changed.
func ledInScope(ctx context.Context, q pg.Querier, who actor.Actor, id int64, today time.Time) (Community, error) {
	c, err := community(ctx, q, who, id, today)
	if err != nil {
		return c, err
	}
	if _, err := Get(ctx, q, who, c.LeadID); fault.IsNotFound(err) {
		return c, fault.Forbidden("“%s”的牵头医院不在您的数据范围内,请由卫健局办理", c.Name)
	} else if err != nil {
		return c, err
	}
	return c, nil
}

// belongs says that member i is in scope, or stands above an institution that is: what is below belongs with it.
const belongs = `(` + actor.InScope + ` OR EXISTS (SELECT FROM institution o WHERE o.county_id = $1 AND o.path <@ i.path
	AND (o.path = ANY($2::text[]::ltree[]) OR o.id = ANY($3::bigint[]))))`

func community(ctx context.Context, q pg.Querier, who actor.Actor, id int64, today time.Time) (Community, error) {
	found, err := communities(ctx, q, who, "c.id = $5", today, id)
	if err == nil && len(found) == 0 {
		err = fault.NotFound("这个医共体")
	}
	if err != nil {
		return Community{}, err
	}
	return found[0], nil
}

func communities(ctx context.Context, q pg.Querier, who actor.Actor, where string, today time.Time, args ...any) ([]Community, error) {
	rows, err := q.Query(ctx, `
		SELECT c.id, c.name, c.lead_institution_id, l.code, l.name, c.version,
		       (SELECT count(*) FROM community_member m WHERE m.county_id = c.county_id AND m.community_id = c.id
		        AND m.joined_on <= $4 AND (m.left_on IS NULL OR m.left_on > $4))
		FROM community c JOIN institution l ON l.county_id = c.county_id AND l.id = c.lead_institution_id
		WHERE c.county_id = $1 AND `+where+` AND EXISTS (
			SELECT FROM community_member m JOIN institution i ON i.county_id = m.county_id AND i.id = m.institution_id
			WHERE m.county_id = $1 AND m.community_id = c.id AND `+belongs+`)
		ORDER BY c.name LIMIT 200`, append(append(who.ScopeArgs(), today), args...)...)
	if err != nil {
		return nil, fmt.Errorf("list communities: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Community, err error) {
		err = row.Scan(&c.ID, &c.Name, &c.LeadID, &c.LeadCode, &c.LeadName, &c.Version, &c.Members)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("list communities: %w", err)
	}
	return found, nil
}

// Members lists which institutions in the asker's scope are and were in a community, the lead first.
func (s *Service) Members(ctx context.Context, who actor.Actor, id int64) ([]Membership, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return memberships(ctx, s.db, "m.community_id = $4 AND "+belongs, append(who.ScopeArgs(), id)...)
}

// MembershipsOf lists the communities that the institution, or the nearest one above it that is a member, belongs to.
func (s *Service) MembershipsOf(ctx context.Context, who actor.Actor, i Institution) ([]Membership, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return memberships(ctx, s.db, `m.institution_id = (
		SELECT a.id FROM institution a WHERE a.county_id = $1 AND a.path @> $2::text::ltree
		  AND EXISTS (SELECT 1 FROM community_member x WHERE x.county_id = $1 AND x.institution_id = a.id)
		ORDER BY nlevel(a.path) DESC LIMIT 1)`, who.CountyID, i.Path)
}

// memberships lists those that a condition lets through; its first argument is the county.
func memberships(ctx context.Context, q pg.Querier, where string, args ...any) ([]Membership, error) {
	rows, err := q.Query(ctx, `
		SELECT c.id, c.name, i.id, i.code, i.name, i.kind, m.joined_on, m.left_on, i.id = c.lead_institution_id
		FROM community_member m
		JOIN community c ON c.county_id = m.county_id AND c.id = m.community_id
		JOIN institution i ON i.county_id = m.county_id AND i.id = m.institution_id
		WHERE m.county_id = $1 AND `+where+`
		ORDER BY i.id <> c.lead_institution_id, m.left_on IS NOT NULL, i.code, m.joined_on DESC LIMIT 2000`, args...)
	if err != nil {
		return nil, fmt.Errorf("list community members: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Membership, err error) {
		err = row.Scan(&m.CommunityID, &m.Community, &m.InstitutionID, &m.Code, &m.Name, &m.Kind, &m.JoinedOn, &m.LeftOn, &m.Lead)
		return m, err
	})
	if err != nil {
		return nil, fmt.Errorf("list community members: %w", err)
	}
	return found, nil
}

func recordCommunity(ctx context.Context, tx pgx.Tx, who actor.Actor, id int64, name string, before, after facts) error {
	e := audit.Entry{Action: ActionManage, Kind: "community", ID: strconv.FormatInt(id, 10), Name: name, After: after}
	if before != nil {
		e.Before = before
	}
	return audit.Record(ctx, tx, who, e)
}
