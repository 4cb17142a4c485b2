package org_test

import (
	"strings"
	"testing"

	"yigai/internal/org"
)

// A list that people keep by hand names the township; nobody knows its code.
func TestInstitutionImportFindsTheTownshipByItsName(t *testing.T) {
	t.Parallel()
	b, load := kailu(t)
	must[org.Result](t)(load(org.Options{}))
	const heading = "机构编码,机构名称,机构类型,所属乡镇\n"
	send := func(t *testing.T, text string) org.Result {
		t.Helper()
		return must[org.Result](t)(b.svc.ImportInstitutions(ctx, b.admin, strings.NewReader(text), org.Options{}))
	}
	at := func(t *testing.T, code string) org.Institution {
		t.Helper()
		return must[org.Institution](t)(org.ByCode(ctx, b.db, b.admin, code))
	}
	t.Run("a name or a code puts a clinic below the township's hospital", func(t *testing.T) {
		r := send(t, heading+"N1,一号卫生室,村卫生室,开鲁镇\nN2,二号卫生室,村卫生室,150523100\n")
		if r.Created != 2 || at(t, "N1").DivisionCode != "150523100" || at(t, "N1").ParentCode != "K-T01" || at(t, "N2").ParentCode != "K-T01" {
			t.Fatalf("got %+v, %+v", r, at(t, "N1"))
		}
	})
	t.Run("a clinic stays in its village, and an empty cell changes nothing", func(t *testing.T) {
		r := send(t, heading+"K-V001,"+at(t, "K-V001").Name+",村卫生室,开鲁镇\nN1,一号卫生室,村卫生室,\n")
		if r.Unchanged != 2 || at(t, "K-V001").DivisionCode != "150523100200" {
			t.Fatalf("got %+v", r)
		}
	})
	t.Run("a name beside the code of another township is pointed out", func(t *testing.T) {
		r := send(t, "机构编码,机构名称,机构类型,所属乡镇代码,所属乡镇\nN3,三号卫生室,村卫生室,150523101,开鲁镇\n")
		if r.Created != 1 || len(r.Warnings) != 1 || r.Warnings[0].Column != "所属乡镇" || at(t, "N3").DivisionCode != "150523101" {
			t.Fatalf("got %+v", r)
		}
	})
	t.Run("an unknown name is refused", func(t *testing.T) {
		r := send(t, heading+"N4,四号卫生室,村卫生室,没有镇\n")
		if len(r.Findings) != 1 || r.Findings[0].Column != "所属乡镇" || !strings.Contains(r.Findings[0].Message, "没有名为“没有镇”的乡镇") {
			t.Fatalf("got %+v", r)
		}
	})
	t.Run("a name that two townships have is refused, with their codes", func(t *testing.T) {
		must[org.Result](t)(b.svc.ImportDivisions(ctx, b.admin, strings.NewReader("代码,名称\n150523198,开鲁镇\n"), org.Options{}))
		r := send(t, heading+"N5,五号卫生室,村卫生室,开鲁镇\n")
		if len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Message, "有 2 个(150523100、150523198)") || r.Stored {
			t.Fatalf("got %+v", r)
		}
	})
}
