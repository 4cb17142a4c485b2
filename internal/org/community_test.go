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
