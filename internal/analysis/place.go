package analysis

import (
	"cmp"
	"slices"

	"yigai/internal/org"
)

// level tells single rows from the sums between and below them.
type level int

const (
	single level = iota
	subtotal
	total
)

// place is an institution, or several of them together, as a row or column.
type place struct {
	label   string
	key     string
	code    string // of a single institution
	kind    string // of all its institutions, "" for several kinds
	level   level
	block   int   // of places between two subtotals
	units   []int // positions of the institutions meant
	tops    []int // those of them that stand below no other: indicators add up over these
	members []int // whose own figures an element adds up: the units, and with Deep what stands below
}

// group is a heading that institutions are put together under.
type group struct {
	key, label string
	order      int
	units      []int
}

// placer puts institutions together.
type placer struct {
	query     Query
	all       []Unit
	townships map[string]string // names by code
}

// places lists the rows (or columns) of institutions in the order shown.
func (p placer) places(units []int) []place {
	var out []place
	switch {
	case p.query.By == ByAll:
		return []place{p.total(units)}
	case p.query.By != ByUnit:
		for _, g := range p.groups(p.query.By, units) {
			out = append(out, p.together(g, single))
		}
	case p.query.Subtotal != "":
		for block, g := range p.groups(p.query.Subtotal, units) {
			for _, n := range g.units {
				out = append(out, p.alone(n, block))
			}
			sum := p.together(g, subtotal)
			sum.block, sum.label = block, g.label+"小计"
			out = append(out, sum)
		}
	default:
		for _, n := range units {
			out = append(out, p.alone(n, 0))
		}
	}
	if p.query.Total && len(units) > 1 {
		out = append(out, p.total(units))
	}
	return out
}

func (p placer) alone(n, block int) place {
	u := p.all[n]
	return p.complete(place{label: u.Short, key: u.Code, code: u.Code, kind: u.Kind, block: block, units: []int{n}})
}

func (p placer) together(g group, l level) place {
	return p.complete(place{label: g.label, key: g.key, level: l, units: g.units})
}

func (p placer) total(units []int) place {
	return p.complete(place{label: "合计", key: "total", level: total, block: -1, units: units})
}

// complete finds whose figures the place adds up. The county reports nothing itself: it always means all below.
func (p placer) complete(at place) place {
	at.tops = roots(p.all, at.units)
	if at.kind == "" {
		at.kind = p.commonKind(at.units)
	}
	for _, n := range at.units {
		if !p.query.Deep && p.all[n].Kind != org.KindCounty {
			at.members = append(at.members, n)
		}
	}
	for _, top := range at.tops {
		if p.query.Deep || p.all[top].Kind == org.KindCounty {
			at.members = p.subtree(at.members, top)
		}
	}
	slices.Sort(at.members)
	at.members = slices.Compact(at.members)
	return at
}

func (p placer) subtree(members []int, top int) []int {
	for n, u := range p.all {
		if n == top || u.below(p.all[top].Path) {
			members = append(members, n)
		}
	}
	return members
}

func (p placer) commonKind(units []int) string {
	kind := ""
	for _, n := range units {
		if kind != "" && kind != p.all[n].Kind {
			return ""
		}
		kind = p.all[n].Kind
	}
	return kind
}

// groups puts institutions under headings, in the order of the kinds or codes.
func (p placer) groups(by string, units []int) []group {
	found := map[string]*group{}
	for _, n := range units {
		g := p.groupOf(by, p.all[n])
		if found[g.key] == nil {
			found[g.key] = &g
		}
		found[g.key].units = append(found[g.key].units, n)
	}
	out := make([]group, 0, len(found))
	for _, g := range found {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b group) int { return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.key, b.key)) })
	return out
}

const unknownLast = 1 << 20

func (p placer) groupOf(by string, u Unit) group {
	switch by {
	case ByKind:
		return group{key: u.Kind, label: org.KindTitle(u.Kind), order: slices.IndexFunc(org.Kinds, func(k org.Kind) bool { return k.Name == u.Kind })}
	case ByTownship:
		if name := p.townships[u.Township]; name != "" {
			return group{key: u.Township, label: name}
		}
		return group{key: "-", label: "县直(不在乡镇)", order: unknownLast}
	default:
		if n := slices.IndexFunc(p.all, func(above Unit) bool { return above.ID == u.Parent }); n >= 0 {
			return group{key: p.all[n].Code, label: p.all[n].Short}
		}
		return group{key: "-", label: "其他", order: unknownLast}
	}
}
