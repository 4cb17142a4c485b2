package indicator

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/period"
)

// Effect is a complete value of a month that another one replaced: what a correction of figures did to an indicator.
type Effect struct {
	Slug, NameZH, Unit string
	Decimals           int32
	Code, Institution  string
	Old                decimal.Decimal
	New                decimal.NullDecimal // not valid where there is no value any more
	At                 time.Time
	Restated           bool // by another formula, not by other figures
}

// Effects lists the values of a month in scope that were replaced, the newest first, at most 500.
func (s *Service) Effects(ctx context.Context, who actor.Actor, m period.Month) ([]Effect, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `
		WITH kept AS (
			SELECT c.*, lead(c.id) OVER next AS next_id, lead(c.value) OVER next AS next_value, lead(c.version) OVER next AS next_version
			FROM indicator_correction c WHERE c.county_id = $1 AND c.period = $4
			WINDOW next AS (PARTITION BY c.indicator_id, c.institution_id ORDER BY c.id))
		SELECT d.slug, d.name_zh, d.unit, d.decimals, i.code, i.short_name, k.value,
		       CASE WHEN k.next_id IS NULL THEN v.value ELSE k.next_value END, k.replaced_at,
		       coalesce(k.next_version, v.version, k.version) <> k.version
		FROM kept k
		JOIN indicator d ON d.county_id = k.county_id AND d.id = k.indicator_id
		JOIN institution_public i ON i.county_id = k.county_id AND i.id = k.institution_id
		LEFT JOIN indicator_value v ON v.county_id = k.county_id AND v.period = k.period AND v.indicator_id = k.indicator_id
		     AND v.institution_id = k.institution_id
		WHERE i.county_id = $1 AND (i.path <@ ANY($2::text[]::ltree[]) OR i.id = ANY($3::bigint[]))
		ORDER BY k.id DESC LIMIT 500`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, m)
	if err != nil {
		return nil, fmt.Errorf("list replaced values: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Effect])
	if err != nil {
		return nil, fmt.Errorf("list replaced values: %w", err)
	}
	return found, nil
}
