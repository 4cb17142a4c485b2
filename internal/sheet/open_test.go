package sheet_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yigai/internal/sheet"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	plain := build(t, func(f *excelize.File) { set(t, f, "A1", "机构编码", "名称") })
	locked := build(t, func(f *excelize.File) { set(t, f, "A1", "机构编码") }, excelize.Options{Password: "secret"})
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"an empty file", nil, "空"},
		{"blanks", []byte(" \r\n"), "空"},
		{"a workbook with a password", locked, "密码"},
		{"an old xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", 600)), "xls"},
		{"a web page named xls", []byte("\xef\xbb\xbf<html xmlns:x=\"urn\"><table><tr><td>1</td></tr></table>"), "网页"},
		{"a bare table", []byte("<table border=1><tr><td>机构编码"), "网页"},
		{"XML of 2003", []byte("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook/>"), "XML"},
		{"a program's data under another name", []byte("\x00\x01\x02\x00\x00\x10abc\x00\x00"), "不是表格文件"},
		{"a PDF", []byte("%PDF-1.7"), "PDF"},
		{"a picture", []byte("\x89PNG\r\n\x1a\n"), "图片"},
		{"binary data", []byte("abc\x00\x01\x02,\x00"), "编码"},
		{"a cut workbook", plain[:len(plain)/2], "损坏"},
		{"a workbook with a flipped byte", flip(plain), "损坏"},
		{"a plain zip", archive(t, map[string]io.Reader{"a.txt": strings.NewReader("x")}), "压缩包"},
		{"a document", archive(t, map[string]io.Reader{"word/document.xml": strings.NewReader("x")}), "Word"},
		{"an ods", archive(t, map[string]io.Reader{"content.xml": strings.NewReader("x"), "mimetype": strings.NewReader("x")}), "ods"},
		{"macros", archive(t, map[string]io.Reader{
			"[Content_Types].xml": strings.NewReader("<x/>"), "xl/workbook.xml": strings.NewReader("<x/>"), "xl/vbaProject.bin": strings.NewReader("x"),
		}), "宏"},
		{"a worksheet that ends in the middle", workbookAround(t, strings.NewReader(`<worksheet><sheetData><row r="1"><c t="str"><v>机构编码</v></c></row><row`)), "损坏"},
		{"an open quote in a csv", []byte("机构编码,名称\n1,\"ab\nc"), "引号"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := refusal(t, c.data, sheet.DefaultLimits); !strings.Contains(got, c.want) {
				t.Errorf("refused with %q, want mention of %q", got, c.want)
			}
		})
	}
}

// flip changes one byte in the middle of the compressed data.
func flip(data []byte) []byte {
	changed := bytes.Clone(data)
	changed[len(changed)/3] ^= 0xff
	return changed
}

func TestLimits(t *testing.T) {
	t.Parallel()
	limits := sheet.Limits{Bytes: 1 << 20, Unzipped: 8 << 20, Rows: 3, Columns: 4}
	bomb := workbookAround(t, io.LimitReader(zeros{}, 9<<20))
	strs := archive(t, map[string]io.Reader{
		"[Content_Types].xml": strings.NewReader("<x/>"), "xl/workbook.xml": strings.NewReader("<x/>"),
		"xl/media/big.bin": io.LimitReader(zeros{}, 70<<20),
	})
	for _, c := range []struct {
		name   string
		data   []byte
		limits sheet.Limits
		want   string
	}{
		{"too many bytes", bytes.Repeat([]byte("a,b\n"), 1<<18+1), limits, "1 MB"},
		{"a zip bomb", bomb, limits, "解压后过大"},
		{"a part that would not fit in memory", strs, sheet.DefaultLimits, "解压后过大"},
		{"too many rows", []byte("编码\n1\n2\n3\n4\n"), limits, "超过 3 行"},
		{"too many columns", []byte("编码\n1,2,3,4,5\n"), limits, "超过 4 列"},
		{"a very wide row in a workbook", workbookAround(t, strings.NewReader(
			`<worksheet><sheetData><row r="1"><c r="XFD1" t="str"><v>编码</v></c></row></sheetData></worksheet>`)), limits, "超过 4 列"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := refusal(t, c.data, c.limits); !strings.Contains(got, c.want) {
				t.Errorf("refused with %q, want mention of %q", got, c.want)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// peak runs work and returns by how much the heap grew meanwhile.
func peak(work func()) uint64 {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	highest := before.HeapInuse
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			select {
			case <-stop:
				tick.Stop()
				return
			case <-tick.C:
				runtime.ReadMemStats(&now)
				highest = max(highest, now.HeapInuse)
			}
		}
	}()
	work()
	close(stop)
	<-stopped
	return highest - before.HeapInuse
}

// Not parallel: it looks at the temporary folder of the process.
func TestNoTemporaryFileStays(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var big bytes.Buffer
	big.WriteString(`<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>编码</v></c></row>`)
	for row := 2; row < 200_000; row++ {
		fmt.Fprintf(&big, `<row r="%d"><c r="A%d" t="str"><v>K%d</v></c></row>`, row, row, row)
	}
	good := workbookAround(t, io.MultiReader(bytes.NewReader(big.Bytes()), strings.NewReader(`</sheetData></worksheet>`)))
	if err := openAndRead(good, sheet.DefaultLimits); err != nil {
		t.Fatal(err)
	}
	refusal(t, workbookAround(t, &big), sheet.DefaultLimits)
	var out bytes.Buffer
	given, err := sheet.NewWorkbook(&out, sheet.Meta{Columns: []sheet.Field{{Title: "a"}}})
	if err != nil {
		t.Fatal(err)
	}
	for range 20_000 {
		if err := given.Row(strings.Repeat("甲", 400)); err != nil {
			t.Fatal(err)
		}
	}
	if err := given.Abort(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if out.Len() > 0 {
		t.Error("an abandoned workbook reached the writer")
	}
}
