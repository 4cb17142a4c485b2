package clinic

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/sheet"
)

// Export writes the clinics that the filter lets through, under headings that Import reads back without a change. Like every
// file that leaves the house it stands in the export log.
func (s *Service) Export(ctx context.Context, who actor.Actor, f Filter, format sheet.Format, w io.Writer) error {
	if err := who.Require(audit.ActionExport); err != nil {
		return err
	}
	found, err := s.All(ctx, who, f)
	if err != nil {
		return err
	}
	e := audit.Export{Kind: "clinics", Format: string(format), Name: who.County + "村卫生室台账." + string(format), Filter: f.said(), Rows: int64(len(found))}
	return s.release(ctx, who, e, w, sheet.Meta{Title: who.County + "村卫生室台账", Columns: fileFields()}, func(n int) []any { return fileRow(found[n]) })
}

// release writes the file, logs it and only then hands it out.
func (s *Service) release(ctx context.Context, who actor.Actor, e audit.Export, w io.Writer, meta sheet.Meta, row func(n int) []any) error {
	var file bytes.Buffer
	if err := writeRows(&file, sheet.Format(e.Format), meta, int(e.Rows), row); err != nil {
		return err
	}
	if err := audit.RecordExport(ctx, s.db, who, e.Measure(file.Bytes()), s.now()); err != nil {
		return err
	}
	if _, err := file.WriteTo(w); err != nil {
		return fmt.Errorf("send export: %w", err)
	}
	return nil
}

func writeRows(w io.Writer, format sheet.Format, meta sheet.Meta, rows int, row func(n int) []any) (err error) {
	out, err := sheet.New(format, w, meta)
	if err != nil {
		return fmt.Errorf("start file: %w", err)
	}
	defer func() { err = errors.Join(err, out.Abort()) }()
	for n := range rows {
		if err := out.Row(row(n)...); err != nil {
			return fmt.Errorf("write row %d: %w", n, err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("finish file: %w", err)
	}
	return nil
}

// said is the filter as the log keeps it.
func (f Filter) said() map[string]any {
	m := map[string]any{}
	for name, value := range map[string]string{"township": f.Township, "text": f.Text, "missing": f.Missing} {
		if value != "" {
			m[name] = value
		}
	}
	if f.Parent != 0 {
		m["institution"] = f.Parent
	}
	return m
}

// The columns of a file before those of the fields.
const (
	titleCode     = "机构编码"
	titleName     = "机构名称"
	titleTownship = "所属乡镇"
	titleVillages = "服务村代码"
)

// fileFields are the columns of an export and of the template.
func fileFields() []sheet.Field {
	out := []sheet.Field{{Title: titleCode}, {Title: titleName, Width: 26}, {Title: titleTownship, Width: 14}, {Title: titleVillages, Width: 18}}
	for _, f := range Fields {
		out = append(out, sheet.Field{Title: f.Title, Unit: f.Unit, Kind: f.fileKind(), Decimals: int(f.Decimals)})
	}
	return out
}

func (f Field) fileKind() sheet.Kind {
	switch {
	case f.Type == TypeDate:
		return sheet.Date
	case f.Type == TypeNumber && f.Decimals > 0:
		return sheet.Decimal
	case f.Type == TypeNumber:
		return sheet.Int
	}
	return sheet.Text
}

func fileRow(c Clinic) []any {
	row := []any{c.Code, c.Name, c.TownshipName, strings.Join(c.Villages, "、")}
	for _, f := range Fields {
		row = append(row, f.fileValue(c.Values[f.Name]))
	}
	return row
}

// fileValue is nil for what is not known: an empty cell, neither zero nor no.
func (f Field) fileValue(value string) any {
	switch {
	case value == "":
		return nil
	case f.Type == TypeNumber:
		if d, err := decimal.NewFromString(value); err == nil {
			return d
		}
	case f.Type == TypeDate:
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			return day
		}
	}
	return f.Word(value)
}

// WriteTemplate writes the list that people fill in: the clinics in scope with nothing but their names.
func (s *Service) WriteTemplate(ctx context.Context, who actor.Actor, f Filter, w io.Writer) error {
	found, err := s.All(ctx, who, f)
	if err != nil {
		return err
	}
	meta := sheet.Meta{Title: "村卫生室台账填写表", Note: "空着表示不清楚或不改;0 和“否”要写出来", Columns: fileFields()}
	return writeRows(w, sheet.XLSX, meta, len(found), func(n int) []any {
		row := make([]any, len(meta.Columns))
		row[0], row[1], row[2] = found[n].Code, found[n].Name, found[n].TownshipName
		return row
	})
}
