package account

import (
	"slices"
	"strings"

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

func known(role string) bool {
	return slices.ContainsFunc(actor.Roles, func(r actor.Role) bool { return r.Name == role })
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

// check tells what is wrong with a grant as such, whoever gives it.
func (g Grant) check(county int32, r region) []fault.Problem {
	var found []fault.Problem
	add := func(field, message string) {
		found = append(found, fault.Problem{Field: field, Message: message})
	}
	if m := checkRoles(county, g.Roles); m != "" {
		add("roles", m)
	}
	if g.administrates() && g.Scope != ScopeCounty {
		add("scope", "系统、安全、审计管理员的数据范围应为全县")
	}
	if m := g.checkScope(); m != "" {
		add("scope", m)
	}
	for _, id := range g.institutions() {
		if _, ok := r.paths[id]; !ok {
			add(fieldOf(g, id), "没有这个机构,请重新选择")
		}
	}
	return found
}

func fieldOf(g Grant, id int64) string {
	if id == g.InstitutionID {
		return "institution"
	}
	return "list"
}

func checkRoles(county int32, roles []string) string {
	admins := 0
	for _, role := range roles {
		if !known(role) {
			return "没有“" + role + "”这个角色"
		}
		if slices.Contains(administrators, role) {
			admins++
		}
	}
	switch {
	case admins > 0 && len(roles) > 1:
		return "三员分立:系统管理员、安全管理员、审计管理员不能互相兼任,也不能兼任业务角色"
	case county == 0 && admins == 0 && len(roles) > 0:
		return "平台账号只能是系统管理员、安全管理员或审计管理员"
	}
	return ""
}

func (g Grant) checkScope() string {
	if ScopeTitle(g.Scope) == g.Scope {
		return "请选择数据范围"
	}
	switch {
	case len(g.Roles) == 0:
		return "" // nothing can be done with it yet
	case g.Scope == ScopeList && len(g.List) == 0:
		return "数据范围为指定单位时,请至少勾选一个单位"
	case g.Scope != ScopeCounty && g.Scope != ScopeList && g.InstitutionID == 0:
		return "数据范围为“" + ScopeTitle(g.Scope) + "”时,请选择所在单位"
	}
	return ""
}

func (g Grant) administrates() bool {
	return slices.ContainsFunc(g.Roles, func(role string) bool { return slices.Contains(administrators, role) })
}

// institutions lists every institution that the grant names.
func (g Grant) institutions() []int64 {
	ids := slices.Clone(g.List)
	if g.InstitutionID != 0 {
		ids = append(ids, g.InstitutionID)
	}
	return ids
}

// tidy sorts what has no order and drops a list that the scope does not use.
func (g Grant) tidy() Grant {
	g.Roles = slices.Compact(slices.Sorted(slices.Values(g.Roles)))
	if g.Scope != ScopeList {
		g.List = nil
	}
	g.List = slices.Compact(slices.Sorted(slices.Values(g.List)))
	return g
}

func (g Grant) equal(h Grant) bool {
	return g.InstitutionID == h.InstitutionID && g.Scope == h.Scope &&
		slices.Equal(g.Roles, h.Roles) && slices.Equal(g.List, h.List)
}

// difference lists what only one of the two has.
func difference(a, b []string) []string {
	var out []string
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			out = append(out, x)
		}
	}
	return out
}

// region knows where the institutions of one county stand in its tree.
type region struct {
	root  string
	paths map[int64]string
}

// area is a piece of the tree: an institution, alone or with everything below it.
type area struct {
	path  string
	id    int64
	whole bool
}

func (a area) within(s actor.Scope) bool {
	for _, top := range s.Subtrees {
		if top != "" && (a.path == top || strings.HasPrefix(a.path, top+".")) {
			return true
		}
	}
	return !a.whole && slices.Contains(s.Institutions, a.id)
}

// areas is everything that a grant reaches: its scope and the home institution.
func (g Grant) areas(r region) []area {
	var out []area
	if g.InstitutionID != 0 {
		out = append(out, area{r.paths[g.InstitutionID], g.InstitutionID, g.Scope == ScopeSubtree})
	}
	switch {
	case len(g.Roles) == 0: // reaches nothing yet
	case g.Scope == ScopeCounty:
		out = append(out, area{path: r.root, whole: true})
	case g.Scope == ScopeList:
		for _, id := range g.List {
			out = append(out, area{r.paths[id], id, true})
		}
	}
	return out
}

// scope turns the grant into what queries filter by.
func (g Grant) scope(r region) actor.Scope {
	switch g.Scope {
	case ScopeCounty:
		return subtrees(r.root)
	case ScopeSubtree:
		return subtrees(r.paths[g.InstitutionID])
	case ScopeList:
		var tops []string
		for _, id := range g.List {
			tops = append(tops, r.paths[id])
		}
		return subtrees(tops...)
	}
	s := actor.Scope{OwnEntries: g.Scope == ScopeEntries}
	if g.InstitutionID != 0 {
		s.Institutions = []int64{g.InstitutionID}
	}
	return s
}

func subtrees(paths ...string) actor.Scope {
	return actor.Scope{Subtrees: slices.DeleteFunc(paths, func(p string) bool { return p == "" })}
}
