package reporting

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
)

// queueBelow reads the sums over the institutions below. While the report is worked on they are the sums of the proxy
// reports as they stand, whatever their state; a report that was handed in keeps those it was handed in with.
func (f *figures) queueBelow(b *pgx.Batch, county int32) {
	f.queueSums(b, county)
	f.queueProxies(b, county)
	f.queueExpected(b, county)
	if !f.report.State.Editable() {
		f.queueFrozen(b, county)
	}
}

// Sources of the sums: cells as they stand; or facts, for history that was taken without ever being handed in.
const (
	sumOfCells = `cell c ON c.county_id = r.county_id AND c.report_id = r.id`
	sumOfFacts = `fact c ON c.county_id = r.county_id AND c.report_id = r.id`
)

func (f *figures) queueSums(b *pgx.Batch, county int32) {
	windows := map[period.Month]formula.Window{}
	var months []time.Time
	for _, w := range []formula.Window{formula.This, formula.Prev, formula.PrevYear} {
		windows[f.monthOf(w)] = w
		months = append(months, f.monthOf(w).Date())
	}
	source := sumOfCells
	if f.report.State == Accepted {
		source = sumOfFacts
	}
	b.Queue(`SELECT r.period, c.element_id, sum(c.value), count(c.value)
		FROM report r
		JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
		JOIN `+source+`
		WHERE r.county_id = $1 AND r.institution_id = $2 AND r.period = ANY($3::date[]) AND c.element_id = ANY($4)
		GROUP BY r.period, c.element_id`,
		county, f.report.InstitutionID, months, f.ids(f.layout.children)).Query(func(rows pgx.Rows) error {
		var month period.Month
		var element int32
		var total decimal.NullDecimal
		var n int
		_, err := pgx.ForEachRow(rows, []any{&month, &element, &total, &n}, func() error {
			return f.keep(0, element, func(k CellKey) { f.below[belowKey{windows[month], k.Element}] = sum{total.Decimal, n} })
		})
		return err
	})
}

// queueExpected counts the institutions below that owe figures: those in the proxy reports of the month, and those that
// no report has yet. The institution's own reports come first, or the server looks at the whole county's for every cell saved.
func (f *figures) queueExpected(b *pgx.Batch, county int32) {
	b.Queue(`WITH own AS MATERIALIZED (SELECT id FROM report WHERE county_id = $1 AND institution_id = $2 AND period = $4)
		SELECT count(*) FROM (
			SELECT s.subject_id FROM own CROSS JOIN LATERAL (
				SELECT p.subject_id FROM proxy_subject p WHERE p.county_id = $1 AND p.report_id = own.id AND p.period = $4 OFFSET 0) s
			UNION
			SELECT i.id FROM institution_public i
			WHERE i.county_id = $1 AND i.parent_id = $2 AND i.kind = ANY($3)
			  AND (i.opened_on IS NULL OR i.opened_on < $4::date + interval '1 month')
			  AND (i.closed_on IS NULL OR i.closed_on > $4::date)
			  AND NOT EXISTS (SELECT FROM report_subject h WHERE h.county_id = $1 AND h.period = $4 AND h.subject_id = i.id
			      AND h.form_id = ANY(ARRAY(SELECT id FROM form WHERE county_id = $1)))) expected`,
		county, f.report.InstitutionID, f.kindsBelow(), f.report.Month).QueryRow(func(row pgx.Row) error { return row.Scan(&f.belowOf) })
}

// queueProxies finds the proxy reports that the sums come from, as far as they are not complete.
func (f *figures) queueProxies(b *pgx.Batch, county int32) {
	b.Queue(`SELECT r.id, f.title, r.filled, r.fillable
		FROM report r JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
		WHERE r.county_id = $1 AND r.institution_id = $2 AND r.period = $3 AND r.filled < r.fillable
		  AND EXISTS (SELECT FROM form_item t WHERE t.county_id = r.county_id AND t.form_id = r.form_id
		              AND t.version = r.form_version AND t.element_id = ANY($4))
		ORDER BY f.position, r.id LIMIT 20`,
		county, f.report.InstitutionID, f.report.Month, f.ids(f.layout.children)).Query(func(rows pgx.Rows) (err error) {
		f.incomplete, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Incomplete])
		return err
	})
}

// frozen is what a submission keeps of the sums over the institutions below.
type frozen struct {
	Of   int         `json:"of"`
	Sums []frozenSum `json:"sums"`
}

type frozenSum struct {
	Window  formula.Window  `json:"window"`
	Element string          `json:"element"` // slug
	Total   decimal.Decimal `json:"total"`
	N       int             `json:"n"`
}

// frozenSums writes down the sums that the report shows, nil when it shows none.
func (f *figures) frozenSums() ([]byte, error) {
	if len(f.layout.children) == 0 {
		return nil, nil
	}
	kept := frozen{Of: f.belowOf}
	for k, s := range f.below {
		kept.Sums = append(kept.Sums, frozenSum{k.window, k.slug, s.total, s.n})
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return nil, fmt.Errorf("write down sums of report %d: %w", f.report.ID, err)
	}
	return text, nil
}

// queueFrozen puts the sums that the report was handed in with in the place of those that stand now.
func (f *figures) queueFrozen(b *pgx.Batch, county int32) {
	b.Queue(`SELECT below FROM report_snapshot
		WHERE county_id = $1 AND report_id = $2 AND submission = $3 AND NOT accepted AND below IS NOT NULL`,
		county, f.report.ID, f.report.Submission).Query(func(rows pgx.Rows) error {
		var kept frozen
		_, err := pgx.ForEachRow(rows, []any{&kept}, func() error {
			f.belowOf = kept.Of
			clear(f.below)
			for _, s := range kept.Sums {
				f.below[belowKey{s.Window, s.Element}] = sum{s.Total, s.N}
			}
			return nil
		})
		return err
	})
}

// kindsBelow lists the kinds of institution whose figures are entered by proxy.
func (f *figures) kindsBelow() []string {
	kinds := []string{}
	for _, other := range f.catalogue.Forms {
		kinds = append(kinds, other.SubjectKinds...)
	}
	return kinds
}
