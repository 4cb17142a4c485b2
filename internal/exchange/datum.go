package exchange

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// naWord is how a figure that does not apply travels; our reader understands it, others refuse it as no number.
const naWord = "N/A"

// datum is one figure on its way out.
type datum struct {
	element, institution string
	month                period.Month
	cell                 number.Cell
	comment              string
	at                   time.Time
}

// value is the figure as text: empty when it was not reported.
func (d datum) value() string {
	switch d.cell.State {
	case number.Given:
		return d.cell.Value.String()
	case number.NotApplicable:
		return naWord
	}
	return ""
}

func (d datum) missing() bool { return d.cell.State == number.Empty }

// dhis2Month is 202607.
func dhis2Month(m period.Month) string { return fmt.Sprintf("%04d%02d", m.Year(), int(m.Month())) }

// stamp is when the figure was accepted, as DHIS2 writes it.
func (d datum) stamp() string { return d.at.In(period.Shanghai).Format("2006-01-02T15:04:05.000-0700") }

// names translates our codes into those of other systems; what has none keeps ours.
type names struct{ elements, institutions map[string]string }

func (s *Service) names(ctx context.Context, who actor.Actor, c *reporting.Catalogue, by reporting.Scheme) (names, error) {
	if by != reporting.OtherCode {
		return names{}, nil
	}
	n := names{elements: map[string]string{}, institutions: map[string]string{}}
	for _, e := range c.Elements {
		n.elements[e.Slug] = e.Code
	}
	rows, err := s.db.Query(ctx, `SELECT i.code, i.external_code FROM institution_public i
		WHERE i.county_id = $1 AND `+actor.InScope+` AND i.external_code IS NOT NULL ORDER BY i.code LIMIT 50000`, who.ScopeArgs()...)
	if err != nil {
		return n, fmt.Errorf("read codes of institutions: %w", err)
	}
	var own, other string
	if _, err := pgx.ForEachRow(rows, []any{&own, &other}, func() error { n.institutions[own] = other; return nil }); err != nil {
		return n, fmt.Errorf("read codes of institutions: %w", err)
	}
	return n, nil
}

func (n names) datum(v reporting.Value) datum {
	return datum{element: or(n.elements[v.Element], v.Element), institution: or(n.institutions[v.Institution], v.Institution),
		month: v.Month, cell: v.Cell, comment: v.Comment, at: v.At}
}
