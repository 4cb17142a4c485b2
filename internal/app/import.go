package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// ImportOptions say how an import treats what it finds.
type ImportOptions struct{ DryRun, Partial bool }

// Imported is the outcome of an import, ready to be told.
type Imported struct {
	Created, Updated, Unchanged int
	Stored                      bool
	Warnings, Refusals          []string
	RefusedRows                 int
	Refused                     []byte // the refused rows as a csv with the reasons
	Extension                   string // of the file of refused rows
}

type importer func(a *App, ctx context.Context, who actor.Actor, r io.Reader, o ImportOptions) (Imported, error)

var importers = map[string]importer{
	"divisions": func(a *App, ctx context.Context, who actor.Actor, r io.Reader, o ImportOptions) (Imported, error) {
		return organisation(org.New(a.Deps.DB, a.Deps.Now).ImportDivisions(ctx, who, r, org.Options(o)))
	},
	"institutions": func(a *App, ctx context.Context, who actor.Actor, r io.Reader, o ImportOptions) (Imported, error) {
		return organisation(org.New(a.Deps.DB, a.Deps.Now).ImportInstitutions(ctx, who, r, org.Options(o)))
	},
	"values": (*App).importValues,
}

// ImportKinds lists what can be imported.
func ImportKinds() []string { return slices.Sorted(maps.Keys(importers)) }

// Importable reports whether there is an import of the kind.
func Importable(kind string) bool { return importers[kind] != nil }

// Import reads a csv or xlsx, by content, and stores all of its rows or none, unless partial.
func (a *App) Import(ctx context.Context, who actor.Actor, kind string, r io.Reader, o ImportOptions) (Imported, error) {
	return importers[kind](a, ctx, who, r, o)
}

func organisation(r org.Result, err error) (Imported, error) {
	if err != nil {
		return Imported{}, err
	}
	out := Imported{Created: r.Created, Updated: r.Updated, Unchanged: r.Unchanged, Stored: r.Stored,
		RefusedRows: len(r.Refused), Extension: ".csv"}
	for _, f := range r.Warnings {
		out.Warnings = append(out.Warnings, f.String())
	}
	for _, f := range r.Findings {
		out.Refusals = append(out.Refusals, f.String())
	}
	var file bytes.Buffer
	err = r.WriteRefused(sheet.CSV, &file)
	out.Refused = file.Bytes()
	return out, err
}

// valueColumns are the headings of a file of values: those of the API and those a person would write.
var valueColumns = []sheet.Column{
	{Key: "institution", Titles: []string{"institution", "机构编码", "机构"}, Required: true},
	{Key: "element", Titles: []string{"element", "数据项代码", "数据项编码"}},
	{Key: "named", Titles: []string{"数据项"}}, // the code as well, or beside the code the name
	{Key: "period", Titles: []string{"period", "报告期", "月份"}, Required: true},
	{Key: "value", Titles: []string{"value", "数值", "值"}, Required: true},
	{Key: "comment", Titles: []string{"comment", "说明", "备注"}},
}

// importValues loads history: what stands in the file becomes accepted at once.
func (a *App) importValues(ctx context.Context, who actor.Actor, r io.Reader, o ImportOptions) (Imported, error) {
	file, err := readValues(r)
	if err != nil {
		return Imported{}, err
	}
	values := make([]reporting.ValueRow, len(file.Rows))
	for i, row := range file.Rows {
		value := row.Get("value")
		values[i] = reporting.ValueRow{Row: row.Number, Institution: row.Get("institution"), Element: cmp.Or(row.Get("element"), row.Get("named")),
			Period: row.Get("period"), Value: &value, Comment: row.Get("comment")}
	}
	svc := reporting.New(a.Deps.DB, a.Deps.Now, a.Deps.Calendar)
	loaded, err := svc.LoadValues(ctx, who, values, reporting.LoadOptions{Accepted: true, DryRun: o.DryRun, Partial: o.Partial})
	refused := len(loaded.Conflicts) > 0 && fault.IsInvalid(err)
	if err != nil && !refused {
		return Imported{}, err
	}
	return valuesOutcome(loaded, file, !o.DryRun && !refused)
}

// mostValues bounds one file of values.
const mostValues = 200_000

func readValues(r io.Reader) (sheet.List, error) {
	limits := sheet.DefaultLimits
	limits.Rows = mostValues
	f, err := sheet.Read(r, valueColumns, limits)
	if err == nil && !f.Has("element") && !f.Has("named") {
		err = &sheet.Error{Message: "没有找到列“数据项代码”,请使用模板里的表头"}
	}
	if err == nil && len(f.Rows) == 0 {
		err = &sheet.Error{Message: "文件里没有数据行"}
	}
	var refused *sheet.Error
	if errors.As(err, &refused) {
		return f, fault.Field("file", "%s", refused.Message)
	}
	return f, err
}

func valuesOutcome(l reporting.Loaded, f sheet.List, stored bool) (Imported, error) {
	out := Imported{Created: l.Imported, Updated: l.Updated, Unchanged: l.Unchanged, Extension: ".csv", Stored: stored}
	findings := valueFindings(l.Conflicts, f)
	for _, one := range findings {
		out.Refusals = append(out.Refusals, one.String())
	}
	refused := sheet.Refused(f.Rows, findings)
	out.RefusedRows = len(refused)
	var file bytes.Buffer
	err := sheet.WriteRefused(sheet.CSV, &file, f.Header, refused)
	out.Refused = file.Bytes()
	return out, err
}

// valueFindings names the column as the file does.
func valueFindings(conflicts []reporting.Refused, f sheet.List) []sheet.Finding {
	byNumber := make(map[int]sheet.Row, len(f.Rows))
	for _, row := range f.Rows {
		byNumber[row.Number] = row
	}
	findings := make([]sheet.Finding, len(conflicts))
	for i, c := range conflicts {
		findings[i] = sheet.Finding{Row: c.Row, Value: c.Value, Message: c.Message}
		if c.Field == "element" && !f.Has("element") {
			c.Field = "named"
		}
		if row, ok := byNumber[c.Row]; ok && c.Field != "" {
			findings[i] = row.Finding(c.Field, c.Message)
		}
	}
	return findings
}
