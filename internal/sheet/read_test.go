package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"yigai/internal/sheet"
)

func TestReadXLSXAsTyped(t *testing.T) {
	t.Parallel()
	formats := []string{"0.00%", `yyyy"年"m"月"d"日"`, `yyyy"年"m"月"`, "#,##0.00", "0.00E+00"}
	data := build(t, func(f *excelize.File) {
		set(t, f, "A1", "编码", "a", "b", "c", "d", "e", "f", "g", "h", "i")
		set(t, f, "A2", "K1", 0.456, 46204, 46204, 1234.5, 0.1+0.2, true, 12345678901, nil, "  1E5 ")
		for i, code := range formats {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			if err != nil {
				t.Fatal(err)
			}
			cell, err := excelize.CoordinatesToCellName(i+2, 2)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
				t.Fatal(err)
			}
		}
	})
	_, rows := read(t, data, people)
	want := []string{"K1", "45.6%", "2026-07-01", "2026-07", "1234.5", "0.3", "TRUE", "12345678901", "", "  1E5 "}
	if len(rows) != 1 || !reflect.DeepEqual(rows[0].Cells, want) {
		t.Errorf("got %q\nwant %q", rows[0].Cells, want)
	}
}

func TestReadNumbersExactly(t *testing.T) {
	t.Parallel()
	raw := map[string]string{
		"0.30000000000000004": "0.3", "0.45600000000000002": "0.456", "1.5E-5": "0.000015", "1E3": "1000",
		"-123456789012345": "-123456789012345", "99999999999999": "99999999999999", "0.1": "0.1", "0": "0",
		"1.1010519491231E+17": "110105194912310000",
	}
	for in, want := range raw {
		data := workbookAround(t, strings.NewReader(`<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>编码</v></c></row>`+
			`<row r="2"><c r="A2"><v>`+in+`</v></c></row></sheetData></worksheet>`))
		if _, rows := read(t, data, people); len(rows) != 1 || rows[0].Get("code") != want {
			t.Errorf("%s is read as %v, want %s", in, rows, want)
		}
	}
}

func TestReadFormulasByTheirCachedValue(t *testing.T) {
	t.Parallel()
	data := workbookAround(t, strings.NewReader(`<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>编码</v></c></row>`+
		`<row r="3"><c r="A3"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>`))
	_, rows := read(t, data, people)
	if len(rows) != 1 || rows[0].Get("code") != "2" || rows[0].Number != 3 {
		t.Errorf("got %+v", rows)
	}
}

func TestFormulasWithoutAResultAreRefused(t *testing.T) {
	t.Parallel()
	const head = `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>编码</v></c></row>`
	for cell, want := range map[string]string{
		`<c r="A2"><f>1+1</f></c>`:                     "A2 格的公式没有计算结果",
		`<c r="B7" s="3"><f>SUM(A1:A3)</f><v></v></c>`: "B7 格的公式没有计算结果",
		`<c r="A2"><f>1+1</f><v/></c>`:                 "A2 格的公式没有计算结果",
		`<c r="A2" t="str"><f>""</f><v></v></c>`:       "",
		`<c r="A2"><f>1+1</f><v>2</v></c>`:             "",
	} {
		for _, before := range []string{"", strings.Repeat(`<row r="1"/>`, 5000)} {
			data := workbookAround(t, strings.NewReader(head+before+`<row r="2">`+cell+`</row></sheetData></worksheet>`))
			if want == "" {
				read(t, data, people)
			} else if got := refusal(t, data, sheet.DefaultLimits); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %q, want %q", cell, got, want)
			}
		}
	}
}

// Ends of cells without a beginning: each was once looked for from the start, which took minutes for a file like this.
func TestEndsOfCellsAloneAreReadInOnePass(t *testing.T) {
	t.Parallel()
	const head = `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>编码</v></c></row>`
	ends := bytes.Repeat([]byte("</f></c>"), 4<<20)
	sheetXML := io.MultiReader(strings.NewReader(head), bytes.NewReader(ends), strings.NewReader(`</sheetData></worksheet>`))
	if _, rows := read(t, workbookAround(t, sheetXML), people); len(rows) != 0 {
		t.Errorf("read %d rows", len(rows))
	}
}

func TestOddButValidWorkbooks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, title, sheet string
		row, rows          int
		want               []string
	}{
		{"InlineStrings.xlsx", "Inline Strings", "Sheet1", 3, 6, []string{"32", "B", "2nd Inline String", "44"}},
		{"DateFormatTests.xlsx", "Result (expected)", "Tests", 2, 45, []string{"11-10-52", "d-m-y", "1952-10-11 14:35:27", "Date"}},
		{"DateFormatTests.xlsx", "Result (expected)", "Tests", 41, 45, []string{"01-01-2025", "dd-mm-yyyy", "2025-01-01", "Date"}},
	} {
		data, err := os.ReadFile("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		rows, all := read(t, data, []sheet.Column{{Key: "x", Titles: []string{c.title}, Required: true}})
		if rows.Sheet != c.sheet || len(all) != c.rows {
			t.Fatalf("%s: %d rows of %s", c.file, len(all), rows.Sheet)
		}
		if row := all[c.row-2]; row.Number != c.row || !reflect.DeepEqual(row.Cells, c.want) {
			t.Errorf("%s: row %d %q, want %q", c.file, row.Number, row.Cells, c.want)
		}
	}
}

func TestHeadings(t *testing.T) {
	t.Parallel()
	data := build(t, func(f *excelize.File) {
		set(t, f, "A1", "某县机构收入表")
		set(t, f, "A3", " 名 称", "*机构编码（必填）", "总收入（元）", "备注", "原因")
		set(t, f, "A4", "甲院", " K1 ", 12.5, "x", "上次的原因")
		set(t, f, "A6", "乙院", "K2")
	})
	rows, all := read(t, data, people)
	if len(all) != 2 || all[0].Number != 4 || all[1].Number != 6 {
		t.Fatalf("rows %+v", all)
	}
	if got := [...]string{all[0].Get("code"), all[0].Get("name"), all[0].Get("income"), all[1].Get("income"), all[0].Get("no such")}; got != [...]string{"K1", "甲院", "12.5", "", ""} {
		t.Errorf("got %q", got)
	}
	findings := rows.Findings()
	if len(findings) != 1 || findings[0].Column != "备注" {
		t.Errorf("findings %v", findings)
	}
	if f := all[0].Finding("income", "太少"); f.String() != "第 4 行“总收入（元）”:太少" || f.Value != "12.5" {
		t.Errorf("finding %+v", f)
	}
	if !rows.Has("income") || rows.Has("no such") {
		t.Error("Has does not know the columns")
	}
}

func TestHeadingsRefused(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"名称,总收入\n甲,1\n":                  "没有找到列“机构编码”,请使用模板里的表头",
		"编码,机构编码\n1,2\n":                 "“机构编码”一列出现了两次,请只保留一列",
		"x,y\n1,2\n":                     "没有找到列“机构编码”,请使用模板里的表头",
		strings.Repeat("x\n", 25) + "编码": "没有找到列“机构编码”,请使用模板里的表头",
	} {
		if got := refusal(t, []byte(in), sheet.DefaultLimits); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestTheFirstVisibleSheetWithTheHeadingsIsRead(t *testing.T) {
	t.Parallel()
	data := build(t, func(f *excelize.File) {
		set(t, f, "A1", "填报说明")
		for name, code := range map[string]string{"隐藏": "wrong", "数据": "right"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			if err := f.SetSheetCol(name, "A1", &[]string{"编码", code}); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.SetSheetVisible("隐藏", false); err != nil {
			t.Fatal(err)
		}
	})
	rows, all := read(t, data, people)
	if rows.Sheet != "数据" || len(all) != 1 || all[0].Get("code") != "right" {
		t.Errorf("read %q: %v", rows.Sheet, all)
	}
}

func TestReadCSVInEveryEncodingAndSeparator(t *testing.T) {
	t.Parallel()
	const text = "编码,名称,总收入\r\nK1,\"甲,\n院\",\"1,234\"\r\n\r\nK2,'=1+1,3\r\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(text, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"UTF-8": text, "UTF-8 with a mark": "\ufeff" + text, "GB18030": gb, "Unicode text": wide,
	} {
		_, rows := read(t, []byte(data), people)
		if len(rows) != 2 || rows[0].Get("code") != "K1" || rows[1].Get("name") != "=1+1" {
			t.Fatalf("%s: %v", name, rows)
		}
		if rows[0].Number != 2 || rows[1].Number != 4 {
			t.Errorf("%s: rows %d and %d, want 2 and 4", name, rows[0].Number, rows[1].Number)
		}
	}
	for _, data := range []string{"编码;名称\nK1;a,b\n", "编码\t名称\nK1\ta,b\n"} {
		if _, rows := read(t, []byte(data), people); rows[0].Get("name") != "a,b" {
			t.Errorf("%q: %v", data, rows)
		}
	}
}

func TestDatesOfThe1904System(t *testing.T) {
	t.Parallel()
	data := build(t, func(f *excelize.File) {
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		set(t, f, "A1", "编码")
		for cell, at := range map[string]time.Time{
			"A2": time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), // displayed as Jul-26
			"A3": time.Date(2026, 7, 1, 8, 30, 0, 0, time.UTC),
			"A4": time.Date(2026, 7, 2, 0, 0, 0, 0, time.UTC), // displayed as Jul-26 too
		} {
			if err := f.SetCellValue("Sheet1", cell, at); err != nil {
				t.Fatal(err)
			}
		}
	})
	_, rows := read(t, data, people)
	var got []string
	for _, row := range rows {
		got = append(got, row.Get("code"))
	}
	if want := []string{"2026-07", "2026-07-01 08:30", "2026-07-02"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{"编码,名称\n1,2\n", "\"编码\"\t\"a\"\n", "\ufeff编码;x\n'=1;\"\n\"", "\xb1\xe0\xc2\xeb\n1", "\xff\xfea\x00", "<html>", `"`} {
		f.Add([]byte(s))
	}
	limits := sheet.Limits{Bytes: 1 << 16, Unzipped: 1 << 20, Rows: 1000, Columns: 50}
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.HasPrefix(data, []byte("PK")) {
			return
		}
		err := openAndRead(data, limits)
		var sentence *sheet.Error
		if err != nil && !errors.As(err, &sentence) {
			t.Errorf("%q: %v is not a sentence for the user", data, err)
		}
	})
}

func TestReadWhole(t *testing.T) {
	t.Parallel()
	data := workbookAround(t, strings.NewReader(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+
		`<row r="1"><c r="A1" t="inlineStr"><is><t>编码</t></is></c><c r="B1" t="inlineStr"><is><t>别的</t></is></c></row>`+
		`<row r="2"><c r="A2" t="inlineStr"><is><t>K_x0000_1</t></is></c></row></sheetData></worksheet>`))
	l, err := sheet.Read(bytes.NewReader(data), people, sheet.DefaultLimits)
	if err != nil || len(l.Rows) != 1 || l.Rows[0].Get("code") != "K1" || !l.Has("code") || l.Has("name") ||
		len(l.Header) != 2 || len(l.Findings) != 1 {
		t.Errorf("%+v, %v", l, err)
	}
	few := sheet.DefaultLimits
	few.Rows = 1
	var refused *sheet.Error
	if _, err := sheet.Read(strings.NewReader("编码\na\nb\n"), people, few); !errors.As(err, &refused) {
		t.Errorf("beyond the limit: %v", err)
	}
	if _, err := sheet.Read(strings.NewReader("x\n1\n"), people, few); !errors.As(err, &refused) {
		t.Errorf("without headings: %v", err)
	}
}
