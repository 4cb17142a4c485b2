package org_test

import (
	"slices"
	"testing"

	"yigai/internal/org"
)

// announced lists what the tree told later rooms so far.
func announced(t *testing.T, b bench) (ids [][]int64) {
	t.Helper()
	rows, err := b.db.Query(ctx, `SELECT ARRAY(SELECT jsonb_array_elements_text(args->'institutions')::bigint) FROM river_job
		WHERE kind = 'org.tree_changed' AND (args->>'county')::int = $1 ORDER BY id`, b.county.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one []int64
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, one)
	}
	return ids
}

func TestTheTreeAnnouncesWhatChangesSums(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	known := len(announced(t, b))
	next := func(what string, want ...int64) {
		t.Helper()
		all := announced(t, b)[known:]
		if known += len(all); len(want) == 0 && len(all) > 0 || len(want) > 0 && (len(all) != 1 || !slices.Equal(all[0], want)) {
			t.Errorf("%s announces %v, want %v", what, all, want)
		}
	}
	d := org.DraftOf(b.clinic)
	d.Name = "改了名字的卫生室"
	clinic := must[org.Institution](t)(b.svc.Edit(ctx, b.admin, b.clinic.ID, b.clinic.Version, d))
	next("another name")
	d.Parent = b.county.Code
	clinic = must[org.Institution](t)(b.svc.Edit(ctx, b.admin, clinic.ID, clinic.Version, d))
	next("a move", clinic.ID, b.hospital.ID)
	clinic = must[org.Institution](t)(b.svc.Close(ctx, b.admin, clinic.ID, clinic.Version, day("2026-07-01"), "撤并"))
	next("closing", clinic.ID)
	clinic = must[org.Institution](t)(b.svc.Reopen(ctx, b.admin, clinic.ID, clinic.Version, "误关"))
	next("reopening", clinic.ID)
}
