package org_test

import (
	"testing"

	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
)

func TestCommunity(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	lead := orgtest.Institution(t, b.db, b.county, org.KindCountyHospital, "县人民医院")
	draft := org.CommunityDraft{Name: "开鲁县医共体", Lead: lead.Code, JoinedOn: day("2024-01-01")}

	t.Run("only a hospital leads, names are unique, the action is asked", func(t *testing.T) {
		wrong := draft
		wrong.Lead = b.hospital.Code
		_, err := b.svc.CreateCommunity(ctx, b.admin, wrong)
		problem(t, err, "lead")
		_, err = b.svc.CreateCommunity(ctx, b.admin, org.CommunityDraft{})
		problem(t, err, "name")
		problem(t, err, "joined_on")
		if _, err = b.svc.CreateCommunity(ctx, orgtest.Actor(b.county, b.root, org.ActionView), draft); !fault.IsForbidden(err) {
			t.Fatalf("got %v", err)
		}
	})
	c := must[org.Community](t)(b.svc.CreateCommunity(ctx, b.admin, draft))
	if c.Members != 1 || c.LeadCode != lead.Code {
		t.Fatalf("got %+v", c)
	}
	_, err := b.svc.CreateCommunity(ctx, b.admin, draft)
	problem(t, err, "name")

	t.Run("members join once, and what is below belongs with them", func(t *testing.T) {
		if err := b.svc.Join(ctx, b.admin, c.ID, []string{b.hospital.Code}, day("2024-02-01")); err != nil {
			t.Fatal(err)
		}
		problem(t, b.svc.Join(ctx, b.admin, c.ID, []string{b.hospital.Code}, day("2025-02-01")), "members")
		problem(t, b.svc.Join(ctx, b.admin, c.ID, nil, day("2025-02-01")), "members")
		problem(t, b.svc.Join(ctx, b.admin, c.ID, []string{"NO"}, day("2025-02-01")), "members")
		of := must[[]org.Membership](t)(b.svc.MembershipsOf(ctx, b.admin, b.clinic))
		if len(of) != 1 || of[0].Code != b.hospital.Code || of[0].Community != c.Name {
			t.Fatalf("got %+v", of)
		}
	})
	t.Run("the lead is not closed and does not leave", func(t *testing.T) {
		_, err := b.svc.Close(ctx, b.admin, lead.ID, lead.Version, day("2026-01-01"), "合并")
		leaving := b.svc.Leave(ctx, b.admin, c.ID, lead.ID, day("2026-01-01"))
		if !fault.IsConflict(err) || !fault.IsConflict(leaving) {
			t.Fatalf("got %v and %v", err, leaving)
		}
	})
	t.Run("a member leaves once, not before it joined", func(t *testing.T) {
		problem(t, b.svc.Leave(ctx, b.admin, c.ID, b.hospital.ID, day("2023-01-01")), "left_on")
		if err := b.svc.Leave(ctx, b.admin, c.ID, b.hospital.ID, day("2026-01-01")); err != nil {
			t.Fatal(err)
		}
		if err := b.svc.Leave(ctx, b.admin, c.ID, b.hospital.ID, day("2026-01-01")); !fault.IsConflict(err) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("another lead joins on the way", func(t *testing.T) {
		second := orgtest.Institution(t, b.db, b.county, org.KindCountyHospital, "县中医院")
		change := org.CommunityDraft{Name: "一体", Lead: second.Code, JoinedOn: day("2026-02-01")}
		if err := b.svc.EditCommunity(ctx, b.admin, c.ID, c.Version, change); err != nil {
			t.Fatal(err)
		}
		if err := b.svc.EditCommunity(ctx, b.admin, c.ID, c.Version, change); !fault.IsConflict(err) {
			t.Fatalf("an old version: %v", err)
		}
		members := must[[]org.Membership](t)(b.svc.Members(ctx, b.admin, c.ID))
		if len(members) != 3 || !members[0].Lead || members[0].Code != second.Code {
			t.Fatalf("got %+v", members)
		}
	})
}

// What is known of a community, and who may change it, follows the data scope as everything else does.
func TestCommunitiesFollowTheDataScope(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	lead := orgtest.Institution(t, b.db, b.county, org.KindCountyHospital, "县人民医院")
	other := orgtest.Institution(t, b.db, b.county, org.KindTownshipHospital, "东风镇卫生院")
	c := must[org.Community](t)(b.svc.CreateCommunity(ctx, b.admin, org.CommunityDraft{Name: "开鲁县医共体", Lead: lead.Code, JoinedOn: day("2024-01-01")}))
	if err := b.svc.Join(ctx, b.admin, c.ID, []string{b.hospital.Code}, day("2024-02-01")); err != nil {
		t.Fatal(err)
	}
	for _, member := range []org.Institution{b.hospital, b.clinic} {
		who := orgtest.Actor(b.county, member, org.ActionView)
		if found := must[[]org.Community](t)(b.svc.Communities(ctx, who)); len(found) != 1 {
			t.Errorf("%s belongs to %+v", member.Name, found)
		}
		if found := must[[]org.Membership](t)(b.svc.Members(ctx, who, c.ID)); len(found) != 1 || found[0].Code != b.hospital.Code {
			t.Errorf("%s sees the members %+v", member.Name, found)
		}
	}
	stranger := orgtest.Actor(b.county, other, org.ActionView, org.ActionManage)
	if found := must[[]org.Community](t)(b.svc.Communities(ctx, stranger)); len(found) != 0 {
		t.Errorf("a stranger sees %+v", found)
	}
	if _, err := b.svc.Community(ctx, stranger, c.ID); !fault.IsNotFound(err) {
		t.Errorf("a stranger opens it: %v", err)
	}
	if err := b.svc.Join(ctx, stranger, c.ID, []string{other.Code}, day("2024-02-01")); !fault.IsNotFound(err) {
		t.Errorf("a stranger joins: %v", err)
	}
	member := orgtest.Actor(b.county, b.hospital, org.ActionView, org.ActionManage)
	if err := b.svc.Leave(ctx, member, c.ID, b.hospital.ID, day("2026-01-01")); !fault.IsForbidden(err) {
		t.Errorf("a member leaves by itself: %v", err)
	}
	edit := org.CommunityDraft{Name: "一体", Lead: b.hospital.Code, JoinedOn: day("2026-02-01")}
	if err := b.svc.EditCommunity(ctx, member, c.ID, c.Version, edit); !fault.IsForbidden(err) {
		t.Errorf("a member edits: %v", err)
	}
}
