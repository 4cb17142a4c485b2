package overview

import (
	"bytes"
	"context"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/indicator"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// File is the overview on its way out of the house.
type File struct {
	Name string // in Chinese, with its ending
	Body []byte
}

// Export writes the figures of the overview as one list, and logs the file before it leaves.
func (s *Service) Export(ctx context.Context, who actor.Actor, m period.Month, by string) (File, error) {
	if err := who.Require(audit.ActionExport); err != nil {
		return File{}, err
	}
	v, err := s.Show(ctx, who, m, by)
	if err != nil {
		return File{}, err
	}
	tallies, err := s.Completeness(ctx, who, v.Month)
	if err != nil {
		return File{}, err
	}
	lines := v.lines(tallies)
	f := File{Name: "县域总览_" + v.Month.String() + ".xlsx"}
	if f.Body, err = write(v.Month, who.Mark(), lines); err != nil {
		return File{}, fmt.Errorf("write overview of %s: %w", v.Month, err)
	}
	out := audit.Export{Kind: "overview", Format: string(sheet.XLSX), Name: f.Name, Rows: int64(len(lines)),
		Filter: map[string]any{"period": v.Month.String(), "by": v.By.Slug}}.Measure(f.Body)
	return f, audit.RecordExport(ctx, s.db, who, out, s.now())
}

func write(m period.Month, mark string, lines [][]any) ([]byte, error) {
	var file bytes.Buffer
	w, err := sheet.NewWorkbook(&file, sheet.Meta{Title: "县域总览", Period: m.Chinese(), Mark: mark, Note: "名次相同的并列;“已报/应报”说明数值汇总了几家单位", Columns: []sheet.Field{
		{Title: "部分", Width: 14}, {Title: "名称", Width: 28}, {Title: "项目", Width: 28}, {Title: "数值", Kind: sheet.Decimal, Decimals: 2, Width: 14}, {Title: "计量单位"},
		{Title: "上月", Kind: sheet.Decimal, Decimals: 2, Width: 14}, {Title: "目标", Width: 14}, {Title: "达标"}, {Title: "名次", Kind: sheet.Int},
		{Title: "已报", Kind: sheet.Int}, {Title: "应报", Kind: sheet.Int}, {Title: "无值原因", Width: 18}}})
	if err != nil {
		return nil, err
	}
	defer w.Abort() //nolint:errcheck // after Close it does nothing; before it the first error is the one to tell
	for _, line := range lines {
		if err := w.Row(line...); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return file.Bytes(), err
}

func (v View) lines(tallies []Tally) [][]any {
	var out [][]any
	for _, t := range tallies {
		for _, state := range reporting.States {
			out = append(out, []any{"报送进度", t.Title, state.Title(), int64(t.States[state]), "份", nil, nil, nil, nil, t.Received(), t.Due(), nil})
		}
	}
	for _, x := range v.Items {
		out = append(out, figure("主要指标", v.Focus.Name, x.Indicator, x.Now, x.LastMonth(), nil))
	}
	for _, r := range v.Ranking {
		var rank any
		if r.Rank > 0 {
			rank = r.Rank
		}
		out = append(out, figure("乡镇排名", r.Place.Name, v.By, r.Now, nil, rank))
	}
	return out
}

func figure(part, place string, i indicator.Indicator, j indicator.Judged, last any, rank any) []any {
	line := []any{part, place, i.NameZH, nil, i.Unit, last, nil, metWord(j), rank, j.Reporting, j.Expected, j.Reason.Text()}
	if j.Value.Valid {
		line[3], line[11] = j.Value.Decimal.Round(i.Decimals), nil
	} else if !j.Present {
		line[9], line[10], line[11] = nil, nil, "本月没有"
	}
	if j.HasTarget {
		line[6] = j.Target.String()
	}
	return line
}

func metWord(j indicator.Judged) any {
	switch j.Status() {
	case indicator.Met:
		return "达标"
	case indicator.NotMet:
		return "未达标"
	case indicator.NotKnown:
		return "无数据"
	default:
		return nil
	}
}
