package reporting

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// monthFigures reads a cell's curve: the reports of the same form, and facts where there is no report.
func monthFigures(ctx context.Context, q pg.Querier, county int32, r Report, first period.Month, subject int64, element int32) (map[period.Month]number.Cell, error) {
	rows, err := q.Query(ctx, `
		SELECT period, state, value, 1 AS rank FROM fact
		WHERE county_id = $1 AND institution_id = $2 AND element_id = $3 AND period >= $4 AND period <= $5
		UNION ALL
		SELECT r.period, c.state, c.value, 2 FROM report r JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id
		WHERE r.county_id = $1 AND c.subject_id = $2 AND c.element_id = $3 AND r.period >= $4 AND r.period <= $5
		  AND r.form_id = $6 AND r.institution_id = $7
		ORDER BY rank, period LIMIT 100`, county, subject, element, first, r.Month, r.FormID, r.InstitutionID)
	if err != nil {
		return nil, fmt.Errorf("read months: %w", err)
	}
	known := map[period.Month]number.Cell{}
	var month period.Month
	var state string
	var value decimal.NullDecimal
	var rank int
	_, err = pgx.ForEachRow(rows, []any{&month, &state, &value, &rank}, func() error {
		known[month] = cellOf(state, value)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read months: %w", err)
	}
	return known, nil
}

func readChanges(ctx context.Context, q pg.Querier, county int32, report, subject int64, element int32) ([]Change, error) {
	rows, err := q.Query(ctx, `
		SELECT old_state, old_value, new_state, new_value, comment, origin, by_name, at FROM cell_change
		WHERE county_id = $1 AND report_id = $2 AND subject_id = $3 AND element_id = $4 ORDER BY id DESC LIMIT 100`,
		county, report, subject, element)
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Change, err error) {
		var oldState, newState string
		var oldValue, newValue decimal.NullDecimal
		err = row.Scan(&oldState, &oldValue, &newState, &newValue, &c.Comment, &c.Origin, &c.By, &c.At)
		c.Old, c.New = cellOf(oldState, oldValue), cellOf(newState, newValue)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	return found, nil
}

// snapshot reads the figures as they stood with the newest submission up to a number, or with its acceptance;
// a zero time says that there is none.
func (f *figures) snapshot(ctx context.Context, q pg.Querier, county int32, upTo int, accepted bool) (map[CellKey]number.Cell, time.Time, error) {
	var stored []byte
	var at time.Time
	err := q.QueryRow(ctx, `SELECT cells, at FROM report_snapshot
		WHERE county_id = $1 AND report_id = $2 AND submission <= $3 AND accepted = $4 ORDER BY submission DESC LIMIT 1`,
		county, f.report.ID, upTo, accepted).Scan(&stored, &at)
	if pg.NoRows(err) {
		return nil, time.Time{}, nil
	}
	if err != nil {
		return nil, at, fmt.Errorf("read snapshot: %w", err)
	}
	var cells []struct {
		Subject int64               `json:"subject"`
		Element int32               `json:"element"`
		State   string              `json:"state"`
		Value   decimal.NullDecimal `json:"value"`
	}
	if err := json.Unmarshal(stored, &cells); err != nil {
		return nil, at, fmt.Errorf("read snapshot: %w", err)
	}
	then := make(map[CellKey]number.Cell, len(cells))
	for _, c := range cells {
		err := f.keep(c.Subject, c.Element, func(k CellKey) { then[k] = cellOf(c.State, c.Value) })
		if err != nil {
			return nil, at, err
		}
	}
	return then, at, nil
}
