package exchange

import "yigai/internal/actor"

// Names of the actions of this room.
const (
	ActionView      = "exchange.view"
	ActionImport    = "exchange.import"
	ActionConfigure = "exchange.configure"
)

// Actions are the permissions of this room. Whoever may enter figures may send them as a file.
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看数据导入记录", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.InstitutionAdmin, actor.InstitutionReporter,
		actor.PartnerDepartment, actor.Auditor}},
	{Name: ActionImport, Title: "用文件或接口导入数据", Roles: []string{
		actor.BureauAdmin, actor.InstitutionAdmin, actor.InstitutionReporter, actor.PartnerDepartment}},
	{Name: ActionConfigure, Title: "维护与其他系统的编码对照", Roles: []string{actor.BureauAdmin}},
}
