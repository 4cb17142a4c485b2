package report

import (
	"context"
	"errors"
	"fmt"
	"io"

	"yigai/internal/actor"
	"yigai/internal/formula"
	"yigai/internal/org"
	"yigai/internal/pg"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// writeReport exports one report row by row as its form is laid out, derived rows included.
func (s *Service) writeReport(ctx context.Context, q pg.Querier, who actor.Actor, r Request, w io.Writer) (name string, rows int64, err error) {
	open, err := s.open(ctx, q, who, r)
	if err != nil {
		return "", 0, err
	}
	meta := sheet.Meta{Title: open.Form.Title, Period: r.Months(), Columns: reportFields,
		Unit: open.Report.Institution, Note: "状态:" + open.Report.State.Title() + fmt.Sprintf(",表样第 %d 版", open.Layout.Version)}
	out, err := sheet.New(r.Format, w, meta)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, out.Abort()) }()
	for _, values := range reportRows(open) {
		if err := out.Row(values...); err != nil {
			return "", rows, err
		}
		rows++
	}
	return fileName(meta, r), rows, out.Close()
}

func (s *Service) open(ctx context.Context, q pg.Querier, who actor.Actor, r Request) (reporting.Sheet, error) {
	i, err := org.ByCode(ctx, q, who, r.Institution)
	if err != nil {
		return reporting.Sheet{}, err
	}
	return s.reports.OpenIn(ctx, q, who, r.Form, i.ID, r.From)
}

var reportFields = []sheet.Field{
	{Title: "机构编码", Width: 14}, {Title: "机构名称", Width: 28}, {Title: "行号"}, {Title: "项目", Width: 36}, {Title: "计量单位"},
	{Title: "本月", Kind: sheet.Decimal, Width: 16}, {Title: "上月", Kind: sheet.Decimal, Width: 16},
	{Title: "去年同月", Kind: sheet.Decimal, Width: 16}, {Title: "说明", Width: 30}, {Title: "填报人"}, {Title: "填报时间", Width: 20},
}

// reportRows lays the report out: for each institution it is about, every row of every section.
func reportRows(open reporting.Sheet) [][]any {
	var rows [][]any
	for _, subject := range open.Subjects {
		for _, section := range open.Layout.Sections {
			rows = append(rows, []any{subject.Code, subject.Name, nil, "【" + section.Title + "】", nil, nil, nil, nil, nil, nil, nil})
			for _, row := range section.Rows {
				rows = append(rows, append([]any{subject.Code, subject.Name, row.No, row.Name, row.Unit}, rowFigures(open, subject, row)...))
			}
		}
	}
	return rows
}

func rowFigures(open reporting.Sheet, subject reporting.Subject, row *reporting.Row) []any {
	k := reporting.CellKey{SubjectID: subject.ID, Element: row.Key}
	if !row.Entered() {
		d := open.Derived[k]
		return []any{shown(d.Value, row), shown(d.Last, row), shown(d.LastYear, row), d.Value.Reason.Text(), nil, nil}
	}
	c := open.Cells[k]
	return []any{c.Cell, open.Last[k], open.LastYear[k], c.Comment, c.By, c.At}
}

// shown is a computed figure rounded as the form shows it; without one the cell stays empty.
func shown(v formula.Value, row *reporting.Row) any {
	if v.Reason != "" {
		return nil
	}
	return v.Decimal.Round(int32(row.Decimals))
}
