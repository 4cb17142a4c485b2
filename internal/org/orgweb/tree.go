package orgweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/web/ui"
)

type treeView struct {
	frame  ui.Frame
	tabs   []ui.Tab
	groups []treeGroup
	all    ui.Action // folds everything open, or all but the county away
	open   bool
}

// treeGroup is a township with its institutions, or what belongs to no township.
type treeGroup struct {
	title string
	code  string
	open  bool
	count int // with everything below
	nodes []*treeNode
}

type treeNode struct {
	name, code, kind, url string
	closed                bool
	children              []*treeNode
	below                 int
}

func (h *handler) tree(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	nodes, err := h.svc.TreeInScope(r.Context(), who)
	if err != nil {
		return err
	}
	townships, err := h.svc.Townships(r.Context(), who)
	if err != nil {
		return err
	}
	v := treeView{frame: h.listFrame(r, query{r.URL.Query()}), tabs: viewTabs(query{}, true), groups: group(nodes, townships), open: r.URL.Query().Get("open") != "",
		all: ui.Action{Label: "全部展开", URL: "/institutions/tree?open=all", Icon: "arrow-down", Kind: ui.Quiet}}
	if v.open {
		v.all = ui.Action{Label: "全部收起", URL: "/institutions/tree", Icon: "arrow-up", Kind: ui.Quiet}
	}
	return page.Render(w, r, http.StatusOK, treePage(v))
}

// group puts the tree under the townships: county → township → institution → what stands below it. An
// institution stays with the one above it unless it lies in a township and that one does not.
func group(nodes []org.Node, townships []org.Division) []treeGroup {
	groups := []treeGroup{{title: "县级机构", open: true}}
	at := map[string]int{"": 0}
	for _, d := range townships {
		at[d.Code] = len(groups)
		groups = append(groups, treeGroup{title: d.Name, code: d.Code})
	}
	made, place := map[int64]*treeNode{}, map[int64]int{}
	for _, n := range nodes {
		t := &treeNode{name: n.Name, code: n.Code, kind: org.KindTitle(n.Kind), url: institutionURL(n.ID), closed: n.ClosedOn != nil}
		made[n.ID] = t
		own := at[townshipOf(n.DivisionCode)] // 0, no township, when it is not known
		above, parent := parentOf(n, made, place)
		switch {
		case parent == nil || own != 0 && above == 0:
			place[n.ID] = own
			groups[own].nodes = append(groups[own].nodes, t)
		default:
			place[n.ID] = above
			parent.children = append(parent.children, t)
		}
		groups[place[n.ID]].count++
	}
	for i := range groups {
		total(groups[i].nodes)
	}
	groups = slices.DeleteFunc(groups, func(g treeGroup) bool { return g.count == 0 })
	if len(groups) == 1 {
		groups[0].open = true
	}
	return groups
}

// parentOf is the node above when it is in view. The county itself holds nobody: the groups do.
func parentOf(n org.Node, made map[int64]*treeNode, place map[int64]int) (int, *treeNode) {
	if n.ParentID == nil || !strings.Contains(strings.TrimSuffix(n.Path, "."+strconv.FormatInt(n.ID, 10)), ".") {
		return 0, nil
	}
	return place[*n.ParentID], made[*n.ParentID]
}

func total(nodes []*treeNode) int {
	sum := 0
	for _, n := range nodes {
		n.below = total(n.children)
		sum += 1 + n.below
	}
	return sum
}

func townshipOf(division string) string {
	if len(division) < 9 {
		return ""
	}
	return division[:9]
}
