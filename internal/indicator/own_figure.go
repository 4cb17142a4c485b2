package indicator

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/period"
)

// OwnFigure is an accepted figure of an institution that no indicator is computed for, such as a village clinic.
type OwnFigure struct {
	Month period.Month
	Name  string
	Unit  string
	Value decimal.Decimal

	Decimals int32
}

// OwnFigures lists accepted figures of the reader's own institution in the latest month that has any, at most n.
func (s *Service) OwnFigures(ctx context.Context, who actor.Actor, n int) ([]OwnFigure, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `
		SELECT f.period, e.name_zh, e.unit, f.value, e.decimals
		FROM reporting_fact f
		JOIN element_public e ON e.county_id = f.county_id AND e.id = f.element_id
		JOIN institution_public i ON i.county_id = f.county_id AND i.id = f.institution_id
		WHERE f.county_id = $1 AND `+inScope+` AND i.id = $4 AND f.value IS NOT NULL
		  AND f.period = (SELECT max(l.period) FROM reporting_fact l WHERE l.county_id = $1 AND l.institution_id = $4)
		ORDER BY e.id LIMIT $5`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, who.InstitutionID, n)
	if err != nil {
		return nil, fmt.Errorf("read own figures: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[OwnFigure])
	if err != nil {
		return nil, fmt.Errorf("read own figures: %w", err)
	}
	return found, nil
}
