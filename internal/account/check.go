package account

import (
	"slices"

	"yigai/internal/actor"
	"yigai/internal/fault"
)

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
	switch {
	case g.Scope == ScopeNone && len(g.Roles) == 0:
		return "" // nothing can be done with it yet
	case !slices.ContainsFunc(Scopes, func(s struct{ Name, Title string }) bool { return s.Name == g.Scope }):
		return "请选择数据范围"
	case len(g.Roles) == 0:
		return ""
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

func known(role string) bool {
	return slices.ContainsFunc(actor.Roles, func(r actor.Role) bool { return r.Name == role })
}
