//go:build !race

package report_test

import (
	"io"
	"testing"

	"github.com/xuri/excelize/v2"

	"yigai/internal/report"
	"yigai/internal/report/reporttest"
	"yigai/internal/sheet"
)

// The budget is 1.5 × the ceiling: bare stream writing of as many rows and columns.
func BenchmarkExportOfAHundredThousandRows(b *testing.B) {
	c := reporttest.New(b)
	many(b, c)
	r := report.Request{Kind: report.KindValues, Format: sheet.XLSX, From: july.Add(-18), To: july.Add(1)}
	b.Run("export", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.Service.Export(b.Context(), c.Auditor(), r, io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ceiling", func(b *testing.B) {
		for b.Loop() {
			bare(b)
		}
	})
}

// bare writes a row of the export 100 000 times, with nothing behind it.
func bare(b *testing.B) {
	b.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	row := []any{"2026-07", "V100", "村卫生室100", "村卫生室", "e10", "数据项10", nil, 100010.25, "已填", "导入", "系统", "2026-08-01 09:00:00", nil, nil, nil, nil, nil}
	for n := range 100_000 {
		cell, err := excelize.CoordinatesToCellName(1, n+1)
		if err == nil {
			err = w.SetRow(cell, row)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Write(io.Discard); err != nil {
		b.Fatal(err)
	}
}
