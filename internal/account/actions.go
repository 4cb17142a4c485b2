package account

import "yigai/internal/actor"

// Names of the actions.
const (
	ActionView      = "account.view"
	ActionManage    = "account.manage"
	ActionAuthorise = "account.authorise"
	ActionToken     = "account.token"
)

// Actions are the permissions of this room. No preset role holds both manage and authorise: whoever creates accounts
// without limit must not hand out roles without limit (三员分立).
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看账号", Roles: []string{actor.BureauAdmin, actor.InstitutionAdmin,
		actor.Auditor, actor.SystemAdmin, actor.SecurityAdmin}},
	{Name: ActionManage, Title: "建立、停用账号,重置密码,强制下线", Roles: []string{actor.BureauAdmin,
		actor.InstitutionAdmin, actor.SystemAdmin}},
	{Name: ActionAuthorise, Title: "分配任何角色和数据范围", Roles: []string{actor.SecurityAdmin}},
	{Name: ActionToken, Title: "使用接口令牌", Roles: []string{actor.BureauAdmin, actor.BureauStaff,
		actor.LeadHospital, actor.InstitutionAdmin, actor.InstitutionReporter, actor.SecondmentOfficer,
		actor.FinanceOfficer, actor.Auditor}},
}

// Operator is whoever runs the program's command line on the server; the trail calls it system.
// It reaches every county and is bound by no separation of duties, because it holds the database anyway.
func Operator() actor.Actor {
	return actor.System(0, "", ActionView, ActionManage, ActionAuthorise, ActionToken)
}

func isOperator(who actor.Actor) bool {
	return !who.SignedIn() && who.May(ActionManage) && who.May(ActionAuthorise)
}
