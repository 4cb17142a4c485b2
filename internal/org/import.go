package org

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// Options say how an import treats what it finds.
type Options struct {
	DryRun  bool // look only: nothing is stored
	Partial bool // store the good rows although others are refused; else all rows or none
}

// Result is what an import did, or would do in a dry run.
type Result struct {
	Rows                        int
	Created, Updated, Unchanged int
	Replaced                    []Replacement   // what the updates change, in the order of the file
	Findings                    []sheet.Finding // why rows are refused
	Warnings                    []sheet.Finding // worth a look, but no hindrance
	Header                      []string        // headings of the file
	Refused                     []sheet.RefusedRow
	Stored                      bool
}

// Replacement is a row of the file that changes something already there: field by field, as the audit trail names them.
type Replacement struct {
	Row        int
	Code, Name string
	Was, Is    map[string]string
}

// ReplacedFields counts in how many rows each field changes.
func (r Result) ReplacedFields() map[string]int {
	n := map[string]int{}
	for _, one := range r.Replaced {
		for field := range one.Is {
			n[field]++
		}
	}
	return n
}

// WriteRefused writes the refused rows as they came, with 原因 beside each, so that they can be corrected and sent again.
func (r Result) WriteRefused(format sheet.Format, w io.Writer) error {
	return sheet.WriteRefused(format, w, r.Header, r.Refused)
}

// readFile reads csv or xlsx by content, whole: its size is bounded. What cannot be read at all is a problem of the
// field "file".
func readFile(r io.Reader, columns []sheet.Column) (sheet.List, error) {
	limits := sheet.DefaultLimits
	limits.Rows = MaxRows
	f, err := sheet.Read(r, columns, limits)
	var refused *sheet.Error
	if errors.As(err, &refused) {
		return f, fault.Field("file", "%s", refused.Message)
	}
	return f, err
}

// load runs an import in one transaction that owns the tree: plan, then store unless it is a dry run or
// rows are refused. plan says what would happen; store makes it so.
func (s *Service) load(ctx context.Context, who actor.Actor, o Options, f sheet.List, kind string,
	plan func(tx pgx.Tx) (Result, func() error, error),
) (Result, error) {
	if err := who.Require(ActionImport); err != nil {
		return Result{}, err
	}
	var result Result
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := lockTree(ctx, tx, who.CountyID); err != nil {
			return err
		}
		r, store, err := plan(tx)
		if err != nil {
			return err
		}
		slices.SortStableFunc(r.Findings, func(a, b sheet.Finding) int { return a.Row - b.Row })
		r.Rows, r.Header, r.Refused = len(f.Rows), f.Header, sheet.Refused(f.Rows, r.Findings)
		r.Warnings = append(f.Findings, r.Warnings...)
		result = r
		if o.DryRun || len(r.Findings) > 0 && !o.Partial {
			return nil
		}
		result.Stored = true
		if r.Created+r.Updated == 0 {
			return nil
		}
		if err := store(); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionImport, Kind: kind + "_import", Name: importName[kind],
			After: facts{"rows": strconv.Itoa(r.Rows), "created": strconv.Itoa(r.Created), "updated": strconv.Itoa(r.Updated),
				"unchanged": strconv.Itoa(r.Unchanged), "refused": strconv.Itoa(len(r.Refused))}})
	})
	if err != nil {
		return Result{}, err
	}
	return result, nil
}

var importName = map[string]string{"division": "行政区划导入", "institution": "机构导入"}
