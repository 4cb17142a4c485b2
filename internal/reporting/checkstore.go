package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/pg"
)

const ruleColumns = "code, version, level, expression, elements, each_of, forms, message, source, effective_from, enabled, reason, by_name, at"

func listRules(ctx context.Context, q pg.Querier, county int32, sql string, args ...any) ([]CheckRule, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("list check rules of county %d: %w", county, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r CheckRule, err error) {
		return r, row.Scan(&r.Code, &r.Version, &r.Level, &r.Expression, &r.Marks, &r.Each, &r.Forms, &r.Message, &r.Source, &r.From,
			&r.Enabled, &r.Reason, &r.By, &r.At)
	})
	if err != nil {
		return nil, fmt.Errorf("list check rules of county %d: %w", county, err)
	}
	return found, nil
}

func writeRule(ctx context.Context, q pg.Querier, county int32, r CheckRule) error {
	_, err := q.Exec(ctx, `
		INSERT INTO check_rule (county_id, code, version, level, expression, elements, each_of, forms, message, source, effective_from,
			enabled, reason, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, county, r.Code, r.Version, string(r.Level), r.Expression,
		some(r.Marks), some(r.Each), some(r.Forms), r.Message, r.Source, r.From, r.Enabled, r.Reason, r.By, r.At)
	if err != nil {
		return fmt.Errorf("write check rule: %w", err)
	}
	return nil
}

// reportsToCheck lists the reports of some months that somebody has begun, by month, form and institution.
func reportsToCheck(ctx context.Context, q pg.Querier, who actor.Actor, forms []string, first, last period.Month, states []State, limit int) ([]Report, error) {
	return collectReports(q.Query(ctx, `SELECT `+reportColumns+` FROM `+reportTables+`
		WHERE `+inScope+` AND r.period BETWEEN $4 AND $5 AND r.state = ANY($6::text[]) AND ($7::text[] IS NULL OR f.slug = ANY($7))
		ORDER BY r.period DESC, f.position, i.code COLLATE "C", r.id LIMIT $8`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, first, last, stateNames(states), forms, limit))
}
