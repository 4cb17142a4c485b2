package org

import (
	"context"

	"github.com/jackc/pgx/v5"

	"yigai/internal/jobs"
)

// TreeChanged tells later rooms that institutions were added, closed, reopened, moved or became another kind: who owes
// figures, and sums over the tree, are other than before.
type TreeChanged struct {
	County       int32   `json:"county"`
	Institutions []int64 `json:"institutions"` // those that changed, and what they stood below before
}

// Kind names the event.
func (TreeChanged) Kind() string { return "org.tree_changed" }

func announce(ctx context.Context, tx pgx.Tx, county int32, institutions ...int64) error {
	if len(institutions) == 0 {
		return nil
	}
	return jobs.Enqueue(ctx, tx, TreeChanged{County: county, Institutions: institutions})
}

// touched are the institutions whose sums and debts follow from a record; none when only its address or name changed.
func (r record) touched(was Institution) []int64 {
	before := DraftOf(was)
	if before.Parent == r.Parent && before.Kind == r.Kind && sameDay(before.OpenedOn, r.OpenedOn) && sameDay(was.ClosedOn, r.ClosedOn) {
		return nil
	}
	if was.ParentID == nil {
		return []int64{was.ID}
	}
	return []int64{was.ID, *was.ParentID}
}
