package compliance

import (
	"bytes"
	"context"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/policy"
	"yigai/internal/sheet"
)

// File is a list on its way out of the house.
type File struct {
	Name string // in Chinese, with its ending
	Body []byte
}

// Export writes results in scope as one list, and logs the file before it leaves.
func (s *Service) Export(ctx context.Context, who actor.Actor, f ItemFilter, format sheet.Format) (File, error) {
	if err := who.Require(audit.ActionExport); err != nil {
		return File{}, err
	}
	if format != sheet.XLSX && format != sheet.CSV {
		return File{}, fault.NotFound("这种格式的文件")
	}
	f.Limit, f.After = exported, ""
	p, err := s.Items(ctx, who, f)
	if err != nil {
		return File{}, err
	}
	file := File{Name: "达标情况_" + p.Month.String() + "." + string(format)}
	if file.Body, err = write(p, format); err != nil {
		return File{}, fmt.Errorf("write compliance of %s: %w", p.Month, err)
	}
	out := audit.Export{Kind: "compliance", Format: string(format), Name: file.Name, Rows: int64(len(p.Items)),
		Filter: map[string]any{"period": p.Month.String(), "document": f.Document, "kind": string(f.Kind), "result": string(f.Result), "code": f.Code}}.Measure(file.Body)
	return file, audit.RecordExport(ctx, s.db, who, out, s.now())
}

func write(p Page, format sheet.Format) ([]byte, error) {
	var file bytes.Buffer
	w, err := sheet.New(format, &file, sheet.Meta{Title: "政策标准达标情况", Period: p.Month.Chinese(), Note: "差距为负表示不足", Columns: []sheet.Field{
		{Title: "文件", Width: 28}, {Title: "标准", Width: 30}, {Title: "条款", Width: 14}, {Title: "对象", Width: 16}, {Title: "机构", Width: 22}, {Title: "机构类型", Width: 14},
		{Title: "执行的标准", Width: 18}, {Title: "数值来源", Width: 12}, {Title: "现状", Kind: sheet.Decimal, Decimals: 2, Width: 12}, {Title: "申报"}, {Title: "结果"},
		{Title: "差距", Kind: sheet.Decimal, Decimals: 2, Width: 12}, {Title: "从何时", Kind: sheet.Month}, {Title: "说明", Width: 40}}})
	if err != nil {
		return nil, err
	}
	defer w.Abort() //nolint:errcheck // after Close it does nothing; before it the first error is the one to tell
	for _, x := range p.Items {
		if err := w.Row(line(x)...); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return file.Bytes(), err
}

func line(x Item) []any {
	d, _ := policy.Known().Document(x.Standard.Preset)
	said := ""
	if x.Held.How == FromBureau {
		said = "申报"
	}
	if x.Held.Declared != nil {
		said = Declaration{Met: x.Held.Declared}.Says("")
	}
	return []any{d.Label(), x.Standard.Name, x.Standard.Clause, x.Standard.Subject, x.Institution, org.KindTitle(x.InstKind), x.Held.Text(), x.Held.State.Title(),
		x.Held.Value, said, x.Result.Title(), x.Held.Gap, x.Since, x.Held.Note}
}
