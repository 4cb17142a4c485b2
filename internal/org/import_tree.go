package org

import (
	"cmp"
	"fmt"
	"slices"
)

// placeBelow finds the row's parent among the rows and what is there, and judges the place.
func (p *institutionPlan) placeBelow(n *planned) {
	if n.was != nil && n.was.ParentID == nil {
		p.placeRoot(n)
		return
	}
	if n.Parent == "?" {
		p.derive(n)
	}
	parent, known := p.now(n.Parent)
	if !known || p.there[n.Parent].ID != 0 && !covers(p.who.Scope, p.there[n.Parent]) {
		p.drop(n, "parent", "没有编码为“"+n.Parent+"”的上级机构"+p.perhapsRefused(n.Parent))
		return
	}
	if n.was == nil || n.was.ParentCode != n.Parent || n.was.Kind != n.Kind {
		for _, problem := range placeProblems(n.Draft, parent, n.ClosedOn != nil) {
			p.drop(n, problem.Field, problem.Message)
			return
		}
		if odd := oddPlace(n.Kind, parent.Kind); odd != "" {
			p.warn(n.row, "parent", odd)
		}
	}
}

// perhapsRefused says that the code stands in the file, in a row that is refused itself.
func (p *institutionPlan) perhapsRefused(code string) string {
	for i := range p.rows {
		if p.rows[i].Code == code {
			return fmt.Sprintf("(第 %d 行没有通过)", p.rows[i].row.Number)
		}
	}
	return ""
}

func (p *institutionPlan) placeRoot(n *planned) {
	found := problems{}
	rootProblems(*n.was, n.Draft, &found)
	if len(found) > 0 {
		p.drop(n, found[0].Field, found[0].Message)
	}
}

// now is the institution with the code as it will stand after the import.
func (p *institutionPlan) now(code string) (Institution, bool) {
	if n, inFile := p.byCode[code]; inFile {
		return n.institution(), true
	}
	i, known := p.there[code]
	return i, known
}

func (n *planned) institution() Institution {
	i := Institution{Code: n.Code, Name: n.Name, Kind: n.Kind, ParentCode: n.Parent, DivisionCode: n.Division, ClosedOn: n.ClosedOn}
	if n.was != nil {
		i.ID, i.ParentID = n.was.ID, n.was.ParentID
	}
	return i
}

// derive gives a new row its parent, by the rule of ImportInstitutions.
func (p *institutionPlan) derive(n *planned) {
	n.Parent = p.root.Code
	if n.Kind != KindVillageClinic && n.Kind != KindCommunityStation {
		return
	}
	if above, found := p.hospitals[township(n.Division)]; found {
		n.Parent = above.Code
		return
	}
	p.warn(n.row, "code", "同一乡镇没有乡镇卫生院或社区卫生服务中心,上级暂定为县")
}

// findHospitals notes for each township the institution that derived rows go below.
func (p *institutionPlan) findHospitals() {
	p.hospitals = map[string]Institution{}
	visit := func(i Institution) {
		area := township(i.DivisionCode)
		if area == "" || i.ClosedOn != nil || !slices.Contains(belowGrassroots, i.Kind) {
			return
		}
		if best, found := p.hospitals[area]; !found || hospitalOrder(i, best) < 0 {
			p.hospitals[area] = i
		}
	}
	for code, i := range p.there {
		if p.byCode[code] == nil && covers(p.who.Scope, i) {
			visit(i)
		}
	}
	for _, n := range p.byCode {
		visit(n.institution())
	}
}

func township(division string) string {
	if len(division) < 9 {
		return ""
	}
	return division[:9]
}

func hospitalOrder(a, b Institution) int {
	return cmp.Or(hospitalFirst(a)-hospitalFirst(b), cmp.Compare(a.Code, b.Code))
}

func hospitalFirst(i Institution) int {
	if i.Kind == KindTownshipHospital {
		return 0
	}
	return 1
}

// checkTree looks at the tree as it would become. Dropping a row may leave others without their parent or
// with a place that no longer fits, so it goes round until nothing more is refused.
func (p *institutionPlan) checkTree() {
	for refused := -1; refused != len(p.result.Findings); {
		refused = len(p.result.Findings)
		open := p.openChildren()
		p.each(func(n *planned) { p.checkNode(n, open) })
	}
}

func (p *institutionPlan) checkNode(n *planned, open map[string]string) {
	if n.was != nil && n.was.ParentID == nil {
		if n.ClosedOn != nil {
			p.drop(n, "closed_on", "县级根机构不能关闭")
		}
		return
	}
	parent, known := p.now(n.Parent)
	switch {
	case !known:
		p.drop(n, "parent", "上级机构“"+n.Parent+"”所在的行有问题")
	case p.loops(n):
		p.drop(n, "parent", "不能把机构放到它自己或它的下级机构下面")
	case n.ClosedOn == nil && parent.ClosedOn != nil:
		p.drop(n, "parent", "上级机构“"+parent.Name+"”已关闭")
	case leaf(n.Kind) && open[n.Code] != "":
		p.drop(n, "kind", "下面还有机构 "+open[n.Code]+",不能是"+KindTitle(n.Kind))
	case n.ClosedOn != nil && n.was != nil && p.leads[n.was.ID] != "":
		p.drop(n, "closed_on", "是医共体“"+p.leads[n.was.ID]+"”的牵头医院,请先更换牵头医院")
	case n.ClosedOn != nil && open[n.Code] != "":
		p.drop(n, "closed_on", "下级机构 "+open[n.Code]+" 还没有关闭")
	case n.ClosedOn != nil && n.OpenedOn != nil && n.ClosedOn.Before(*n.OpenedOn):
		p.drop(n, "closed_on", "关闭日期早于开办日期")
	case n.ClosedOn != nil && n.ClosedOn.After(p.today):
		p.drop(n, "closed_on", "关闭日期不能晚于今天")
	}
}

// openChildren names for each code one open institution that would stand below it.
func (p *institutionPlan) openChildren() map[string]string {
	open := map[string]string{}
	for code, i := range p.there {
		if p.byCode[code] == nil && i.ClosedOn == nil && i.ParentCode != "" {
			open[i.ParentCode] = code
		}
	}
	for code, n := range p.byCode {
		if n.ClosedOn == nil && n.Parent != "" {
			open[n.Parent] = code
		}
	}
	return open
}

// loops reports whether the way up from the row comes back to it.
func (p *institutionPlan) loops(n *planned) bool {
	at := n.Parent
	const deepest = 50 // no county has as many levels; a longer way is a loop further up
	for range deepest {
		if at == n.Code {
			return true
		}
		above, known := p.now(at)
		if !known || above.ParentCode == "" {
			return false
		}
		at = above.ParentCode
	}
	return true
}
