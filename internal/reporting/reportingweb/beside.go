package reportingweb

import (
	"context"

	"github.com/a-h/templ"

	"yigai/internal/actor"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// Beside is what a later room shows on the pages of a report; both functions may answer nil for nothing.
type Beside struct {
	Report func(ctx context.Context, who actor.Actor, report int64) (templ.Component, error)             // above the figures
	Cell   func(ctx context.Context, who actor.Actor, report int64, k reporting.CellKey) templ.Component // beside a cell's history
}

// besideReport collects what later rooms say of a report.
func (h *handlers) besideReport(ctx context.Context, who actor.Actor, report int64) ([]templ.Component, error) {
	var out []templ.Component
	for _, b := range h.beside {
		shown, err := b.Report(ctx, who, report)
		if err != nil {
			return nil, err
		}
		if shown != nil {
			out = append(out, shown)
		}
	}
	return out, nil
}

// besideCell collects what later rooms say of a cell.
func (h *handlers) besideCell(ctx context.Context, who actor.Actor, report int64, k reporting.CellKey) []templ.Component {
	var out []templ.Component
	for _, b := range h.beside {
		if shown := b.Cell(ctx, who, report, k); shown != nil {
			out = append(out, shown)
		}
	}
	return out
}

// ruleTitle says which version of a rule found something.
func ruleTitle(f reporting.Finding) string {
	if f.Rule == 0 {
		return f.Code + ",系统推算"
	}
	return f.Code + " 第" + ui.Int(int64(f.Rule)) + "版"
}
