// Package policy answers which number of which document holds in a county on a day, and why.
//
// Words: a document is a policy text whose numbers the product knows as a preset; a standard is one numeric rule of a
// document (operator, value, unit, clause); a matter is what several documents regulate with different numbers; the
// order says which documents a county follows and which of them stands first; an override is the county's own number
// for a matter, for everybody or for one kind of institution or one institution, from a month on. A blank is a number
// that the document leaves open: it is nothing, never 0, until the county fills it with an override.
//
// The documents and their rows are data (data/*.csv). Tables: policy_order, policy_override; rows are added and ended,
// never changed. Reads: org (the county, its presets, institution_public). Everybody with policy.view reads;
// policy.manage, for the whole county, chooses documents and sets numbers. Whatever changes tells later rooms with the
// event Changed.
package policy

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
)

// Names of the actions of this room.
const (
	ActionView   = "policy.view"
	ActionManage = "policy.manage"
)

// Actions are the permissions of this room.
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看政策标准", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.LeadHospital, actor.InstitutionAdmin, actor.InstitutionReporter,
		actor.VillageDoctor, actor.FamilyDoctor, actor.SecondmentOfficer, actor.FinanceOfficer, actor.PartnerDepartment, actor.Auditor}},
	{Name: ActionManage, Title: "选用政策文件、设定标准数值", Roles: []string{actor.BureauAdmin}},
}

// Service chooses documents and sets numbers, in all counties of one database.
type Service struct {
	db  *pgxpool.Pool
	now func() time.Time
}

// New builds the service.
func New(db *pgxpool.Pool, now func() time.Time) *Service { return &Service{db: db, now: now} }
