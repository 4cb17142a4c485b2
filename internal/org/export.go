package org

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/sheet"
)

// said is the filter as the log keeps it, without what was not asked.
func (f Filter) said() map[string]any {
	m := map[string]any{"kinds": strings.Join(f.Kinds, ","), "institution": f.Parent, "township": f.Township, "division": f.Division, "text": f.Text, "state": f.State}
	maps.DeleteFunc(m, func(_ string, v any) bool { return v == "" })
	return m
}

// mayExport asks for seeing the list and for taking files out.
func mayExport(who actor.Actor) error {
	if err := who.Require(ActionView); err != nil {
		return err
	}
	return who.Require(audit.ActionExport)
}

// release writes the file, logs it and only then hands it out.
func (s *Service) release(ctx context.Context, who actor.Actor, e audit.Export, w io.Writer, fields []sheet.Field, row func(n int) []any) error {
	var file bytes.Buffer
	if err := write(&file, sheet.Format(e.Format), sheet.Meta{Title: e.Name, Columns: fields}, int(e.Rows), row); err != nil {
		return err
	}
	e.Name += "." + e.Format
	if err := audit.RecordExport(ctx, s.db, who, e.Measure(file.Bytes()), s.now()); err != nil {
		return err
	}
	if _, err := file.WriteTo(w); err != nil {
		return fmt.Errorf("send export: %w", err)
	}
	return nil
}

// ExportInstitutions writes the institutions in scope that the filter lets through, under headings that
// ImportInstitutions reads back without a change. Like every file that leaves the house it stands in the export log.
func (s *Service) ExportInstitutions(ctx context.Context, who actor.Actor, f Filter, format sheet.Format, w io.Writer) error {
	if err := mayExport(who); err != nil {
		return err
	}
	f.Limit, f.Cursor = MaxRows, ""
	found, err := InScope(ctx, s.db, who, f)
	if err != nil {
		return err
	}
	e := audit.Export{Kind: "institutions", Format: string(format), Name: who.County + "机构名录", Filter: f.said(), Rows: int64(len(found))}
	return s.release(ctx, who, e, w, institutionFields, func(n int) []any {
		i := found[n]
		township := i.DivisionCode
		if len(township) > 9 {
			township = township[:9]
		}
		village := ""
		if len(i.DivisionCode) == 12 {
			village = i.DivisionCode
		}
		return []any{i.Code, i.Name, DraftOf(i).ShortName, i.KindTitle(), i.ParentCode, i.ParentName, i.USCC, township, i.TownshipName,
			village, i.Address, i.Phone, day(i.OpenedOn), day(i.ClosedOn), i.ClosedReason, i.ExternalCode, i.Note}
	})
}

var institutionFields = []sheet.Field{
	{Title: "机构编码"}, {Title: "机构名称", Width: 30}, {Title: "简称"}, {Title: "机构类型", Width: 16}, {Title: "上级机构编码"},
	{Title: "上级机构名称", Width: 24}, {Title: "统一社会信用代码", Width: 22}, {Title: "所属乡镇代码"}, {Title: "所属乡镇"},
	{Title: "所属村代码", Width: 16}, {Title: "地址", Width: 24}, {Title: "电话"}, {Title: "开办日期", Kind: sheet.Date},
	{Title: "关闭日期", Kind: sheet.Date}, {Title: "关闭原因"}, {Title: "外部编码"}, {Title: "备注", Width: 30},
}

// ExportDivisions writes all divisions of the county, under headings that ImportDivisions reads back.
func (s *Service) ExportDivisions(ctx context.Context, who actor.Actor, format sheet.Format, w io.Writer) error {
	if err := mayExport(who); err != nil {
		return err
	}
	found, err := AllDivisions(ctx, s.db, who.CountyID)
	if err != nil {
		return err
	}
	e := audit.Export{Kind: "divisions", Format: string(format), Name: who.County + "行政区划", Filter: struct{}{}, Rows: int64(len(found))}
	return s.release(ctx, who, e, w, divisionFields, func(n int) []any {
		d := found[n]
		return []any{d.Code, d.Name, d.Parent, LevelTitle(d.Level), population(d.Population)}
	})
}

var divisionFields = []sheet.Field{
	{Title: "行政区划代码", Width: 16}, {Title: "名称", Width: 24}, {Title: "上级代码"}, {Title: "级别"},
	{Title: "常住人口", Unit: "人", Kind: sheet.Int},
}

// WriteTemplate writes the empty list that people fill in: "institutions" or "divisions".
func WriteTemplate(kind string, format sheet.Format, w io.Writer) error {
	fields := institutionFields
	if kind == "divisions" {
		fields = divisionFields
	}
	return write(w, format, sheet.Meta{Columns: fields}, 0, nil)
}

func write(w io.Writer, format sheet.Format, meta sheet.Meta, rows int, row func(n int) []any) (err error) {
	out, err := sheet.New(format, w, meta)
	if err != nil {
		return fmt.Errorf("start export: %w", err)
	}
	defer func() { err = errors.Join(err, out.Abort()) }()
	for n := range rows {
		if err := out.Row(row(n)...); err != nil {
			return fmt.Errorf("export row %d: %w", n, err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("finish export: %w", err)
	}
	return nil
}

// population is nil for a spreadsheet when it is not known: an empty cell, not a zero.
func population(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

func day(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}
