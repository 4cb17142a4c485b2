package reporting

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/pg"
)

func gridReports(ctx context.Context, q pg.Querier, who actor.Actor, m period.Month, form int32) ([]GridRow, error) {
	// Figures changed since the report was last sent back; before the first submission there is nothing to compare.
	rows, err := q.Query(ctx, `SELECT `+reportColumns+`, coalesce(r.submitted_by = $6, false),
			EXISTS (SELECT FROM review_mark m WHERE m.county_id = r.county_id AND m.account_id = $6 AND m.report_id = r.id
			        AND m.submission = r.submission AND m.chosen),
			EXISTS (SELECT FROM review_mark m WHERE m.county_id = r.county_id AND m.account_id = $6 AND m.report_id = r.id
			        AND m.submission = r.submission AND m.looked_at IS NOT NULL),
			CASE WHEN r.submission > 1 OR (r.submission = 1 AND r.state IN ('draft', 'returned')) THEN
				(SELECT count(DISTINCT (c.subject_id, c.element_id)) FROM cell_change c
				 WHERE c.county_id = r.county_id AND c.report_id = r.id AND c.at >= (SELECT max(e.at) FROM report_event e
				       WHERE e.county_id = r.county_id AND e.report_id = r.id AND e.to_state = 'returned')) ELSE 0 END,
			`+threadCounts+`
		FROM `+reportTables+` WHERE `+inScope+` AND r.period = $4 AND r.form_id = $5
		ORDER BY i.code COLLATE "C", r.id LIMIT 2000`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, m, form, who.AccountID)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (g GridRow, err error) {
		g.Report, err = scanReport(withMore{row, []any{&g.Mine, &g.Chosen, &g.Looked, &g.Differences, &g.Threads, &g.Unread}})
		r := g.Report
		g.First, g.Waits = r.Submission < 2, r.waitsFor(who)
		g.Mine = g.Mine || r.State == Checked && r.TwoLevel && r.CheckedByID == who.AccountID
		g.Explained = g.Report.Warnings - g.Report.Unexplained
		return g, err
	})
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return found, nil
}

// withMore scans further columns behind those of a report.
type withMore struct {
	pgx.CollectableRow
	more []any
}

func (w withMore) Scan(dest ...any) error { return w.CollectableRow.Scan(append(dest, w.more...)...) }

// gridCell names a figure of the grid.
type gridCell struct {
	institution int64
	slug        string
}

// gridFigures reads the chosen figures of this month and last in one query, summed over the subjects of proxy forms.
func (s *Service) gridFigures(ctx context.Context, who actor.Actor, g Grid, c *Catalogue) (map[gridCell]GridFigure, error) {
	ids := make([]int32, len(g.Columns))
	for i, row := range g.Columns {
		ids[i] = row.Element.ID
	}
	rows, err := s.db.Query(ctx, `
		SELECT r.institution_id, r.period, c.element_id,
		       CASE WHEN count(c.value) > 0 THEN 'value' WHEN bool_or(c.state = 'na') THEN 'na' ELSE 'empty' END, sum(c.value)
		FROM report r
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id
		JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id AND c.element_id = ANY($6)
		WHERE `+inScope+` AND r.form_id = $4 AND r.period = ANY($5::date[])
		GROUP BY r.institution_id, r.period, c.element_id`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions,
		g.Form.ID, []time.Time{g.Month.Date(), g.Month.Prev().Date()}, ids)
	if err != nil {
		return nil, fmt.Errorf("read figures: %w", err)
	}
	found := map[gridCell]GridFigure{}
	var k gridCell
	var month period.Month
	var element int32
	var state string
	var value decimal.NullDecimal
	_, err = pgx.ForEachRow(rows, []any{&k.institution, &month, &element, &state, &value}, func() error {
		k.slug = c.byID[element].Slug
		f := found[k]
		if month == g.Month {
			f.Cell = cellOf(state, value)
		} else {
			f.Last = cellOf(state, value)
		}
		found[k] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read figures: %w", err)
	}
	return found, nil
}

func (g *Grid) fill(rows []GridRow, figures map[gridCell]GridFigure, now func() time.Time) {
	at := now()
	for _, row := range rows {
		row.Figures = map[string]GridFigure{}
		for _, column := range g.Columns {
			row.Figures[column.Key] = figures[gridCell{row.Report.InstitutionID, column.Key}]
		}
		g.Due++
		if !row.Report.ReceivedAt.IsZero() {
			g.Received++
		}
		if row.Report.Late(at) {
			g.Late++
		}
		g.Rows = append(g.Rows, row)
	}
}
