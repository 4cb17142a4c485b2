package exchange_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yigai/internal/exchange"
	"yigai/internal/fault"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

// facts tells every figure of the hospital in June and July, the three kinds of nothing apart.
func (w *world) facts(t *testing.T) []string {
	t.Helper()
	values, next, err := w.reports.Values(t.Context(), w.chief, reporting.ValueFilter{Institution: w.hospital.Code})
	if err != nil || next != "" {
		t.Fatalf("read facts: %v, next %q", err, next)
	}
	var list []string
	for _, v := range values {
		list = append(list, fmt.Sprintf("%s %s %d %s %q", v.Month, v.Element, v.Cell.State, v.Cell, v.Comment))
	}
	slices.Sort(list)
	return list
}

const comment = `=1+1,"问<号>&' 'x`

func TestWhatLeavesComesBackTheSame(t *testing.T) {
	t.Parallel()
	from := newWorld(t)
	table := "institution,element,period,value,comment\n"
	for _, line := range []string{"visits_total,2026-06,5400,", "visits_home,2026-06,0,", "nurses,2026-06,,", "doctors,2026-06,不适用,", "mri_exams,2026-05,31,", "mri_exams,2026-06,N/A,"} {
		table += from.hospital.Code + "," + line + "\n"
	}
	table += from.hospital.Code + `,beds_actual,2026-06,20,"'` + strings.ReplaceAll(comment, `"`, `""`) + "\"\n"
	from.load(t, from.chief, table, exchange.Options{Accepted: true, Partial: true})
	want := from.facts(t)
	if len(want) < 6 || !strings.Contains(strings.Join(want, "\n"), fmt.Sprintf("%q", comment)) {
		t.Fatalf("only these came in: %v", want)
	}
	for _, format := range []exchange.Format{exchange.DHIS2, exchange.DHIS2CSV, exchange.ADX} {
		for _, codes := range []reporting.Scheme{reporting.OwnCode, reporting.OtherCode} {
			t.Run(fmt.Sprint(format, codes), func(t *testing.T) {
				t.Parallel()
				out, err := from.svc.Export(t.Context(), from.chief, exchange.Selection{Format: format, Codes: codes})
				if err != nil {
					t.Fatal(err)
				}
				if codes == reporting.OtherCode != strings.Contains(string(out.Body), "f7n9E0hX8qk") {
					t.Errorf("the codes are the other ones: %.400s", out.Body)
				}
				to := newWorld(t)
				file := read(t, strings.ReplaceAll(string(out.Body), from.hospital.Code, to.hospital.Code))
				if file.Format != format {
					t.Errorf("read as %s", file.Format)
				}
				if _, err := to.svc.Import(t.Context(), to.chief, file, exchange.Options{Source: exchange.Command, Accepted: true}); err != nil {
					t.Fatal(err)
				}
				if got := to.facts(t); !slices.Equal(got, want) {
					t.Errorf("came back as\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			})
		}
	}
}

func TestExportIsNarrowedAndLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	table := "institution,element,period,value\n"
	for _, i := range []string{w.hospital.Code, w.other.Code} {
		table += i + ",visits_total,2026-05,1\n" + i + ",visits_total,2026-06,2\n" + i + ",mri_exams,2026-06,\n"
	}
	w.load(t, w.chief, table, exchange.Options{Accepted: true})
	june := reportingtest.Month(t, "2026-06")
	cases := []struct {
		name string
		s    exchange.Selection
		want int
	}{{"all", exchange.Selection{}, 6}, {"a month", exchange.Selection{From: june, To: june}, 4}, {"a unit", exchange.Selection{Institutions: []string{w.other.Code}}, 3},
		{"two units", exchange.Selection{Institutions: []string{w.other.Code, w.hospital.Code}}, 6},
		{"those below", exchange.Selection{Institutions: []string{w.county.Code}, Descendants: true}, 6},
		{"a form", exchange.Selection{Forms: []string{"township_monthly"}}, 4}, {"an element", exchange.Selection{Elements: []string{"mri_exams"}}, 2},
		{"numbers", exchange.Selection{NumbersOnly: true}, 4}}
	for _, c := range cases {
		c.s.Format = exchange.ADX
		if out, err := w.svc.Export(t.Context(), w.chief, c.s); err != nil || out.Values != c.want {
			t.Errorf("%s: %d figures, %v, want %d", c.name, out.Values, err, c.want)
		}
	}
	var logged int
	if err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM export_log WHERE kind = 'exchange' AND format = 'xml' AND rows > 0`).Scan(&logged); err != nil || logged != len(cases) {
		t.Errorf("%d files in the log, %v", logged, err)
	}
	for _, s := range []exchange.Selection{{Format: "dbf"}, {Format: exchange.DHIS2, Forms: []string{"none"}}, {Format: exchange.DHIS2, Elements: []string{"none"}},
		{Format: exchange.DHIS2, From: june, To: june.Prev()}, {Format: exchange.DHIS2, Institutions: []string{"none"}}} {
		if _, err := w.svc.Export(t.Context(), w.chief, s); !fault.IsInvalid(err) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if _, err := w.svc.Export(t.Context(), w.clerk, exchange.Selection{Format: exchange.DHIS2}); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
}

// Every sample of DHIS2's own tests is read; what is not ours is named, row by row.
func TestSamplesOfDHIS2(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, want := range map[string]struct {
		format exchange.Format
		rows   int
		parts  int // broken down, or not of one month
	}{"dvs_A.xml": {exchange.DXF, 3, 0}, "dvs_B.csv": {exchange.DHIS2CSV, 12, 0}, "dvs_J.json": {exchange.DHIS2, 1, 0}, "adx_importA.xml": {exchange.ADX, 1, 8}} {
		content, err := os.ReadFile(filepath.Join("testdata", "dhis2", name))
		if err != nil {
			t.Fatal(err)
		}
		f := read(t, string(content))
		if f.Format != want.format || len(f.Rows) != want.rows || len(f.Refused) != want.parts {
			t.Errorf("%s: %s with %d rows and %d refused: %+v", name, f.Format, len(f.Rows), len(f.Refused), f.Refused)
		}
		done, err := w.svc.Import(t.Context(), w.chief, f, exchange.Options{Source: exchange.API})
		if !fault.IsInvalid(err) || len(done.Conflicts) != want.rows+want.parts || !strings.Contains(done.Conflicts[len(done.Conflicts)-1].Message, "没有编码为“") && want.parts == 0 {
			t.Errorf("%s: %+v, %v", name, done.Conflicts, err)
		}
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	laughs := `<?xml version="1.0"?><!DOCTYPE adx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><adx xmlns="urn:ihe:qrph:adx:2015"><group orgUnit="&b;"/></adx>`
	for name, c := range map[string]struct{ content, why string }{
		"entities":            {laughs, "DOCTYPE"},
		"an unknown entity":   {`<adx><group orgUnit="&x;" period="2026-07-01/P1M"/></adx>`, "不是正确的 XML"},
		"deep XML":            {"<adx>" + strings.Repeat("<group>", 50), "不能有 XML 元素"},
		"deep annotations":    {`<adx><group orgUnit="a" period="2026-07-01/P1M"><dataValue dataElement="a" value="1"><annotation>` + strings.Repeat("<a>", 100_000), "不是正确的 XML"},
		"another document":    {`<?xml version="1.0"?><html/>`, "不认识的 XML"},
		"another encoding":    {`<?xml version="1.0" encoding="GBK"?><adx/>`, "只接受 UTF-8"},
		"an empty set":        {`<dataValueSet/>`, "没有要导入的数"},
		"an unknown attr":     {`<dataValueSet><dataValue dataElemnt="x"/></dataValueSet>`, "dataElemnt"},
		"half a document":     {`{"dataValues":[{"value":"1"}`, "JSON"},
		"deep JSON":           {`{"dataValues":[{"value":` + strings.Repeat("[", 20_000), "JSON"},
		"two lists":           {`{"values":[],"dataValues":[]}`, "只能出现一次"},
		"more after it":       {`{"values":[]} {}`, "多余"},
		"a NUL":               {`{"values":[{"institution":"a\u0000"}]}`, "无法保存"},
		"too many":            {`[` + strings.Repeat(`{},`, reporting.MaxRows) + `{}]`, "一次最多导入"},
		"nothing":             {`[]`, "没有要导入的数"},
		"a head of another":   {`{"values":[],"dataSet":"x"}`, "dataSet"},
		"a table without one": {"institution,period,value\na,2026-07,1\n", "数据项代码"},
	} {
		if _, err := exchange.Read([]byte(c.content), exchange.AnyKind); !fault.IsInvalid(err) || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := exchange.Read(bytes.Repeat([]byte(" "), exchange.MaxBytes+1), exchange.AnyKind); !fault.IsInvalid(err) {
		t.Errorf("too large: %v", err)
	}
}

func TestWhatIsSaidOnceHoldsForEveryFigure(t *testing.T) {
	t.Parallel()
	f := read(t, `{"dataValues":[{"dataElement":"a","value":1,"followup":true},{"dataElement":"b","period":"202606","value":"2","deleted":true},
		{"dataElement":"c","value":"3","categoryOptionCombo":"male"}],"period":"202607","orgUnit":"K1"}`)
	if len(f.Rows) != 2 || f.Rows[0].Period != "202607" || f.Rows[0].Institution != "K1" || *f.Rows[0].Value != "1" || f.Rows[1].Period != "202606" || f.Rows[1].Value != nil {
		t.Errorf("rows: %+v", f.Rows)
	}
	if len(f.Refused) != 1 || !strings.Contains(f.Refused[0].Message, "分组") || f.Refused[0].Row != 3 {
		t.Errorf("refused: %+v", f.Refused)
	}
}
