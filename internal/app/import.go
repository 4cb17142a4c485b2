package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"yigai/internal/actor"
	"yigai/internal/exchange"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgweb"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// ImportOptions say how an import treats what it finds.
type ImportOptions struct {
	DryRun, Partial bool
	Name            string // of the file
	Mode            string // of values: create, update, or "" for both
}

// Imported is the outcome of an import, ready to be told.
type Imported struct {
	Created, Updated, Unchanged int
	Stored                      bool
	Changes                     []string // what the updates change, bounded
	Warnings, Refusals          []string
	RefusedRows                 int
	Refused                     []byte // the refused rows as a csv with the reasons
	Extension                   string // of the file of refused rows
}

// mostChanges is how many changed rows are told one by one.
const mostChanges = 20

type importer func(a *App, ctx context.Context, who actor.Actor, r io.Reader, o ImportOptions) (Imported, error)

var importers = map[string]importer{
	"divisions": func(a *App, ctx context.Context, who actor.Actor, r io.Reader, o ImportOptions) (Imported, error) {
		return organisation(org.New(a.Deps.DB, a.Deps.Now).ImportDivisions(ctx, who, r, org.Options{DryRun: o.DryRun, Partial: o.Partial}))
	},
	"institutions": func(a *App, ctx context.Context, who actor.Actor, r io.Reader, o ImportOptions) (Imported, error) {
		return organisation(org.New(a.Deps.DB, a.Deps.Now).ImportInstitutions(ctx, who, r, org.Options{DryRun: o.DryRun, Partial: o.Partial}))
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
		RefusedRows: len(r.Refused), Extension: ".csv", Changes: orgweb.ReplacedLines(r, mostChanges)}
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

// importValues loads history: what stands in the file becomes accepted at once, and the import is kept.
func (a *App) importValues(ctx context.Context, who actor.Actor, r io.Reader, o ImportOptions) (Imported, error) {
	only, ok := map[string]reporting.Only{"": reporting.Everything, "create": reporting.NewFigures, "update": reporting.OldFigures}[o.Mode]
	if !ok {
		return Imported{}, fault.Field("mode", "方式应为 create 或 update")
	}
	content, err := io.ReadAll(io.LimitReader(r, exchange.MaxBytes+1))
	if err != nil {
		return Imported{}, fmt.Errorf("read file of values: %w", err)
	}
	file, err := exchange.Read(content, exchange.AnyKind)
	if err != nil {
		return Imported{}, err
	}
	svc := exchange.New(a.Deps.DB, a.Deps.Replica, a.Deps.Now, a.Deps.Calendar)
	done, err := svc.Import(ctx, who, file, exchange.Options{Source: exchange.Command, Name: o.Name, Accepted: true, DryRun: o.DryRun, Partial: o.Partial, Only: only})
	refused := len(done.Conflicts) > 0 && fault.IsInvalid(err)
	if err != nil && !refused {
		return Imported{}, err
	}
	return valuesOutcome(done, file, !o.DryRun && !refused)
}

func valuesOutcome(done exchange.Result, f exchange.File, stored bool) (Imported, error) {
	out := Imported{Created: done.Imported, Updated: done.Updated, Unchanged: done.Unchanged, Extension: ".csv", Stored: stored}
	if same := done.Same; same != nil {
		out.Warnings = append(out.Warnings, fmt.Sprintf("内容完全相同的文件 %s 由 %s 导入过(第 %d 次导入)",
			same.At.In(period.Shanghai).Format("2006-01-02 15:04"), same.By, same.ID))
	}
	if done.Skipped > 0 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("按所选方式没有动 %d 个数", done.Skipped))
	}
	table := f.AsTable()
	findings := valueFindings(done.Conflicts, f)
	for _, one := range findings {
		out.Refusals = append(out.Refusals, one.String())
	}
	refused := sheet.Refused(table.Rows, findings)
	out.RefusedRows = len(refused)
	var file bytes.Buffer
	err := sheet.WriteRefused(sheet.CSV, &file, table.Header, refused)
	out.Refused = file.Bytes()
	return out, err
}

// valueFindings names the column as the file does.
func valueFindings(conflicts []reporting.Refused, f exchange.File) []sheet.Finding {
	byNumber := make(map[int]sheet.Row, len(f.Table.Rows))
	for _, row := range f.Table.Rows {
		byNumber[row.Number] = row
	}
	findings := make([]sheet.Finding, len(conflicts))
	for i, c := range conflicts {
		findings[i] = sheet.Finding{Row: c.Row, Column: c.Field, Value: c.Value, Message: c.Message}
		if c.Field == "element" && !f.Table.Has("element") {
			c.Field = "named"
		}
		if row, ok := byNumber[c.Row]; ok {
			findings[i].Column = ""
			if c.Field != "" {
				findings[i] = row.Finding(c.Field, c.Message)
			}
		}
	}
	return findings
}
