package reporting

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/sheet"
)

// ExportCorrections writes the corrections of a month's figures, a line for each figure, and records that they were
// taken out.
func (s *Service) ExportCorrections(ctx context.Context, who actor.Actor, m period.Month, format sheet.Format, w io.Writer) error {
	list, err := s.Corrections(ctx, who, m, 0)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	rows, err := s.writeCorrections(list, m, format, &file)
	if err != nil {
		return fmt.Errorf("write corrections of %s: %w", m, err)
	}
	out := audit.Export{Kind: "corrections", Format: string(format), Name: fmt.Sprintf("%s更正.%s", m.Chinese(), format), Rows: int64(rows),
		Filter: map[string]any{"period": m.String()}}.Measure(file.Bytes())
	if err := audit.RecordExport(ctx, s.db, who, out, s.now()); err != nil {
		return err
	}
	_, err = file.WriteTo(w)
	return err
}

func (s *Service) writeCorrections(list []Correction, m period.Month, format sheet.Format, w io.Writer) (rows int, err error) {
	until := s.now().In(period.Shanghai).Format("2006-01-02 15:04")
	out, err := sheet.New(format, w, sheet.Meta{Title: m.Chinese() + "已审核数据的更正(截至 " + until + ")", Columns: []sheet.Field{
		{Title: "机构编码"}, {Title: "填报单位", Width: 24}, {Title: "报表", Width: 24}, {Title: "状态", Width: 10}, {Title: "数据所属单位", Width: 24},
		{Title: "数据项", Width: 28}, {Title: "计量单位"}, {Title: "原数"}, {Title: "更正后"}, {Title: "原因", Width: 36}, {Title: "申请人"},
		{Title: "申请时间", Width: 18}, {Title: "批准人"}, {Title: "批准时间", Width: 18}, {Title: "审核人"}, {Title: "审核时间", Width: 18}, {Title: "答复", Width: 24}}})
	if err != nil {
		return 0, err
	}
	defer out.Abort() //nolint:errcheck // after Close it does nothing; before it the first error is the one to tell
	for _, c := range list {
		for _, line := range c.lines() {
			rows++
			if err := out.Row(line...); err != nil {
				return rows, err
			}
		}
	}
	return rows, out.Close()
}

// lines are the figures of a correction, or one line where there are none (yet).
func (c Correction) lines() [][]any {
	line := func(subject, element, unit string, before, after any) []any {
		return []any{c.Code, c.Institution, c.Form, c.Title(), subject, element, unit, before, after, c.Reason, c.AskedBy, minuteOf(c.AskedAt),
			c.DecidedBy, minuteOf(c.DecidedAt), c.AcceptedBy, minuteOf(c.AcceptedAt), c.Answer}
	}
	if len(c.Changes) == 0 {
		return [][]any{line("", "", "", "", "")}
	}
	out := make([][]any, len(c.Changes))
	for i, one := range c.Changes {
		out[i] = line(one.Subject, one.Element.NameZH, one.Element.Unit, written(one.Old), written(one.New))
	}
	return out
}

// written is a figure as a number one can add up; without one it is said why, and an empty one is said to be empty.
func written(c number.Cell) any {
	if c.IsGiven() {
		return c.Value
	}
	if text := c.String(); text != "" {
		return text
	}
	return "未报"
}

func minuteOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(period.Shanghai).Format("2006-01-02 15:04")
}
