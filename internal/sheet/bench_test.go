package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"yigai/internal/sheet"
)

// benchRows by 12 columns: the size of a large export.
const benchRows = 100_000

var benchMeta = func() sheet.Meta {
	meta := sheet.Meta{Columns: []sheet.Field{{Title: "编码"}, {Title: "名称"}}}
	for i := range 10 {
		meta.Columns = append(meta.Columns, sheet.Field{Title: fmt.Sprint("列", i), Kind: sheet.Decimal, Decimals: 2})
	}
	return meta
}()

func writeBench(b *testing.B, format sheet.Format, out io.Writer) {
	w, err := sheet.New(format, out, benchMeta)
	if err != nil {
		b.Fatal(err)
	}
	values := make([]any, 12)
	for row := range benchRows {
		values[0], values[1] = "K-T01", "麦新镇中心卫生院"
		for i := 2; i < 12; i++ {
			values[i] = decimal.New(int64(row*100+i), -2)
		}
		if err := w.Row(values...); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkWriteXLSX(b *testing.B) {
	for b.Loop() {
		writeBench(b, sheet.XLSX, io.Discard)
	}
}

func BenchmarkWriteCSV(b *testing.B) {
	for b.Loop() {
		writeBench(b, sheet.CSV, io.Discard)
	}
}

// BenchmarkBareStreamWriter is the ceiling of BenchmarkWriteXLSX.
func BenchmarkBareStreamWriter(b *testing.B) {
	for b.Loop() {
		f := excelize.NewFile()
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		values := make([]any, 12)
		for row := range benchRows {
			values[0], values[1] = "K-T01", "麦新镇中心卫生院"
			for i := 2; i < 12; i++ {
				values[i] = float64(row*100+i) / 100
			}
			if err := w.SetRow(fmt.Sprintf("A%d", row+1), values); err != nil {
				b.Fatal(err)
			}
		}
		if err := errors.Join(w.Flush(), f.Write(io.Discard), f.Close()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadXLSX(b *testing.B) {
	var file bytes.Buffer
	writeBench(b, sheet.XLSX, &file)
	for b.Loop() {
		book, err := sheet.Open(bytes.NewReader(file.Bytes()), sheet.DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		rows, err := book.Rows(people)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for rows.Next() {
			n++
		}
		if err := errors.Join(rows.Err(), rows.Close(), book.Close()); err != nil || n != benchRows {
			b.Fatalf("%d rows, %v", n, err)
		}
	}
}

// BenchmarkBareRows is the ceiling of BenchmarkReadXLSX.
func BenchmarkBareRows(b *testing.B) {
	var file bytes.Buffer
	writeBench(b, sheet.XLSX, &file)
	for b.Loop() {
		f, err := excelize.OpenReader(bytes.NewReader(file.Bytes()), excelize.Options{RawCellValue: true})
		if err != nil {
			b.Fatal(err)
		}
		rows, err := f.Rows("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		for rows.Next() {
			if _, err := rows.Columns(); err != nil {
				b.Fatal(err)
			}
		}
		if err := errors.Join(rows.Close(), f.Close()); err != nil {
			b.Fatal(err)
		}
	}
}
