// Package compliance holds facts against the standards of the policy documents: who meets which number, month by month.
//
// Words: a subject is whom a standard is about: the county, an institution, or a staff group of the county; a measure
// says how a standard is measured: from a register, by a formula over reported figures, or not at all; a declaration is
// what the bureau states where nothing measures; a result is met, not met or not known, and then says what is missing.
// A row of the board is one standard; it is met when all its subjects meet it, and not met when one does not.
//
// A standard that is measured once in the county, staff groups included, has its result at the county's root. Results
// are stored per month with the number that held then, so that a number set for later months leaves the past alone.
//
// Tables: compliance_result, compliance_run, compliance_declaration; view compliance_facts for later rooms. Reads:
// packages policy and indicator, the views institution_public, element_public, indicator_public,
// indicator_version_public and the registers' views (see register.go). Everybody with compliance.view sees what lies in
// their scope; compliance.declare states what nothing measures. Jobs evaluate a month when its indicators were computed,
// when a rule changed, and after a declaration.
package compliance

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/period"
)

// Names of the actions of this room.
const (
	ActionView    = "compliance.view"
	ActionDeclare = "compliance.declare"
)

// Actions are the permissions of this room.
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看达标情况", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.LeadHospital, actor.InstitutionAdmin, actor.InstitutionReporter,
		actor.VillageDoctor, actor.FamilyDoctor, actor.SecondmentOfficer, actor.FinanceOfficer, actor.PartnerDepartment, actor.Auditor}},
	{Name: ActionDeclare, Title: "申报达标情况", Roles: []string{actor.BureauAdmin, actor.BureauStaff}},
}

// Service evaluates and shows compliance in all counties of one database.
type Service struct {
	db        *pgxpool.Pool
	now       func() time.Time
	indicator *indicator.Service
}

// New builds the service.
func New(db *pgxpool.Pool, now func() time.Time, calendar period.Calendar) *Service {
	return &Service{db: db, now: now, indicator: indicator.New(db, now, calendar)}
}
