package compliance

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// lockCounty lets one evaluation of a county happen at a time.
func lockCounty(ctx context.Context, tx pgx.Tx, county int32) error {
	const family = 0x636f6d70 // "comp"
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1, $2)", family, county); err != nil {
		return fmt.Errorf("lock compliance of county: %w", err)
	}
	return nil
}

var resultColumns = []string{"county_id", "period", "code", "subject_kind", "institution_id", "basis", "operator", "standard", "standard_max", "unit", "state", "phase",
	"result", "value", "declared", "how", "gap", "note"}

// replaceResults puts the results of a month in the place of those there are.
func replaceResults(ctx context.Context, tx pgx.Tx, county int32, m period.Month, list []outcome, at time.Time) error {
	if _, err := tx.Exec(ctx, "DELETE FROM compliance_result WHERE county_id = $1 AND period = $2", county, m); err != nil {
		return fmt.Errorf("forget results: %w", err)
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"compliance_result"}, resultColumns, pgx.CopyFromSlice(len(list), func(n int) ([]any, error) {
		o := list[n]
		value, limit := o.standardValue()
		return []any{county, m, o.code, string(o.kind), o.subject, o.rule.Standard.Code, o.rule.Operator, value, limit, o.rule.Unit, string(o.rule.State),
			string(o.rule.Phase), string(o.verdict.Result), o.fact.Value, o.fact.Yes, o.fact.How, o.verdict.Gap, o.verdict.Note}, nil
	}))
	if err != nil {
		return fmt.Errorf("store results: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO compliance_run (county_id, period, evaluated_at, results) VALUES ($1, $2, $3, $4)
		ON CONFLICT (county_id, period) DO UPDATE SET evaluated_at = EXCLUDED.evaluated_at, results = EXCLUDED.results`, county, m, at, len(list))
	if err != nil {
		return fmt.Errorf("note evaluation: %w", err)
	}
	return nil
}

// monthsFrom lists the evaluated months from one on, the latest first.
func monthsFrom(ctx context.Context, q pg.Querier, county int32, from period.Month) ([]period.Month, error) {
	rows, err := q.Query(ctx, "SELECT period FROM compliance_run WHERE county_id = $1 AND period >= $2 ORDER BY period DESC LIMIT $3", county, from, maxMonths)
	if err != nil {
		return nil, fmt.Errorf("list evaluated months: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[period.Month])
	if err != nil {
		return nil, fmt.Errorf("list evaluated months: %w", err)
	}
	return found, nil
}

// indicatorFormulas are the formulas in force of the county's indicators, over those that the product ships.
func indicatorFormulas(ctx context.Context, q pg.Querier, county int32, m period.Month) (map[string]string, error) {
	found, err := products()
	if err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, `SELECT DISTINCT ON (i.id) i.slug, v.formula FROM indicator_public i
		JOIN indicator_version_public v ON v.county_id = i.county_id AND v.indicator_id = i.id AND v.effective_from <= $2
		WHERE i.county_id = $1 AND i.enabled ORDER BY i.id, v.version DESC LIMIT 10000`, county, m)
	if err != nil {
		return nil, fmt.Errorf("read formulas of indicators: %w", err)
	}
	var slug, formula string
	_, err = pgx.ForEachRow(rows, []any{&slug, &formula}, func() error {
		found[slug] = formula
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read formulas of indicators: %w", err)
	}
	return found, nil
}

func elementNames(ctx context.Context, q pg.Querier, county int32) (map[string]string, error) {
	rows, err := q.Query(ctx, "SELECT slug, name_zh FROM element_public WHERE county_id = $1 LIMIT 20000", county)
	if err != nil {
		return nil, fmt.Errorf("read names of data elements: %w", err)
	}
	found := map[string]string{}
	var slug, name string
	_, err = pgx.ForEachRow(rows, []any{&slug, &name}, func() error {
		found[slug] = name
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read names of data elements: %w", err)
	}
	return found, nil
}

func insertDeclaration(ctx context.Context, q pg.Querier, who actor.Actor, key string, d Declaration, at time.Time) (id int64, err error) {
	err = q.QueryRow(ctx, `INSERT INTO compliance_declaration (county_id, matter, code, institution_id, effective_from, value, met, evidence_on, note, by_id, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULLIF($10, 0), $11, $12) RETURNING id`, who.CountyID, key, d.Code, d.InstitutionID, d.From,
		d.Value, d.Met, d.EvidenceOn, d.Note, who.AccountID, who.Name, at).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("store declaration: %w", err)
	}
	return id, nil
}

const declarationColumns = "d.id, d.matter, d.code, d.institution_id, i.short_name, d.effective_from, d.value, d.met, d.evidence_on, d.note, d.by_name, d.at"

func scanDeclaration(row pgx.CollectableRow, key *string) (d Declaration, err error) {
	return d, row.Scan(&d.ID, key, &d.Code, &d.InstitutionID, &d.Institution, &d.From, &d.Value, &d.Met, &d.EvidenceOn, &d.Note, &d.By, &d.At)
}

func listDeclarations(ctx context.Context, q pg.Querier, who actor.Actor, key string) ([]Declaration, error) {
	rows, err := q.Query(ctx, `SELECT `+declarationColumns+` FROM compliance_declaration d
		JOIN institution_public i ON i.county_id = d.county_id AND i.id = d.institution_id
		WHERE d.county_id = $1 AND `+actor.InScope+` AND d.matter = $4 ORDER BY d.effective_from DESC, d.id DESC LIMIT 200`, append(who.ScopeArgs(), key)...)
	if err != nil {
		return nil, fmt.Errorf("list declarations: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Declaration, error) {
		var matter string
		return scanDeclaration(row, &matter)
	})
	if err != nil {
		return nil, fmt.Errorf("list declarations: %w", err)
	}
	return found, nil
}

// readStatements reads the declarations in force in a month: of each institution and matter the latest.
func readStatements(ctx context.Context, q pg.Querier, county int32, m period.Month) (statements, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT ON (d.matter, d.institution_id) `+declarationColumns+` FROM compliance_declaration d
		JOIN institution_public i ON i.county_id = d.county_id AND i.id = d.institution_id
		WHERE d.county_id = $1 AND d.effective_from <= $2 ORDER BY d.matter, d.institution_id, d.effective_from DESC, d.id DESC LIMIT 100000`, county, m)
	if err != nil {
		return nil, fmt.Errorf("read declarations of %s: %w", m, err)
	}
	found := statements{}
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Declaration, err error) {
		var matter string
		if d, err = scanDeclaration(row, &matter); err != nil {
			return d, err
		}
		if found[matter] == nil {
			found[matter] = map[int64]Declaration{}
		}
		found[matter][d.InstitutionID] = d
		return d, nil
	})
	if err != nil {
		return nil, fmt.Errorf("read declarations of %s: %w", m, err)
	}
	return found, nil
}
