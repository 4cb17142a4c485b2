package reporting

import (
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
)

// queueBeside reads what the same institution has on its other forms of the months a check looks at.
func (f *figures) queueBeside(b *pgx.Batch, county int32) {
	windows := map[period.Month]formula.Window{}
	var months []time.Time
	for _, w := range []formula.Window{formula.This, formula.Prev, formula.PrevYear} {
		windows[f.monthOf(w)] = w
		months = append(months, f.monthOf(w).Date())
	}
	b.Queue(`SELECT r.period, c.element_id, sum(c.value), count(c.value)
		FROM report r JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id AND c.subject_id = r.institution_id
		WHERE r.county_id = $1 AND r.institution_id = $2 AND r.period = ANY($3::date[]) AND c.element_id = ANY($4) AND r.form_id <> $5
		GROUP BY r.period, c.element_id`,
		county, f.report.InstitutionID, months, f.ids(f.layout.beside), f.report.FormID).Query(func(rows pgx.Rows) error {
		var month period.Month
		var element int32
		var total decimal.NullDecimal
		var n int
		_, err := pgx.ForEachRow(rows, []any{&month, &element, &total, &n}, func() error {
			return f.keep(0, element, func(k CellKey) { f.beside[belowKey{windows[month], k.Element}] = sum{total.Decimal, n} })
		})
		return err
	})
}
