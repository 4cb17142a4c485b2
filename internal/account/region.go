package account

import (
	"slices"
	"strings"

	"yigai/internal/actor"
)

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
	if g.Scope == ScopeInstitution && g.InstitutionID != 0 {
		return actor.Scope{Institutions: []int64{g.InstitutionID}}
	}
	return actor.Scope{}
}

func subtrees(paths ...string) actor.Scope {
	return actor.Scope{Subtrees: slices.DeleteFunc(paths, func(p string) bool { return p == "" })}
}
