package account

import (
	"slices"

	"yigai/internal/actor"
	"yigai/internal/fault"
)

// administrators are the three duties that exclude each other and everything else (三员分立).
var administrators = []string{actor.SystemAdmin, actor.SecurityAdmin, actor.AuditAdmin}

// belowInstitution are the roles an institution administrator hands out.
var belowInstitution = []string{actor.InstitutionReporter, actor.VillageDoctor, actor.FamilyDoctor}

// Grantable lists the roles the asker may hand out, in the order they are offered.
func (s *Service) Grantable(who actor.Actor) []string {
	var out []string
	for _, r := range actor.Roles {
		if offers(who, r.Name) && (who.May(ActionAuthorise) || s.holdsAll(who, r.Name)) {
			out = append(out, r.Name)
		}
	}
	return out
}

// offers says which roles somebody's duty covers at all.
func offers(who actor.Actor, role string) bool {
	switch {
	case who.May(ActionAuthorise):
		return true
	case !who.May(ActionManage), who.HasRole(actor.SystemAdmin), slices.Contains(administrators, role):
		return false
	case who.HasRole(actor.BureauAdmin):
		return true
	default:
		return slices.Contains(belowInstitution, role)
	}
}

func (s *Service) holdsAll(who actor.Actor, role string) bool {
	for _, action := range s.permissions().Of([]string{role}) {
		if !who.May(action) {
			return false
		}
	}
	return true
}

// mayHandOut refuses a change of roles beyond what the asker holds. Taking a role away needs the same right as giving
// it. A role that does not exist is a mistake and no refusal; check names it.
func (s *Service) mayHandOut(who actor.Actor, before, after Grant) error {
	if who.HasRole(actor.SystemAdmin) && len(before.Roles)+len(after.Roles) > 0 {
		return fault.Forbidden("三员分立:系统管理员只建立账号,角色和数据范围由安全管理员分配")
	}
	grantable := s.Grantable(who)
	for _, role := range difference(before.Roles, after.Roles) {
		if known(role) && !slices.Contains(grantable, role) {
			return fault.Forbidden("您不能授予或收回“%s”:其中有您没有的权限,请由安全管理员办理", actor.RoleTitle(role))
		}
	}
	return nil
}

// covers refuses a grant that reaches beyond the asker's own data scope.
func (s *Service) covers(who actor.Actor, g Grant, r region) error {
	if who.CountyID == 0 {
		return nil
	}
	for _, a := range g.areas(r) {
		if !a.within(who.Scope) {
			return fault.Forbidden("这个账号的单位或数据范围超出了您自己的数据范围")
		}
	}
	return nil
}

// mayManage asks whether somebody may disable, reset or sign out an account. Whoever resets a password can become
// that account, so business administrators need to hold everything the account holds, and no administrator touches
// the other two.
func (s *Service) mayManage(who actor.Actor, a Account) error {
	if err := who.Require(ActionManage); err != nil {
		return err
	}
	if isOperator(who) {
		return nil
	}
	if err := notOneself(who, a); err != nil {
		return err
	}
	if who.HasRole(actor.SystemAdmin) {
		if g := a.Grant; slices.Contains(g.Roles, actor.SecurityAdmin) || slices.Contains(g.Roles, actor.AuditAdmin) {
			return fault.Forbidden("三员分立:系统管理员不能处理安全管理员和审计管理员的账号,请在服务器上用命令办理")
		}
		return nil
	}
	grantable := s.Grantable(who)
	for _, role := range a.Grant.Roles {
		if !slices.Contains(grantable, role) {
			return fault.Forbidden("这个账号是“%s”,其中有您没有的权限,请由系统管理员办理", actor.RoleTitle(role))
		}
	}
	return s.covers(who, a.Grant, a.region())
}

func notOneself(who actor.Actor, a Account) error {
	if who.AccountID == a.ID && who.SignedIn() {
		return fault.Forbidden("不能处理自己的账号,请由其他管理员办理")
	}
	return nil
}
