package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/sheet"
)

var income = sheet.Meta{
	Title: "医疗收入明细", Period: "2026年7月", Unit: "元", Note: "口径：业务收入",
	Columns: []sheet.Field{
		{Title: "机构编码", Width: 14},
		{Title: "诊疗人次", Unit: "人次", Kind: sheet.Int},
		{Title: "总收入", Unit: "元", Kind: sheet.Decimal, Decimals: 2},
		{Title: "占比", Kind: sheet.Percent, Decimals: 2},
		{Title: "日期", Kind: sheet.Date},
		{Title: "报告期", Kind: sheet.Month},
	},
}

var incomeRows = [][]any{
	{"K-T01", 1234, decimal.RequireFromString("1234567.89"), decimal.RequireFromString("45.6"), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), period.NewMonth(2026, 7)},
	{"012", int64(0), number.Cell{}, number.Cell{State: number.NotApplicable}, time.Time{}, period.Month{}},
	{"11010519491231002X", nil, number.Of(decimal.RequireFromString("-0.1")), decimal.NullDecimal{}, time.Date(2026, 6, 30, 20, 0, 0, 0, time.UTC), nil},
}

func write(t *testing.T, format sheet.Format, meta sheet.Meta, rows [][]any) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := sheet.New(format, &out, meta)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	columns := []sheet.Column{
		{Key: "code", Titles: []string{"机构编码"}, Required: true}, {Key: "visits", Titles: []string{"诊疗人次"}, Unit: "人次", Required: true},
		{Key: "income", Titles: []string{"总收入"}, Unit: "元", Required: true}, {Key: "share", Titles: []string{"占比"}},
		{Key: "date", Titles: []string{"日期"}}, {Key: "month", Titles: []string{"报告期"}},
	}
	share := map[sheet.Format]string{sheet.XLSX: "45.6%", sheet.CSV: "45.6"}
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			_, rows := read(t, write(t, format, income, incomeRows), columns)
			var got [][]string
			for _, row := range rows {
				var cells []string
				for _, c := range columns {
					cells = append(cells, row.Get(c.Key))
				}
				got = append(got, cells)
			}
			want := [][]string{
				{"K-T01", "1234", "1234567.89", share[format], "2026-07-01", "2026-07"},
				{"012", "0", "", "不适用", "", ""},
				{"11010519491231002X", "", "-0.1", "", "2026-07-01", ""},
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %q\nwant %q", got, want)
			}
		})
	}
}

func TestWorkbookLook(t *testing.T) {
	t.Parallel()
	f, err := excelize.OpenReader(bytes.NewReader(write(t, sheet.XLSX, income, incomeRows)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]string{
		"A1": "医疗收入明细", "A2": "报告期：2026年7月　　单位：元", "A3": "口径：业务收入", "B4": "诊疗人次（人次）",
		"B5": "1,234", "C5": "1,234,567.89", "D5": "45.60%", "E5": "2026-07-01", "F5": "2026-07", "C6": "", "D6": "不适用", "B6": "0",
	} {
		if got, err := f.GetCellValue("Sheet1", cell); err != nil || got != want {
			t.Errorf("%s shows %q, %v; want %q", cell, got, err, want)
		}
	}
	panes, err := f.GetPanes("Sheet1")
	if err != nil || !panes.Freeze || panes.YSplit != 4 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if merged, err := f.GetMergeCells("Sheet1"); err != nil || len(merged) != 3 {
		t.Errorf("merged %v, %v", merged, err)
	}
	if kind, err := f.GetCellType("Sheet1", "A6"); err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("the code 012 is of type %v, %v", kind, err)
	}
}

// stored returns the worksheet's XML.
func stored(t *testing.T, data []byte) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := archive.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	xml, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(xml)
}

func TestDecimalsAreStoredDigitForDigit(t *testing.T) {
	t.Parallel()
	meta := sheet.Meta{Columns: []sheet.Field{{Title: "x", Kind: sheet.Decimal, Decimals: 2}}}
	for in, want := range map[string]string{
		"0.1": "<v>0.1</v>", "0.3": "<v>0.3</v>", "1234567.89": "<v>1234567.89</v>", "999999999999999": "<v>999999999999999</v>",
		"9999999999999.99": "<v>9999999999999.99</v>", "0.000001234": "<v>0.000001234</v>", "-5.10": "<v>-5.1</v>",
		"64.967741935483870968": "<v>64.9677419354839</v>", "0.999999999999999999": "<v>1</v>",
		"1234567890123456": "<t>1234567890123456</t>", "1e20": "<t>100000000000000000000</t>",
	} {
		d := decimal.RequireFromString(in)
		if xml := stored(t, write(t, sheet.XLSX, meta, [][]any{{d}})); !strings.Contains(xml, want) {
			t.Errorf("%s: want %s in %s", in, want, xml[strings.Index(xml, "<sheetData>"):])
		}
	}
}

// Every decimal of up to 15 digits comes out as it went in.
func TestManyDecimalsAreStoredDigitForDigit(t *testing.T) {
	t.Parallel()
	meta := sheet.Meta{Columns: []sheet.Field{{Title: "编码", Kind: sheet.Decimal}}}
	random := rand.New(rand.NewPCG(1, 2))
	var rows [][]any
	for range 5000 {
		limit := int64(math.Pow10(1 + random.IntN(15)))
		rows = append(rows, []any{decimal.New(random.Int64N(2*limit-1)-limit+1, -int32(random.IntN(18)))})
	}
	_, back := read(t, write(t, sheet.XLSX, meta, rows), people)
	for i, row := range back {
		want := rows[i][0].(decimal.Decimal)
		if got, err := decimal.NewFromString(row.Get("code")); err != nil || !got.Equal(want) {
			t.Errorf("%s comes back as %s", want, row.Get("code"))
		}
	}
	if len(back) != len(rows) {
		t.Errorf("%d rows come back", len(back))
	}
}

func TestSameRowsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		if !bytes.Equal(write(t, format, income, incomeRows), write(t, format, income, incomeRows)) {
			t.Errorf("two writes of the same %s differ", format)
		}
	}
	data := write(t, sheet.XLSX, income, incomeRows)
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range archive.File {
		if part.Modified.Year() != 1980 {
			t.Errorf("%s carries the time %v", part.Name, part.Modified)
		}
	}
}

func TestFormulaLookingTextIsHarmless(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/formula_injection.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	payloads, err := csv.NewReader(file).ReadAll()
	if err != nil || len(payloads) < 10 {
		t.Fatalf("%d payloads, %v", len(payloads), err)
	}
	var rows [][]any
	for _, p := range payloads[1:] {
		rows = append(rows, []any{p[0]})
	}
	meta := sheet.Meta{Columns: []sheet.Field{{Title: "编码"}}}
	if xml := stored(t, write(t, sheet.XLSX, meta, rows)); strings.Contains(xml, "<f>") {
		t.Error("the workbook holds a formula")
	}
	records, err := csv.NewReader(bytes.NewReader(write(t, sheet.CSV, meta, rows))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[1:] {
		if strings.ContainsAny(r[0][:1], "=+-@\t\r") {
			t.Errorf("%q starts like a formula", r[0])
		}
	}
}

func TestNegativeNumbersStayNumbers(t *testing.T) {
	t.Parallel()
	meta := sheet.Meta{Columns: []sheet.Field{{Title: "文字"}}}
	written := write(t, sheet.CSV, meta, [][]any{{"-14.57"}, {"-3"}, {"-3+cmd"}, {"--1"}, {"-1.5%"}})
	records, err := csv.NewReader(bytes.NewReader(written)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"-14.57", "-3", "'-3+cmd", "'--1", "-1.5%"} {
		if got := records[i+1][0]; got != want {
			t.Errorf("wrote %q, want %q", got, want)
		}
	}
}

func TestNaughtyTextSurvives(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../number/testdata/blns.json")
	if err != nil {
		t.Fatal(err)
	}
	var naughty []string
	if err := json.Unmarshal(data, &naughty); err != nil {
		t.Fatal(err)
	}
	var rows [][]any
	for i, s := range naughty {
		rows = append(rows, []any{fmt.Sprint(i), s})
	}
	meta := sheet.Meta{Title: naughty[100], Columns: []sheet.Field{{Title: "编码"}, {Title: "名称"}}}
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		_, all := read(t, write(t, format, meta, rows), people)
		if len(all) != len(naughty) {
			t.Errorf("%s: %d of %d rows come back", format, len(all), len(naughty))
		}
	}
}

func TestWriterRefuses(t *testing.T) {
	t.Parallel()
	meta := sheet.Meta{Columns: []sheet.Field{{Title: "x"}}}
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		for name, row := range map[string][]any{"floating point": {1.5}, "too many values": {1, 2}, "a slice": {[]int{1}}} {
			var out bytes.Buffer
			w, err := sheet.New(format, &out, meta)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Row(row...); err == nil {
				t.Errorf("%s accepts %s", format, name)
			}
			if err := w.Close(); err == nil {
				t.Errorf("%s closes well after %s", format, name)
			}
		}
	}
}

func TestLongTextIsCutVisibly(t *testing.T) {
	t.Parallel()
	meta := sheet.Meta{Columns: []sheet.Field{{Title: "编码"}}}
	_, rows := read(t, write(t, sheet.XLSX, meta, [][]any{{strings.Repeat("长", 40000)}, {strings.Repeat("好", 32767)}}), people)
	if !strings.HasSuffix(rows[0].Get("code"), "…（过长，已截断）") || rows[1].Get("code") != strings.Repeat("好", 32767) {
		t.Error("long text is not handled")
	}
}

func TestRefusedRows(t *testing.T) {
	t.Parallel()
	in, all := read(t, []byte("编码,名称,备注\nK1,甲,=x\nK2,乙,好\nK1,丙\n"), people)
	findings := []sheet.Finding{all[0].Finding("code", "没有这个机构"), all[0].Finding("name", "重名"), {Row: 4, Message: "重复"}}
	refused := sheet.Refused(all, findings)
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		var out bytes.Buffer
		if err := sheet.WriteRefused(format, &out, in.Header(), refused); err != nil {
			t.Fatal(err)
		}
		back, rows := read(t, out.Bytes(), people)
		if got := back.Header(); !reflect.DeepEqual(got, []string{"编码", "名称", "备注", "原行号", "原因"}) {
			t.Errorf("%s: header %q", format, got)
		}
		want := [][]string{{"K1", "甲", "=x", "2", "编码:没有这个机构;名称:重名"}, {"K1", "丙", "", "4", "重复"}}
		if len(rows) != 2 || !reflect.DeepEqual([][]string{rows[0].Cells, rows[1].Cells}, want) {
			t.Errorf("%s: rows %v", format, rows)
		}
		if len(back.Findings()) != 1 { // 备注 is unknown, the added columns are not
			t.Errorf("%s: findings %v", format, back.Findings())
		}
	}
}

// What the rows are written as is our own XML, and what the library reads must be what was written.
func TestTextComesBackAsItWas(t *testing.T) {
	t.Parallel()
	meta := sheet.Meta{Columns: []sheet.Field{{Title: "编码"}}}
	texts := []string{"_x0041_", "_x0041_x0042_", "_x005F_", "_x12_", "a_x000a_b", " lead", "trail ", "two\nlines", "tab\tin", `<a href="x">&amp;'</a>`,
		"＜", "ﾀ", "\U0001F600", "_", "=1+1", "]]>"}
	var rows [][]any
	for _, text := range texts {
		rows = append(rows, []any{text})
	}
	f, err := excelize.OpenReader(bytes.NewReader(write(t, sheet.XLSX, meta, rows)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i, want := range texts {
		if got, err := f.GetCellValue("Sheet1", fmt.Sprintf("A%d", i+2)); err != nil || got != want {
			t.Errorf("%q comes back as %q, %v", want, got, err)
		}
	}
}

func TestNothingLeavesBeforeClose(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w, err := sheet.New(sheet.XLSX, &out, income)
	if err != nil {
		t.Fatal(err)
	}
	for range 5000 {
		if err := w.Row(incomeRows[0]...); err != nil {
			t.Fatal(err)
		}
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes left before the end", out.Len())
	}
	if err := w.Abort(); err != nil || out.Len() > 0 {
		t.Errorf("giving up leaves %d bytes, %v", out.Len(), err)
	}
	if err := w.Row(incomeRows[0]...); err == nil {
		t.Error("a workbook that was given up takes a row")
	}
}

func TestTextComesBackFromACSVAsItWas(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"=1+1", "'=1+1", "''=1+1", "'", "'甲", "-5", "'-5", "-甲", "\n=1+1", "+86", "@甲", "甲\n=乙"} {
		var out bytes.Buffer
		w, err := sheet.NewCSV(&out, sheet.Meta{Columns: []sheet.Field{{Title: "编码"}, {Title: "名称"}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Row("K1", text), w.Close()); err != nil {
			t.Fatal(err)
		}
		_, rows := read(t, out.Bytes(), people)
		if len(rows) != 1 || len(rows[0].Cells) != 2 || rows[0].Cells[1] != text {
			t.Errorf("%q came back as %+v", text, rows)
		}
		if file := out.String(); strings.Contains(file, ",=") || strings.Contains(file, ",\"\n") {
			t.Errorf("%q stands unguarded in %q", text, file)
		}
	}
}
