//go:build !race

// The race detector multiplies memory and time, so these tests run without it: `make test` runs them on their own.

package sheet_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/sheet"
)

// Not parallel: it measures the memory of the process.
func TestAMillionEmptyRowsStayBounded(t *testing.T) {
	var xml bytes.Buffer
	xml.WriteString(`<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>编码</v></c></row>`)
	for row := 2; row < 1_048_576; row++ {
		fmt.Fprintf(&xml, `<row r="%d" s="1" customFormat="1"/>`, row)
	}
	xml.WriteString(`<row r="1048576"><c r="A1048576" t="str"><v>K1</v></c></row></sheetData></worksheet>`)
	data := workbookAround(t, &xml)
	xml = bytes.Buffer{}

	var all []sheet.Row
	grown := peak(func() { _, all = read(t, data, people) })
	if len(all) != 1 || all[0].Number != 1_048_576 || all[0].Get("code") != "K1" {
		t.Errorf("read %d rows: %v", len(all), all)
	}
	if grown > 150<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

// Not parallel: it measures the memory of the process.
func TestWritingIsBoundedInMemory(t *testing.T) {
	meta := sheet.Meta{}
	for i := range 12 {
		meta.Columns = append(meta.Columns, sheet.Field{Title: fmt.Sprint("列", i), Kind: sheet.Decimal, Decimals: 2})
	}
	values := make([]any, 12)
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		grown := peak(func() {
			w, err := sheet.New(format, io.Discard, meta)
			if err != nil {
				t.Fatal(err)
			}
			for row := range 100_000 {
				for i := range values {
					values[i] = decimal.New(int64(row*1000+i), -2)
				}
				if err := w.Row(values...); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		})
		t.Logf("%s: the heap grew by %d MB", format, grown>>20)
		if grown > 64<<20 {
			t.Errorf("%s: the heap grew by %d MB", format, grown>>20)
		}
	}
}
