package validation

import (
	"bytes"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// Result is one finding of a run, as it was then.
type Result struct {
	N           int
	Report      int64
	Institution string
	SubjectID   int64
	Subject     string
	Month       period.Month
	Form        string
	State       reporting.State // of the report when it was looked at
	Rule        string
	Version     int // of the rule; 0: reckoned by the program
	Level       preset.Level
	Slug        string // of the marked element
	Element     string
	Decimals    int32 // of the element's figures
	Message     string
	Figures     string // in Chinese
	Value       decimal.NullDecimal
	Accepted    decimal.NullDecimal // the accepted figure of the marked cell
	Explanation string              // given at the time for the same figures
}

// Differs reports whether the figure is another one than was accepted.
func (r Result) Differs() bool {
	return r.Accepted.Valid && r.Value.Valid && !r.Accepted.Decimal.Equal(r.Value.Decimal)
}

// ResultFilter selects results; zero fields do not filter.
type ResultFilter struct {
	Rule      string
	Level     preset.Level
	Explained string // "yes" or "no"
	After     int    // N of the last one seen
	Limit     int
}

const resultPage = 200

// Results lists what a run found in scope, in the order it was found; next is 0 at the end.
func (s *Service) Results(ctx context.Context, who actor.Actor, run int64, f ResultFilter) (found []Result, next int, err error) {
	if _, err := s.Run(ctx, who, run); err != nil {
		return nil, 0, err
	}
	if f.Limit <= 0 || f.Limit > MaxResults {
		f.Limit = resultPage
	}
	c, err := s.reporting.CatalogueOf(ctx, s.db, who.CountyID)
	if err != nil {
		return nil, 0, err
	}
	found, err = listResults(ctx, s.db, who, run, f)
	if err != nil {
		return nil, 0, err
	}
	if len(found) > f.Limit {
		found = found[:f.Limit]
		next = found[f.Limit-1].N
	}
	for i := range found {
		found[i].Figures = c.SayFigures(found[i].Figures)
		found[i].Element = found[i].Slug
		if e, ok := c.Element(found[i].Slug); ok {
			found[i].Element, found[i].Decimals = e.NameZH, e.Rule().Decimals
		}
	}
	return found, next, nil
}

func listResults(ctx context.Context, q pg.Querier, who actor.Actor, run int64, f ResultFilter) ([]Result, error) {
	rows, err := q.Query(ctx, `
		SELECT v.n, v.report_id, i.short_name, v.subject_id, s.short_name, v.period, v.form, v.state, v.rule_code, v.rule_version, v.level, v.element,
		       v.message, v.figures, v.value, v.accepted, v.explanation
		FROM validation_result v
		JOIN institution_public i ON i.county_id = v.county_id AND i.id = v.institution_id
		JOIN institution_public s ON s.county_id = v.county_id AND s.id = v.subject_id
		WHERE v.county_id = $1 AND `+actor.InScope+` AND v.run_id = $4 AND v.n > $5
		  AND ($6 = '' OR v.rule_code = $6) AND ($7 = '' OR v.level = $7)
		  AND ($8 = '' OR ($8 = 'yes') = (v.explanation <> ''))
		ORDER BY v.n LIMIT $9`, append(who.ScopeArgs(), run, f.After, f.Rule, string(f.Level), f.Explained, f.Limit+1)...)
	if err != nil {
		return nil, fmt.Errorf("list results of run %d: %w", run, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Result, err error) {
		return r, row.Scan(&r.N, &r.Report, &r.Institution, &r.SubjectID, &r.Subject, &r.Month, &r.Form, &r.State, &r.Rule, &r.Version, &r.Level, &r.Slug,
			&r.Message, &r.Figures, &r.Value, &r.Accepted, &r.Explanation)
	})
	if err != nil {
		return nil, fmt.Errorf("list results of run %d: %w", run, err)
	}
	return found, nil
}

// File is a finished workbook.
type File struct {
	Name string
	Body []byte
}

// ExportResults makes a workbook of a run's results in scope and logs that it leaves the house.
func (s *Service) ExportResults(ctx context.Context, who actor.Actor, run int64) (File, error) {
	if err := who.Require(audit.ActionExport); err != nil {
		return File{}, err
	}
	r, err := s.Run(ctx, who, run)
	if err != nil {
		return File{}, err
	}
	found, _, err := s.Results(ctx, who, run, ResultFilter{Limit: MaxResults})
	if err != nil {
		return File{}, err
	}
	var out bytes.Buffer
	if err := writeBook(&out, r, found); err != nil {
		return File{}, fmt.Errorf("export run %d: %w", run, err)
	}
	f := File{Name: r.Title() + ".xlsx", Body: out.Bytes()}
	e := audit.Export{Kind: "validation_run", Format: string(sheet.XLSX), Name: f.Name, Filter: map[string]any{"run": run}, Rows: int64(len(found))}
	return f, audit.RecordExport(ctx, s.db, who, e.Measure(f.Body), s.now())
}

func writeBook(out *bytes.Buffer, r Run, found []Result) error {
	b, err := sheet.NewWorkbook(out, sheet.Meta{Title: r.Title(), Period: r.First.String() + " 至 " + r.Last.String(),
		Note: fmt.Sprintf("复核 %d 份月报,发现 %d 处,其中错误 %d 处,已说明 %d 处", r.Checked, r.Found, r.Errors, r.Explained),
		Columns: []sheet.Field{{Title: "月份", Kind: sheet.Month}, {Title: "单位", Width: 24}, {Title: "报表", Width: 24}, {Title: "填报对象", Width: 24},
			{Title: "状态"}, {Title: "规则"}, {Title: "版本", Kind: sheet.Int}, {Title: "级别"}, {Title: "数据项", Width: 20},
			{Title: "复核时的数", Kind: sheet.Decimal, Decimals: 2}, {Title: "已审核的数", Kind: sheet.Decimal, Decimals: 2},
			{Title: "问题", Width: 50}, {Title: "所用数据", Width: 50}, {Title: "填报时的说明", Width: 30}}})
	if err != nil {
		return err
	}
	for _, x := range found {
		if err := b.Row(x.Month, x.Institution, x.Form, x.Subject, x.State.Title(), x.Rule, x.Version, LevelTitle(x.Level), x.Element, rounded(x.Value, x.Decimals), rounded(x.Accepted, x.Decimals),
			x.Message, x.Figures, x.Explanation); err != nil {
			return err
		}
	}
	return b.Close()
}

// rounded is a figure with the places of its element, for the database keeps more of all.
func rounded(d decimal.NullDecimal, places int32) decimal.NullDecimal {
	d.Decimal = d.Decimal.Round(places)
	return d
}

// LevelTitle is the Chinese word for a level.
func LevelTitle(l preset.Level) string {
	if l == preset.Error {
		return "错误"
	}
	return "提醒"
}
