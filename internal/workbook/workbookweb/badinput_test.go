//go:build !race

// The race detector multiplies memory and time, so these files are read without it: `make test` runs them on their own.

package workbookweb_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yigai/internal/reporting/reportingtest"
)

// odd is a file that somebody may send, made from the downloaded workbook, and what is said of it; when it
// is read, what stands in the list of changes.
type odd struct {
	name string
	make func(t *testing.T, template []byte) []byte
	want string
	read bool
}

// plainFile is a file that has nothing to do with the template.
func plainFile(content string) func(*testing.T, []byte) []byte {
	return func(*testing.T, []byte) []byte { return []byte(content) }
}

// cellOf types one value into an element's cell.
func cellOf(slug string, v any) func(*testing.T, []byte) []byte {
	return func(t *testing.T, template []byte) []byte { return typed(t, template, map[string]any{slug: v}) }
}

// changed does something to the worksheet; cell is where the visits are typed.
func changed(change func(t *testing.T, b *excelize.File, sheet, cell string)) func(*testing.T, []byte) []byte {
	return func(t *testing.T, template []byte) []byte {
		return edit(t, template, func(b *excelize.File) {
			sheet := b.GetSheetName(0)
			change(t, b, sheet, at(t, b, sheet, "visits_total", "本月"))
		})
	}
}

// calculated puts a formula with what Excel calculated into the cell of the visits.
func calculated(result string) func(*testing.T, []byte) []byte {
	return func(t *testing.T, template []byte) []byte {
		marked := typed(t, template, map[string]any{"visits_total": 424242})
		return repacked(t, marked, func(w io.Writer, name string, content []byte) {
			_, err := w.Write(bytes.Replace(content, []byte("<v>424242</v>"), []byte("<f>40+57</f><v>"+result+"</v>"), 1))
			check(t, err)
		})
	}
}

// archive is a zip of parts.
func archive(parts ...string) func(*testing.T, []byte) []byte {
	return func(t *testing.T, _ []byte) []byte {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		for i := 0; i+1 < len(parts); i += 2 {
			w, err := z.Create(parts[i])
			check(t, err)
			_, err = io.WriteString(w, parts[i+1])
			check(t, err)
		}
		check(t, z.Close())
		return out.Bytes()
	}
}

// repacked is the template with the text of its first worksheet changed.
func repacked(t *testing.T, template []byte, change func(w io.Writer, name string, content []byte)) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(template), int64(len(template)))
	check(t, err)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range from.File {
		r, err := part.Open()
		check(t, err)
		content, err := io.ReadAll(r)
		check(t, err)
		w, err := z.Create(part.Name)
		check(t, err)
		change(w, part.Name, content)
	}
	check(t, z.Close())
	return out.Bytes()
}

const firstSheet = "xl/worksheets/sheet2.xml"

// swollen puts something before the end of the rows, many times.
func swollen(piece func(i int) string, times int) func(*testing.T, []byte) []byte {
	return func(t *testing.T, template []byte) []byte {
		return repacked(t, template, func(w io.Writer, name string, content []byte) {
			before, after, found := bytes.Cut(content, []byte("</sheetData>"))
			_, err := w.Write(before)
			check(t, err)
			if !found {
				return
			}
			if name == firstSheet {
				for i := range times {
					_, err := io.WriteString(w, piece(i))
					check(t, err)
				}
			}
			_, err = w.Write(append([]byte("</sheetData>"), after...))
			check(t, err)
		})
	}
}

var oddFiles = []odd{
	{"empty", plainFile(""), "文件是空的", false},
	{"csv", plainFile("编码,本月\nvisits_total,1\n"), "不是从系统下载的模板", false},
	{"formula injection", plainFile("name,value\n=cmd|' /C calc'!A0,1\n@SUM(1+1),2\n"), "不是从系统下载的模板", false},
	{"half a file", func(_ *testing.T, b []byte) []byte { return b[:len(b)/2] }, "工作簿已损坏或不完整", false},
	{"pdf", plainFile("%PDF-1.7\n"), "这是 PDF 文件", false},
	{"picture", plainFile("\x89PNG\r\n\x1a\n"), "这是图片", false},
	{"web page called xls", plainFile("<html><table><tr><td>1</td></tr></table></html>"), "这是网页格式的表格", false},
	{"old xls", plainFile("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)), "旧版 xls 格式", false},
	{"with a password", func(t *testing.T, _ []byte) []byte {
		b := excelize.NewFile()
		defer b.Close()
		out, err := b.WriteToBuffer()
		check(t, err)
		locked, err := excelize.Encrypt(out.Bytes(), &excelize.Options{Password: "1"})
		check(t, err)
		return locked
	}, "打开密码", false},
	{"with macros", archive("[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>", "xl/vbaProject.bin", "x"), "带有宏", false},
	{"word", archive("word/document.xml", "<w/>"), "Word 文档", false},
	{"ods", archive("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<o/>"), "ods 格式", false},
	{"zip", archive("a.txt", "x"), "压缩包", false},
	{"bomb", swollen(func(int) string { return strings.Repeat(" ", 1<<20) }, 80), "解压后过大", false},
	{"a million empty rows", swollen(func(i int) string { return fmt.Sprintf(`<row r="%d"/>`, 200+i) }, 1_000_000), "没有要导入的改动", false},
	{"too many rows", swollen(func(i int) string { return fmt.Sprintf(`<row r="%d"><c r="C%d"><v>1</v></c></row>`, 200+i, 200+i) }, 30_000), "超过 20000 行", false},
	{"another workbook", func(t *testing.T, _ []byte) []byte {
		b := excelize.NewFile()
		defer b.Close()
		out, err := b.WriteToBuffer()
		check(t, err)
		return out.Bytes()
	}, "不是从系统下载的模板", false},
	{"figures without a code", changed(func(t *testing.T, b *excelize.File, s, cell string) {
		check(t, b.SetCellStr(s, "A"+cell[1:], ""))
		check(t, b.SetCellValue(s, cell, 5))
	}), "有数但没有编码", false},
	{"a row twice", changed(func(t *testing.T, b *excelize.File, s, cell string) { check(t, b.DuplicateRowTo(s, rowOf(cell), 150)) }), "重复", false},
	{"formula never calculated", calculated(""), "公式没有计算结果", false},
	{"formula with its result", calculated("97"), "97", true},
	{"error of a formula", cellOf("visits_total", "#REF!"), "“#REF!”是公式出错的结果", false},
	{"date", changed(func(t *testing.T, b *excelize.File, s, cell string) {
		style, err := b.NewStyle(&excelize.Style{NumFmt: 14})
		check(t, err)
		check(t, b.SetCellStyle(s, cell, cell, style))
		check(t, b.SetCellValue(s, cell, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)))
	}), "是日期,请按人次填整数", false},
	{"thousands", cellOf("income_medical", "118千元"), "如果是118千元,请写 118000", false},
	{"ten thousands", cellOf("income_medical", "1.5万"), "如果是1.5万,请写 15000", false},
	{"percent", cellOf("visits_total", "12%"), "带有“%”", false},
	{"scientific text", cellOf("visits_total", "1.5e3"), "科学计数法", false},
	{"as Excel writes large figures", cellOf("visits_total", "1.5E+03"), "1,500", true},
	{"negative", cellOf("visits_total", -3), "是负数", false},
	{"not a number", cellOf("visits_total", "NaN"), "“NaN”不是数字", false},
	{"long text", cellOf("visits_total", strings.Repeat("很长", 15_000)), "太长", false},
	{"another unit", cellOf("visits_total", "12元"), "的单位是元", false},
	{"too precise", cellOf("visits_total", 1.5), "应为整数", false},
	{"true", cellOf("visits_total", true), "不是数字", false},
	{"full width", cellOf("visits_total", "１２３"), "123", true},
	{"separators", cellOf("visits_total", "1,234"), "1,234", true},
	{"trailing unit", cellOf("visits_total", "12人次"), "12", true},
	{"number as text", cellOf("visits_total", "0077"), "77", true},
	{"apostrophe", cellOf("visits_total", "'88"), "88", true},
	{"big number in scientific display", cellOf("income_medical", 123456789012.25), "123,456,789,012.25", true},
	{"hidden row", changed(func(t *testing.T, b *excelize.File, s, cell string) {
		check(t, b.SetCellValue(s, cell, 91))
		check(t, b.SetRowVisible(s, rowOf(cell), false))
	}), "91", true},
	{"merged cells", changed(func(t *testing.T, b *excelize.File, s, cell string) {
		check(t, b.SetCellValue(s, cell, 92))
		check(t, b.MergeCell(s, cell, "F"+cell[1:]))
	}), "92", true},
	{"rows inserted above", changed(func(t *testing.T, b *excelize.File, s, cell string) {
		check(t, b.SetCellValue(s, cell, 93))
		check(t, b.InsertRows(s, rowOf(cell), 3))
	}), "93", true},
}

func rowOf(cell string) (row int) {
	_, row, err := excelize.CellNameToCoordinates(cell)
	if err != nil {
		panic(err)
	}
	return row
}

// Whatever is sent is read or refused in one sentence; it leaves no file behind and takes little memory.
func TestWhateverIsSent(t *testing.T) {
	folder := t.TempDir()
	w := newWorld(t)
	template := w.take(w.clerk, w.path(w.own, "/workbook.xlsx"))
	t.Setenv("TMPDIR", folder)
	for _, o := range oddFiles {
		t.Run(o.name, func(t *testing.T) {
			content := o.make(t, template)
			peak := watchMemory(t)
			got := w.upload(w.clerk, w.path(w.own, "/upload"), xlsx(content))
			if used := peak(); used > 300 {
				t.Errorf("took %d MB", used)
			}
			said := strings.Join(strings.Fields(got.find("main").Text()), " ")
			switch {
			case got.status >= 500:
				t.Errorf("status %d: %s", got.status, said)
			case o.read && o.want != "":
				if row := got.find("#changes tbody tr").Text(); got.status != http.StatusOK || !strings.Contains(row, o.want) {
					t.Errorf("status %d, changes %q, want %q: %s", got.status, row, o.want, said)
				}
			case !strings.Contains(said, o.want):
				t.Errorf("it says %q, want %q", said, o.want)
			}
		})
	}
	for _, name := range []string{"DateFormatTests.xlsx", "InlineStrings.xlsx", "formula_injection.csv"} {
		content, err := os.ReadFile("../../sheet/testdata/" + name)
		check(t, err)
		w.upload(w.clerk, w.path(w.own, "/upload"), xlsx(content)).is(http.StatusUnprocessableEntity).has("不是从系统下载的模板")
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

// watchMemory returns what tells the most memory in use since, in MB, beyond what was in use before.
func watchMemory(t *testing.T) func() uint64 {
	t.Helper()
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var most uint64
	done := make(chan struct{})
	var stopped sync.WaitGroup
	stopped.Go(func() {
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse-min(before.HeapInuse, now.HeapInuse))
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	})
	return func() uint64 { close(done); stopped.Wait(); return most >> 20 }
}

// Every string of the list of naughty strings, typed into a figure's cell, is understood or named.
func TestNaughtyStringsInCells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	template := w.take(w.clerk, w.path(w.own, "/workbook.xlsx"))
	data, err := os.ReadFile("../../number/testdata/blns.json")
	check(t, err)
	var naughty []string
	check(t, json.Unmarshal(data, &naughty))
	var slugs []string
	for slug := range reportingtest.Plausible {
		if slug != "village_clinics" && slug != "village_clinics_ecg" {
			slugs = append(slugs, slug)
		}
	}
	for from := 0; from < len(naughty); from += len(slugs) {
		figures := map[string]any{}
		for i, s := range naughty[from:min(from+len(slugs), len(naughty))] {
			figures[slugs[i]] = s
		}
		got := w.upload(w.clerk, w.path(w.own, "/upload"), xlsx(typed(t, template, figures)))
		if got.status != http.StatusOK && got.status != http.StatusUnprocessableEntity {
			t.Errorf("from %d: status %d", from, got.status)
		}
		if got.find("main script, main img, main iframe").Length() > 0 {
			t.Errorf("from %d: something typed became part of the page", from)
		}
	}
}
