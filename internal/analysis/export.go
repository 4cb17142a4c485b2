package analysis

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/sheet"
)

// File is a table on its way out of the house. It is complete and in the trail before its first byte leaves.
type File struct {
	Name   string // in Chinese, with its ending
	Body   []byte
	SHA256 string // in hexadecimal
}

// Export makes a workbook or csv of a query. The same figures give the same bytes, so the hash in the trail proves a file.
func (s *Service) Export(ctx context.Context, who actor.Actor, q Query, format sheet.Format) (File, error) {
	if err := who.Require(ActionExport); err != nil {
		return File{}, err
	}
	if format != sheet.XLSX && format != sheet.CSV {
		return File{}, fault.Field("format", "只能导出 xlsx 或 csv")
	}
	t, o, err := s.Open(ctx, who, q)
	if err != nil {
		return File{}, err
	}
	if len(t.Rows) == 0 {
		return File{}, fault.Field("item", "这张表没有内容,请先选择项目和单位")
	}
	county, err := org.CountyByID(ctx, s.db, who.CountyID)
	if err != nil {
		return File{}, fmt.Errorf("export table: %w", err)
	}
	title := county.Name + t.Title()
	f := File{Name: title + "_" + t.Period() + "." + string(format)}
	if f.Body, err = write(t, o, title, format); err != nil {
		return File{}, fmt.Errorf("export table: %w", err)
	}
	out := audit.Export{Kind: "analysis", Format: string(format), Name: f.Name, Filter: map[string]any{"query": t.Query.String()},
		Rows: int64(len(t.Rows))}.Measure(f.Body)
	f.SHA256 = hex.EncodeToString(out.SHA256[:])
	return f, audit.RecordExport(ctx, s.db, who, out, s.now())
}

func write(t Table, o Options, title string, format sheet.Format) ([]byte, error) {
	var out bytes.Buffer
	if format == sheet.XLSX {
		err := writeWorkbook(t, o, title, &out)
		return out.Bytes(), err
	}
	err := writeCSV(t, &out)
	return out.Bytes(), err
}

// writeCSV writes the table with its heads in one line.
func writeCSV(t Table, out *bytes.Buffer) error {
	meta := sheet.Meta{}
	for _, h := range t.Heads {
		meta.Columns = append(meta.Columns, sheet.Field{Title: h})
	}
	for _, c := range t.Columns {
		meta.Columns = append(meta.Columns, sheet.Field{Title: c.Full(), Unit: c.Unit, Kind: sheet.Decimal, Decimals: int(c.Places)})
	}
	w, err := sheet.NewCSV(out, meta)
	if err != nil {
		return err
	}
	for _, r := range t.Rows {
		values := make([]any, 0, len(r.Heads)+len(r.Cells))
		for _, h := range r.Heads {
			values = append(values, h)
		}
		for _, c := range r.Cells {
			values = append(values, c.plain())
		}
		if err := w.Row(values...); err != nil {
			return err
		}
	}
	return w.Close()
}

// plain is a cell in a file: a number as it is shown, words, or nothing.
func (c Cell) plain() any {
	switch c.State {
	case Number:
		return c.Value.Round(c.Places)
	case NotApplicable:
		return "不适用"
	case Missing:
		return "–"
	default:
		return nil
	}
}
