// Package org keeps the county's organisation: divisions (county, township, village), the tree of
// institutions, and the medical communities with their lead hospital and members.
//
// Words: an institution is every body with a code; its parent is the institution above it, and its path
// is the ltree of ids from the county root, which data scopes are made of. A division is an area with a
// statistical code. A community is a medical community (医共体).
//
// Tables: county (through CreateCounty), division, institution, community, community_member; later rooms
// read the view institution_public. Everyone with org.view sees what lies in their scope; org.manage
// changes institutions and communities; org.import loads files. Whatever changes the tree takes the
// county's lock first, so checks made inside the transaction stay true until it commits.
package org

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
)

// Names of the actions.
const (
	ActionView   = "org.view"
	ActionManage = "org.manage"
	ActionImport = "org.import"
)

// Actions are the permissions of this room.
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看机构和行政区划", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.LeadHospital, actor.InstitutionAdmin,
		actor.InstitutionReporter, actor.VillageDoctor, actor.FamilyDoctor, actor.SecondmentOfficer,
		actor.FinanceOfficer, actor.PartnerDepartment, actor.Auditor, actor.SystemAdmin, actor.SecurityAdmin,
	}},
	{Name: ActionManage, Title: "维护机构和医共体", Roles: []string{actor.BureauAdmin}},
	{Name: ActionImport, Title: "导入机构和行政区划", Roles: []string{actor.BureauAdmin}},
}

// MaxRows bounds a county's tree and one import file.
const MaxRows = 20000

// Service does what people do with the organisation.
type Service struct {
	db  *pgxpool.Pool
	now func() time.Time
}

// New builds the service; now is the clock, in Asia/Shanghai for the day it names.
func New(db *pgxpool.Pool, now func() time.Time) *Service { return &Service{db: db, now: now} }

// today is the calendar day in the office, as midnight UTC like a DATE column.
func (s *Service) today() time.Time {
	y, m, d := s.now().In(office).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

var office = time.FixedZone("CST", 8*60*60)
