package audit_test

import (
	"context"
	"sync"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/audit"
)

func TestSealChainsEveryEntryOnce(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.write(7, "1", "2")
	tr.write(0, "platform")
	if p := tr.verify(); p.Entries != 0 || p.Unsealed != 3 || p.Broken != "" {
		t.Errorf("before sealing: %+v", p)
	}
	if n := tr.seal(); n != 3 {
		t.Errorf("sealed %d, want 3", n)
	}
	if n := tr.seal(); n != 0 {
		t.Errorf("sealed %d again, want none", n)
	}
	tr.write(7, "3")
	if n := tr.seal(); n != 1 {
		t.Errorf("sealed %d, want the new one", n)
	}
	if p := tr.verify(); p.Entries != 4 || p.Unsealed != 0 || p.Broken != "" || len(p.Head) != 64 {
		t.Errorf("proof %+v, want 4 entries", p)
	}
	var last, counties int
	err := tr.db.QueryRow(t.Context(), "SELECT max(seq), count(DISTINCT county_id) FROM audit_seal").Scan(&last, &counties)
	if err != nil || last != 3 || counties != 2 {
		t.Errorf("the longest of %d chains has %d entries (%v), want 2 and 3", counties, last, err)
	}
}

func TestAnEntryThatCommitsLateIsChainedToo(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	slow, err := tr.db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Rollback(context.Background()) }()
	if err := audit.Record(t.Context(), slow, actor.Actor{CountyID: 7}, audit.Entry{Action: "a", Kind: "slow"}); err != nil {
		t.Fatal(err)
	}
	tr.write(7, "fast")
	if n := tr.seal(); n != 1 {
		t.Errorf("sealed %d while one is open, want 1", n)
	}
	if err := slow.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := tr.seal(); n != 1 {
		t.Errorf("sealed %d, want the late one", n)
	}
	if p := tr.verify(); p.Entries != 2 || p.Unsealed != 0 || p.Broken != "" || len(p.Head) != 64 {
		t.Errorf("proof %+v, want 2 entries", p)
	}
}

func TestABacklogIsSealedWhole(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.exec("INSERT INTO audit_entry (county_id, username, action, object_kind) SELECT 7, 'x', 'a', 'k' FROM generate_series(1, 5001)")
	if n := tr.seal(); n != 5001 {
		t.Errorf("sealed %d, want 5001", n)
	}
	if p := tr.verify(); p.Entries != 5001 || p.Unsealed != 0 || p.Broken != "" || len(p.Head) != 64 {
		t.Errorf("proof %+v", p)
	}
}

func TestManySealersMakeOneChain(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 10 {
				tr.write(7, "x")
				if _, err := audit.Seal(context.Background(), tr.db); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	tr.seal()
	if p := tr.verify(); p.Entries != 40 || p.Unsealed != 0 || p.Broken != "" || len(p.Head) != 64 {
		t.Errorf("proof %+v, want 40 entries", p)
	}
}
