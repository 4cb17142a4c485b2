package indicator

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Names of the actions of this room.
const (
	ActionView    = "indicator.view"
	ActionManage  = "indicator.manage"
	ActionCompute = "indicator.compute"
)

// Actions are the permissions of this room.
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看指标", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.LeadHospital, actor.InstitutionAdmin,
		actor.InstitutionReporter, actor.VillageDoctor, actor.FamilyDoctor, actor.FinanceOfficer, actor.PartnerDepartment, actor.Auditor}},
	{Name: ActionManage, Title: "维护指标和目标", Roles: []string{actor.BureauAdmin}},
	{Name: ActionCompute, Title: "重新计算指标", Roles: []string{actor.BureauAdmin, actor.BureauStaff}},
}

// Service computes and shows indicators in all counties of one database.
type Service struct {
	db        *pgxpool.Pool
	now       func() time.Time
	calendar  period.Calendar
	reporting *reporting.Service // asked for elements and forms
}

// New builds the service; the calendar answers the elements that follow from the month itself.
func New(db *pgxpool.Pool, now func() time.Time, calendar period.Calendar) *Service {
	return &Service{db: db, now: now, calendar: calendar, reporting: reporting.New(db, now, calendar)}
}
