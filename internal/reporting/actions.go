package reporting

import "yigai/internal/actor"

// Names of the actions of this room.
const (
	ActionView      = "reporting.view"
	ActionEnter     = "reporting.enter"
	ActionSubmit    = "reporting.submit"
	ActionReview    = "reporting.review"
	ActionApprove   = "reporting.approve"
	ActionReopen    = "reporting.reopen"
	ActionLoad      = "reporting.load"
	ActionConfigure = "reporting.configure"
	ActionExtend    = "reporting.extend"
)

// Actions lists what this room lets people do, and which preset roles may.
// The bureau's administrator may enter for an institution that cannot (代报), and so may hand these actions out; that
// nobody accepts figures of their own is asked of each person, see Accept. The lead hospital reads its members' reports.
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看月报", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.LeadHospital, actor.InstitutionAdmin,
		actor.InstitutionReporter, actor.FinanceOfficer, actor.PartnerDepartment, actor.Auditor}},
	{Name: ActionEnter, Title: "填报月报", Roles: []string{
		actor.BureauAdmin, actor.InstitutionAdmin, actor.InstitutionReporter, actor.PartnerDepartment}},
	{Name: ActionSubmit, Title: "上报月报", Roles: []string{
		actor.BureauAdmin, actor.InstitutionAdmin, actor.InstitutionReporter, actor.PartnerDepartment}},
	{Name: ActionReview, Title: "审核月报", Roles: []string{actor.BureauAdmin, actor.BureauStaff}},
	{Name: ActionApprove, Title: "终审月报(两级审核时)", Roles: []string{actor.BureauAdmin}},
	{Name: ActionReopen, Title: "解锁已审核的月报", Roles: []string{actor.BureauAdmin}},
	{Name: ActionLoad, Title: "导入历史数据", Roles: []string{actor.BureauAdmin}},
	{Name: ActionConfigure, Title: "维护数据项和表样", Roles: []string{actor.BureauAdmin}},
	{Name: ActionExtend, Title: "批准延期、设置宽限", Roles: []string{actor.BureauAdmin}},
}
