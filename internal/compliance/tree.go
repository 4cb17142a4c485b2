package compliance

import (
	"context"
	"slices"

	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/policy"
)

// tree is the county's institutions with who stands below whom, parents before children, the root first.
type tree struct {
	nodes  []org.Node
	parent map[int64]int64
	below  map[int64][]int64 // open institutions in the subtree, itself included
	open   map[int64]bool    // at some time in the month
	name   map[int64]string
}

func readTree(ctx context.Context, q pg.Querier, county int32, m period.Month) (*tree, error) {
	nodes, err := org.Tree(ctx, q, county)
	if err != nil {
		return nil, err
	}
	t := &tree{nodes: nodes, parent: map[int64]int64{}, below: map[int64][]int64{}, open: map[int64]bool{}, name: map[int64]string{}}
	for _, n := range nodes {
		if n.ParentID != nil {
			t.parent[n.ID] = *n.ParentID
		}
		t.name[n.ID] = n.ShortName
		t.open[n.ID] = n.OpenOn(m.Date()) || n.OpenOn(policy.LastDay(m))
		if !t.open[n.ID] {
			continue
		}
		up, more := n.ID, true
		for more {
			t.below[up] = append(t.below[up], n.ID)
			up, more = t.parent[up]
		}
	}
	return t, nil
}

func (t *tree) root() org.Node { return t.nodes[0] }

// of lists the open institutions of some kinds; none means the county.
func (t *tree) of(kinds []string) []org.Node {
	if len(kinds) == 0 {
		return t.nodes[:1]
	}
	var out []org.Node
	for _, n := range t.nodes {
		if t.open[n.ID] && slices.Contains(kinds, n.Kind) {
			out = append(out, n)
		}
	}
	return out
}
