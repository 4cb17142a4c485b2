// Package register keeps the county's registers: what an institution holds or owes over time, such as licences,
// buildings, equipment, departments, nameplates and the diseases it can treat (policy groups INS, STD, TCM, SHR).
//
// A register is declared, not programmed: data/types.csv names it, data/fields.csv its fields, data/facts.csv the figures
// it yields. One form, one list and one export serve them all. An entry holds from its first day until the day it ends;
// nothing is overwritten without trail, and an entry made by mistake is withdrawn, not deleted.
//
// Tables: register_entry; register_rule holds data/facts.csv for the view register_facts(county_id, institution_id, element,
// period_month, value), which later rooms read. A field that was left empty is not known: it is no zero, and sums leave it out.
package register

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/period"
)

// Names of the actions of this room.
const (
	ActionView = "register.view"
	ActionKeep = "register.keep"
)

// Actions are the permissions of this room.
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看机构台账", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.LeadHospital, actor.InstitutionAdmin,
		actor.InstitutionReporter, actor.PartnerDepartment, actor.Auditor}},
	{Name: ActionKeep, Title: "登记机构台账", Roles: []string{
		actor.BureauAdmin, actor.BureauStaff, actor.InstitutionAdmin, actor.InstitutionReporter}},
}

// Service does what people do with the registers.
type Service struct {
	db  *pgxpool.Pool
	now func() time.Time
}

// New builds the service; now is the clock.
func New(db *pgxpool.Pool, now func() time.Time) *Service { return &Service{db: db, now: now} }

// today is the calendar day in the office, as midnight UTC like a DATE column.
func (s *Service) today() time.Time {
	y, m, d := s.now().In(period.Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
