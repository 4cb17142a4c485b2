package org_test

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
	"yigai/internal/sheet"
)

func open(t *testing.T, name string) io.Reader {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b)
}

// counts fails unless the import did exactly this and refused nothing.
func counts(t *testing.T, r org.Result, err error, created, updated, unchanged int) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if r.Created != created || r.Updated != updated || r.Unchanged != unchanged || len(r.Findings) != 0 {
		t.Fatalf("created %d, updated %d, unchanged %d, findings %v", r.Created, r.Updated, r.Unchanged, r.Findings)
	}
}

func TestDivisionFilesLoadWholeAndOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	svc := orgtest.Service(db)
	for file, rows := range map[string]int{"150523_kailu.csv": 287, "331022_sanmen.csv": 306, "430223_youxian.csv": 319, "532325_yaoan.csv": 87} {
		names := map[string]string{"150523": "开鲁县", "331022": "三门县", "430223": "攸县", "532325": "姚安县"}
		c, root := orgtest.CountyAt(t, db, file[:6], names[file[:6]])
		who := orgtest.Actor(c, root, org.ActionImport, org.ActionView)

		dry, err := svc.ImportDivisions(ctx, who, open(t, file), org.Options{DryRun: true})
		counts(t, dry, err, rows-1, 0, 1) // the county itself is there
		if all := must[[]org.Division](t)(org.AllDivisions(ctx, db, c.ID)); len(all) != 1 {
			t.Fatalf("%s: the dry run stored %d rows", file, len(all))
		}
		first, err := svc.ImportDivisions(ctx, who, open(t, file), org.Options{})
		counts(t, first, err, rows-1, 0, 1)
		if all := must[[]org.Division](t)(org.AllDivisions(ctx, db, c.ID)); len(all) != rows {
			t.Fatalf("%s: %d rows stored, want %d", file, len(all), rows)
		}
		second, err := svc.ImportDivisions(ctx, who, open(t, file), org.Options{})
		counts(t, second, err, 0, 0, rows)
	}
}

func TestDivisionImportRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, c := range map[string]struct{ row, says string }{
		"another county":       {"331022001,海游街道,331022,township", "不属于开鲁县"},
		"a short code":         {"15052,某镇,150523,township", "9 位(乡镇)"},
		"no name":              {"150523100,,150523,township", "请填写名称"},
		"a level that differs": {"150523100,开鲁镇,150523,village", "应为乡镇"},
		"a parent elsewhere":   {"150523100,开鲁镇,150524,township", "上级代码却是 150524"},
		"a misplaced comma":    {`150523100,开鲁镇,150523,township,"1,2,3"`, "千分位逗号位置不对"},
		"a missing township":   {"150523100001,民主社区,150523100,village", "请先导入"},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			r, err := b.svc.ImportDivisions(ctx, b.admin, strings.NewReader("code,name,parent_code,level,常住人口\n"+c.row+"\n"), org.Options{})
			if err != nil || len(r.Findings) != 1 || r.Findings[0].Row != 2 || !strings.Contains(r.Findings[0].Message, c.says) || r.Stored {
				t.Fatalf("got %+v, %v", r, err)
			}
		})
	}
	t.Run("padded codes and Chinese headings are understood", func(t *testing.T) {
		text := "行政区划代码,名称,常住人口(人)\n150523100000,开鲁镇,\"12,345\"\n150523100001,民主社区,\n"
		r, err := b.svc.ImportDivisions(ctx, b.admin, strings.NewReader(text), org.Options{})
		counts(t, r, err, 2, 0, 0)
		d := must[org.Division](t)(b.svc.Division(ctx, b.admin, "150523100"))
		if *d.Population != 12345 || d.Villages != 1 {
			t.Fatalf("got %+v", d)
		}
	})
	t.Run("a new name is an update", func(t *testing.T) {
		r, err := b.svc.ImportDivisions(ctx, b.admin, strings.NewReader("代码,名称\n150523100,开鲁街道\n"), org.Options{})
		counts(t, r, err, 0, 1, 0)
	})
}

// kailu is the county with its divisions loaded.
func kailu(t *testing.T) (bench, func(o org.Options) (org.Result, error)) {
	b := bench{db: pgtest.New(t)}
	b.svc = orgtest.Service(b.db)
	b.county, b.root = orgtest.CountyAt(t, b.db, "150523", "开鲁县")
	b.admin = orgtest.Actor(b.county, b.root, org.ActionView, org.ActionManage, org.ActionImport, audit.ActionExport)
	must[org.Result](t)(b.svc.ImportDivisions(ctx, b.admin, open(t, "150523_kailu.csv"), org.Options{}))
	return b, func(o org.Options) (org.Result, error) {
		return b.svc.ImportInstitutions(ctx, b.admin, open(t, "kailu_institutions.csv"), o)
	}
}

func TestKailuInstitutionsLoadWholeAndOnce(t *testing.T) {
	t.Parallel()
	b, load := kailu(t)
	dry, err := load(org.Options{DryRun: true})
	counts(t, dry, err, 286, 0, 0)
	if tree := must[[]org.Node](t)(org.Tree(ctx, b.db, b.county.ID)); len(tree) != 1 || dry.Stored {
		t.Fatalf("the dry run stored %d institutions", len(tree)-1)
	}
	first, err := load(org.Options{})
	counts(t, first, err, 286, 0, 0)
	second, err := load(org.Options{})
	counts(t, second, err, 0, 0, 286)

	for code, parent := range map[string]string{"K-H1": "150523", "K-T01": "150523", "K-V001": "K-T01", "K-V262": "K-T13"} {
		i := must[org.Institution](t)(org.ByCode(ctx, b.db, b.admin, code))
		if i.ParentCode != parent {
			t.Errorf("%s stands below %s, want %s", code, i.ParentCode, parent)
		}
	}
	clinic := must[org.Institution](t)(org.ByCode(ctx, b.db, b.admin, "K-V001"))
	if clinic.DivisionCode != "150523100200" || clinic.TownshipName != "开鲁镇" || clinic.Kind != org.KindVillageClinic {
		t.Fatalf("got %+v", clinic)
	}
	seen := map[int64]bool{}
	for _, n := range must[[]org.Node](t)(org.Tree(ctx, b.db, b.county.ID)) {
		if n.ParentID != nil && !seen[*n.ParentID] {
			t.Fatalf("%s comes before its parent", n.Code)
		}
		seen[n.ID] = true
	}
	if len(seen) != 287 {
		t.Fatalf("%d nodes", len(seen))
	}
}

func TestInstitutionsExportedAreUnchangedWhenImported(t *testing.T) {
	t.Parallel()
	b, load := kailu(t)
	must[org.Result](t)(load(org.Options{}))
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		var out bytes.Buffer
		if err := b.svc.ExportInstitutions(ctx, b.admin, org.Filter{}, format, &out); err != nil {
			t.Fatal(err)
		}
		r, err := b.svc.ImportInstitutions(ctx, b.admin, &out, org.Options{})
		counts(t, r, err, 0, 0, 287)
		out.Reset()
		if err := b.svc.ExportDivisions(ctx, b.admin, format, &out); err != nil {
			t.Fatal(err)
		}
		r, err = b.svc.ImportDivisions(ctx, b.admin, &out, org.Options{})
		counts(t, r, err, 0, 0, 287)
	}
}

const chinese = "机构编码,机构名称,机构类型,上级机构编码,统一社会信用代码,所属乡镇代码,开办日期,关闭日期\n"

func TestInstitutionImportRefusesRowByRow(t *testing.T) {
	t.Parallel()
	b, load := kailu(t)
	must[org.Result](t)(load(org.Options{}))
	must[org.Community](t)(b.svc.CreateCommunity(ctx, b.admin, org.CommunityDraft{Name: "医共体", Lead: "K-H1", JoinedOn: day("2024-01-01")}))
	for name, c := range map[string]struct{ row, column, says string }{
		"an unknown parent":      {"N1,新院,乡镇卫生院,NO,,,,", "上级机构编码", "没有编码为“NO”"},
		"a leaf as parent":       {"N1,新室,村卫生室,K-V001,,,,", "上级机构编码", "下面不能再设"},
		"an unknown kind":        {"N1,新院,大医院,150523,,,,", "机构类型", "没有“大医院”"},
		"a wrong credit code":    {"N1,新院,乡镇卫生院,150523,91110000600037341N,,,", "统一社会信用代码", "校验位"},
		"an unknown township":    {"N1,新院,乡镇卫生院,150523,,150523999,,", "所属乡镇代码", "没有代码为 150523999"},
		"a date that is none":    {"N1,新院,乡镇卫生院,150523,,,2024-13-01,", "开办日期", "2024-13-01"},
		"closing with children":  {"K-T01,开鲁镇卫生院,乡镇卫生院,150523,,150523100,,2026-01-01", "关闭日期", "还没有关闭"},
		"a leaf that has others": {"K-T01,开鲁镇卫生院,村卫生室,K-T02,,150523100,,", "机构类型", "下面还有机构"},
		"closing the lead":       {"K-H1,开鲁县人民医院,县级医院,150523,,,,2026-01-01", "关闭日期", "牵头医院"},
		"below itself":           {"K-T01,开鲁镇卫生院,乡镇卫生院,K-T01,,150523100,,", "上级机构编码", "它自己"},
		"another county":         {"N1,新县,县,150523,,,,", "机构类型", "根机构"},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			r, err := b.svc.ImportInstitutions(ctx, b.admin, strings.NewReader(chinese+c.row+"\n"), org.Options{})
			if err != nil || len(r.Findings) != 1 || r.Stored {
				t.Fatalf("got %+v, %v", r, err)
			}
			f := r.Findings[0]
			if f.Row != 2 || f.Column != c.column || !strings.Contains(f.Message, c.says) {
				t.Fatalf("finding %s", f)
			}
		})
	}
	t.Run("without the action it is forbidden", func(t *testing.T) {
		_, err := b.svc.ImportInstitutions(ctx, orgtest.Actor(b.county, b.root, org.ActionView), strings.NewReader(chinese), org.Options{})
		if !fault.IsForbidden(err) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("a file that is no list is refused in one sentence", func(t *testing.T) {
		_, err := b.svc.ImportInstitutions(ctx, b.admin, strings.NewReader("一,二\n1,2\n"), org.Options{})
		problem(t, err, "file")
	})
	t.Run("institutions out of scope are neither changed nor used", func(t *testing.T) {
		hospital := must[org.Institution](t)(org.ByCode(ctx, b.db, b.admin, "K-T01"))
		who := orgtest.Actor(b.county, hospital, org.ActionImport)
		text := chinese + "K-T02,改名,乡镇卫生院,150523,,,,\nN1,新室,村卫生室,K-T02,,,,\nN2,新室,村卫生室,K-T01,,,,\n"
		r := must[org.Result](t)(b.svc.ImportInstitutions(ctx, who, strings.NewReader(text), org.Options{DryRun: true}))
		if len(r.Findings) != 2 || r.Findings[0].Row != 2 || r.Findings[1].Row != 3 || r.Created != 1 {
			t.Fatalf("got %+v", r)
		}
	})
}

func TestInstitutionImportAllOrNoneOrPartial(t *testing.T) {
	t.Parallel()
	b, load := kailu(t)
	must[org.Result](t)(load(org.Options{}))
	text := chinese + "N1,新院,县级医院,150523,,,2020年3月1日,\nN2,坏行,乡镇卫生院,NO,,,,\nN3,坏行之下,村卫生室,N2,,,,\nN1,重复,县级医院,150523,,,,\n"
	known := func() bool {
		_, err := org.ByCode(ctx, b.db, b.admin, "N1")
		return err == nil
	}

	r := must[org.Result](t)(b.svc.ImportInstitutions(ctx, b.admin, strings.NewReader(text), org.Options{}))
	if len(r.Findings) != 3 || r.Stored || known() {
		t.Fatalf("all or none: got %+v", r)
	}
	r = must[org.Result](t)(b.svc.ImportInstitutions(ctx, b.admin, strings.NewReader(text), org.Options{Partial: true}))
	if r.Created != 1 || len(r.Refused) != 3 || !r.Stored || !known() {
		t.Fatalf("partial: got %+v", r)
	}
	var refused bytes.Buffer
	if err := r.WriteRefused(sheet.CSV, &refused); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"原因", "没有编码为“NO”的上级机构", "与第 2 行的机构编码相同"} {
		if !strings.Contains(refused.String(), want) {
			t.Errorf("refused rows lack %q:\n%s", want, refused.String())
		}
	}
}

func TestInstitutionImportMovesAndCloses(t *testing.T) {
	t.Parallel()
	b, load := kailu(t)
	must[org.Result](t)(load(org.Options{}))
	c := must[org.Community](t)(b.svc.CreateCommunity(ctx, b.admin, org.CommunityDraft{Name: "医共体", Lead: "K-H1", JoinedOn: day("2024-01-01")}))
	if err := b.svc.Join(ctx, b.admin, c.ID, []string{"K-V262"}, day("2024-01-01")); err != nil {
		t.Fatal(err)
	}
	text := chinese + "K-T01,开鲁镇卫生院,乡镇卫生院,K-H1,,150523100,,\nK-V262,鹿场卫生室,村卫生室,,,150523402,,2026-01-01\n"
	r, err := b.svc.ImportInstitutions(ctx, b.admin, strings.NewReader(text), org.Options{})
	counts(t, r, err, 0, 2, 0)
	moved := must[org.Institution](t)(org.ByCode(ctx, b.db, b.admin, "K-V001"))
	hospital := must[org.Institution](t)(org.ByCode(ctx, b.db, b.admin, "K-H1"))
	if !strings.HasPrefix(moved.Path, hospital.Path+".") {
		t.Fatalf("path %s is not below %s", moved.Path, hospital.Path)
	}
	if closed := must[org.Institution](t)(org.ByCode(ctx, b.db, b.admin, "K-V262")); !closed.Closed() || closed.ParentCode != "K-T13" {
		t.Fatalf("got %+v", closed)
	}
	if c = must[org.Community](t)(b.svc.Community(ctx, b.admin, c.ID)); c.Members != 1 {
		t.Fatalf("the closed clinic is still a member: %+v", c)
	}
	trail := must[[]org.Change](t)(b.svc.History(ctx, b.admin, must[org.Institution](t)(org.ByCode(ctx, b.db, b.admin, "K-T01")).ID))
	if len(trail) != 2 || trail[0].Before["parent"] != "150523" || trail[0].After["parent"] != "K-H1" {
		t.Fatalf("trail %+v", trail)
	}
}

func TestInstitutionsBeforeDivisions(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	c, root := orgtest.CountyAt(t, db, "150523", "开鲁县")
	who := orgtest.Actor(c, root, org.ActionImport, org.ActionView)
	r, err := orgtest.Service(db).ImportInstitutions(ctx, who, open(t, "kailu_institutions.csv"), org.Options{})
	counts(t, r, err, 286, 0, 0)
	i := must[org.Institution](t)(org.ByCode(ctx, db, who, "K-T01"))
	if i.DivisionCode != "150523100" || i.DivisionName != "" || len(i.Warnings()) != 1 {
		t.Fatalf("got %+v with warnings %v", i, i.Warnings())
	}
}
