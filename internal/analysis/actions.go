package analysis

import "yigai/internal/actor"

// Names of the actions of this room.
const (
	ActionView   = "analysis.view"
	ActionKeep   = "analysis.keep"
	ActionShare  = "analysis.share"
	ActionExport = "analysis.export"
)

// Actions are the permissions of this room.
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看自定义表", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.LeadHospital, actor.InstitutionAdmin,
		actor.InstitutionReporter, actor.FinanceOfficer, actor.PartnerDepartment, actor.Auditor}},
	{Name: ActionKeep, Title: "保存自定义表", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.LeadHospital, actor.InstitutionAdmin,
		actor.InstitutionReporter, actor.FinanceOfficer, actor.PartnerDepartment}},
	{Name: ActionShare, Title: "共享自定义表", Roles: []string{actor.BureauAdmin, actor.BureauStaff}},
	{Name: ActionExport, Title: "导出自定义表", Roles: []string{actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff,
		actor.InstitutionAdmin, actor.Auditor}},
}
