package actor

import "slices"

// Permissions knows which actions each preset role holds. The application fills it from the rooms at
// start; afterwards it is only read.
type Permissions struct {
	byRole  map[string][]string
	actions []Action
}

// NewPermissions collects the declarations of all rooms. Two declarations of one name are a programming mistake.
func NewPermissions(declared []Action) *Permissions {
	p := &Permissions{byRole: map[string][]string{}, actions: declared}
	seen := map[string]bool{}
	for _, a := range declared {
		if seen[a.Name] {
			panic("action declared twice: " + a.Name)
		}
		seen[a.Name] = true
		for _, role := range a.Roles {
			p.byRole[role] = append(p.byRole[role], a.Name)
		}
	}
	return p
}

// Of returns the sorted actions that the roles hold together.
func (p *Permissions) Of(roles []string) []string {
	var all []string
	for _, role := range roles {
		all = append(all, p.byRole[role]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Declared lists every action there is, in the order of the rooms.
func (p *Permissions) Declared() []Action { return p.actions }
