package indicator

import (
	"context"
	"fmt"
	"time"

	"yigai/internal/org"
	"yigai/internal/pg"
)

// tree is the county's institutions by place: parents before children, the root at 0.
type tree struct {
	ids    []int64
	parent []int // -1 for the root
	kind   []string
	closed []*time.Time
	place  map[int64]int
}

func readTree(ctx context.Context, q pg.Querier, county int32) (*tree, error) {
	nodes, err := org.Tree(ctx, q, county)
	if err != nil {
		return nil, err
	}
	t := &tree{place: make(map[int64]int, len(nodes))}
	for i, n := range nodes {
		parent := -1
		if n.ParentID != nil {
			above, ok := t.place[*n.ParentID]
			if !ok {
				return nil, fmt.Errorf("institution %d stands before the one above it", n.ID)
			}
			parent = above
		}
		t.ids, t.parent = append(t.ids, n.ID), append(t.parent, parent)
		t.kind, t.closed = append(t.kind, n.Kind), append(t.closed, n.ClosedOn)
		t.place[n.ID] = i
	}
	return t, nil
}

// upwards marks the given institutions and everything above them; nil marks all.
func (t *tree) upwards(only []int64) []bool {
	marked := make([]bool, len(t.ids))
	if only == nil {
		for i := range marked {
			marked[i] = true
		}
		return marked
	}
	for _, id := range only {
		at, ok := t.place[id]
		for ok && at >= 0 && !marked[at] {
			marked[at] = true
			at = t.parent[at]
		}
	}
	return marked
}

// listed are the ids of the marked places.
func (t *tree) listed(marked []bool) []int64 {
	var ids []int64
	for i, id := range t.ids {
		if marked[i] {
			ids = append(ids, id)
		}
	}
	return ids
}

// path lists the places from one up to the root.
func (t *tree) path(at int) []int {
	var up []int
	for ; at >= 0; at = t.parent[at] {
		up = append(up, at)
	}
	return up
}
