package exchange

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/number"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

var modes = map[reporting.Only]string{reporting.Everything: "everything", reporting.NewFigures: "new", reporting.OldFigures: "old"}

func insertImport(ctx context.Context, tx pg.Querier, who actor.Actor, i Import) (id int64, err error) {
	conflicts := i.Conflicts
	if conflicts == nil {
		conflicts = []Conflict{}
	}
	list, err := json.Marshal(conflicts)
	if err != nil {
		return 0, fmt.Errorf("encode conflicts: %w", err)
	}
	err = tx.QueryRow(ctx, `
		INSERT INTO exchange_import (county_id, source, format, file_name, sha256, bytes, mode, accepted, stored, imported, updated, deleted,
		                             unchanged, ignored, loose, conflicts, conflict_count, started_at, took_ms, account_id, by_name)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, NULLIF($20, 0), $21) RETURNING id`,
		who.CountyID, i.Source, i.Format, i.Name, i.SHA256[:], i.Bytes, modes[i.Only], i.Accepted, i.Stored, i.Imported, i.Updated, i.Deleted,
		i.Unchanged, i.Ignored, i.Loose, list, i.ConflictCount, i.At, i.Took.Milliseconds(), who.AccountID, who.Name).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("keep import: %w", err)
	}
	return id, nil
}

// insertChanges keeps what a load changed, from the table that it works on.
func insertChanges(ctx context.Context, tx pg.Querier, county int32, id int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO exchange_change (county_id, import_id, period, institution_id, element_id, report_id, old_state, old_value, old_comment,
		                             new_state, new_value, version)
		SELECT $1, $2, period, subject_id, element_id, report_id, coalesce(old_state, 'empty'), old_value, coalesce(old_comment, ''),
		       state, value, CASE WHEN report_id IS NOT NULL THEN coalesce(old_version, 0) + 1 END
		FROM load_value WHERE outcome IN ('imported', 'updated') ORDER BY period, subject_id, element_id`, county, id)
	if err != nil {
		return fmt.Errorf("keep what the import changed: %w", err)
	}
	return nil
}

const changeColumns = `c.period, i.name, i.code, e.name_zh, e.slug, e.decimals, c.old_state, c.old_value, c.new_state, c.new_value,
	coalesce(c.report_id, 0), c.institution_id, c.element_id`

// readStagedChanges reads the first changes of a load that is about to be taken back.
func readStagedChanges(ctx context.Context, tx pg.Querier, who actor.Actor) ([]Change, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+changeColumns+`
		FROM (SELECT period, subject_id AS institution_id, element_id, report_id, coalesce(old_state, 'empty') AS old_state, old_value,
		             state AS new_state, value AS new_value FROM load_value WHERE outcome IN ('imported', 'updated')) c
		JOIN institution_public i ON i.county_id = $1 AND i.id = c.institution_id AND `+actor.InScope+`
		JOIN element_public e ON e.county_id = $1 AND e.id = c.element_id
		ORDER BY c.period, c.institution_id, c.element_id LIMIT $4`, append(who.ScopeArgs(), shownChanges)...)
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	return collectChanges(rows)
}

func collectChanges(rows pgx.Rows) ([]Change, error) {
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Change, err error) {
		var oldState, newState string
		var oldValue, newValue decimal.NullDecimal
		err = row.Scan(&c.Month, &c.Institution, &c.Code, &c.Element, &c.Slug, &c.Places, &oldState, &oldValue, &newState, &newValue,
			&c.Report, &c.institutionID, &c.elementID)
		c.Old, c.New = cellOf(oldState, oldValue), cellOf(newState, newValue)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	return list, nil
}

func cellOf(state string, value decimal.NullDecimal) number.Cell {
	switch {
	case state == "na":
		return number.Cell{State: number.NotApplicable}
	case value.Valid:
		return number.Of(value.Decimal)
	}
	return number.Cell{}
}
