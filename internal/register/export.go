package register

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/sheet"
)

// Export writes a register's entries in scope that the filter lets through. Like every file that leaves the house it
// stands in the export log.
func (s *Service) Export(ctx context.Context, who actor.Actor, f Filter, format sheet.Format) (name string, body []byte, err error) {
	if err := who.Require(audit.ActionExport); err != nil {
		return "", nil, err
	}
	t, ok := TypeOf(f.Type)
	if !ok {
		return "", nil, fault.NotFound("这本台账")
	}
	f.Limit, f.Cursor = MaxRows, ""
	p, err := s.List(ctx, who, f)
	if err != nil {
		return "", nil, err
	}
	if p.Next != "" {
		return "", nil, fault.Field("q", "共有 %d 条,一次最多导出 %d 条,请先按机构或状态筛选", p.Total, MaxRows)
	}
	title := who.County + t.Title
	var out bytes.Buffer
	if err := t.write(&out, title, p.Items, format); err != nil {
		return "", nil, fmt.Errorf("export register %s: %w", t.Slug, err)
	}
	e := audit.Export{Kind: "register", Format: string(format), Name: title + "." + string(format), Rows: int64(len(p.Items)),
		Filter: map[string]any{"register": f.Type, "institution_id": f.Institution, "state": f.State, "text": f.Text}}.Measure(out.Bytes())
	return e.Name, out.Bytes(), audit.RecordExport(ctx, s.db, who, e, s.now())
}

func (t Type) write(out *bytes.Buffer, title string, items []Entry, format sheet.Format) (err error) {
	w, err := sheet.New(format, out, sheet.Meta{Title: title, Columns: t.columns()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Abort()) }()
	for _, e := range items {
		if err := w.Row(t.row(e)...); err != nil {
			return err
		}
	}
	return w.Close()
}

func (t Type) columns() []sheet.Field {
	list := []sheet.Field{{Title: "机构", Width: 24}}
	for _, f := range t.Fields {
		c := sheet.Field{Title: f.Label, Unit: f.Unit}
		switch f.Kind {
		case Integer:
			c.Kind = sheet.Int
		case Number, Money:
			c.Kind, c.Decimals = sheet.Decimal, 2
		case Day, Expiry:
			c.Kind = sheet.Date
		case Words, Note, Choice:
		}
		list = append(list, c)
	}
	return append(list, sheet.Field{Title: "开始日期", Kind: sheet.Date}, sheet.Field{Title: "结束日期", Kind: sheet.Date}, sheet.Field{Title: "撤销原因"})
}

func (t Type) row(e Entry) []any {
	values := []any{e.Institution}
	for _, f := range t.Fields {
		values = append(values, f.plain(e.Content[f.Slug]))
	}
	var ends any
	if e.EndsOn != nil {
		ends = *e.EndsOn
	}
	return append(values, e.StartsOn, ends, e.Withdrawn)
}

// plain is a stored value for a file: nothing, a number, a day or a text.
func (f Field) plain(stored string) any {
	switch {
	case stored == "":
		return nil
	case f.Numeric():
		if n, err := decimal.NewFromString(stored); err == nil {
			return n
		}
	case f.Kind == Day || f.Kind == Expiry:
		if day, err := time.Parse(time.DateOnly, stored); err == nil {
			return day
		}
	}
	return stored
}
