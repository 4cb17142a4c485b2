package demo

import (
	"context"
	"fmt"
	"time"

	"yigai/internal/pg"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// writeFindings brings the counts of a report up to date; warnings are explained with the given sentence, if any.
func writeFindings(ctx context.Context, q pg.Querier, county int32, s story, findings []reporting.Finding, why string) error {
	var errors, warnings, unexplained int
	for _, f := range findings {
		switch {
		case f.Level == preset.Error:
			errors++
			continue
		case why == "":
			unexplained++
		}
		warnings++
		if err := writeExplanation(ctx, q, county, s, f, why); err != nil {
			return err
		}
	}
	_, err := q.Exec(ctx, `UPDATE report SET errors = $3, warnings = $4, unexplained = $5 WHERE county_id = $1 AND id = $2`,
		county, s.id, errors, warnings, unexplained)
	if err != nil {
		return fmt.Errorf("count findings of report %d: %w", s.id, err)
	}
	return nil
}

func writeExplanation(ctx context.Context, q pg.Querier, county int32, s story, f reporting.Finding, why string) error {
	if why == "" {
		return nil
	}
	_, err := q.Exec(ctx, `
		INSERT INTO explanation (county_id, report_id, rule_code, subject_id, figures, text, by_id, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		county, s.id, f.Key, f.SubjectID, f.Figures, why, s.clerk.known(), s.clerk.name, s.entered.Add(95*time.Minute))
	if err != nil {
		return fmt.Errorf("explain %s of report %d: %w", f.Key, s.id, err)
	}
	return nil
}
