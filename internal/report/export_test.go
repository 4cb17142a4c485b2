package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/report"
	"yigai/internal/report/reporttest"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

var july = period.NewMonth(2026, 7)

// export makes a file and checks that what is said about it is true.
func export(t *testing.T, c *reporttest.County, who actor.Actor, r report.Request) ([]byte, report.Summary) {
	t.Helper()
	if r.Format == "" {
		r.Format = sheet.XLSX
	}
	var b bytes.Buffer
	sum, err := c.Service.Export(t.Context(), who, r, &b)
	if err != nil {
		t.Fatalf("export %s: %v", r.Kind, err)
	}
	hash := sha256.Sum256(b.Bytes())
	if sum.SHA256 != hex.EncodeToString(hash[:]) || sum.Bytes != int64(b.Len()) {
		t.Errorf("summary %+v does not fit the %d bytes with hash %x", sum, b.Len(), hash)
	}
	return b.Bytes(), sum
}

// cells reads the workbook back as stored, not as shown.
func cells(t *testing.T, data []byte) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func records(t *testing.T, data []byte) [][]string {
	t.Helper()
	text, ok := strings.CutPrefix(string(data), "\ufeff")
	if !ok {
		t.Error("the csv has no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func sameRows(t *testing.T, got, want [][]string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("rows differ\n got %q\nwant %q", got, want)
	}
}

func TestExportOfOneFormIsExactCellByCell(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	data, sum := export(t, c, c.Auditor(), report.Request{Kind: report.KindReports, Form: "monthly", From: july})
	sameRows(t, cells(t, data), [][]string{
		{"开鲁县基层月报"},
		{"报告期：2026年7月"},
		{"只含审核通过的数;空白表示未报或未通过,0 表示零,“不适用”表示该单位没有这项业务"},
		{"报告期", "机构编码", "机构名称", "机构类型", "状态", "总诊疗人次（人次）", "总收入（元）", "分娩数（人）", "床位数（张）"},
		{"2026-07", "007", "=东风镇卫生院", "乡镇卫生院", "已审核", "5400", "1180000.5", "不适用"},
		{"2026-07", "008", "麦新镇卫生院", "乡镇卫生院", "填报中"},
	})
	if sum.Rows != 2 {
		t.Errorf("%d rows, want 2", sum.Rows)
	}
}

func TestExportedWorkbookKeepsTypes(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	data, _ := export(t, c, c.Auditor(), report.Request{Kind: report.KindReports, Form: "monthly", From: july})
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	code, err := f.GetCellType("Sheet1", "B5")
	if err != nil || code != excelize.CellTypeInlineString && code != excelize.CellTypeSharedString {
		t.Errorf("the code 007 is stored as %v, not as text (%v)", code, err)
	}
	if shown, err := f.GetCellValue("Sheet1", "G5"); err != nil || shown != "1,180,000.50" {
		t.Errorf("income shows as %q (%v)", shown, err)
	}
	if formula, err := f.GetCellFormula("Sheet1", "C5"); err != nil || formula != "" {
		t.Errorf("a name became the formula %q (%v)", formula, err)
	}
	panes, err := f.GetPanes("Sheet1")
	if err != nil || !panes.Freeze || panes.YSplit != 4 {
		t.Errorf("head is not frozen: %+v %v", panes, err)
	}
}

func TestExportOfValuesTellsEmptyZeroAndNotApplicableApart(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	data, _ := export(t, c, c.Auditor(), report.Request{Kind: report.KindValues, Format: sheet.CSV, From: july})
	entered := []string{"王五", "2026-08-02 16:20:00", "李四", "2026-08-03 10:12:00", "张三", "2026-08-03 15:01:00"}
	east := func(slug, name, unit, value, state, comment string) []string {
		return append(append([]string{"2026-07", "007", "'=东风镇卫生院", "乡镇卫生院", slug, name, unit, value, state, "基层月报"}, entered...), comment)
	}
	sameRows(t, records(t, data)[1:], [][]string{
		east("beds", "床位数", "张", "", "未填", ""),
		east("births", "分娩数", "人", "不适用", "不适用", ""),
		east("income", "总收入", "元", "1180000.5", "已填", ""),
		east("visits", "总诊疗人次", "人次", "5400", "已填", "'+义诊"),
		{"2026-07", "008", "麦新镇卫生院", "乡镇卫生院", "births", "分娩数", "人", "0", "已填", "导入", "系统", "2026-08-01 09:00:00", "", "", "", "", ""},
	})
}

func TestExportOfIndicatorValuesNamesVersionAndFormula(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	data, _ := export(t, c, c.Auditor(), report.Request{Kind: report.KindIndicatorValues, Format: sheet.CSV, From: july, Indicator: "income_per_visit"})
	sameRows(t, records(t, data)[1:], [][]string{
		{"2026-07", "007", "'=东风镇卫生院", "income_per_visit", "次均收入", "1180000.5", "5400", "218.518611111111111111", "218.52", "元", "60–85",
			"", "1", "1", "1", "income / visits", "2026-08-03 15:01:00"},
		{"2026-07", "008", "麦新镇卫生院", "income_per_visit", "次均收入", "", "", "", "", "元", "60–85",
			"缺少数据", "0", "1", "1", "income / visits", "2026-08-03 15:01:00"},
	})
}

func TestExportOfOneReportIsLaidOutLikeItsForm(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	data, _ := export(t, c, c.Auditor(), report.Request{Kind: report.KindReport, Form: "monthly", Institution: "007", From: july})
	row := func(no, name, unit, value string, more ...string) []string {
		return append([]string{"007", "=东风镇卫生院", no, name, unit, value}, more...)
	}
	by := []string{"王五", "2026-08-02 16:20:00"}
	sameRows(t, cells(t, data)[4:], [][]string{
		row("", "【服务】", "", "")[:4],
		row("1.1", "总诊疗人次", "人次", "5400", "", "", "+义诊", by[0], by[1]),
		row("1.2", "总收入", "元", "1180000.5", "", "", "", by[0], by[1]),
		row("1.3", "分娩数", "人", "不适用", "", "", "", by[0], by[1]),
		row("1.4", "床位数", "张", "", "", "", "", by[0], by[1]),
		row("1.5", "次均收入", "元", "218.52"),
	})
}

// The replica stands for the snapshot: whatever is read beside it may be younger than the rest.
func TestExportOfOneReportIsReadInOneSnapshot(t *testing.T) {
	t.Parallel()
	c, behind := reporttest.New(t), reporttest.New(t)
	behind.Exec(`UPDATE cell SET value = 5399 WHERE county_id = $1 AND value = 5400`)
	service := report.New(c.DB, behind.DB, orgtest.Now, reporting.New(c.DB, orgtest.Now, period.China()), actor.NewPermissions(report.Actions))
	var b bytes.Buffer
	_, err := service.Export(t.Context(), c.Auditor(), report.Request{Kind: report.KindReport, Format: sheet.CSV, Form: "monthly", Institution: "007", From: july}, &b)
	if err != nil || !strings.Contains(b.String(), "5399") {
		t.Errorf("%v, exported\n%s", err, b.String())
	}
}

func TestARefusedExportStandsInTheTrailInPlainWords(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	_, err := c.Service.Export(t.Context(), c.Auditor(), report.Request{Kind: report.KindReport, Format: sheet.CSV, Form: "monthly", Institution: "099", From: july}, &bytes.Buffer{})
	if !fault.IsNotFound(err) {
		t.Fatal(err)
	}
	var why string
	err = c.DB.QueryRow(t.Context(), `SELECT reason FROM audit_entry WHERE action = 'report.export_refused'`).Scan(&why)
	if err != nil || why != "没有找到编码为 099 的机构" {
		t.Errorf("kept as %q, %v", why, err)
	}
}

func TestExportOfCompletenessAndInstitutions(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	data, _ := export(t, c, c.Auditor(), report.Request{Kind: report.KindCompleteness, Format: sheet.CSV, From: july, Form: "monthly"})
	sameRows(t, records(t, data)[1:], [][]string{
		{"2026-07", "基层月报", "007", "'=东风镇卫生院", "乡镇卫生院", "已审核", "3", "4", "2026-08-05 23:59:59", "2026-08-03 10:12:00", "按时", "1",
			"李四", "", "张三", "2026-08-03 15:01:00", ""},
		{"2026-07", "基层月报", "008", "麦新镇卫生院", "乡镇卫生院", "填报中", "1", "4", "2026-08-05 23:59:59", "", "未上报", "0", "", "", "", "", ""},
	})
	data, _ = export(t, c, c.Auditor(), report.Request{Kind: report.KindInstitutions, Format: sheet.CSV})
	got := records(t, data)
	if len(got) != 4 || got[1][0] != "007" || got[1][4] != "150523" || got[3][3] != "县" {
		t.Errorf("institutions %q", got)
	}
}

func TestExportedInstitutionsAreUnchangedWhenImported(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	who := orgtest.Actor(c.County, c.Root, org.ActionView, org.ActionImport)
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		data, sum := export(t, c, c.Auditor(), report.Request{Kind: report.KindInstitutions, Format: format})
		r, err := org.New(c.DB, orgtest.Now).ImportInstitutions(t.Context(), who, bytes.NewReader(data), org.Options{})
		if err != nil || len(r.Findings) > 0 || int64(r.Unchanged) != sum.Rows || !r.Stored {
			t.Errorf("%s: %+v, %v", format, r, err)
		}
	}
}

func TestTheSameFiguresGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	for _, k := range report.Kinds {
		if k.Name == report.KindAudit {
			continue // an export is an entry itself
		}
		for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
			r := report.Request{Kind: k.Name, Format: format, From: july, Form: "monthly", Institution: "007"}
			first, _ := export(t, c, c.Auditor(), r)
			other := c.Auditor()
			other.County, other.Name = "", "系统"
			second, _ := export(t, c, other, r)
			if !bytes.Equal(first, second) {
				t.Errorf("%s as %s differs from itself", k.Name, format)
			}
		}
	}
}

func TestExportStaysInScope(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	for _, kind := range []string{report.KindReports, report.KindValues, report.KindIndicatorValues, report.KindCompleteness, report.KindInstitutions} {
		data, sum := export(t, c, c.Clerk(), report.Request{Kind: kind, Format: sheet.CSV, From: july, Form: "monthly"})
		if strings.Contains(string(data), "007") || kind != report.KindReports && sum.Rows == 0 && kind != report.KindValues {
			t.Errorf("%s of West holds %d rows:\n%s", kind, sum.Rows, data)
		}
	}
	for _, kind := range []string{report.KindReport, report.KindValues, report.KindInstitutions} {
		_, err := c.Service.Export(t.Context(), c.Clerk(), report.Request{Kind: kind, Format: sheet.CSV, From: july, Form: "monthly", Institution: "007"}, &bytes.Buffer{})
		if !fault.IsNotFound(err) {
			t.Errorf("%s of a foreign institution: %v, want not found", kind, err)
		}
	}
}

func TestExportAsksForPermission(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	nobody := c.Auditor()
	nobody.Actions = nil
	exporter := c.Clerk()
	t.Cleanup(c.Service.Busy()) // permission is asked before anybody waits
	for name, refused := range map[string]struct {
		who  actor.Actor
		kind string
	}{"without any": {nobody, report.KindValues}, "of the trail without audit.view": {exporter, report.KindAudit}} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			_, err := c.Service.Export(t.Context(), refused.who, report.Request{Kind: refused.kind, Format: sheet.CSV, From: july}, &b)
			if !fault.IsForbidden(err) || b.Len() > 0 {
				t.Errorf("got %v and %d bytes, want forbidden and none", err, b.Len())
			}
			var logged int
			err = c.DB.QueryRow(t.Context(), `SELECT count(*) FROM audit_entry WHERE action = 'report.export_refused' AND account_id = $1`,
				refused.who.AccountID).Scan(&logged)
			if err != nil || logged != 1 {
				t.Errorf("%d refusals in the trail (%v), want 1", logged, err)
			}
		})
	}
}

func TestExportRefusesWhatItCannotMean(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	for name, wrong := range map[string]struct {
		r     report.Request
		field string
	}{
		"an unknown kind":           {report.Request{Kind: "gossip", Format: sheet.CSV}, "kind"},
		"an unknown format":         {report.Request{Kind: report.KindValues, Format: "pdf"}, "format"},
		"a form export without one": {report.Request{Kind: report.KindReports, Format: sheet.CSV}, "form"},
		"one report without place":  {report.Request{Kind: report.KindReport, Format: sheet.CSV, Form: "monthly"}, "institution"},
		"one report of two months":  {report.Request{Kind: report.KindReport, Format: sheet.CSV, Form: "monthly", Institution: "007", From: july, To: july.Next()}, "to"},
		"months in wrong order":     {report.Request{Kind: report.KindValues, Format: sheet.CSV, From: july, To: july.Prev()}, "to"},
		"more than ten years":       {report.Request{Kind: report.KindValues, Format: sheet.CSV, From: july.Add(-120), To: july}, "to"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Service.Export(t.Context(), c.Auditor(), wrong.r, &bytes.Buffer{})
			problems := fault.Problems(err)
			if len(problems) == 0 || problems[0].Field != wrong.field {
				t.Errorf("got %v, want a problem of %s", err, wrong.field)
			}
		})
	}
	_, err := c.Service.Export(t.Context(), c.Auditor(), report.Request{Kind: report.KindReports, Format: sheet.CSV, Form: "nix\x00", From: july}, &bytes.Buffer{})
	if !fault.IsNotFound(err) {
		t.Errorf("an unknown form: %v, want not found", err)
	}
}

func TestAProxyFormHasARowForEachInstitutionItIsAbout(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	clinic := orgtest.Create(t, c.DB, c.County, org.Draft{Code: "C1", Name: "一村卫生室", Kind: org.KindVillageClinic, Parent: "008"})
	c.Exec(`INSERT INTO form (county_id, slug, title, kinds, subject_kinds) VALUES ($1, 'proxy', '村卫生室代报', '{township_hospital}', '{village_clinic}')`)
	c.Exec(`INSERT INTO form_version (county_id, form_id, version, effective_from, layout)
		SELECT $1, id, 1, '2026-01-01', '{"layout": "grid", "sections": [{"title": "服务", "rows": [{"no": "1", "element": "visits"}]}]}' FROM form WHERE county_id = $1 AND slug = 'proxy'`)
	c.Exec(`INSERT INTO form_item (county_id, form_id, version, element_id, position)
		SELECT $1, f.id, 1, e.id, 1 FROM form f, element e WHERE f.county_id = $1 AND f.slug = 'proxy' AND e.county_id = $1 AND e.slug = 'visits'`)
	c.Exec(`INSERT INTO report (county_id, form_id, form_version, institution_id, period, state, due_at, submission, reviewed_at)
		SELECT $1, id, 1, $2, '2026-07-01', 'accepted', '2026-08-05', 1, '2026-08-03' FROM form WHERE county_id = $1 AND slug = 'proxy'`, c.West.ID)
	c.Exec(`INSERT INTO fact (county_id, period, element_id, institution_id, state, value, report_id, submission)
		SELECT $1, '2026-07-01', e.id, $2, 'value', 320, r.id, 1 FROM element e, report r JOIN form f ON f.id = r.form_id
		WHERE e.county_id = $1 AND e.slug = 'visits' AND r.county_id = $1 AND f.slug = 'proxy'`, clinic.ID)
	data, _ := export(t, c, c.Auditor(), report.Request{Kind: report.KindReports, Format: sheet.CSV, Form: "proxy", From: july})
	sameRows(t, records(t, data)[1:], [][]string{{"2026-07", "C1", "一村卫生室", "村卫生室", "已审核", "320"}})
}

func TestPeriodsAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{"2026-07": {"2026-07", "2026-07"}, "2026Q3": {"2026-07", "2026-09"}, "2026H1": {"2026-01", "2026-06"}, "2026": {"2026-01", "2026-12"}} {
		var r report.Request
		if err := r.During(text); err != nil || r.From.String() != want[0] || r.To.String() != want[1] {
			t.Errorf("%s is %s to %s (%v), want %v", text, r.From, r.To, err, want)
		}
	}
	var r report.Request
	if err := r.During("2026Q9"); !fault.IsInvalid(err) {
		t.Errorf("2026Q9: %v, want invalid", err)
	}
}
