package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/report"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// export writes three months of figures, about 100 000 rows, through the room that logs and hashes them.
func export(ctx context.Context, w *world) ([]line, error) {
	const most, growth = 1.5, 64 << 20
	service := report.New(w.db, w.db, time.Now, reporting.New(w.db, time.Now, period.China()), actor.NewPermissions(nil))
	months, who := w.county.months, w.county.system(report.ActionExport)
	who.County = w.county.name
	asked := report.Request{Kind: report.KindValues, Format: sheet.XLSX, From: months[len(months)-3], To: months[len(months)-1]}
	var file bytes.Buffer
	if _, err := service.Export(ctx, who, asked, &file); err != nil {
		return nil, err
	}
	sample, err := sampleRows(file.Bytes())
	if err != nil {
		return nil, err
	}
	file = bytes.Buffer{}
	var sum report.Summary
	took, grown, err := inMemory(func() (err error) {
		sum, err = service.Export(ctx, who, asked, io.Discard)
		return err
	})
	if err != nil {
		return nil, err
	}
	bare, _, err := inMemory(func() error { return writeBare(sample, int(sum.Rows)) })
	if err != nil {
		return nil, err
	}
	return []line{{what: fmt.Sprintf("export %d rows × %d columns to a workbook (%d KB)", sum.Rows, len(sample[0]), sum.Bytes>>10),
		budget:   "≤ 1.5 × bare stream writing; memory growth ≤ 64 MB",
		measured: fmt.Sprintf("%s (%.2f ×); growth %d MB", ms(took), float64(took)/float64(bare), grown>>20),
		ceiling:  ms(bare) + " (excelize stream of the same rows, already in memory)",
		verdict:  judge(float64(took)/float64(bare)/most, float64(grown)/growth)}}, nil
}

// sampleRows reads the first rows back, figures as numbers, so that the bare writer writes the same content.
func sampleRows(file []byte) (sample [][]any, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for n := 0; rows.Next() && len(sample) < 1000; n++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		if n >= 10 { // below title, note and heading
			sample = append(sample, values(cells))
		}
	}
	if len(sample) == 0 {
		return nil, errors.New("the export holds no rows")
	}
	return sample, nil
}

func values(cells []string) []any {
	row := make([]any, len(cells))
	for i, c := range cells {
		row[i] = c
		if number, err := strconv.ParseFloat(c, 64); err == nil {
			row[i] = number
		}
	}
	return row
}

func writeBare(sample [][]any, n int) error {
	f := excelize.NewFile()
	out, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	for i := range n {
		if err := out.SetRow("A"+strconv.Itoa(i+1), sample[i%len(sample)]); err != nil {
			return err
		}
	}
	return errors.Join(out.Flush(), f.Write(io.Discard), f.Close())
}
