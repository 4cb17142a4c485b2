package org_test

import (
	"strconv"
	"testing"
	"time"

	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func day(text string) time.Time {
	d, err := time.Parse("2006-01-02", text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestEdit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other := orgtest.Institution(t, b.db, b.county, org.KindCountyHospital, "县医院")

	t.Run("moving takes the whole subtree along", func(t *testing.T) {
		d := org.DraftOf(b.hospital)
		d.Parent = other.Code
		moved := must[org.Institution](t)(b.svc.Edit(ctx, b.admin, b.hospital.ID, b.hospital.Version, d))
		clinic := must[org.Institution](t)(org.Get(ctx, b.db, b.admin, b.clinic.ID))
		if moved.Path != other.Path+"."+itoa(moved.ID) || clinic.Path != moved.Path+"."+itoa(clinic.ID) {
			t.Fatalf("paths %s and %s", moved.Path, clinic.Path)
		}
		b.hospital = moved
	})
	t.Run("an old version is a conflict", func(t *testing.T) {
		_, err := b.svc.Edit(ctx, b.admin, b.hospital.ID, b.hospital.Version-1, org.DraftOf(b.hospital))
		if !fault.IsConflict(err) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("no change keeps version and trail", func(t *testing.T) {
		same := must[org.Institution](t)(b.svc.Edit(ctx, b.admin, b.hospital.ID, b.hospital.Version, org.DraftOf(b.hospital)))
		trail := must[[]org.Change](t)(b.svc.History(ctx, b.admin, b.hospital.ID))
		if same.Version != b.hospital.Version || len(trail) != 2 {
			t.Fatalf("version %d, %d entries", same.Version, len(trail))
		}
		if trail[0].Before["parent"] != "150523" || trail[0].After["parent"] != other.Code {
			t.Fatalf("trail %+v", trail[0])
		}
	})
	t.Run("below itself is refused", func(t *testing.T) {
		child := orgtest.Below(t, b.db, b.county, b.hospital.Code, org.KindTownshipHospital, "分院")
		d := org.DraftOf(b.hospital)
		d.Parent = child.Code
		_, err := b.svc.Edit(ctx, b.admin, b.hospital.ID, b.hospital.Version, d)
		problem(t, err, "parent")
	})
	t.Run("a kind that nothing stands below is refused while something does", func(t *testing.T) {
		d := org.DraftOf(b.hospital)
		d.Kind = org.KindVillageClinic
		_, err := b.svc.Edit(ctx, b.admin, b.hospital.ID, b.hospital.Version, d)
		problem(t, err, "kind")
	})
	t.Run("the root keeps its code, kind and place", func(t *testing.T) {
		for field, d := range map[string]org.Draft{
			"code": {Code: "1", Name: "县", Kind: org.KindCounty}, "kind": {Code: "150523", Name: "县", Kind: org.KindCDC},
			"parent": {Code: "150523", Name: "县", Kind: org.KindCounty, Parent: other.Code},
		} {
			_, err := b.svc.Edit(ctx, b.admin, b.root.ID, b.root.Version, d)
			problem(t, err, field)
		}
	})
	t.Run("outside the scope there is nothing to edit", func(t *testing.T) {
		who := orgtest.Actor(b.county, b.clinic, org.ActionManage)
		if _, err := b.svc.Edit(ctx, who, b.hospital.ID, b.hospital.Version, org.DraftOf(b.hospital)); !fault.IsNotFound(err) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("without the action it is forbidden", func(t *testing.T) {
		who := orgtest.Actor(b.county, b.root, org.ActionView)
		if _, err := b.svc.Edit(ctx, who, b.hospital.ID, b.hospital.Version, org.DraftOf(b.hospital)); !fault.IsForbidden(err) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestCloseAndReopen(t *testing.T) {
	t.Parallel()
	b := newBench(t)

	t.Run("open children keep it open", func(t *testing.T) {
		_, err := b.svc.Close(ctx, b.admin, b.hospital.ID, b.hospital.Version, day("2026-07-01"), "合并")
		if !fault.IsConflict(err) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("a reason is needed and the day lies not ahead", func(t *testing.T) {
		_, err := b.svc.Close(ctx, b.admin, b.clinic.ID, b.clinic.Version, day("2026-08-04"), "")
		problem(t, err, "reason")
		problem(t, err, "on")
	})
	t.Run("it is closed from the day on, and comes back", func(t *testing.T) {
		closed := must[org.Institution](t)(b.svc.Close(ctx, b.admin, b.clinic.ID, b.clinic.Version, day("2026-07-01"), "村医退休"))
		if !closed.OpenOn(day("2026-06-30")) || closed.OpenOn(day("2026-07-01")) || closed.ClosedReason != "村医退休" {
			t.Fatalf("got %+v", closed)
		}
		if _, err := b.svc.Close(ctx, b.admin, closed.ID, closed.Version, day("2026-07-01"), "再关"); !fault.IsConflict(err) {
			t.Fatalf("closing twice: %v", err)
		}
		opened := must[org.Institution](t)(b.svc.Reopen(ctx, b.admin, closed.ID, closed.Version, "误操作"))
		if opened.Closed() || opened.ClosedReason != "" {
			t.Fatalf("got %+v", opened)
		}
		trail := must[[]org.Change](t)(b.svc.History(ctx, b.admin, opened.ID))
		if len(trail) != 3 || trail[0].Reason != "误操作" || trail[1].Reason != "村医退休" {
			t.Fatalf("trail %+v", trail)
		}
	})
	t.Run("below a closed institution nothing opens", func(t *testing.T) {
		clinic := must[org.Institution](t)(org.Get(ctx, b.db, b.admin, b.clinic.ID))
		clinic = must[org.Institution](t)(b.svc.Close(ctx, b.admin, clinic.ID, clinic.Version, day("2026-07-01"), "撤并"))
		must[org.Institution](t)(b.svc.Close(ctx, b.admin, b.hospital.ID, b.hospital.Version, day("2026-07-01"), "撤并"))
		if _, err := b.svc.Reopen(ctx, b.admin, clinic.ID, clinic.Version, "恢复"); !fault.IsConflict(err) {
			t.Fatalf("got %v", err)
		}
		_, err := b.svc.Create(ctx, b.admin, org.Draft{Code: "N", Name: "新", Kind: org.KindVillageClinic, Parent: b.hospital.Code})
		problem(t, err, "parent")
	})
	t.Run("the county itself stays", func(t *testing.T) {
		if _, err := b.svc.Close(ctx, b.admin, b.root.ID, b.root.Version, day("2026-07-01"), "x"); !fault.IsConflict(err) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("without the action both are forbidden", func(t *testing.T) {
		who := orgtest.Actor(b.county, b.root, org.ActionView)
		_, closing := b.svc.Close(ctx, who, b.clinic.ID, 1, day("2026-07-01"), "x")
		_, opening := b.svc.Reopen(ctx, who, b.clinic.ID, 1, "x")
		if !fault.IsForbidden(closing) || !fault.IsForbidden(opening) {
			t.Fatalf("got %v and %v", closing, opening)
		}
	})
}
