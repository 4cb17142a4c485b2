package reporting

import (
	"context"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/audit"
)

// RecordWorkbook logs a report's workbook before it is sent: it holds the figures that are filled so far, so it leaves
// the house like any other file. Whoever may see the report may take it, to fill it in.
func (s *Service) RecordWorkbook(ctx context.Context, who actor.Actor, r Report, rows int, name string, file []byte) error {
	if err := who.Require(ActionView); err != nil {
		return err
	}
	month := r.Month.String()
	e := audit.Export{Kind: "workbook", Format: "xlsx", Name: name, Rows: int64(rows),
		Filter: map[string]string{"form": r.FormSlug, "institution": r.InstitutionCode, "from": month, "to": month}}
	if err := audit.RecordExport(ctx, s.db, who, e.Measure(file), s.now()); err != nil {
		return fmt.Errorf("log workbook of report %d: %w", r.ID, err)
	}
	return nil
}
