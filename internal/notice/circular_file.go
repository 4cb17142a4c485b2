package notice

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/docx"
	"yigai/internal/period"
	"yigai/internal/sheet"
)

// Document is the circular as a Word file, with the mark at the foot of every page.
func (c Circular) Document(mark string) docx.Document {
	at, symbol := c.MadeAt, "(草稿,未编号)"
	if c.Issued() {
		at, symbol = *c.IssuedOn, c.Symbol
	}
	blocks := []docx.Block{docx.Paragraph{Style: docx.Title, Text: c.Title}, docx.Paragraph{Style: docx.Number, Text: symbol}}
	for i, line := range lines(c.Opening) {
		style := docx.Body
		if Addressed(i, line) {
			style = docx.Address
		}
		blocks = append(blocks, docx.Paragraph{Style: style, Text: line})
	}
	blocks = append(blocks, c.tables()...)
	for _, line := range lines(c.Closing) {
		blocks = append(blocks, docx.Paragraph{Style: docx.Body, Text: line})
	}
	blocks = append(blocks, docx.Paragraph{Style: docx.Sign, Text: ""}, docx.Paragraph{Style: docx.Sign, Text: c.Issuer}, docx.Paragraph{Style: docx.Sign, Text: chineseDate(inOffice(at, c.Issued()))})
	return docx.Document{Title: c.Title, Author: c.Issuer, At: at, Mark: mark, Blocks: blocks}
}

// inOffice puts a DATE column, which comes as midnight UTC, onto the office's calendar.
func inOffice(t time.Time, date bool) time.Time {
	if date {
		return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, period.Shanghai)
	}
	return t
}

// Addressed reports whether a paragraph says whom the circular is for: the first one, when it ends in a colon.
func Addressed(i int, line string) bool {
	return i == 0 && (strings.HasSuffix(line, "：") || strings.HasSuffix(line, ":"))
}

// Lines are the paragraphs of a part of the text.
func Lines(text string) []string { return lines(text) }

func lines(text string) []string {
	var out []string
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r", ""), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (c Circular) tables() []docx.Block {
	forms := docx.Table{Columns: []docx.Column{{Title: "报表", Width: 32, Left: true}, {Title: "应报", Width: 10}, {Title: "按时", Width: 10},
		{Title: "迟报", Width: 10}, {Title: "未报", Width: 10}, {Title: "及时率", Width: 14}}}
	for _, f := range append(c.Content.Forms, FormLine{"合计", c.Content.Sum}) {
		forms.Rows = append(forms.Rows, []string{f.Form, strconv.Itoa(f.Tally.Owed()), strconv.Itoa(f.Tally.OnTime), strconv.Itoa(f.Tally.Late),
			strconv.Itoa(f.Tally.Missing), f.Timely()})
	}
	blocks := []docx.Block{docx.Paragraph{Style: docx.Caption, Text: "表1 " + c.Months() + "月报报送情况"}, forms}
	if aside := c.Content.Aside(); aside != "" {
		blocks = append(blocks, docx.Paragraph{Style: docx.Body, Text: aside})
	}
	if len(c.Content.Lines) == 0 {
		return append(blocks, docx.Paragraph{Style: docx.Body, Text: "各单位均按时报送。"})
	}
	late := docx.Table{Columns: []docx.Column{{Title: "单位", Width: 28, Left: true}, {Title: "报表", Width: 24, Left: true}, {Title: "月份", Width: 18},
		{Title: "截止日期", Width: 18}, {Title: "报送日期", Width: 18}, {Title: "逾期天数", Width: 16}}}
	for _, l := range c.Content.Lines {
		late.Rows = append(late.Rows, []string{l.Unit, l.Form, l.Month, day(l.Due), l.Came(), strconv.Itoa(l.Days)})
	}
	return append(blocks, docx.Paragraph{Style: docx.Caption, Text: "表2 迟报、未报单位(截至" + chineseDate(c.Content.AsOf) + ")"}, late)
}

// Timely is the form's timeliness as printed.
func (f FormLine) Timely() string {
	if rate := f.Tally.Timely(); rate.Valid {
		return rate.Decimal.StringFixed(1) + "%"
	}
	return "—"
}

// Came says when the report came.
func (l Line) Came() string {
	if l.Received.IsZero() {
		return "未报"
	}
	return day(l.Received)
}

// DueDay is the last day that counted as on time.
func (l Line) DueDay() string { return day(l.Due) }

func day(t time.Time) string { return t.In(period.Shanghai).Format(time.DateOnly) }

// WriteDocument makes the circular a Word file; the file's line stands in the export log.
func (s *Service) WriteDocument(ctx context.Context, who actor.Actor, id int64, w io.Writer) (name string, err error) {
	return s.export(ctx, who, id, "docx", w, func(c Circular, out io.Writer) error { return c.Document(who.Mark()).Write(out) })
}

// WriteTable makes the late reports of the circular a workbook; the file's line stands in the export log.
func (s *Service) WriteTable(ctx context.Context, who actor.Actor, id int64, w io.Writer) (name string, err error) {
	return s.export(ctx, who, id, "xlsx", w, func(c Circular, out io.Writer) error { return c.writeTable(who.Mark(), out) })
}

func (s *Service) export(ctx context.Context, who actor.Actor, id int64, format string, w io.Writer, write func(Circular, io.Writer) error) (string, error) {
	c, err := s.Circular(ctx, who, id)
	if err != nil {
		return "", err
	}
	c = c.Filled()
	var file bytes.Buffer
	if err := write(c, &file); err != nil {
		return "", fmt.Errorf("write circular %d: %w", id, err)
	}
	out := audit.Export{Kind: "circular", Format: format, Name: c.Title + "." + format, Filter: map[string]any{"circular": id, "symbol": c.Symbol},
		Rows: int64(len(c.Content.Lines))}.Measure(file.Bytes())
	if err := audit.RecordExport(ctx, s.db, who, out, s.now()); err != nil {
		return "", err
	}
	_, err = file.WriteTo(w)
	return out.Name, err
}

func (c Circular) writeTable(mark string, w io.Writer) error {
	out, err := sheet.NewWorkbook(w, sheet.Meta{Title: c.Title, Period: c.Months(), Note: c.Symbol, Mark: mark, Columns: []sheet.Field{{Title: "单位", Width: 24}, {Title: "报表", Width: 24},
		{Title: "月份", Width: 12}, {Title: "截止日期", Width: 12}, {Title: "报送日期", Width: 12}, {Title: "逾期天数", Kind: sheet.Int}}})
	if err != nil {
		return err
	}
	defer out.Abort() //nolint:errcheck // after Close it does nothing; before it the first error is the one to tell
	for _, l := range c.Content.Lines {
		if err := out.Row(l.Unit, l.Form, l.Month, l.DueDay(), l.Came(), l.Days); err != nil {
			return err
		}
	}
	return out.Close()
}
