package validation

import (
	"yigai/internal/actor"
	"yigai/internal/reporting"
)

// Names of the actions of this room.
const (
	ActionView   = "validation.view"
	ActionRun    = "validation.run"
	ActionFollow = "validation.follow"
)

// Actions are the permissions of this room. Package reporting asks for the first one, because the rules are its own.
var Actions = []actor.Action{
	{Name: reporting.ActionManageRules, Title: "维护校验规则", Roles: []string{actor.BureauAdmin}},
	{Name: ActionView, Title: "查看批量复核", Roles: []string{actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.Auditor}},
	{Name: ActionRun, Title: "批量复核", Roles: []string{actor.BureauAdmin, actor.BureauStaff}},
	{Name: ActionFollow, Title: "标记跟进", Roles: []string{actor.BureauAdmin, actor.BureauStaff}},
}
