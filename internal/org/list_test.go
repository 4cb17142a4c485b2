package org_test

import (
	"slices"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
)

func codes(list []org.Institution) []string {
	out := []string{}
	for _, i := range list {
		out = append(out, i.Code)
	}
	return out
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	b, load := kailu(t)
	must[org.Result](t)(load(org.Options{}))
	for name, c := range map[string]struct {
		filter org.Filter
		total  int
	}{
		"everything":           {org.Filter{}, 287},
		"by kind":              {org.Filter{Kinds: []string{org.KindTownshipHospital}}, 18},
		"by township":          {org.Filter{Township: "150523103"}, 19},
		"directly below":       {org.Filter{Parent: "150523"}, 24},
		"anywhere below":       {org.Filter{Parent: "K-T04", Descendants: true}, 18},
		"by part of the name":  {org.Filter{Text: "保安农场", Kinds: []string{org.KindTownshipHospital}}, 1},
		"by start of the code": {org.Filter{Text: "k-t0"}, 9},
		"by nothing sensible":  {org.Filter{Text: "a\x00' OR 1=1 %"}, 0},
		"closed ones":          {org.Filter{State: org.StateClosed}, 0},
		"open ones":            {org.Filter{State: org.StateOpen}, 287},
	} {
		if p := must[org.Page](t)(b.svc.List(ctx, b.admin, c.filter)); p.Total != c.total {
			t.Errorf("%s: %d, want %d", name, p.Total, c.total)
		}
	}
}

func TestListPagesForthAndBack(t *testing.T) {
	t.Parallel()
	b, load := kailu(t)
	must[org.Result](t)(load(org.Options{}))
	for _, f := range []org.Filter{{}, {Sort: org.SortName}, {Sort: org.SortDivision, Desc: true}, {Sort: org.SortOpened}} {
		f.Limit = 70
		var forth, back [][]string
		p := must[org.Page](t)(b.svc.List(ctx, b.admin, f))
		for {
			forth = append(forth, codes(p.Items))
			if p.Next == "" {
				break
			}
			f.Cursor = p.Next
			p = must[org.Page](t)(b.svc.List(ctx, b.admin, f))
		}
		for {
			back = append(back, codes(p.Items))
			if p.Prev == "" {
				break
			}
			f.Cursor = p.Prev
			p = must[org.Page](t)(b.svc.List(ctx, b.admin, f))
		}
		slices.Reverse(back)
		all := slices.Concat(forth...)
		if len(forth) != 5 || len(all) != 287 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != 287 {
			t.Fatalf("sort %q: %d pages, %d rows", f.Sort, len(forth), len(all))
		}
		if !slices.EqualFunc(forth, back, slices.Equal) {
			t.Errorf("sort %q: going back shows other pages", f.Sort)
		}
	}
	_, err := b.svc.List(ctx, b.admin, org.Filter{Cursor: "???"})
	problem(t, err, "cursor")
}

func TestScope(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other := orgtest.Institution(t, b.db, b.county, org.KindTownshipHospital, "别处卫生院")
	_, foreignRoot := orgtest.CountyAt(t, b.db, "331022", "三门县")

	t.Run("a subtree sees itself and what is below", func(t *testing.T) {
		who := orgtest.Actor(b.county, b.hospital, org.ActionView)
		p := must[org.Page](t)(b.svc.List(ctx, who, org.Filter{}))
		if got := codes(p.Items); !slices.Equal(got, []string{"K-T04", "K-V100"}) {
			t.Fatalf("got %v", got)
		}
		if _, err := org.Get(ctx, b.db, who, other.ID); !fault.IsNotFound(err) {
			t.Fatalf("got %v", err)
		}
		if _, err := org.ByCode(ctx, b.db, who, other.Code); !fault.IsNotFound(err) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("single institutions are seen without what is below", func(t *testing.T) {
		who := orgtest.Actor(b.county, b.hospital, org.ActionView)
		who.Scope = actor.Scope{Institutions: []int64{b.hospital.ID}}
		if tree := must[[]org.Node](t)(b.svc.TreeInScope(ctx, who)); len(tree) != 1 {
			t.Fatalf("got %+v", tree)
		}
	})
	t.Run("another county is never seen", func(t *testing.T) {
		who := b.admin
		who.Scope.Subtrees = append(who.Scope.Subtrees, foreignRoot.Path)
		if _, err := org.Get(ctx, b.db, who, foreignRoot.ID); !fault.IsNotFound(err) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("without the action the list is forbidden", func(t *testing.T) {
		_, listing := b.svc.List(ctx, orgtest.Actor(b.county, b.root), org.Filter{})
		_, trail := b.svc.History(ctx, orgtest.Actor(b.county, b.root), b.root.ID)
		if !fault.IsForbidden(listing) || !fault.IsForbidden(trail) {
			t.Fatalf("got %v and %v", listing, trail)
		}
	})
}

func TestCounties(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	found := must[org.County](t)(org.CountyByCode(ctx, b.db, "150523"))
	if found.ID != b.county.ID || b.root.Code != "150523" || b.root.Kind != org.KindCounty {
		t.Fatalf("got %+v and root %+v", found, b.root)
	}
	if all := must[[]org.County](t)(org.Counties(ctx, b.db)); len(all) != 1 {
		t.Fatalf("got %+v", all)
	}
	if _, err := org.CountyByCode(ctx, b.db, "000000"); !fault.IsNotFound(err) {
		t.Fatalf("got %v", err)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	if got := org.GroupOf(org.KindVillageClinic); !slices.Equal(got, []string{"village_clinic", "grassroots"}) {
		t.Errorf("got %v", got)
	}
	if got := org.KindsOf(org.GroupHospital); !slices.Equal(got, []string{"county_hospital", "mch_hospital"}) {
		t.Errorf("got %v", got)
	}
	for text, want := range map[string]string{"乡镇卫生院": org.KindTownshipHospital, " village_clinic ": org.KindVillageClinic, "卫健委": org.KindBureau} {
		if got, known := org.ParseKind(text); !known || got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
	if org.KindTitle("x") != "x" || org.KindTitle(org.KindCDC) != "疾控中心" {
		t.Error("titles are wrong")
	}
}

// Nothing in particular is no institution, though a filter without id or code lets every one through.
func TestNobodyGetsJustAnyInstitution(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	who := orgtest.Actor(b.county, b.hospital, org.ActionView)
	if i, err := org.Get(t.Context(), b.db, who, 0); !fault.IsNotFound(err) {
		t.Errorf("id 0 is %s, %v", i.Name, err)
	}
	if i, err := org.ByCode(t.Context(), b.db, who, ""); !fault.IsNotFound(err) {
		t.Errorf("no code is %s, %v", i.Name, err)
	}
}
