package org_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
)

// bench is a county with a township hospital and a clinic below it, and the person who manages them.
type bench struct {
	db       *pgxpool.Pool
	svc      *org.Service
	county   org.County
	root     org.Institution
	hospital org.Institution
	clinic   org.Institution
	admin    actor.Actor
}

func newBench(t *testing.T) bench {
	t.Helper()
	b := bench{db: pgtest.New(t)}
	b.svc = orgtest.Service(b.db)
	b.county, b.root = orgtest.CountyAt(t, b.db, "150523", "开鲁县")
	b.hospital = orgtest.Create(t, b.db, b.county, org.Draft{Code: "K-T04", Name: "麦新镇卫生院", Kind: org.KindTownshipHospital, Parent: "150523", Division: "150523103"})
	b.clinic = orgtest.Create(t, b.db, b.county, org.Draft{Code: "K-V100", Name: "五一村卫生室", Kind: org.KindVillageClinic, Parent: "K-T04"})
	b.admin = orgtest.Actor(b.county, b.root, org.ActionView, org.ActionManage, org.ActionImport, audit.ActionExport)
	return b
}

var ctx = context.Background()

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// problem fails unless err is about the field.
func problem(t *testing.T, err error, field string) {
	t.Helper()
	for _, p := range fault.Problems(err) {
		if p.Field == field {
			return
		}
	}
	t.Fatalf("want a problem of field %s, got %v", field, err)
}

func TestCreate(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	fine := org.Draft{Code: "K-T05", Name: "义和塔拉镇卫生院", Kind: org.KindTownshipHospital, Parent: "150523", USCC: "121200004013590816"}

	t.Run("stores what was stated below its parent", func(t *testing.T) {
		i := must[org.Institution](t)(b.svc.Create(ctx, b.admin, fine))
		if i.ParentCode != "150523" || i.Path != b.root.Path+"."+itoa(i.ID) || i.USCC != fine.USCC || i.Version != 1 {
			t.Fatalf("got %+v", i)
		}
	})
	t.Run("a code that is taken is refused", func(t *testing.T) {
		_, err := b.svc.Create(ctx, b.admin, org.Draft{Code: "K-T04", Name: "别的", Kind: org.KindCDC, Parent: "150523"})
		problem(t, err, "code")
	})
	t.Run("all that is wrong is said at once", func(t *testing.T) {
		_, err := b.svc.Create(ctx, b.admin, org.Draft{Code: "K-T04", Kind: org.KindCDC, Parent: "NO", USCC: fine.USCC})
		for _, field := range []string{"code", "name", "parent", "uscc"} {
			problem(t, err, field)
		}
	})
	t.Run("without the action it is forbidden", func(t *testing.T) {
		_, err := b.svc.Create(ctx, orgtest.Actor(b.county, b.root, org.ActionView), fine)
		if !fault.IsForbidden(err) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("a parent out of scope is unknown", func(t *testing.T) {
		_, err := b.svc.Create(ctx, orgtest.Actor(b.county, b.hospital, org.ActionManage), org.Draft{Code: "X", Name: "甲", Kind: org.KindCDC, Parent: "150523"})
		problem(t, err, "parent")
	})
	for field, change := range refusedDrafts {
		t.Run("a wrong "+field+" is refused", func(t *testing.T) {
			d := org.Draft{Code: "K-X", Name: "试验卫生院", Kind: org.KindTownshipHospital, Parent: "150523"}
			change(&d)
			_, err := b.svc.Create(ctx, b.admin, d)
			problem(t, err, field)
		})
	}
}

var refusedDrafts = map[string]func(*org.Draft){
	"code":     func(d *org.Draft) { d.Code = "有 空格" },
	"name":     func(d *org.Draft) { d.Name = " " },
	"kind":     func(d *org.Draft) { d.Kind = "hospital" },
	"parent":   func(d *org.Draft) { d.Parent = "K-V100" },
	"uscc":     func(d *org.Draft) { d.USCC = "91110000600037341N" },
	"division": func(d *org.Draft) { d.Division = "331022001" },
	"note":     func(d *org.Draft) { d.Note = "a\x00b" },
}

func TestEnsure(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	d := org.Draft{Code: "K-T06", Name: "建华镇卫生院", Kind: org.KindTownshipHospital, Parent: "150523"}
	_, created, err := b.svc.Ensure(ctx, b.admin, d)
	if err != nil || !created {
		t.Fatalf("first: created %v, %v", created, err)
	}
	again, created, err := b.svc.Ensure(ctx, b.admin, d)
	if err != nil || created || again.Version != 1 {
		t.Fatalf("second: created %v, version %d, %v", created, again.Version, err)
	}
	d.Name = "另一个名称"
	if _, _, err = b.svc.Ensure(ctx, b.admin, d); !fault.IsConflict(err) {
		t.Fatalf("differing: got %v", err)
	}
}
