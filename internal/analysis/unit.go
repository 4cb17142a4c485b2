package analysis

import (
	"slices"
	"strings"
	"time"

	"yigai/internal/org"
	"yigai/internal/period"
)

// Unit is an institution in scope.
type Unit struct {
	ID       int64
	Code     string
	Name     string
	Short    string
	Kind     string
	Path     string
	Township string // 9-digit division code, "" where none is known
	Parent   int64  // 0 for the root
	Opened   *time.Time
	Closed   *time.Time
}

// Level is the place in the tree, the county being 1.
func (u Unit) Level() int { return strings.Count(u.Path, ".") + 1 }

// openDuring reports whether the institution was open on some day of the months.
func (u Unit) openDuring(from, to period.Month) bool {
	return (u.Opened == nil || u.Opened.Before(to.Next().Date())) && (u.Closed == nil || u.Closed.After(from.Date()))
}

// closedBefore reports whether the institution had closed when the month began; its past figures stay in sums then.
func (u Unit) closedBefore(m period.Month) bool { return u.Closed != nil && !u.Closed.After(m.Date()) }

// openedAfter reports whether the institution did not exist yet in the month.
func (u Unit) openedAfter(m period.Month) bool {
	return u.Opened != nil && !u.Opened.Before(m.Next().Date())
}

func (u Unit) below(path string) bool { return strings.HasPrefix(u.Path, path+".") }

// selection picks institutions out of those in scope.
type selection struct {
	query    Query
	from, to period.Month
	all      []Unit
	under    string // path of the institution that Under names
}

// wanted reports whether a query asks for the institution.
func (s selection) wanted(u Unit) bool {
	q := s.query
	if !u.openDuring(s.from, s.to) {
		return false
	}
	if len(q.Codes) > 0 {
		return slices.Contains(q.Codes, u.Code)
	}
	return s.wantedKind(u) && (q.Township == "" || u.Township == q.Township) && (q.Under == "" || s.under != "" && u.below(s.under)) &&
		(q.Level == 0 || u.Level() == q.Level)
}

func (s selection) wantedKind(u Unit) bool {
	if s.query.Group != "" && !slices.Contains(org.GroupOf(u.Kind), s.query.Group) {
		return false
	}
	if len(s.query.Kinds) == 0 {
		return u.Kind != org.KindCounty
	}
	return slices.Contains(s.query.Kinds, u.Kind)
}

// units are the positions of the institutions that a query asks for; chosen ones stand in the order of the list.
func (s selection) units() []int {
	if n := slices.IndexFunc(s.all, func(u Unit) bool { return u.Code == s.query.Under }); n >= 0 {
		s.under = s.all[n].Path
	}
	var out []int
	for n, u := range s.all {
		if s.wanted(u) {
			out = append(out, n)
		}
	}
	return out
}

// roots leaves out the units that stand below another one: what is above holds their indicators' sums already.
func roots(all []Unit, units []int) []int {
	paths := make(map[string]bool, len(units))
	for _, n := range units {
		paths[all[n].Path] = true
	}
	return slices.DeleteFunc(slices.Clone(units), func(n int) bool {
		path := all[n].Path
		for at := strings.LastIndexByte(path, '.'); at > 0; at = strings.LastIndexByte(path, '.') {
			if path = path[:at]; paths[path] {
				return true
			}
		}
		return false
	})
}
